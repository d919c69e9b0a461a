//! One renderer for each kind of panel. A new kind is a change of the boundary, made on purpose: this `match` finds it.
//!
//! Each renderer gets the panel as it was one step before, if there was one, and shows what the step changed on a tint
//! with the old value struck beside it.

mod facts;
mod log;
mod quorum;
mod table;

pub(crate) use log::draw as draw_log;

use crate::tag::{Tag, div, tag, words};
use playground_core::view::{Frame, Kept, Panel, QuorumView};
use yew::prelude::*;

/// What survives a crash, as far as the panel says.
pub fn kept(panel: &Panel) -> Kept {
    match panel {
        Panel::Facts { kept, .. } | Panel::Table { kept, .. } => *kept,
        Panel::Log(log) => log.kept,
        Panel::Quorum(quorum) => quorum.kept,
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
        // A log knows its node: see `draw_log`.
        (Panel::Log(_), _) => Html::default(),
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
    let shown = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    match old.filter(|old| *old != new) {
        None => div("span", "value").text(new.to_owned()).done(),
        Some(old) => {
            let was = div("span", "hidden").text("was ").done();
            let struck = tag("del").put(was).text(shown(old)).done();
            div("span", "value changed").put(struck).text(" ").put(words("ins", shown(new))).done()
        }
    }
}

/// A table under its column headings, which scrolls within its box.
fn table(title: &'static str, class: &'static str, columns: &[&'static str], rows: Vec<Html>) -> Tag {
    let heads = columns.iter().map(|column| tag("th").set("scope", "col").text(*column).done());
    let head = tag("thead").put(tag("tr").all(heads)).done();
    let table = div("table", class).put(head).put(tag("tbody").all(rows)).done();
    div("div", "scroll").set("tabindex", "0").set("role", "group").set("aria-label", title).put(table)
}
