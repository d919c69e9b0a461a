//! The properties as lamps: green from the first step, red from the step that broke one.

use crate::scene::{Intent, Scene};
use playground_core::view::VerdictView;
use yew::prelude::*;

/// All lamps, in words.
pub fn draw(scene: &Scene) -> Html {
    let verdicts = &scene.frame.verdicts;
    if verdicts.is_empty() {
        return Html::default();
    }
    let broken = verdicts.iter().filter(|verdict| !verdict.holds).count();
    let title = match broken {
        0 => format!("{} properties hold", verdicts.len()),
        1 => format!("1 of {} properties is broken", verdicts.len()),
        _ => format!("{broken} of {} properties are broken", verdicts.len()),
    };
    // What is broken comes first; the rest keeps its order.
    let (broken_ones, rest): (Vec<_>, Vec<_>) = verdicts.iter().partition(|verdict| !verdict.holds);
    let ordered = broken_ones.into_iter().chain(rest);
    html! {
        <details class="properties" open={broken > 0}>
            <summary>
                <span class="lamps" aria-hidden="true">{ for verdicts.iter().map(lamp) }</span>
                { title }
            </summary>
            <ul>{ for ordered.map(|verdict| row(scene, verdict)) }</ul>
        </details>
    }
}

fn row(scene: &Scene, verdict: &VerdictView) -> Html {
    let jump = verdict.broken_at.map(|step| {
        let onclick = scene.intent.reform(move |_: MouseEvent| Intent::Seek(step));
        let words = if verdict.holds {
            format!("Breaks at step {step}: go there")
        } else {
            format!("Broken at step {step}: go there")
        };
        html! { <button type="button" class="press" {onclick}>{ words }</button> }
    });
    html! {
        <li class={if verdict.holds { "holds" } else { "broken" }}>
            { lamp(verdict) }
            <div>
                <b>{ verdict.id }</b>
                <span class="hidden">{ if verdict.holds { " holds: " } else { " is broken: " } }</span>
                <p>{ verdict.text }</p>
                if let Some(witness) = verdict.witness.as_ref().filter(|_| !verdict.holds) {
                    <p class="witness">{ witness }</p>
                }
                { jump.unwrap_or_default() }
            </div>
        </li>
    }
}

/// A lamp: a disc while the property holds, a crossed diamond once it is broken. Shape tells as well as hue.
fn lamp(verdict: &VerdictView) -> Html {
    html! {
        <svg class={classes!("lamp", if verdict.holds { "holds" } else { "broken" })} viewBox="0 0 14 14" width="14" height="14"
            aria-hidden="true" focusable="false">
            if verdict.holds {
                <circle cx="7" cy="7" r="5" />
            } else {
                <path class="diamond" d="M7 0.500L13.500 7L7 13.500L0.500 7z" />
                <path class="cross" d="M4.800 4.800l4.400 4.400M9.200 4.800l-4.400 4.400" />
            }
        </svg>
    }
}

/// What is shown across the page once something is broken.
pub fn alarm(scene: &Scene) -> Html {
    let frame = &scene.frame;
    let Some(verdict) = frame.verdicts.iter().find(|verdict| !verdict.holds) else {
        return Html::default();
    };
    let at = verdict.broken_at;
    let is_here = at == Some(frame.step);
    html! {
        <div class="alarm" role="alert">
            { lamp(verdict) }
            <p>
                <b>{ if is_here { "This step breaks a property. " } else { "A property is broken. " } }</b>
                <span class="law">{ verdict.text }</span>
                if let Some(witness) = &verdict.witness {
                    { " " }<span class="witness">{ witness }</span>
                }
            </p>
            if let (Some(step), false) = (at, is_here) {
                <button type="button" class="press danger" onclick={scene.intent.reform(move |_: MouseEvent| Intent::Seek(step))}>
                    { format!("Go to step {step}") }
                </button>
            }
        </div>
    }
}
