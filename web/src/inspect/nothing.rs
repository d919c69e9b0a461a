//! Nothing selected: what can be done now.

use super::Inspected;
use crate::scene::{Intent, Selection};
use crate::tag::{asks, button, div, tag, words};
use playground_core::view::{MemberKind, Rank, Status};
use yew::prelude::*;

/// What can be done now, each as a button that does or selects it.
pub(super) fn draw(props: &Inspected) -> Html {
    let scene = &props.scene;
    let frame = &scene.frame;
    let select = |selection: Selection, words: String| {
        let on_press = asks(&scene.intent, Intent::Select(selection));
        tag("li").put(button("item", on_press).text(words)).done()
    };
    let mut rows = Vec::new();
    let is_up = |status: Status| status == Status::Up;
    if let Some(node) = frame.nodes.iter().find(|node| is_up(node.status) && node.view.rank == Rank::Leads) {
        rows.push(select(
            Selection::Node(node.id),
            format!("Look into {}, the {}", node.name, node.view.role),
        ));
    }
    for node in frame.nodes.iter().filter(|node| !is_up(node.status)).take(2) {
        rows.push(select(Selection::Node(node.id), format!("Bring {} back", node.name)));
    }
    if let Some(flight) = frame.flights.iter().min_by_key(|flight| flight.arrives_at) {
        let words = format!("Look into message {}, the next to arrive", flight.id);
        rows.push(select(Selection::Message(flight.id), words));
    }
    if let Some(client) =
        frame.nodes.iter().find(|node| node.kind == MemberKind::Client && is_up(node.status))
    {
        rows.push(select(Selection::Node(client.id), format!("Ask something of {}", client.name)));
    }
    div("div", "inspected nothing")
        .put(div("p", "story").text(props.story))
        .put(words("h2", "What you can do now"))
        .put(tag("ul").all(rows))
        .put(div("p", "fine").text(
            "Select a node or a message on the stage to see what it holds and to crash, delay or drop it. \
                     Draw a line across the stage to cut the network.",
        ))
        .done()
}
