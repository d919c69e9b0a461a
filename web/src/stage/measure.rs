//! The size of an element in pixels, told again whenever it changes.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};
use yew::Callback;

/// Watches an element until it is dropped.
pub struct SizeWatch {
    observer: Option<ResizeObserver>,
    _told: Closure<dyn Fn()>,
}

impl SizeWatch {
    /// Tells width and height now and after each change; nothing while the element has no area.
    pub fn new(element: &Element, tell: Callback<(f64, f64)>) -> Self {
        let seen = element.clone();
        let told = Closure::<dyn Fn()>::new(move || {
            let (w, h) = (f64::from(seen.client_width()), f64::from(seen.client_height()));
            if w > 0.0 && h > 0.0 {
                tell.emit((w, h));
            }
        });
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        Self { observer, _told: told }
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// How much larger than usual a theme wants its text, by the computed size of an element's small text.
pub fn text_scale(element: &Element) -> f64 {
    let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok()?);
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    let size = size.map_or(TEXT, |size| js_sys::parse_float(&size));
    if size > 0.0 { (size / TEXT).clamp(0.5, 3.0) } else { 1.0 }
}

/// The size of small text that the geometry reckons with.
const TEXT: f64 = 13.0;
