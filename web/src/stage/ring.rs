//! The quorum ring: a notch for each voter around the node that collects their answers, and a mark at the threshold.
//!
//! Notches stand in the order of their answers, not of the roster: in favour first, then awaited, unreachable and
//! refused. So the ring fills towards the mark like a gauge, and a mark that lies among dashed and crossed notches shows
//! that the quorum can't be reached any more. Where it takes two majorities no single mark is true, so none is drawn.

use super::shape::{Point, sector};
use super::svg::{Pen, circle, group, path, svg, title, translate};
use super::words;
use crate::scene::Scene;
use playground_core::view::{Answer, Notch, QuorumView, Threshold};
use std::f64::consts::{FRAC_PI_2, TAU};
use yew::prelude::*;

/// The ring between two radii, around the origin.
pub fn quorum_ring(quorum: &QuorumView, inner: f64, outer: f64, scene: &Scene) -> Html {
    let notches = in_order(&quorum.notches);
    let step = TAU / notches.len().max(1) as f64;
    let gap = (3.0 / outer).min(step * 0.3);
    let mut parts = Vec::with_capacity(notches.len() + 3);
    for (position, notch) in notches.iter().enumerate() {
        let from = step * position as f64 + gap / 2.0;
        parts.push(one_notch(
            notch,
            inner,
            outer,
            (from, from + step - gap),
            &words::name(scene, notch.node),
        ));
    }
    if let Threshold::Of(needed) = quorum.threshold {
        threshold_mark(needed as f64 * step, inner, outer, &mut parts);
    }
    if !quorum.is_reached() {
        return group("quorum", parts);
    }
    parts.push(circle("quorum-closed", outer + 3.0));
    group("quorum is-reached", parts)
}

fn one_notch(notch: &Notch, inner: f64, outer: f64, (from, to): (f64, f64), name: &str) -> Html {
    let (class, word) = match notch.answer {
        Answer::Yes => ("notch is-yes", "yes"),
        Answer::No => ("notch is-no", "no"),
        Answer::Awaited => ("notch is-awaited", "awaited"),
        Answer::Unreachable => ("notch is-unreachable", "unreachable"),
    };
    let mut parts = vec![title(&[name, ": ", word].concat()), path("", &sector(inner, outer, from, to))];
    if notch.answer == Answer::No {
        let middle = Point::default().towards((from + to) / 2.0 - FRAC_PI_2, (inner + outer) / 2.0);
        let place = translate(middle);
        parts.push(svg!("path", "class" = "notch-cross", "d" = "M-4-4L4 4M4-4L-4 4", "transform" = &place));
    }
    group(class, parts)
}

fn threshold_mark(angle: f64, inner: f64, outer: f64, parts: &mut Vec<Html>) {
    let at = |radius| Point::default().towards(angle - FRAC_PI_2, radius);
    let mark = Pen::line(&[at(inner - 2.0), at(outer + 5.0)]);
    parts.push(path("threshold-ground", &mark.0));
    parts.push(path("threshold", &mark.0));
}

/// In favour, awaited, unreachable, refused; each kind in the order of the roster.
fn in_order(notches: &[Notch]) -> Vec<Notch> {
    let kinds = [Answer::Yes, Answer::Awaited, Answer::Unreachable, Answer::No];
    kinds.iter().flat_map(|kind| notches.iter().filter(move |notch| notch.answer == *kind)).cloned().collect()
}
