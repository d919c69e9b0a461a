//! Notices: what the page has to say beside the run. A few short lines over the transport, in a live region.

use crate::ask::Ask;
use crate::tag::{button, div, words};
use yew::prelude::*;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Good to know; goes away with the next thing one does.
    Hint,
    /// Something did not work; stays until it is closed.
    Trouble,
}

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub weight: Weight,
    /// A sentence or two.
    pub text: String,
    /// Something to copy into a report, such as a link that could not be opened.
    pub exhibit: Option<String>,
}

impl Notice {
    /// Good to know.
    pub fn hint(text: impl Into<String>) -> Self {
        Self { weight: Weight::Hint, text: text.into(), exhibit: None }
    }

    /// Something did not work.
    pub fn trouble(text: impl Into<String>) -> Self {
        Self { weight: Weight::Trouble, text: text.into(), exhibit: None }
    }
}

/// Notices that are shown at once.
const SHOWN_MAX: usize = 3;

/// The notices, newest last.
pub(crate) fn draw(notices: &[Notice], ask: &Callback<Ask>) -> Html {
    let first = notices.len().saturating_sub(SHOWN_MAX);
    let shown = notices.iter().enumerate().skip(first).map(|(at, notice)| {
        let class = match notice.weight {
            Weight::Hint => "notice",
            Weight::Trouble => "notice trouble",
        };
        let exhibit = notice.exhibit.as_ref().map(|exhibit| {
            let field = div("input", "exhibit").set("readonly", "").value(exhibit.clone().into());
            field.set("aria-label", "The link, for a report").done()
        });
        let close = button("quiet", Ask::press(ask, Ask::CloseNotice(at)));
        let close = close.set("aria-label", "Close this notice").text("Close").done();
        div("div", class).put(words("p", notice.text.clone())).put_if(exhibit).put(close).done()
    });
    div("div", "notices").set("role", "status").set("aria-live", "polite").all(shown).done()
}
