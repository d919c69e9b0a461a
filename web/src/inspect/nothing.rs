//! Nothing selected: what can be done now.

use crate::scene::{Intent, Scene, Selection};
use playground_core::view::{MemberKind, Status};
use yew::prelude::*;

/// What can be done now, each as a button that does or selects it.
pub(super) fn draw(scene: &Scene) -> Html {
    let frame = &scene.frame;
    let select = |selection: Selection, words: String| {
        let onclick = scene.intent.reform(move |_: MouseEvent| Intent::Select(selection));
        html! { <li><button type="button" class="item" {onclick}>{ words }</button></li> }
    };
    let leader = frame
        .nodes
        .iter()
        .find(|node| node.status == Status::Up && node.view.rank == playground_core::view::Rank::Leads);
    let down = frame.nodes.iter().filter(|node| node.status != Status::Up);
    let client = frame.nodes.iter().find(|node| node.kind == MemberKind::Client && node.status == Status::Up);
    let flight = frame.flights.iter().min_by_key(|flight| flight.arrives_at);
    html! {
        <div class="inspected nothing">
            <h2>{ "What you can do now" }</h2>
            <ul>
                if let Some(node) = leader {
                    { select(Selection::Node(node.id), format!("Look into {}, the {}", node.name, node.view.role)) }
                }
                { for down.take(2).map(|node| select(Selection::Node(node.id), format!("Bring {} back", node.name))) }
                if let Some(flight) = flight {
                    { select(Selection::Message(flight.id), format!("Look into message {}, the next to arrive", flight.id)) }
                }
                if let Some(client) = client {
                    { select(Selection::Node(client.id), format!("Ask something of {}", client.name)) }
                }
            </ul>
            <p class="fine">
                { "Select a node or a message on the stage to see what it holds and to crash, delay or drop it. \
                   Draw a line across the stage to cut the network." }
            </p>
        </div>
    }
}
