//! A dialog over the page: the browser's own, which keeps the focus inside and gives it back.

use crate::ask::Ask;
use crate::icons::Icon;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// What a dialog holds.
#[derive(Properties, PartialEq)]
pub struct WindowProps {
    /// Its heading.
    pub title: &'static str,
    /// Where requests go.
    pub ask: Callback<Ask>,
    /// What is in it.
    pub children: Html,
}

/// An open dialog. Closing it asks the page to take it away.
#[component]
pub fn Window(props: &WindowProps) -> Html {
    let place = use_node_ref();
    use_effect_with((), {
        let place = place.clone();
        move |()| {
            if let Some(dialog) = place.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        }
    });
    let on_close = props.ask.reform(|_: Event| Ask::Dialog(None));
    let on_button = props.ask.reform(|_: MouseEvent| Ask::Dialog(None));
    html! {
        <dialog ref={place} class="window" aria-labelledby="window-title" onclose={on_close}>
            <header>
                <h2 id="window-title">{ props.title }</h2>
                <button type="button" class="quiet" onclick={on_button} aria-label="Close">{ Icon::Close.draw() }</button>
            </header>
            { props.children.clone() }
        </dialog>
    }
}
