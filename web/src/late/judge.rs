//! Histories judged, in words: of the run on the page, or read from text.

use super::arrange::arrange;
use super::wire::{Bar, BarEnd, Judged, Reply, Standing, Weaker};
use playground_core::history::{self, End, Format, History, Operation, Value};
use playground_core::linearizability::{
    Checker, Misfit, ModelKind, Sequential, Spec, Stuck, Verdict, guarantees,
};
use playground_core::recipe::Recipe;
use playground_core::registry;
use playground_core::session::Session;
use std::collections::HashMap;
use std::ops::Range;

/// Operations placed and taken back before a verdict is given up: some tenths of a second.
const STEPS_MAX: u64 = 3_000_000;
/// Operations drawn.
const BARS_MAX: usize = 240;

/// Judges what the clients of a run saw.
pub fn run(link: &str) -> Reply {
    let session = match session_of(link) {
        Ok(session) => session,
        Err(why) => return Reply::Refused(why),
    };
    let history = session.history();
    let spec = spec_of(&history);
    let mut judged = match judged(&history, &spec) {
        Ok(judged) => judged,
        Err(misfit) => unjudged(&history, &misfit),
    };
    judged.is_run = true;
    // What was the number of an operation becomes the steps of its invocation and its return.
    let all = session.operations();
    let steps: HashMap<u64, (u64, Option<u64>)> = all
        .iter()
        .map(|own| (own.id.0, (own.invoked_step, own.returned.as_ref().map(|(_, step, _)| *step))))
        .collect();
    for bar in &mut judged.bars {
        let (invoked, returned) = steps.get(&bar.from_at).copied().unwrap_or_default();
        (bar.from_at, bar.to_at) = (invoked, returned);
    }
    Reply::Judged(judged)
}

/// Reads a history from text, in the form it seems to have, and judges it.
pub fn import(text: &str, model: usize) -> Reply {
    let Some(model) = ModelKind::ALL.get(model) else { return Reply::Refused("no such model".into()) };
    let read = match history::read(text, history::guess(text)) {
        Ok(read) => read,
        Err(unreadable) => return Reply::Refused(unreadable.to_string()),
    };
    match judged(&read, &Spec::new(*model)) {
        Ok(judged) => Reply::Judged(judged),
        Err(misfit) => Reply::Refused(misfit.to_string()),
    }
}

/// The history of a run as text.
pub fn export(link: &str, as_json: bool) -> Reply {
    let format = if as_json { Format::JsonLines } else { Format::Edn };
    match session_of(link) {
        Ok(session) => Reply::Exported { text: history::write(&session.history(), format), as_json },
        Err(why) => Reply::Refused(why),
    }
}

pub(super) fn session_of(link: &str) -> Result<Box<dyn Session>, String> {
    let recipe = Recipe::from_link(link).map_err(|error| error.to_string())?;
    let entry = registry::find(&recipe.protocol).map_err(|error| error.to_string())?;
    entry.open(&recipe).map_err(|error| error.to_string())
}

/// What kind of object the clients of a run speak to, by what they ask of it. In a run every number begins at 0.
fn spec_of(history: &History) -> Spec {
    let asks = |words: &[&str]| history.operations().iter().any(|own| words.contains(&&*own.f));
    let has_keys = history.operations().iter().any(|own| own.input.pair().is_some());
    let model = match () {
        () if asks(&["enqueue", "dequeue"]) => ModelKind::Queue,
        () if asks(&["propose"]) => ModelKind::Consensus,
        () if asks(&["acquire", "release", "lock", "unlock"]) => ModelKind::Mutex,
        () if has_keys || asks(&["put", "get", "append"]) => ModelKind::Kv,
        () if asks(&["add", "inc", "dec"]) => ModelKind::Counter,
        () => ModelKind::CasRegister,
    };
    let begins_at_0 = matches!(model, ModelKind::Kv | ModelKind::CasRegister);
    Spec { initial: begins_at_0.then_some(Value::Int(0)), ..Spec::new(model) }
}

