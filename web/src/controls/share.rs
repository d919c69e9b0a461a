//! Passing a run on: a link, and code for a page that embeds it. Both open at the present step.

use crate::ask::Ask;
use crate::controls::window::Window;
use crate::dom;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// The links, each with a button that copies it and a field to copy from where the browser forbids that.
///
/// `address` is that of the full page at this step; `title` names the run, for the frame.
pub(crate) fn draw(address: &str, title: &str, ask: &Callback<Ask>) -> Html {
    let code = embed_code(address, title);
    let on_link = {
        let (address, ask) = (address.to_owned(), ask.clone());
        Callback::from(move |_: MouseEvent| copy(address.clone(), "link", &ask))
    };
    let on_code = {
        let (code, ask) = (code.clone(), ask.clone());
        Callback::from(move |_: MouseEvent| copy(code.clone(), "embed code", &ask))
    };
    let select_field = Callback::from(|event: FocusEvent| {
        if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
            field.select();
        }
    });
    let select_area = Callback::from(|event: FocusEvent| {
        if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
            field.select();
        }
    });
    html! {
        <Window title="Share this step" ask={ask.clone()}>
            <label for="share-link">{ "Link" }</label>
            <div class="field">
                <input id="share-link" readonly=true value={address.to_owned()} onfocus={select_field} />
                <button type="button" class="press primary" onclick={on_link}>{ "Copy link" }</button>
            </div>
            <label for="share-code">{ "Code for a page that embeds it" }</label>
            <div class="field">
                <textarea id="share-code" readonly=true rows="4" value={code} onfocus={select_area} />
                <button type="button" class="press" onclick={on_code}>{ "Copy embed code" }</button>
            </div>
            <p class="fine">
                { "The whole run is in the link, after “#”: nothing is stored anywhere, and no server sees it. " }
                { format!("{} characters.", address.chars().count()) }
            </p>
        </Window>
    }
}

/// Puts a text on the clipboard, and reports how that went.
pub fn copy(text: String, what: &'static str, ask: &Callback<Ask>) {
    let ask = ask.clone();
    // SUBTLE: outside a secure context there is no clipboard, and then even asking for it throws.
    if !dom::is_secure() {
        ask.emit(Ask::Copied(what, false));
        return;
    }
    let written = dom::window().navigator().clipboard().write_text(&text);
    spawn_local(async move { ask.emit(Ask::Copied(what, JsFuture::from(written).await.is_ok())) });
}

/// The code of a frame that shows an address.
fn embed_code(address: &str, title: &str) -> String {
    let source = address.replacen("?step=", "?embed=1&step=", 1);
    let (source, title) = (escape(&source), escape(title));
    format!(
        "<iframe src=\"{source}\" title=\"{title}\" width=\"100%\" height=\"560\" loading=\"lazy\" \
         allow=\"clipboard-write\"></iframe>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embed_code_is_safe_inside_its_quotes() {
        let code = embed_code("https://a.b/?step=3#v1.x", "A \"run\" <b>");
        assert!(code.contains("src=\"https://a.b/?embed=1&amp;step=3#v1.x\""), "{code}");
        assert!(code.contains("title=\"A &quot;run&quot; &lt;b>\""), "{code}");
    }
}
