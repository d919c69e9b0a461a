//! Notices: what the page has to say beside the run. A few short lines over the transport, in a live region.

use crate::ask::Ask;
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
        let on_close = ask.reform(move |_: MouseEvent| Ask::CloseNotice(at));
        let class = match notice.weight {
            Weight::Hint => "notice",
            Weight::Trouble => "notice trouble",
        };
        html! {
            <div {class}>
                <p>{ &notice.text }</p>
                if let Some(exhibit) = &notice.exhibit {
                    <input class="exhibit" readonly=true value={exhibit.clone()} aria-label="The link, for a report" />
                }
                <button type="button" class="quiet" onclick={on_close} aria-label="Close this notice">{ "Close" }</button>
            </div>
        }
    });
    html! { <div class="notices" role="status" aria-live="polite">{ for shown }</div> }
}
