//! One renderer for each kind of panel. A new kind is a change of the boundary, made on purpose: this `match` finds it.
//!
//! Each renderer gets the panel as it was one step before, if there was one, and shows what the step changed on a tint
//! with the old value struck beside it.

mod facts;
mod log;
mod quorum;
mod table;

pub use log::LogTable;

use playground_core::view::{Frame, Kept, Panel, QuorumView};
use yew::prelude::*;

/// What survives a crash, as far as the panel says.
pub fn kept(panel: &Panel) -> Kept {
    match panel {
        Panel::Facts { kept, .. } | Panel::Table { kept, .. } => *kept,
        Panel::Log(log) => log.kept,
        Panel::Quorum(_) => Kept::Volatile,
    }
}

/// Draws a panel.
pub fn draw(panel: &Panel, before: Option<&Panel>, frame: &Frame) -> Html {
    match (panel, before) {
        (Panel::Facts { title, facts, .. }, before) => {
            let old = match before {
                Some(Panel::Facts { facts, .. }) => facts.as_slice(),
                _ => &[],
            };
            facts::draw(title, facts, before.is_some(), old)
        }
        (Panel::Log(log), before) => {
            let old = match before {
                Some(Panel::Log(old)) => Some(old),
                _ => None,
            };
            log::draw(log, old)
        }
        (Panel::Quorum(quorum), _) => quorum::draw(quorum, frame),
        (Panel::Table { title, columns, rows, .. }, before) => {
            let old = match before {
                Some(Panel::Table { rows, .. }) => rows.as_slice(),
                _ => &[],
            };
            table::draw(title, columns, rows, before.is_some(), old)
        }
    }
}

/// Draws answers being collected.
pub fn draw_quorum(quorum: &QuorumView, frame: &Frame) -> Html {
    quorum::draw(quorum, frame)
}

/// The panel of a list that is the same thing as this one: same kind, same heading.
pub fn counterpart<'a>(panel: &Panel, among: &'a [Panel]) -> Option<&'a Panel> {
    among.iter().find(|other| match (panel, other) {
        (Panel::Facts { title: a, .. }, Panel::Facts { title: b, .. })
        | (Panel::Table { title: a, .. }, Panel::Table { title: b, .. }) => a == b,
        (Panel::Log(a), Panel::Log(b)) => a.title == b.title,
        (Panel::Quorum(_), Panel::Quorum(_)) => true,
        _ => false,
    })
}

/// A value, and, if it has just changed, the old one struck beside it.
pub fn value(new: &str, old: Option<&str>) -> Html {
    match old.filter(|old| *old != new) {
        None => html! { <span class="value">{ new }</span> },
        Some(old) => html! {
            <span class="value changed">
                <del><span class="hidden">{ "was " }</span>{ if old.is_empty() { "–" } else { old } }</del>
                { " " }
                <ins>{ if new.is_empty() { "–" } else { new } }</ins>
            </span>
        },
    }
}
