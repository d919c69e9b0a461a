//! Parameters as forms: made from a protocol's description, nothing else.

use crate::controls::pick::{numbered, pick};
use crate::tag::{check, div, is_checked, number_field, said, tag, words};
use playground_core::param::{ParamGroup, ParamKind, ParamSpec};
use yew::prelude::*;

/// Which parameters, and their values.
pub(super) struct ParamsForm {
    /// The specs.
    pub(super) specs: &'static [ParamSpec],
    /// Values over the defaults.
    pub(super) changed: Vec<(String, u64)>,
    /// Takes all values over the defaults.
    pub(super) on_change: Callback<Vec<(String, u64)>>,
}

/// The groups a form shows, in order. Twins have a list of their own.
const GROUPS: [(ParamGroup, &str); 3] =
    [(ParamGroup::Cluster, "Cluster"), (ParamGroup::Timing, "Timing"), (ParamGroup::Feature, "Features")];

/// The parameters by group. Each change runs afresh.
pub(super) fn draw(props: &ParamsForm) -> Html {
    let groups = GROUPS.iter().filter_map(|(group, title)| {
        let specs = props.specs.iter().filter(|spec| spec.group == *group);
        let rows: Vec<Html> = specs.map(|spec| row(props, spec)).collect();
        (!rows.is_empty()).then(|| tag("fieldset").put(words("legend", *title)).all(rows).done())
    });
    div("div", "params").all(groups).done()
}

/// The value of a parameter among those that differ from their defaults.
pub fn value_of(spec: &ParamSpec, changed: &[(String, u64)]) -> u64 {
    changed.iter().find(|(id, _)| id == spec.id).map_or(spec.default_value(), |(_, value)| *value)
}

/// The values with one set: only what differs from its default is kept.
pub fn with(changed: &[(String, u64)], spec: &ParamSpec, value: u64) -> Vec<(String, u64)> {
    let mut all: Vec<(String, u64)> = changed.iter().filter(|(id, _)| id != spec.id).cloned().collect();
    if value != spec.default_value() {
        all.push((spec.id.into(), value));
    }
    all
}

fn row(props: &ParamsForm, spec: &'static ParamSpec) -> Html {
    let value = value_of(spec, &props.changed);
    let (changed, on_change) = (props.changed.clone(), props.on_change.clone());
    let set = Callback::from(move |value: u64| on_change.emit(with(&changed, spec, value)));
    let id = format!("param-{}", spec.id);
    let help = format!("{id}-help");
    let taken = spec.bound.map(|bound| {
        let other = props.specs.iter().find(|other| other.id == bound.other());
        let text = other.map_or_else(String::new, |other| {
            let taken = bound.taken(value, value_of(other, &props.changed));
            if taken == value { String::new() } else { format!("Taken: {taken}, as “{}”.", other.title) }
        });
        div("output", "said").set("aria-live", "polite").text(text).done()
    });
    let more = || div("span", "hidden").set("id", help.clone()).text(spec.help).done();
    let field = match spec.kind {
        ParamKind::Flag { .. } => {
            let on_change = set.reform(|event: Event| u64::from(is_checked(&event)));
            return check(spec.title, value != 0, on_change).set("title", spec.help).put(more()).done();
        }
        ParamKind::Number { min, max, unit, .. } => {
            let field = number_field(id.clone().into(), value, (min, max), set);
            let field = field.set("aria-describedby", help.clone()).done();
            div("span", "measure").put(field).put(div("span", "unit").text(unit)).done()
        }
        ParamKind::Choice { options, .. } => {
            let on_pick = set.reform(|at: String| at.parse().unwrap_or(0));
            let options = numbered(options.iter().copied());
            pick(spec.title.into(), "", options, &value.to_string(), &on_pick)
        }
    };
    div("div", "row")
        .set("title", spec.help)
        .put(tag("label").set("for", id).text(spec.title))
        .put(field)
        .put(more())
        .put(said())
        .put_if(taken)
        .done()
}
