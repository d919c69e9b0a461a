//! The properties as lamps: green from the first step, red from the step that broke one.

use super::goals;
use crate::scene::{Intent, Scene};
use crate::tag::{asks, button, div, tag, words};
use playground_core::view::{Frame, GoalView, VerdictView};
use yew::prelude::*;

/// All lamps, in words.
pub fn draw(scene: &Scene, all_goals: &[GoalView]) -> Html {
    let verdicts = &scene.frame.verdicts;
    if verdicts.is_empty() {
        return Html::default();
    }
    // What is broken comes first; the rest keeps its order.
    let (broken, rest): (Vec<_>, Vec<_>) = verdicts.iter().partition(|verdict| !verdict.holds);
    let summary = tag("summary").put(lamps(verdicts)).text(said(verdicts)).done();
    let rows = broken.iter().chain(&rest).map(|verdict| row(scene, verdict));
    div("details", "properties")
        .set_if(!broken.is_empty(), "open", "")
        .put(summary)
        .put(tag("ul").all(rows).all(all_goals.iter().map(goals::row)))
        .done()
}

/// A property in prose; its id if there is no such property.
pub fn prose<'a>(frame: &'a Frame, id: &'a str) -> &'a str {
    frame.verdicts.iter().find(|verdict| verdict.id == id).map_or(id, |verdict| verdict.text)
}

/// How they stand, in words.
pub fn said(verdicts: &[VerdictView]) -> String {
    let broken = verdicts.iter().filter(|verdict| !verdict.holds).count();
    match broken {
        0 => format!("{} properties hold", verdicts.len()),
        1 => format!("1 of {} properties is broken", verdicts.len()),
        _ => format!("{broken} of {} properties are broken", verdicts.len()),
    }
}

/// A row of lamps.
pub fn lamps(verdicts: &[VerdictView]) -> Html {
    div("span", "lamps").set("aria-hidden", "true").all(verdicts.iter().map(lamp)).done()
}

fn row(scene: &Scene, verdict: &VerdictView) -> Html {
    let (class, state, verb) =
        if verdict.holds { ("holds", " holds: ", "Breaks") } else { ("broken", " is broken: ", "Broken") };
    let jump = verdict.broken_at.map(|step| {
        let on_press = asks(&scene.intent, Intent::Seek(step));
        button("press", on_press).text(format!("{verb} at step {step}: go there")).done()
    });
    let witness = verdict.witness.clone().filter(|_| !verdict.holds);
    let told = tag("div")
        .put(words("b", verdict.id))
        .put(div("span", "hidden").text(state))
        .put(words("p", verdict.text))
        .put_if(witness.map(|witness| div("p", "witness").text(witness)))
        .put_if(jump);
    div("li", class).put(lamp(verdict)).put(told).done()
}

/// A lamp: a disc while the property holds, a crossed diamond once it is broken. Shape tells as well as hue.
fn lamp(verdict: &VerdictView) -> Html {
    let svg = div("svg", if verdict.holds { "lamp holds" } else { "lamp broken" })
        .set("viewBox", "0 0 14 14")
        .set("width", "14")
        .set("height", "14")
        .set("aria-hidden", "true")
        .set("focusable", "false");
    if verdict.holds {
        return svg.put(tag("circle").set("cx", "7").set("cy", "7").set("r", "5")).done();
    }
    svg.put(div("path", "diamond").set("d", "M7 0.500L13.500 7L7 13.500L0.500 7z"))
        .put(div("path", "cross").set("d", "M4.800 4.800l4.400 4.400M9.200 4.800l-4.400 4.400"))
        .done()
}

/// What the page says once something is broken, and the step to go to unless it is this one.
pub fn alarm(verdict: &VerdictView, step: u64) -> (Html, Option<u64>) {
    let is_here = verdict.broken_at == Some(step);
    let head = if is_here { "This step breaks a property. " } else { "A property is broken. " };
    let witness = verdict.witness.clone();
    let said = tag("p")
        .put(lamp(verdict))
        .put(words("b", head))
        .put(div("span", "law").text(verdict.text))
        .put_if(witness.map(|witness| div("span", "witness").text(format!(" {witness}"))));
    (said.done(), verdict.broken_at.filter(|_| !is_here))
}