fn judged(history: &History, spec: &Spec) -> Result<Judged, Misfit> {
    let verdict = Checker::judge(history, spec, STEPS_MAX)?;
    let (standing, order, stuck) = match &verdict {
        Verdict::Explained(_) if history.operations().is_empty() => (Standing::Empty, &[][..], None),
        Verdict::Explained(order) => (Standing::Explained, &order[..], None),
        Verdict::Unexplained(stuck) => (Standing::Unexplained, &stuck.order[..], Some(stuck)),
        Verdict::CutShort => (Standing::Unknown, &[][..], None),
    };
    let places = order.iter().enumerate().map(|(at, own)| (own.operation, (at as u32 + 1, own.after)));
    let mut judged = drawn(history, stuck.map(|stuck| stuck.operation as usize), &places.collect());
    judged.standing = standing;
    (judged.verdict, judged.because) = said(history, standing, stuck);
    if standing == Standing::Unexplained {
        judged.weaker = weaker(history, spec);
        if judged.weaker.first().is_some_and(|first| first.holds == Some(true)) {
            judged.verdict = "Sequentially consistent, but not linearizable".into();
        }
    }
    Ok(judged)
}

/// What is drawn of a history that its model does not fit.
fn unjudged(history: &History, misfit: &Misfit) -> Judged {
    Judged {
        standing: Standing::Unknown,
        verdict: "Not judged".into(),
        because: format!("These operations fit no model: {}.", misfit.wanted),
        ..drawn(history, misfit.operation, &HashMap::new())
    }
}

/// The bars: all, or those about the one to look at, or the last ones.
fn drawn(history: &History, about: Option<usize>, places: &HashMap<u32, (u32, u32)>) -> Judged {
    let all = history.operations();
    let Range { start, end } = shown(all.len(), about);
    let bars = (start..end).map(|at| {
        let bar = bar(&all[at], places.get(&(at as u32)).copied());
        Bar { is_stuck: about == Some(at), ..bar }
    });
    let judged = Judged {
        clients: history.processes().iter().map(client_name).collect(),
        bars: bars.collect(),
        left_out: (start, all.len() - end),
        ..Judged::default()
    };
    Judged { picture: arrange(&judged), ..judged }
}

/// Processes of a text are mostly numbers; those of a run have names.
fn client_name(name: &Value) -> String {
    match name {
        Value::Int(number) => format!("process {number}"),
        name => name.to_string(),
    }
}

fn shown(count: usize, about: Option<usize>) -> Range<usize> {
    let end = about.map_or(count, |at| (at + BARS_MAX / 8).min(count)).max(BARS_MAX.min(count));
    end.saturating_sub(BARS_MAX)..end
}

fn bar(operation: &Operation, placed: Option<(u32, u32)>) -> Bar {
    let end = match operation.end {
        End::Ok { .. } => BarEnd::Ok,
        End::Fail { .. } => BarEnd::Fail,
        End::Unknown { .. } => BarEnd::Unknown,
    };
    Bar {
        client: operation.process,
        words: operation.to_string(),
        from: operation.invoked,
        to: operation.returned(),
        from_at: operation.source,
        to_at: None,
        end,
        placed,
        is_stuck: false,
    }
}

/// The verdict, and what it rests on.
fn said(history: &History, standing: Standing, stuck: Option<&Stuck>) -> (String, String) {
    let told = |verdict: &str, because: &str| (verdict.to_owned(), because.to_owned());
    match (standing, stuck) {
        (Standing::Explained, _) => told(
            "Linearizable",
            "Each operation takes effect at its tick, in the order of the numbers, and every answer is that of one \
             machine without copies. Whatever is weaker holds too: sequential consistency and all session guarantees.",
        ),
        (Standing::Unexplained, Some(stuck)) => {
            let operation = &history.operations()[stuck.operation as usize];
            let client = client_name(&history.processes()[operation.process as usize]);
            let object = match &stuck.key {
                Value::Nil => "the object".to_owned(),
                key => key.to_string(),
            };
            let because = format!(
                "{client}’s “{operation}” can’t be placed. All that returned before it has an order, the numbers; but \
                 in none of them may it have this answer. In this one {object} holds {}.",
                stuck.state
            );
            ("Not linearizable".into(), because)
        }
        (Standing::Empty, _) => told("Nothing to judge yet", "No client has asked for anything."),
        _ => told("Not judged", "There are too many orders: the search was given up."),
    }
}

