//! A dialog over the page: the browser's own, which keeps the focus inside and gives it back.

use crate::ask::Ask;
use crate::dom;
use crate::icons::Icon;
use crate::tag::{div, quiet, tag};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Id of the dialog.
const ID: &str = "window";

/// An open dialog. Closing it asks the page to take it away; [`show`] puts it over the page.
pub(crate) fn window(title: &'static str, ask: &Callback<Ask>, children: Vec<Html>) -> Html {
    let on_button = Ask::press(ask, Ask::Dialog(None));
    let heading = tag("h2").set("id", "window-title").text(title).done();
    let close = quiet(Icon::Close, "", "Close".into(), on_button).done();
    div("dialog", "window")
        .set("id", ID)
        .set("aria-labelledby", "window-title")
        .on_close(ask.reform(|_: Event| Ask::Dialog(None)))
        .put(tag("header").put(heading).put(close))
        .all(children)
        .done()
}

/// Puts a dialog that has just been drawn over the page.
pub(crate) fn show() {
    if let Some(dialog) = dom::by_id(ID).and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok())
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}
