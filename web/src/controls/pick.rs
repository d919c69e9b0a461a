//! A choice of one among several, as the browser draws it.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What can be chosen.
#[derive(Properties, PartialEq)]
pub struct PickProps {
    /// What it is for, for who hears the page.
    pub label: AttrValue,
    /// Values, and how a reader sees them.
    pub options: Vec<(AttrValue, AttrValue)>,
    /// The value chosen.
    pub value: AttrValue,
    /// Further classes.
    #[prop_or_default]
    pub class: Classes,
    /// Takes another.
    pub on_pick: Callback<String>,
}

/// The choice.
#[component]
pub fn Pick(props: &PickProps) -> Html {
    let place = use_node_ref();
    // SUBTLE: a `selected` attribute counts only until somebody chooses, so the value is set on the element itself.
    use_effect_with((props.value.clone(), props.options.clone()), {
        let place = place.clone();
        move |(value, _)| {
            if let Some(select) = place.cast::<HtmlSelectElement>() {
                select.set_value(value);
            }
        }
    });
    let onchange = props.on_pick.reform(|event: Event| {
        event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value()).unwrap_or_default()
    });
    let options = props.options.iter().map(|(value, shown)| {
        html! { <option value={value.clone()} selected={*value == props.value}>{ shown }</option> }
    });
    html! {
        <select ref={place} class={props.class.clone()} aria-label={props.label.clone()} title={props.label.clone()} {onchange}>
            { for options }
        </select>
    }
}
