//! Answers being collected, in words: what the ring around the node draws.

use playground_core::id::NodeId;
use playground_core::view::{Answer, Frame, QuorumView};
use yew::prelude::*;

pub(super) fn draw(quorum: &QuorumView, frame: &Frame) -> Html {
    let name =
        |id: NodeId| frame.nodes.get(id.index()).map_or_else(|| id.to_string(), |node| node.name.clone());
    let notches = quorum.notches.iter().map(|notch| {
        let (class, word) = match notch.answer {
            Answer::Yes => ("yes", "in favour"),
            Answer::No => ("no", "refused"),
            Answer::Awaited => ("awaited", "awaited"),
            Answer::Unreachable => ("unreachable", "can't come"),
        };
        html! {
            <li class={class}>
                { mark(notch.answer) }
                <span>{ name(notch.node) }</span>
                <span class="fine">{ word }</span>
            </li>
        }
    });
    let needed = quorum.threshold.saturating_sub(quorum.count());
    let verdict = match needed {
        0 => "reached".to_owned(),
        1 => "one more needed".to_owned(),
        more => format!("{more} more needed"),
    };
    html! {
        <section class="panel">
            <h3>{ &quorum.purpose }</h3>
            <p class="tally">{ format!("{} of {}, {verdict}", quorum.count(), quorum.threshold) }</p>
            <ul class="notches">{ for notches }</ul>
        </section>
    }
}

/// The same marks as on the ring: filled, crossed, hollow, dashed.
fn mark(answer: Answer) -> Html {
    let dashes = (answer == Answer::Unreachable).then_some("2.500 2");
    html! {
        <svg class="notch" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
            <circle cx="7" cy="7" r="5" stroke="currentColor" stroke-width="1.5" stroke-dasharray={dashes}
                fill={if answer == Answer::Yes { "currentColor" } else { "none" }} />
            if answer == Answer::No {
                <path d="M3.500 3.500l7 7M10.500 3.500l-7 7" stroke="currentColor" stroke-width="1.5" />
            }
        </svg>
    }
}