/// Sequential consistency and the session guarantees of a history that is not linearizable.
fn weaker(history: &History, spec: &Spec) -> Vec<Weaker> {
    let mut all = vec![];
    if let Ok(mut judge) = Sequential::new(history, spec) {
        judge.run(STEPS_MAX / 4);
        let holds = match judge.verdict() {
            Some(Verdict::Explained(_)) => Some(true),
            Some(Verdict::Unexplained(_)) => Some(false),
            Some(Verdict::CutShort) | None => None,
        };
        let text = match holds {
            Some(true) => {
                "An order explains every answer if only each client’s own order counts. What is broken is real time: \
                 somebody was answered from before an operation that had already returned."
            }
            Some(false) => "Even if only each client’s own order counts, no order explains the answers.",
            None => "There are too many orders: the search was given up.",
        };
        all.push(Weaker { name: "Sequential consistency".into(), holds, text: text.into() });
    }
    let mut kept = vec![];
    for own in guarantees(history, spec).into_iter().flatten() {
        let name = own.kind.id().replace('-', " ");
        match own.broken {
            None => kept.push(name),
            Some(broken) => {
                let name = name[..1].to_uppercase() + &name[1..];
                all.push(Weaker { name, holds: Some(false), text: broken.sentence });
            }
        }
    }
    if !kept.is_empty() {
        let text = format!(
            "They speak only of the order in which one client’s reads and writes take effect, and nothing breaks: {}.",
            kept.join(", ")
        );
        let name = if kept.len() == 4 {
            "Every session guarantee"
        } else {
            "What is left of the session guarantees"
        };
        all.push(Weaker { name: name.into(), holds: Some(true), text });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(text: &str, model: ModelKind) -> Reply {
        import(text, ModelKind::ALL.iter().position(|own| *own == model).expect("a model"))
    }

    const STALE: &str = r#"{"process":0,"type":"invoke","f":"write","value":3}
{"process":0,"type":"ok","f":"write","value":3}
{"process":1,"type":"invoke","f":"read","value":null}
{"process":1,"type":"ok","f":"read","value":null}"#;

    #[test]
    fn a_stale_read_is_not_linearizable_but_sequentially_consistent() {
        let Reply::Judged(judged) = imported(STALE, ModelKind::Register) else { panic!("it reads well") };
        assert_eq!(judged.standing, Standing::Unexplained);
        assert_eq!(judged.verdict, "Sequentially consistent, but not linearizable");
        assert!(
            judged.because.starts_with("process 1’s “read → nil” can’t be placed."),
            "{}",
            judged.because
        );
        let stuck: Vec<bool> = judged.bars.iter().map(|bar| bar.is_stuck).collect();
        assert_eq!(stuck, [false, true]);
        assert_eq!((judged.bars[0].placed, judged.bars[1].placed), (Some((1, 0)), None));
        assert_eq!(judged.bars[1].from_at, 3, "the line of its invocation");
    }

    #[test]
    fn a_bad_line_is_refused_with_its_number_and_what_was_wanted() {
        let bad = STALE.replace("\"read\",\"value\":null}\n", "\"read\",\"value\":}\n");
        let Reply::Refused(why) = imported(&bad, ModelKind::Register) else { panic!("line 3 is broken") };
        assert!(why.starts_with("line 3, column "), "{why}");
        assert!(why.contains("wanted "), "{why}");
        let Reply::Refused(why) = imported(STALE, ModelKind::Queue) else { panic!("it is no queue") };
        assert!(why.starts_with("line 1: wanted "), "{why}");
    }

    #[test]
    fn a_long_history_is_drawn_about_what_went_wrong() {
        assert_eq!(shown(10, None), 0..10);
        assert_eq!(shown(1_000, None), 760..1_000);
        assert_eq!(shown(1_000, Some(500)), 290..530);
        assert_eq!(shown(1_000, Some(3)), 0..240);
    }

    #[test]
    fn a_run_without_clients_has_nothing_to_judge() {
        let entry = &registry::catalogue()[0];
        let link = Recipe { length: 50, ..Recipe::new(entry.meta.slug) }.to_link();
        let Reply::Judged(judged) = run(&link) else { panic!("the link opens") };
        assert_eq!(judged.standing, Standing::Empty);
        assert!(matches!(run("v1.garbage"), Reply::Refused(_)));
    }
}
