//! What is selected, in words, beside the figure and never on top of it.

pub mod events;
pub mod message;
pub mod node;
pub mod nothing;
pub mod operate;
pub mod properties;
pub mod verbs;

use crate::run::Shared;
use crate::scene::{Intent, Scene, Selection};
use playground_core::id::NodeId;
use playground_core::view::{Frame, Sentence, Span};
use std::rc::Rc;
use yew::prelude::*;

/// What the inspector looks at.
pub struct Inspected {
    /// The picture and the selection.
    pub scene: Scene,
    /// The picture one step before.
    pub before: Option<Rc<Frame>>,
    /// The session.
    pub session: Shared,
    /// What to watch for.
    pub story: &'static str,
}

/// The inspector.
pub fn draw(props: &Inspected) -> Html {
    let Inspected { scene, session, .. } = props;
    match scene.selection {
        Selection::Node(id) => match scene.frame.nodes.get(id.index()) {
            Some(shown) => node::draw(props, shown),
            None => nothing::draw(props),
        },
        Selection::Message(id) => message::draw(scene, session, id),
        Selection::Link(from, to) => link(scene, from, to),
        Selection::Step(step) => events::step(scene, session, step),
        Selection::Nothing => nothing::draw(props),
    }
}

/// The name of a node.
pub(crate) fn name(frame: &Frame, id: NodeId) -> String {
    frame.nodes.get(id.index()).map_or_else(|| id.to_string(), |node| node.name.clone())
}

/// A sentence whose names are links to what they name.
pub(crate) fn sentence(sentence: &Sentence, intent: &Callback<Intent>) -> Html {
    let spans = sentence.0.iter().map(|span| match span {
        Span::Text(text) => html! { <>{ text }</> },
        Span::Node(id, name) => {
            let id = *id;
            let onclick = intent.reform(move |_: MouseEvent| Intent::Select(Selection::Node(id)));
            html! { <button type="button" class="name" {onclick}>{ name }</button> }
        }
        Span::Message(id) => {
            let id = *id;
            let onclick = intent.reform(move |_: MouseEvent| Intent::Select(Selection::Message(id)));
            html! { <button type="button" class="name" {onclick}>{ id.to_string() }</button> }
        }
    });
    html! { <>{ for spans }</> }
}

/// The heading of the inspector, with a way to put the selection down.
pub(crate) fn heading(title: Html, intent: &Callback<Intent>) -> Html {
    let onclick = intent.reform(|_: MouseEvent| Intent::Select(Selection::Nothing));
    html! {
        <header class="heading">
            <h2>{ title }</h2>
            <button type="button" class="quiet" {onclick} aria-label="Select nothing">{ crate::icons::Icon::Close.draw() }</button>
        </header>
    }
}

fn link(scene: &Scene, from: NodeId, to: NodeId) -> Html {
    let frame = &scene.frame;
    let cut = frame.cuts.iter().find(|cut| (cut.from, cut.to) == (from, to));
    let under_way = frame.flights.iter().filter(|flight| (flight.from, flight.to) == (from, to)).count();
    let title = html! { <>{ format!("{} → {}", name(frame, from), name(frame, to)) }</> };
    html! {
        <div class="inspected">
            { heading(title, &scene.intent) }
            <p>
                { match cut {
                    None => "The link is open.",
                    Some(cut) if cut.holds => "The link is cut: messages wait at it.",
                    Some(_) => "The link is cut: messages are lost at it.",
                } }
                { format!(" {under_way} in flight.") }
            </p>
            { verbs::link(scene, from, to) }
        </div>
    }
}
