//! The browser, wrapped: everything that may be missing or refuse is an `Option` here.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, HtmlInputElement, Window};

/// The window.
///
/// # Panics
/// Outside a page: there is nothing to do there.
pub fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

/// The document.
///
/// # Panics
/// Outside a page.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The element with an id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Milliseconds of wall time since the page opened; 0 where there is no clock.
pub fn wall_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Whether a media query holds.
pub fn media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// The reader asked for less motion.
pub const STILL: &str = "(prefers-reduced-motion: reduce)";

/// Whether the reader asked for less motion.
pub fn is_still() -> bool {
    media(STILL)
}

/// What stands in a field that somebody is in.
pub fn typed_in(id: &str) -> Option<String> {
    let active = document().active_element().filter(|active| active.id() == id)?;
    active.dyn_into::<HtmlInputElement>().ok().map(|field| field.value())
}

/// Gives the keyboard back to the stage when a button or a list was used by mouse: Space is to play, not to press that
/// button again. Who came to it by keyboard (it shows its focus) stays there.
pub fn let_go() {
    let Some(active) = document().active_element() else { return };
    let is_done_with = matches!(active.tag_name().as_str(), "BUTTON" | "SELECT" | "SUMMARY")
        && !active.matches(":focus-visible").unwrap_or(true)
        && active.closest("dialog").ok().flatten().is_none();
    if is_done_with && let Some(stage) = by_id("stage").and_then(|stage| stage.dyn_into::<HtmlElement>().ok())
    {
        let _ = stage.focus();
    }
}

/// Whether nothing has the focus: what had it is gone.
pub fn is_focus_lost() -> bool {
    document().active_element().is_none_or(|active| active.tag_name() == "BODY")
}

/// What was remembered under a key. In a sandboxed frame even reading throws: then nothing.
pub fn remembered(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(&format!("quorum-playground.{key}")).ok().flatten()
}

/// Remembers a value, where that is allowed.
pub fn remember(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(&format!("quorum-playground.{key}"), value);
    }
}

/// A warning for whoever looks at the console.
pub fn warn(text: &str) {
    web_sys::console::warn_1(&JsValue::from_str(text));
}

/// The page's address without query and fragment.
pub fn address() -> String {
    let location = window().location();
    format!("{}{}", location.origin().unwrap_or_default(), location.pathname().unwrap_or_default())
}

/// The query, with its `?`, and the fragment, with its `#`; each may be empty.
pub fn query_and_fragment() -> (String, String) {
    let location = window().location();
    (location.search().unwrap_or_default(), location.hash().unwrap_or_default())
}

/// Puts query and fragment in the address bar without a new entry in the history. A sandboxed frame may refuse.
pub fn replace_address(query_and_fragment: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(query_and_fragment));
    }
}

/// Whether the page is in a secure context, where there is a clipboard.
pub fn is_secure() -> bool {
    window().is_secure_context()
}
