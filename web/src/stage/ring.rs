//! The quorum ring: a notch for each voter around the node that collects their answers, and a mark at the threshold.
//!
//! Notches stand in the order of their answers, not of the roster: in favour first, then awaited, unreachable and
//! refused. So the ring fills towards the mark like a gauge, and a mark that lies among dashed and crossed notches shows
//! that the quorum can't be reached any more.

use super::shape::{Point, sector};
use playground_core::view::{Answer, Notch, QuorumView};
use std::f64::consts::{FRAC_PI_2, TAU};
use yew::prelude::*;

/// The ring between two radii, around the origin.
pub fn quorum_ring(quorum: &QuorumView, inner: f64, outer: f64, names: &dyn Fn(&Notch) -> String) -> Html {
    let notches = in_order(&quorum.notches);
    let count = notches.len().max(1) as f64;
    let step = TAU / count;
    let gap = (3.0 / outer).min(step * 0.3);
    let reached = quorum.is_reached();
    html! {
        <g class={classes!("quorum", reached.then_some("is-reached"))}>
            { for notches.iter().enumerate().map(|(position, notch)| {
                let (from, to) = (step * position as f64 + gap / 2.0, step * (position + 1) as f64 - gap / 2.0);
                one_notch(notch, inner, outer, from, to, names(notch))
            }) }
            { threshold_mark(quorum.threshold as f64 * step, inner, outer) }
            if reached {
                <circle class="quorum-closed" r={(outer + 3.0).to_string()} />
            }
        </g>
    }
}

fn one_notch(notch: &Notch, inner: f64, outer: f64, from: f64, to: f64, name: String) -> Html {
    let (class, word) = match notch.answer {
        Answer::Yes => ("is-yes", "yes"),
        Answer::No => ("is-no", "no"),
        Answer::Awaited => ("is-awaited", "awaited"),
        Answer::Unreachable => ("is-unreachable", "unreachable"),
    };
    let middle = Point::default().towards((from + to) / 2.0 - FRAC_PI_2, (inner + outer) / 2.0);
    html! {
        <g class={classes!("notch", class)}>
            <title>{ format!("{name}: {word}") }</title>
            <path d={sector(inner, outer, from, to)} />
            if notch.answer == Answer::No {
                <path class="notch-cross" d="M-4-4L4 4M4-4L-4 4"
                    transform={format!("translate({:.1} {:.1})", middle.x, middle.y)} />
            }
        </g>
    }
}

fn threshold_mark(angle: f64, inner: f64, outer: f64) -> Html {
    let at = |radius| Point::default().towards(angle - FRAC_PI_2, radius);
    let (a, b) = (at(inner - 2.0), at(outer + 5.0));
    let d = format!("M{:.1} {:.1}L{:.1} {:.1}", a.x, a.y, b.x, b.y);
    html! {
        <>
            <path class="threshold-ground" d={d.clone()} />
            <path class="threshold" {d} />
        </>
    }
}

fn in_order(notches: &[Notch]) -> Vec<Notch> {
    let mut sorted = notches.to_vec();
    sorted.sort_by_key(|notch| match notch.answer {
        Answer::Yes => 0,
        Answer::Awaited => 1,
        Answer::Unreachable => 2,
        Answer::No => 3,
    });
    sorted
}
