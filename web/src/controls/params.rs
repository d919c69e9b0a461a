//! Parameters as forms: made from a protocol's description, nothing else.

use crate::controls::pick::Pick;
use crate::controls::when;
use playground_core::param::{ParamGroup, ParamKind, ParamSpec};
use web_sys::HtmlInputElement;
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
        let rows: Vec<Html> =
            props.specs.iter().filter(|spec| spec.group == *group).map(|spec| row(props, spec)).collect();
        (!rows.is_empty()).then(|| {
            html! {
                <fieldset>
                    <legend>{ title }</legend>
                    { for rows }
                </fieldset>
            }
        })
    });
    html! { <div class="params">{ for groups }</div> }
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
    let field = match spec.kind {
        ParamKind::Flag { .. } => {
            let onchange = set.reform(|event: Event| {
                u64::from(event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked()))
            });
            return html! {
                <label class="check" title={spec.help}>
                    <input type="checkbox" checked={value != 0} {onchange} aria-describedby={help.clone()} />
                    { spec.title }
                    <span id={help} class="hidden">{ spec.help }</span>
                </label>
            };
        }
        ParamKind::Number { min, max, unit, .. } => {
            let onchange = when(&set, move |event: Event| {
                let input = event.target_dyn_into::<HtmlInputElement>()?;
                let wanted = input.value().trim().parse::<u64>().unwrap_or(value).clamp(min, max);
                input.set_value(&wanted.to_string());
                Some(wanted)
            });
            html! {
                <span class="measure">
                    <input id={id.clone()} type="number" min={min.to_string()} max={max.to_string()}
                        value={value.to_string()} {onchange} aria-describedby={help.clone()} />
                    <span class="unit">{ unit }</span>
                </span>
            }
        }
        ParamKind::Choice { options, .. } => {
            let options: Vec<(AttrValue, AttrValue)> = options
                .iter()
                .enumerate()
                .map(|(at, word)| (at.to_string().into(), (*word).into()))
                .collect();
            let on_pick = set.reform(|at: String| at.parse().unwrap_or(0));
            html! { <Pick label={spec.title} {options} value={value.to_string()} {on_pick} /> }
        }
    };
    html! {
        <div class="row" title={spec.help}>
            <label for={id}>{ spec.title }</label>
            { field }
            <span id={help} class="hidden">{ spec.help }</span>
        </div>
    }
}
