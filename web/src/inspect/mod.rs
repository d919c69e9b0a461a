//! What is selected, in words, beside the figure and never on top of it.

pub mod events;
pub mod goals;
pub mod message;
pub mod node;
pub mod nothing;
pub mod operate;
pub mod properties;
pub mod verbs;

use crate::ask::Ask;
use crate::icons::Icon;
use crate::run::Shared;
use crate::scene::{Intent, Scene, Selection};
use crate::tag::{Tag, asks, button, div, quiet, tag, words};
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
    /// Which of the node's logs is paged through, and from which entry.
    pub log_from: Option<(usize, u64)>,
    /// Where requests go.
    pub ask: Callback<Ask>,
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
pub(crate) fn sentence(sentence: &Sentence, intent: &Callback<Intent>) -> Tag {
    let link = |selection: Selection, text: String| {
        button("name", asks(intent, Intent::Select(selection))).text(text).done()
    };
    sentence.0.iter().fold(tag("p"), |p, span| match span {
        Span::Text(text) => p.text(text.clone()),
        Span::Node(id, name) => p.put(link(Selection::Node(*id), name.clone())),
        Span::Message(id) => p.put(link(Selection::Message(*id), id.to_string())),
    })
}

/// The inspector of something, begun with its heading and a way to put the selection down.
pub(crate) fn headed(
    title: impl Into<AttrValue>,
    role: impl Into<AttrValue>,
    intent: &Callback<Intent>,
) -> Tag {
    let role: AttrValue = role.into();
    let role = (!role.is_empty()).then(|| div("span", "role").text(role).done());
    let close = quiet(
        Icon::Close,
        "",
        "Close: select nothing".into(),
        asks(intent, Intent::Select(Selection::Nothing)),
    );
    let title = tag("h2").text(title).put_if(role).done();
    let heading = div("header", "heading").put(title).put(close).done();
    div("div", "inspected").put(heading)
}

/// A part of the inspector under a heading.
pub(crate) fn panel(title: impl Into<AttrValue>, parts: Vec<Html>) -> Html {
    div("section", "panel").put(words("h3", title)).all(parts).done()
}

/// A label and its value.
pub(crate) fn fact(label: &'static str, value: Html) -> Html {
    tag("div").put(words("dt", label)).put(tag("dd").put(value)).done()
}

fn link(scene: &Scene, from: NodeId, to: NodeId) -> Html {
    let frame = &scene.frame;
    let cut = frame.cuts.iter().find(|cut| (cut.from, cut.to) == (from, to));
    let under_way = frame.flights.iter().filter(|flight| (flight.from, flight.to) == (from, to)).count();
    let state = match cut {
        None => "The link is open.",
        Some(cut) if cut.holds => "The link is cut: messages wait at it.",
        Some(_) => "The link is cut: messages are lost at it.",
    };
    headed(format!("{} → {}", name(frame, from), name(frame, to)), "", &scene.intent)
        .put(words("p", format!("{state} {under_way} in flight.")))
        .put(verbs::link(scene, from, to))
        .done()
}
