//! Labelled values.

use super::value;
use playground_core::view::Fact;
use yew::prelude::*;

pub(super) fn draw(title: &str, facts: &[Fact], compare: bool, old: &[Fact]) -> Html {
    let rows = facts.iter().map(|fact| {
        let was = old.iter().find(|other| other.label == fact.label).map(|other| other.value.as_str());
        let was = if compare { was.or(Some("")) } else { None };
        html! {
            <div><dt>{ fact.label }</dt><dd>{ value(&fact.value, was) }</dd></div>
        }
    });
    html! {
        <section class="panel">
            <h3>{ title }</h3>
            <dl class="facts">{ for rows }</dl>
        </section>
    }
}
