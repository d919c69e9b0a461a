//! The goals as lamps of their own kind: what must be reached once faults have ended, and whether it is.

use crate::tag::{div, tag, words};
use playground_core::time::Time;
use playground_core::view::GoalView;
use yew::prelude::*;

/// A goal in words. Not to have reached one yet is no fault, so nothing is red.
pub fn row(goal: &GoalView) -> Html {
    let (class, state) = if goal.reached { ("goal reached", "reached") } else { ("goal", "not yet") };
    let within = format!(" Within {} once everything has healed.", Time(goal.within_us));
    let told = tag("div")
        .put(words("b", goal.id))
        .put(div("span", "goal-state").text(state))
        .put(tag("p").text(goal.text).text(within));
    div("li", class).put(lamp(goal.reached)).put(told).done()
}

/// A ring, empty until the goal is reached: another shape than a property's disc.
fn lamp(is_reached: bool) -> Html {
    let ring = |r: &'static str| tag("circle").set("cx", "7").set("cy", "7").set("r", r);
    div("svg", "lamp aim")
        .set("viewBox", "0 0 14 14")
        .set("width", "14")
        .set("height", "14")
        .set("aria-hidden", "true")
        .set("focusable", "false")
        .put(ring("5.500"))
        .put_if(is_reached.then(|| div("circle", "hit").set("cx", "7").set("cy", "7").set("r", "2.500")))
        .done()
}
