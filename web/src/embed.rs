//! Living in a frame of another page: what is told to that page, and what is taken from it.
//!
//! Told: `{source: "quorum-playground", v: 1, type: "ready" | "resize" | "state" | "error", …}`, and on a change of
//! height also the two forms that learning platforms and notebooks listen for. Taken: the commands of `command`, only
//! from the parent and only where its origin is the `host` of the address; and the two words of slide decks, from any.

use crate::ask::Ask;
use crate::dom;
use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use playground_core::view::Frame;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;
use yew::Callback;

/// Longest message that is looked at.
const MESSAGE_CHARS_MAX: usize = 40_000;

thread_local! {
    /// What was last told of the state and of the height.
    static TOLD: Cell<(u64, u64, bool)> = const { Cell::new((u64::MAX, 0, false)) };
    static TOLD_HEIGHT: Cell<i32> = const { Cell::new(0) };
}

/// Whether there is a page around this one.
pub fn is_framed() -> bool {
    let window = dom::window();
    window.parent().ok().flatten().is_some_and(|parent| parent != window)
}

/// Tells the page around that this one is ready.
pub fn tell_ready() {
    tell("ready", &[]);
}

/// Tells the page around where the run stands, if that has changed, and how high this page is.
pub fn tell_state(frame: &Frame, playing: bool) {
    if !is_framed() {
        return;
    }
    let now = (frame.step, frame.head, playing);
    if TOLD.replace(now) != now {
        post(&state(frame, playing));
    }
    let height = dom::by_id("page").map_or(0, |page| page.scroll_height());
    if TOLD_HEIGHT.replace(height) != height {
        tell("resize", &[("height", height.into())]);
        post(&object(&[("subject", "lti.frameResize".into()), ("height", height.into())]));
        let iframe =
            format!("{{\"src\":\"quorum-playground\",\"context\":\"iframe.resize\",\"height\":{height}}}");
        post(&JsValue::from_str(&iframe));
    }
}

/// Where a run stands, as it is told.
pub fn state(frame: &Frame, playing: bool) -> JsValue {
    let violated = frame.verdicts.iter().any(|verdict| !verdict.holds);
    let (step, head) = (frame.step as f64, frame.head as f64);
    message(
        "state",
        &[
            ("step", step.into()),
            ("head", head.into()),
            ("playing", playing.into()),
            ("violated", violated.into()),
        ],
    )
}

/// Listens to the page around, if there is one.
pub fn listen(ask: &Callback<Ask>, host: Option<&str>) -> Option<EventListener> {
    let (ask, host) = (ask.clone(), host.map(str::to_owned));
    is_framed().then(|| {
        EventListener::new(&dom::window(), "message", move |event| {
            let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
            let parent = dom::window().parent().ok().flatten();
            let is_from_parent = parent.is_some_and(|parent| {
                event.source().is_some_and(|source| JsValue::from(source) == JsValue::from(parent))
            });
            if let Some(word) = event.data().as_string() {
                match word.as_str() {
                    "slide:start" if is_from_parent => ask.emit(Ask::Play),
                    "slide:stop" if is_from_parent => ask.emit(Ask::Pause),
                    _ => {}
                }
            } else if is_from_parent && host.as_deref() == Some(event.origin().as_str()) {
                match command(&event.data()) {
                    Ok(asked) => ask.emit(asked),
                    Err(wanted) => tell_trouble(wanted),
                }
            }
        })
    })
}

/// A command of the page around: `{type: "play" | "pause" | "step" | "back" | "seek" | "reset" | "load", …}`, where
/// `seek` has a `step` and `load` a `link`.
///
/// # Errors
/// What was wanted, for the page around.
pub fn command(data: &JsValue) -> Result<Ask, &'static str> {
    let field = |name: &str| Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
    match field("type").as_string().unwrap_or_default().as_str() {
        "play" => Ok(Ask::Play),
        "pause" => Ok(Ask::Pause),
        "step" => Ok(Ask::Step),
        "back" => Ok(Ask::Back),
        "reset" => Ok(Ask::Start),
        "seek" => {
            let step = field("step").as_f64().filter(|step| (0.0..=1e12).contains(step));
            let step = step.ok_or("seek: step must be a number, 0 or more")?;
            Ok(Ask::Intent(crate::scene::Intent::Seek(step as u64)))
        }
        "load" => {
            let link = field("link").as_string().filter(|link| link.len() <= MESSAGE_CHARS_MAX);
            link.map(Ask::Load).ok_or("load: link must be text of at most 40,000 characters")
        }
        _ => Err("type must be play, pause, step, back, reset, seek or load"),
    }
}

/// Tells the page around of something that did not work.
pub fn tell_trouble(text: &str) {
    tell("error", &[("text", text.into())]);
}

fn tell(kind: &str, more: &[(&str, JsValue)]) {
    post(&message(kind, more));
}

/// What is told: a kind, and what comes with it.
fn message(kind: &str, more: &[(&str, JsValue)]) -> JsValue {
    let message = object(&[("source", "quorum-playground".into()), ("v", 1.into()), ("type", kind.into())]);
    for (name, value) in more {
        let _ = Reflect::set(&message, &(*name).into(), value);
    }
    message
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

fn post(message: &JsValue) {
    if is_framed()
        && let Ok(Some(parent)) = dom::window().parent()
    {
        // Whoever embeds the page may know where its run stands: it is public, and there are no accounts.
        let _ = parent.post_message(message, "*");
    }
}
