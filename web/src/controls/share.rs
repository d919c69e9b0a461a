//! Passing a run on: a link, and code for a page that embeds it. Both open at the present step.

use crate::ask::Ask;
use crate::controls::window::window;
use crate::dom;
use crate::tag::{Tag, button, div, tag};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// The links, each with a button that copies it and a field to copy from where the browser forbids that.
///
/// `address` is that of the full page at this step; `title` names the run, for the frame.
pub(crate) fn draw(address: &str, title: &str, ask: &Callback<Ask>) -> Html {
    let code = embed_code(address, title);
    let copies = |text: &str, what: &'static str| {
        let (text, ask) = (text.to_owned(), ask.clone());
        Callback::from(move |_: MouseEvent| copy(text.clone(), what, &ask))
    };
    let (on_link, on_code) = (copies(address, "link"), copies(&code, "embed code"));
    let label = |id: &'static str, text: &'static str| tag("label").set("for", id).text(text).done();
    let field = |field: Tag, id, text: String| {
        field.set("id", id).set("readonly", "").value(text.into()).select_all().done()
    };
    let length = format!("{} characters.", address.chars().count());
    let link = field(tag("input"), "share-link", address.to_owned());
    let area = field(tag("textarea").set("rows", "4"), "share-code", code);
    let fields = vec![
        label("share-link", "Link"),
        div("div", "field").put(link).put(button("press primary", on_link).text("Copy link")).done(),
        label("share-code", "Code for a page that embeds it"),
        div("div", "field").put(area).put(button("press", on_code).text("Copy embed code")).done(),
        div("p", "fine")
            .text("The whole run is in the link, after “#”: nothing is stored anywhere, and no server sees it. ")
            .text(length)
            .done(),
    ];
    window("Share this step", ask, fields)
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
