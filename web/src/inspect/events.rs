//! The list of events: each step with why, a window of it at a time, so that a run of any length scrolls.

use super::message::reason;
use super::{heading, sentence};
use crate::run::Shared;
use crate::scene::{Intent, Scene};
use playground_core::view::StepView;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Height of a row in pixels; `static/page.css` says the same.
const ROW_PX: u64 = 44;
/// Rows drawn beyond what is seen, on either side.
const SPARE_ROWS: u64 = 6;
/// Tallest list a browser lays out well; beyond it the list shows the last steps only.
const ROWS_MAX: u64 = 200_000;

/// What the list shows.
#[derive(Properties, PartialEq)]
pub struct EventsProps {
    /// The picture, for where the run stands.
    pub scene: Scene,
    /// The session.
    pub session: Shared,
}

/// The list. It follows the present step until somebody scrolls away, and again when the step changes at rest.
#[component]
pub fn Events(props: &EventsProps) -> Html {
    let frame = &props.scene.frame;
    let place = use_node_ref();
    let view = use_state(|| (0_u64, 12_u64));
    let first_row = frame.head.saturating_sub(ROWS_MAX);
    let rows = frame.head - first_row;
    use_effect_with((frame.step, frame.head), {
        let (place, view) = (place.clone(), view.clone());
        move |(step, _): &(u64, u64)| {
            if let Some(list) = place.cast::<HtmlElement>() {
                keep_in_view(&list, step.saturating_sub(first_row + 1));
                view.set(seen(&list));
            }
        }
    });
    let onscroll = {
        let view = view.clone();
        Callback::from(move |event: Event| {
            if let Some(list) = event.target_dyn_into::<HtmlElement>() {
                let now = seen(&list);
                if now != *view {
                    view.set(now);
                }
            }
        })
    };
    let from = view.0.saturating_sub(SPARE_ROWS).min(rows);
    let to = (view.0 + view.1 + SPARE_ROWS).min(rows);
    let steps = props.session.look().steps(first_row + from + 1..first_row + to + 1);
    html! {
        <section class="events" aria-label="Events">
            <h2>{ "Events" }</h2>
            <div class="event-list" ref={place} {onscroll} tabindex="0" role="group" aria-label="Steps of the run">
                { spacer(from) }
                <ol start={(first_row + from + 1).to_string()}>
                    { for steps.iter().map(|step| row(props, step)) }
                </ol>
                { spacer(rows - to) }
                if rows == 0 {
                    <p class="fine">{ "Nothing has happened yet. Step makes the first thing happen." }</p>
                }
            </div>
        </section>
    }
}

/// Empty room for so many rows. A picture, since its height can stand in an attribute under the page's strict policy.
fn spacer(rows: u64) -> Html {
    html! { <svg class="spacer" width="1" height={(rows * ROW_PX).to_string()} aria-hidden="true" focusable="false"></svg> }
}

/// The first row seen and how many.
fn seen(list: &Element) -> (u64, u64) {
    let px = |value: i32| u64::try_from(value).unwrap_or(0);
    (px(list.scroll_top()) / ROW_PX, px(list.client_height()) / ROW_PX + 1)
}

/// Scrolls no more than it takes for a row to be seen.
fn keep_in_view(list: &Element, row: u64) {
    let (top, height) = (i64::from(list.scroll_top()), i64::from(list.client_height()));
    let (row_top, row_px) = ((row * ROW_PX) as i64, ROW_PX as i64);
    if row_top < top || row_top + row_px > top + height {
        list.set_scroll_top(i32::try_from((row_top - height / 2).max(0)).unwrap_or(i32::MAX));
    }
}

fn row(props: &EventsProps, step: &StepView) -> Html {
    let frame = &props.scene.frame;
    let number = step.step;
    let is_now = number == frame.step;
    let onclick = props.scene.intent.reform(move |_: MouseEvent| Intent::Seek(number));
    let why = step.whys.first().map(|why| why.sentence.plain()).unwrap_or_default();
    let mark = step.marks.iter().max().map(|mark| html! { <span class="mark">{ mark.title() }</span> });
    let class = classes!("event", is_now.then_some("now"), (number > frame.step).then_some("ahead"));
    html! {
        <li key={number} {class}>
            <button type="button" {onclick} aria-current={is_now.then_some("step")}
                title={format!("Step {number}, at {}", step.at)}>
                <span class="number">{ number }</span>
                <span class="title">{ step.title.plain() }</span>
                { mark.unwrap_or_default() }
                <span class="because">{ why }</span>
            </button>
        </li>
    }
}

/// A step in full: what happened, every rule that fired, its cause.
pub(super) fn step(scene: &Scene, session: &Shared, number: u64) -> Html {
    let title = html! { <>{ format!("Step {number}") }</> };
    let steps = session.look().steps(number..number + 1);
    let Some(step) = steps.first() else {
        return html! {
            <div class="inspected">{ heading(title, &scene.intent) }<p>{ "The run has not come so far." }</p></div>
        };
    };
    let go = |to: u64, words: String| {
        let onclick = scene.intent.reform(move |_: MouseEvent| Intent::Seek(to));
        html! { <button type="button" class="press" {onclick}>{ words }</button> }
    };
    html! {
        <div class="inspected">
            { heading(title, &scene.intent) }
            <p>{ sentence(&step.title, &scene.intent) }{ format!(", at {}.", step.at) }</p>
            <div class="press-row">
                if number != scene.frame.step {
                    { go(number, "Go there".into()) }
                }
                if let Some(cause) = step.cause.filter(|cause| *cause > 0) {
                    { go(cause, format!("Go to its cause, step {cause}")) }
                }
            </div>
            { for step.whys.iter().map(|why| reason(why, &scene.intent)) }
        </div>
    }
}
