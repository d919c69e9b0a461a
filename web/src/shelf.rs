//! Which protocols this module carries, and how to get the module that carries the others.
//!
//! The page is built twice. The first module carries the protocol a visitor meets, so that it loads fast; the other one
//! carries all. When a run of another protocol is wanted, `static/boot.mjs` loads the second and it takes the page over.

use crate::dom;
use js_sys::{Function, Promise, Reflect};
use playground_core::registry::{Entry, OpenError, first, titles};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::Element;

/// What `static/boot.mjs` leaves in the page: a function that loads the other module.
const MORE: &str = "playgroundMore";
/// The fragment that the other module is to open. Not the address bar: a frame without an origin may not change that.
const WANTED: &str = "playgroundWanted";

/// What a page leaves for the one that takes over: a function that takes it away.
const LEAVE: &str = "playgroundLeave";

thread_local! {
    static SHELF: Cell<&'static [Entry]> = Cell::new(first());
}

/// Says what this module carries.
pub fn stock(entries: &'static [Entry]) {
    SHELF.with(|shelf| shelf.set(entries));
}

/// What this module carries.
pub fn entries() -> &'static [Entry] {
    SHELF.with(Cell::get)
}

/// The entry of a protocol.
///
/// # Errors
/// This module does not carry it.
pub fn find(slug: &str) -> Result<&'static Entry, OpenError> {
    let found = entries().iter().find(|entry| entry.meta.slug == slug);
    found.ok_or_else(|| OpenError::UnknownProtocol { slug: slug.chars().take(64).collect() })
}

/// The title of a protocol that only the other module carries.
pub fn elsewhere(slug: &str) -> Option<&'static str> {
    let title = titles().iter().find(|title| title.slug == slug)?;
    find(slug).is_err().then_some(title.title)
}

/// Has the other module loaded and open a fragment. `None` where the page cannot.
pub fn fetch(fragment: &str) -> Option<Promise> {
    let window = dom::window();
    let more = Reflect::get(&window, &MORE.into()).ok()?.dyn_into::<Function>().ok()?;
    Reflect::set(&window, &WANTED.into(), &fragment.into()).ok()?;
    more.call0(&JsValue::NULL).ok()?.dyn_into().ok()
}

/// Puts a page where another module's may be: that one leaves first, and what is put there now leaves when the next one
/// comes.
pub fn take_over<C: yew::Component>(root: &Element, render: impl FnOnce(Element) -> yew::AppHandle<C>) {
    let window = dom::window();
    let leave = Reflect::get(&window, &LEAVE.into()).ok().and_then(|leave| leave.dyn_into::<Function>().ok());
    if let Some(leave) = leave {
        let _ = leave.call0(&JsValue::NULL);
    }
    // A fresh place: listeners of the other module may still hang on the old one.
    let fresh = root.clone_node().ok().and_then(|node| node.dyn_into::<Element>().ok());
    let place = fresh.filter(|fresh| root.replace_with_with_node_1(fresh).is_ok());
    let page = render(place.unwrap_or_else(|| root.clone()));
    let leave = Closure::once_into_js(move || page.destroy());
    let _ = Reflect::set(&window, &LEAVE.into(), &leave);
}

/// The fragment that this module was loaded for, once.
pub fn wanted() -> Option<String> {
    let window = dom::window();
    let wanted = Reflect::get(&window, &WANTED.into()).ok()?.as_string()?;
    Reflect::set(&window, &WANTED.into(), &JsValue::UNDEFINED).ok()?;
    Some(wanted)
}
