//! The list of events: each step with why, a window of it at a time, so that a run of any length scrolls.

use super::message::reason;
use super::{headed, sentence};
use crate::ask::Ask;
use crate::dom;
use crate::run::Shared;
use crate::scene::{Intent, Scene};
use crate::tag::{asks, button, div, tag, words};
use playground_core::view::StepView;
use std::cmp::Ordering;
use web_sys::Element;
use yew::prelude::*;

/// Height of a row in pixels; `static/controls.css` says the same.
const ROW_PX: u64 = 44;
/// Rows drawn beyond what is seen, on either side.
const SPARE_ROWS: u64 = 6;
/// Tallest list a browser lays out well; beyond it the list shows the last steps only.
const ROWS_MAX: u64 = 200_000;

/// Id of the list's element.
const ID: &str = "event-list";

/// What the list shows.
pub struct Events {
    /// The picture, for where the run stands.
    pub scene: Scene,
    /// The session.
    pub session: Shared,
    /// The first row seen, and how many are.
    pub seen: (u64, u64),
    /// Told when somebody scrolls.
    pub ask: Callback<Ask>,
}

/// The list. It follows the present step ([`follow`]) until somebody scrolls away, and again when the step changes.
pub(crate) fn draw(props: &Events) -> Html {
    let frame = &props.scene.frame;
    let first_row = frame.head.saturating_sub(ROWS_MAX);
    let rows = frame.head - first_row;
    let from = props.seen.0.saturating_sub(SPARE_ROWS).min(rows);
    let to = (props.seen.0 + props.seen.1 + SPARE_ROWS).min(rows);
    let steps = props.session.look().steps(first_row + from + 1..first_row + to + 1);
    let on_scroll = props.ask.reform(|_: Event| Ask::Scrolled);
    let empty =
        || div("p", "fine").text("Nothing has happened yet. Step makes the first thing happen.").done();
    let shown =
        tag("ol").number("start", first_row + from + 1).all(steps.iter().map(|step| row(props, step)));
    let list = div("div", "event-list")
        .set("id", ID)
        .set("tabindex", "0")
        .set("role", "group")
        .set("aria-label", "Steps of the run")
        .on_scroll(on_scroll)
        .put(spacer(from))
        .put(shown)
        .put(spacer(rows - to))
        .put_if((rows == 0).then(empty));
    div("section", "events").set("aria-label", "Events").put(words("h2", "Events")).put(list).done()
}

/// After drawing: brings a step into view, if one is given, and says which rows are seen. `None` while the list is not
/// shown, as on a phone behind another tab: then the step is still to be brought into view.
pub(crate) fn follow(step: Option<u64>, head: u64) -> Option<(u64, u64)> {
    let list = dom::by_id(ID).filter(|list| list.client_height() > 0)?;
    if let Some(step) = step {
        keep_in_view(&list, step.saturating_sub(head.saturating_sub(ROWS_MAX) + 1));
    }
    let px = |value: i32| u64::try_from(value).unwrap_or(0);
    Some((px(list.scroll_top()) / ROW_PX, px(list.client_height()) / ROW_PX + 1))
}

/// Empty room for so many rows. A picture, since its height can stand in an attribute under the page's strict policy.
fn spacer(rows: u64) -> Html {
    let svg = div("svg", "spacer").set("width", "1").number("height", rows * ROW_PX);
    svg.set("aria-hidden", "true").set("focusable", "false").done()
}

/// Scrolls no more than it takes for a row to be seen.
fn keep_in_view(list: &Element, row: u64) {
    let (top, height) = (i64::from(list.scroll_top()), i64::from(list.client_height()));
    let (row_top, row_px) = ((row * ROW_PX) as i64, ROW_PX as i64);
    if row_top < top || row_top + row_px > top + height {
        list.set_scroll_top(i32::try_from((row_top - height / 2).max(0)).unwrap_or(i32::MAX));
    }
}

fn row(props: &Events, step: &StepView) -> Html {
    let frame = &props.scene.frame;
    let number = step.step;
    // What makes the step worth finding, if anything does.
    let main = step.whys.iter().rev().find(|why| why.is_main).or(step.whys.first());
    let why = main.map(|why| why.sentence.plain()).unwrap_or_default();
    let mark = step
        .marks
        .iter()
        .max()
        .map(|mark| div("span", "mark").text(props.scene.meta.mark_words(*mark)[0]).done());
    let class = match number.cmp(&frame.step) {
        Ordering::Less => "event",
        Ordering::Equal => "event now",
        Ordering::Greater => "event ahead",
    };
    let cell = |class: &'static str, text: String| div("span", class).text(text).done();
    let press = button("", asks(&props.scene.intent, Intent::Seek(number)))
        .set_if(number == frame.step, "aria-current", "step")
        .set("title", format!("Step {number}, at {}", step.at))
        .put(cell("number", number.to_string()))
        .put(cell("title", step.title.plain()))
        .put_if(mark)
        .put(cell("because", why));
    div("li", class).key(number).put(press).done()
}

/// A step in full: what happened, every rule that fired, its cause.
pub(super) fn step(scene: &Scene, session: &Shared, number: u64) -> Html {
    let intent = &scene.intent;
    let shown = headed(format!("Step {number}"), "", intent);
    let steps = session.look().steps(number..number + 1);
    let Some(step) = steps.first() else {
        return shown.put(words("p", "The run has not come so far.")).done();
    };
    let go = |to: u64, words: String| button("press", asks(intent, Intent::Seek(to))).text(words).done();
    let cause = step.cause.filter(|cause| *cause > 0);
    let ways = div("div", "press-row")
        .put_if((number != scene.frame.step).then(|| go(number, "Go there".into())))
        .put_if(cause.map(|cause| go(cause, format!("Go to its cause, step {cause}"))));
    shown
        .put(sentence(&step.title, intent).text(format!(", at {}.", step.at)))
        .put(ways)
        .all(step.whys.iter().map(|why| reason(why, intent)))
        .done()
}
