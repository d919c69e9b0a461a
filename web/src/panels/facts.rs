//! Labelled values.

use super::value;
use crate::inspect::{fact, panel};
use crate::tag::div;
use playground_core::view::Fact;
use yew::prelude::*;

pub(super) fn draw(title: &'static str, facts: &[Fact], compare: bool, old: &[Fact]) -> Html {
    let rows = facts.iter().map(|shown| {
        let was =
            old.iter().find(|other| other.label == shown.label).map_or("", |other| other.value.as_str());
        fact(shown.label, value(&shown.value, compare.then_some(was)))
    });
    panel(title, vec![div("dl", "facts").all(rows).done()])
}
