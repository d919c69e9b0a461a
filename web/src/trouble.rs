//! When the page itself fails: what happened, the link that reproduces it, and a way on.
//!
//! A panic ends the module, so the panel stands ready in `index.html`; the hook only fills in text and shows it. The
//! buttons are wired by `static/boot.mjs`, which does not depend on the module.

use crate::dom;
use std::cell::RefCell;

thread_local! {
    /// Where the reader was when last something changed.
    static LAST_LINK: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Remembers the address that reproduces the present state.
pub fn remember_link(link: &str) {
    LAST_LINK.with(|last| last.replace(link.into()));
}

/// Shows a panic to the reader instead of a dead page.
pub fn watch() {
    // SUBTLE: by Yew's own function, since it would put another hook in the place of one set otherwise.
    yew::set_custom_panic_hook(Box::new(|info| {
        let what = info.to_string();
        web_sys::console::error_1(&what.clone().into());
        let link = LAST_LINK.with(|last| last.try_borrow().map(|link| link.clone()).unwrap_or_default());
        if let Some(place) = dom::by_id("trouble-what") {
            place.set_text_content(Some(&what));
        }
        if let Some(place) = dom::by_id("trouble-link") {
            let _ = place.set_attribute("value", &link);
        }
        if let Some(body) = dom::document().body() {
            let _ = body.set_attribute("data-state", "trouble");
        }
    }));
}
