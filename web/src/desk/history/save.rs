//! Getting a text out of the page: onto the clipboard, or as a file.

use crate::desk::wish;
use crate::dom;
use crate::late::desk_wire::Wish;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, HtmlAnchorElement, Url};

/// Copies a text, and says how that went.
pub(super) fn copy(text: String) {
    let refused = "The browser does not let this page copy: select the text and copy it.";
    if !dom::is_secure() {
        return wish(Wish::Say(refused.into()));
    }
    let written = dom::window().navigator().clipboard().write_text(&text);
    spawn_local(async move {
        let is_done = JsFuture::from(written).await.is_ok();
        wish(Wish::Say(if is_done { "The history is copied." } else { refused }.into()));
    });
}

/// Offers a text as a file of this name. `None` where the browser refuses.
pub(super) fn save(text: &str, name: &str) -> Option<()> {
    let blob = Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text))).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let link = dom::document().create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address).ok()
}
