//! Prints the catalogue as one JSON array: every protocol with its parameters, properties, twins and scenarios.
//!
//! ```sh
//! cargo run --release -q -p playground-core --example catalogue
//! ```

mod support;

use playground_core::param::{ParamKind, ParamSpec};
use playground_core::protocol::{ArgSpec, OperationSpec};
use playground_core::recipe::Recipe;
use playground_core::registry::{Entry, catalogue};
use playground_core::view::Lens;
use serde_json::{Value, json};
use std::process::ExitCode;
use support::{Complaint, answer};

fn main() -> ExitCode {
    answer(|words| {
        if let Some(word) = words.first() {
            return Err(Complaint(format!("catalogue takes no arguments, not “{word}”")));
        }
        let entries: Result<Vec<Value>, Complaint> = catalogue().iter().map(entry_json).collect();
        println!("{:#}", Value::Array(entries?));
        Ok(())
    })
}

fn entry_json(entry: &Entry) -> Result<Value, Complaint> {
    let meta = entry.meta;
    let session = entry.open(&Recipe::new(meta.slug))?;
    let safety = session.frame(&Lens::default()).verdicts.into_iter();
    let safety = safety.map(|verdict| json!({"id": verdict.id, "kind": "safety", "text": verdict.text}));
    let liveness = session.goals().into_iter();
    let liveness = liveness.map(|goal| json!({"id": goal.id, "kind": "liveness", "text": goal.text}));
    let scenarios: Result<Vec<Value>, Complaint> = (entry.scenarios.iter())
        .map(|scenario| {
            let link = entry.scenario(scenario.id)?.session.recipe().to_link();
            Ok(json!({"id": scenario.id, "title": scenario.title, "caption": scenario.caption, "link": link}))
        })
        .collect();
    Ok(json!({
        "slug": meta.slug,
        "title": meta.title,
        "group": meta.group,
        "sources": meta.sources.iter().map(|source| json!({"title": source.title, "url": source.url})).collect::<Vec<_>>(),
        "params": meta.params.iter().map(param_json).collect::<Vec<_>>(),
        "operations": meta.operations.iter().map(operation_json).collect::<Vec<_>>(),
        "properties": safety.chain(liveness).collect::<Vec<_>>(),
        "twins": meta.twins.iter().map(|twin| {
            let params: serde_json::Map<_, _> = twin.params.iter().map(|(id, value)| ((*id).into(), json!(value))).collect();
            json!({"id": twin.id, "title": twin.title, "params": params, "breaks": twin.breaks})
        }).collect::<Vec<_>>(),
        "scenarios": scenarios?,
        "measures": session.measures().values.iter().map(|measure| {
            json!({"id": measure.id, "title": measure.title, "unit": measure.unit.name(), "formula": measure.formula})
        }).collect::<Vec<_>>(),
    }))
}

fn param_json(spec: &ParamSpec) -> Value {
    let (min, max) = spec.bounds();
    let (kind, choices) = match spec.kind {
        ParamKind::Number { .. } => ("number", json!([])),
        ParamKind::Flag { .. } => ("flag", json!(["off", "on"])),
        ParamKind::Choice { options, .. } => ("choice", json!(options)),
    };
    json!({
        "id": spec.id,
        "title": spec.title,
        "kind": kind,
        "default": spec.default_value(),
        "min": min,
        "max": max,
        "choices": choices,
    })
}

fn operation_json(spec: &OperationSpec) -> Value {
    let arg = |arg: &ArgSpec| json!({"id": arg.id, "max": arg.max, "words": arg.words});
    json!({"id": spec.id, "title": spec.title, "kind": spec.kind.name(), "args": spec.args.iter().map(arg).collect::<Vec<_>>()})
}
