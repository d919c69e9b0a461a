//! A choice of one among several, as the browser draws it.

use crate::tag::{div, tag};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The choice: what it is for, values and how a reader sees them, the one chosen, and who takes another.
#[inline(never)]
pub fn pick(
    label: AttrValue,
    class: &'static str,
    options: Vec<(AttrValue, AttrValue)>,
    value: &str,
    on_pick: &Callback<String>,
) -> Html {
    let on_change = on_pick.reform(|event: Event| {
        event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value()).unwrap_or_default()
    });
    let options = options.into_iter().map(|(own, shown)| {
        let is_chosen = own == value;
        tag("option").set("value", own).chosen(is_chosen).text(shown).done()
    });
    div("select", class)
        .set("aria-label", label.clone())
        .set("title", label)
        .on_change(on_change)
        .all(options)
        .done()
}

/// Options known by their positions.
pub fn numbered<'a>(words: impl Iterator<Item = &'a str>) -> Vec<(AttrValue, AttrValue)> {
    words.enumerate().map(|(at, word)| (at.to_string().into(), word.to_owned().into())).collect()
}
