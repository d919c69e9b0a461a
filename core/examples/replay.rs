//! Replays a link: one JSON object a line for each step, then one for the end.
//!
//! ```sh
//! cargo run --release -q -p playground-core --example replay -- 'v1.CXBpbmctcG9uZwAHACg7dA'
//! ```
//!
//! A whole address works too: what follows its `#` is the link.

mod support;

use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::session::Session;
use playground_core::view::{Lens, StepKind, StepView};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use support::{Complaint, answer};

fn main() -> ExitCode {
    answer(|words| match words.as_slice() {
        [link] => replay(link),
        _ => Err(Complaint(format!("replay takes one link, not {} arguments", words.len()))),
    })
}

/// Steps fetched at once.
const BATCH: u64 = 1_000;

fn replay(link: &str) -> Result<(), Complaint> {
    let fragment = link.rsplit_once('#').map_or(link, |(_, fragment)| fragment);
    let recipe = Recipe::from_link(fragment)?;
    let mut session = open(&recipe)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let length = session.seek(recipe.length);
    for first in (1..=length).step_by(BATCH as usize) {
        for step in session.steps(first..(first + BATCH).min(length + 1)) {
            writeln!(out, "{}", step_json(&step))?;
        }
    }
    writeln!(out, "{}", end_json(&*session))?;
    Ok(out.flush()?)
}

fn step_json(step: &StepView) -> Value {
    let kind = match step.kind {
        StepKind::Delivered => "delivered",
        StepKind::Dropped => "dropped",
        StepKind::Fired => "fired",
        StepKind::Operated => "operated",
        StepKind::Fault => "fault",
        StepKind::Hand => "hand",
    };
    let whys = step.whys.iter().map(|why| {
        let guards = why.guards.iter().map(|guard| json!({"text": guard.text, "holds": guard.holds}));
        json!({
            "rule": why.rule,
            "text": why.sentence.plain(),
            "guards": guards.collect::<Vec<_>>(),
            "section": why.section,
        })
    });
    json!({
        "step": step.step,
        "time_us": step.at.us(),
        "kind": kind,
        "node": step.node.map(|node| node.to_string()),
        "text": step.title.plain(),
        "message": step.message.map(|id| id.0),
        "sent": step.sent.iter().map(|id| id.0).collect::<Vec<_>>(),
        "cause": step.cause,
        "why": whys.collect::<Vec<_>>(),
        "marks": step.marks.iter().map(|mark| mark.title()).collect::<Vec<_>>(),
    })
}

fn end_json(session: &dyn Session) -> Value {
    let frame = session.frame(&Lens::default());
    let verdicts = frame.verdicts.iter();
    let verdicts = verdicts
        .map(|verdict| json!({"property": verdict.id, "holds": verdict.holds, "step": verdict.broken_at}));
    json!({
        "fingerprint": format!("{:016x}", session.fingerprint()),
        "steps": frame.step,
        "time_us": frame.now.us(),
        "verdicts": verdicts.collect::<Vec<_>>(),
    })
}
