//! Answers being collected, in words: what the ring around the node draws.

use crate::inspect::panel;
use crate::tag::{div, tag, words};
use playground_core::id::NodeId;
use playground_core::view::{Answer, Frame, QuorumView};
use yew::prelude::*;

pub(super) fn draw(quorum: &QuorumView, frame: &Frame) -> Html {
    let name =
        |id: NodeId| frame.nodes.get(id.index()).map_or_else(|| id.to_string(), |node| node.name.clone());
    let notches = quorum.notches.iter().map(|notch| {
        let (class, word) = match notch.answer {
            Answer::Yes => ("yes", "in favour"),
            Answer::No => ("no", "refused"),
            Answer::Awaited => ("awaited", "awaited"),
            Answer::Unreachable => ("unreachable", "can't come"),
        };
        let word = div("span", "fine").text(word).done();
        div("li", class).put(mark(notch.answer)).put(words("span", name(notch.node))).put(word).done()
    });
    let so = if quorum.is_reached() { ": enough" } else { ": not yet" };
    let tally = div("p", "tally").text(quorum.told() + so).done();
    panel(quorum.purpose.clone(), vec![tally, div("ul", "notches").all(notches).done()])
}

/// The same marks as on the ring: filled, crossed, hollow, dashed.
fn mark(answer: Answer) -> Html {
    let ring = tag("circle")
        .set("cx", "7")
        .set("cy", "7")
        .set("r", "5")
        .set("stroke", "currentColor")
        .set("stroke-width", "1.5")
        .set_if(answer == Answer::Unreachable, "stroke-dasharray", "2.500 2")
        .set("fill", if answer == Answer::Yes { "currentColor" } else { "none" });
    let cross = || {
        let cross = tag("path").set("d", "M3.500 3.500l7 7M10.500 3.500l-7 7");
        cross.set("stroke", "currentColor").set("stroke-width", "1.5").done()
    };
    div("svg", "notch")
        .set("viewBox", "0 0 14 14")
        .set("width", "14")
        .set("height", "14")
        .set("aria-hidden", "true")
        .set("focusable", "false")
        .put(ring)
        .put_if((answer == Answer::No).then(cross))
        .done()
}
