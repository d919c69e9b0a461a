//! Pointing at a thing in one picture lights it in the others. It is looks, not state: an attribute on every element
//! that stands for the thing, set and taken away as the pointer moves.

use playground_core::id::{MessageId, NodeId};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// What an element stands for: its `data-lit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lit {
    /// `n3`
    Node(NodeId),
    /// `m17`
    Message(MessageId),
    /// `l0-2`
    Link(NodeId, NodeId),
}

impl Lit {
    /// Reads a `data-lit`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_at_checked(1)?;
        match kind {
            "n" => rest.parse().ok().map(|id| Self::Node(NodeId(id))),
            "m" => rest.parse().ok().map(|id| Self::Message(MessageId(id))),
            "l" => {
                let (a, b) = rest.split_once('-')?;
                Some(Self::Link(NodeId(a.parse().ok()?), NodeId(b.parse().ok()?)))
            }
            _ => None,
        }
    }

    /// What the element an event began at stands for, or the nearest around it.
    pub fn of(event: &Event) -> Option<Self> {
        let target = event.target()?.dyn_into::<Element>().ok()?;
        let element = target.closest("[data-lit]").ok().flatten()?;
        Self::parse(&element.get_attribute("data-lit")?)
    }

    /// As a `data-lit`.
    pub fn text(self) -> String {
        match self {
            Self::Node(id) => format!("n{}", id.0),
            Self::Message(id) => format!("m{}", id.0),
            Self::Link(a, b) => format!("l{}-{}", a.0, b.0),
        }
    }
}

/// Lights a thing wherever it is drawn, and nothing else.
pub fn light(lit: Option<Lit>) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    each(&document, "[data-hot]", |element| {
        let _ = element.remove_attribute("data-hot");
    });
    if let Some(lit) = lit {
        each(&document, &format!("[data-lit='{}']", lit.text()), |element| {
            let _ = element.set_attribute("data-hot", "");
        });
    }
}

fn each(document: &web_sys::Document, selector: &str, act: impl Fn(&Element)) {
    let Ok(list) = document.query_selector_all(selector) else {
        return;
    };
    for index in 0..list.length() {
        if let Some(element) = list.item(index).and_then(|node| node.dyn_into::<Element>().ok()) {
            act(&element);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for lit in [Lit::Node(NodeId(2)), Lit::Message(MessageId(17)), Lit::Link(NodeId(0), NodeId(11))] {
            assert_eq!(Lit::parse(&lit.text()), Some(lit));
        }
        for bad in ["", "x1", "n", "l3", "n-1", "é"] {
            assert_eq!(Lit::parse(bad), None, "{bad}");
        }
    }
}
