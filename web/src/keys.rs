//! The keyboard: one table that the listener obeys and the help shows.
//!
//! Keys count only while the focus is inside the page and nothing that has keys of its own has it. Single letters and
//! digits can be switched off.

use crate::ask::{Ask, Dialog};
use crate::dom;
use crate::late::desk_wire::{HISTORY, MEASURES, SEARCH};
use crate::scene::{Intent, Selection};
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::Callback;

/// One line of the keyboard map.
pub struct Key {
    /// How it is written on the key.
    pub shown: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Whether it is a letter or a digit, which can be switched off.
    pub is_letter: bool,
    /// What a key, with or without shift, asks for by this line.
    ask: fn(&str, bool) -> Option<Ask>,
}

macro_rules! key {
    ($shown:literal, $what:literal, $letter:literal, $pattern:pat => $ask:expr) => {
        Key {
            shown: $shown,
            what: $what,
            is_letter: $letter,
            ask: |key, shift| match (key, shift) {
                $pattern => Some($ask),
                _ => None,
            },
        }
    };
}

/// A letter that does the verb of the selected thing that goes by it: see [`crate::stage::verbs::letter`].
macro_rules! verb {
    ($letter:literal, $what:literal) => {
        key!($letter, $what, true, ($letter, false) => Ask::Verb($letter))
    };
}

/// The keyboard map.
pub const KEYS: &[Key] = &[
    key!("Space", "Play or pause", false, (" ", false) => Ask::Toggle),
    key!("→", "Take one step", false, ("ArrowRight", false) => Ask::Step),
    key!("←", "Go one step back", false, ("ArrowLeft", false) => Ask::Back),
    key!("Shift →", "Go to the next interesting event", false, ("ArrowRight", true) => Ask::NextMark),
    key!("Shift ←", "Go back to the last one", false, ("ArrowLeft", true) => Ask::PreviousMark),
    key!("Home", "Go to the beginning", false, ("Home", false) => Ask::Start),
    Key { shown: "1 – 9", what: "Select a node", is_letter: true, ask: digit },
    verb!("c", "Crash the selected node, or start it"),
    verb!("z", "Pause it, or let it go on"),
    verb!("i", "Isolate it, or cut the selected link"),
    verb!("r", "Rejoin it, or heal the link"),
    verb!("f", "Fire its first timer"),
    verb!("o", "Ask for its first operation"),
    key!("k", "Go through the links of the selected node", true, ("k", false) => Ask::Links),
    key!("p", "How to cut the network", true, ("p", false) => Ask::Partition),
    verb!("d", "Drop the selected message"),
    verb!("g", "Deliver it now"),
    verb!("u", "Duplicate it"),
    verb!("y", "Delay it"),
    key!("x", "Find a bad future", true, ("x", false) => Ask::Panel(SEARCH)),
    key!("h", "What the clients saw", true, ("h", false) => Ask::Panel(HISTORY)),
    key!("m", "Measures of the run", true, ("m", false) => Ask::Panel(MEASURES)),
    key!("Esc", "Let go of what is selected", false, ("Escape", false) => Ask::Intent(Intent::Select(Selection::Nothing))),
    key!("l", "Copy the link to this step", true, ("l", false) => Ask::CopyLink),
    key!("?", "Show these keys", true, ("?", _) => Ask::Dialog(Some(Dialog::Help))),
];

fn digit(key: &str, shift: bool) -> Option<Ask> {
    let digit = key.parse::<usize>().ok().filter(|digit| (1..=9).contains(digit) && !shift)?;
    Some(Ask::Nth(digit - 1))
}

/// What a key asks for. Letters and digits come wrapped, so that whoever keeps the setting can refuse them.
pub fn ask_of(key: &str, shift: bool) -> Option<Ask> {
    KEYS.iter().find_map(|line| {
        let ask = (line.ask)(key, shift)?;
        Some(if line.is_letter { Ask::Letter(Box::new(ask)) } else { ask })
    })
}

/// Listens to the keyboard until the listener is dropped.
pub fn listen(ask: &Callback<Ask>) -> EventListener {
    let ask = ask.clone();
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&dom::document(), "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let is_chord = event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing();
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let key = event.key();
        if is_chord || event.default_prevented() || target.is_some_and(|target| owns(&target, &key)) {
            return;
        }
        if let Some(asked) = ask_of(&key, event.shift_key()) {
            event.prevent_default();
            ask.emit(asked);
        }
    })
}

/// Whether an element has a use of its own for a key.
fn owns(target: &Element, key: &str) -> bool {
    let within = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if within("dialog, textarea, select, [contenteditable]") {
        return true;
    }
    if within("input") {
        // A check box needs only Space; text and ranges need most keys.
        return !within("input[type=checkbox], input[type=radio]") || key == " " || key.starts_with("Arrow");
    }
    match key {
        " " => within("button, a, summary, [role=button], [role=switch], [role=tab]"),
        "ArrowLeft" | "ArrowRight" | "Home" => within("[role=slider], [role=tablist], [role=radiogroup]"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_map_is_reached_by_a_key() {
        let pressed = [
            (" ", false),
            ("ArrowRight", false),
            ("ArrowLeft", false),
            ("ArrowRight", true),
            ("ArrowLeft", true),
            ("Home", false),
            ("7", false),
            ("c", false),
            ("z", false),
            ("i", false),
            ("r", false),
            ("f", false),
            ("o", false),
            ("k", false),
            ("p", false),
            ("d", false),
            ("g", false),
            ("u", false),
            ("y", false),
            ("x", false),
            ("h", false),
            ("m", false),
            ("Escape", false),
            ("l", false),
            ("?", true),
        ];
        assert_eq!(pressed.len(), KEYS.len());
        for ((key, shift), line) in pressed.into_iter().zip(KEYS) {
            assert!((line.ask)(key, shift).is_some(), "{}", line.shown);
            assert!(ask_of(key, shift).is_some());
        }
    }

    #[test]
    fn letters_come_wrapped_and_others_do_not() {
        assert_eq!(ask_of("l", false), Some(Ask::Letter(Box::new(Ask::CopyLink))));
        assert_eq!(ask_of("ArrowRight", false), Some(Ask::Step));
        assert_eq!(ask_of("0", false), None);
    }
}
