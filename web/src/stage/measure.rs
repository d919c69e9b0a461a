//! The size of an element in pixels, told again whenever it changes.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver};
use yew::prelude::*;

/// The width and height of the element, `None` until it is in the page.
#[hook]
pub fn use_size(element: &NodeRef) -> Option<(f64, f64)> {
    let size = use_state_eq(|| None);
    let setter = size.setter();
    let element = element.clone();
    use_effect_with((), move |()| {
        let watched = element.cast::<Element>();
        let seen = watched.clone();
        let told = Closure::<dyn Fn()>::new(move || {
            if let Some(element) = seen.as_ref().and_then(|element| element.dyn_ref::<HtmlElement>()) {
                let (w, h) = (f64::from(element.client_width()), f64::from(element.client_height()));
                setter.set((w > 0.0 && h > 0.0).then_some((w, h)));
            }
        });
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(watched)) = (&observer, &watched) {
            observer.observe(watched);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(told);
        }
    });
    *size
}

/// How much larger than usual a theme wants its text, by the computed size of an element's small text.
pub fn text_scale(element: &NodeRef) -> f64 {
    let size = element.cast::<Element>().and_then(|element| {
        let style = web_sys::window()?.get_computed_style(&element).ok()??;
        style.get_property_value("font-size").ok()?.trim_end_matches("px").parse::<f64>().ok()
    });
    (size.unwrap_or(TEXT) / TEXT).clamp(0.5, 3.0)
}

/// The size of small text that the geometry reckons with.
const TEXT: f64 = 13.0;
