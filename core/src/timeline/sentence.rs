//! Words, made only when somebody reads them.

use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::protocol::{AT, Member, OperationSpec, Outcome};
use crate::time::Time;
use crate::trace::{Guard, Rule, Why};
use crate::view::{GuardView, Sentence, Span, WhyView};

/// The name of a node, or its number if the roster has none.
pub(super) fn name(roster: &[Member], node: NodeId) -> String {
    roster.get(node.index()).map_or_else(|| node.to_string(), |member| member.name.clone())
}

pub(super) fn names(roster: &[Member], nodes: &[NodeId]) -> String {
    let names: Vec<_> = nodes.iter().map(|node| name(roster, *node)).collect();
    names.join(", ")
}

/// Builds a sentence piece by piece.
#[derive(Default)]
pub(super) struct Words(Vec<Span>);

impl Words {
    pub(super) fn text(mut self, text: impl AsRef<str>) -> Self {
        match self.0.last_mut() {
            Some(Span::Text(last)) => last.push_str(text.as_ref()),
            _ => self.0.push(Span::Text(text.as_ref().into())),
        }
        self
    }

    pub(super) fn node(mut self, roster: &[Member], node: NodeId) -> Self {
        self.0.push(Span::Node(node, name(roster, node)));
        self
    }

    pub(super) fn done(self) -> Sentence {
        Sentence(self.0)
    }

    /// The sentence, with a capital if it begins with a word that is no name.
    pub(super) fn capital(mut self) -> Sentence {
        if let Some(Span::Text(first)) = self.0.first_mut()
            && let Some(letter) = first.get_mut(..1)
        {
            letter.make_ascii_uppercase();
        }
        self.done()
    }
}

/// A reason in words.
pub(super) fn why_view(why: &Why, me: NodeId, roster: &[Member]) -> WhyView {
    let Rule { id, says, guards, section } = why.rule;
    let guard_view = |(bit, guard): (usize, &Guard)| {
        let holds = why.holds & (1 << bit) != 0;
        let template = if holds { guard.holds } else { guard.fails };
        GuardView { text: fill(template, why, me, roster).plain(), holds }
    };
    WhyView {
        rule: id,
        sentence: fill(says, why, me, roster),
        guards: guards.iter().enumerate().map(guard_view).collect(),
        section,
        is_main: false,
    }
}

/// Fills a rule's template with a reason's values. See [`Rule`] for the forms.
fn fill(template: &str, why: &Why, me: NodeId, roster: &[Member]) -> Sentence {
    let mut words = Words::default();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        words = words.text(before);
        let Some((hole, after)) = after.split_once('}') else { break };
        words = fill_hole(words, hole, why, me, roster);
        rest = after;
    }
    words.text(rest).done()
}

fn fill_hole(words: Words, hole: &str, why: &Why, me: NodeId, roster: &[Member]) -> Words {
    if hole == "me" {
        return words.node(roster, me);
    }
    let (number, form) = hole.split_once(':').unwrap_or((hole, ""));
    let at: usize = number.parse().unwrap_or(0);
    let value = |at: usize| why.values.get(at).copied().unwrap_or(0);
    let node = |value: u64| NodeId(u16::try_from(value).unwrap_or(u16::MAX));
    match form {
        "node" => words.node(roster, node(value(at))),
        "nodes" => {
            let set = (0..64).filter(|bit| value(at) >> bit & 1 == 1).map(node);
            words.text(names(roster, &set.collect::<Vec<_>>()))
        }
        "digest" if value(at) == 0 => words.text("null"),
        "digest" => words.text(format!("{:04x}", value(at))),
        "time" => words.text(Time(value(at)).to_string()),
        "entry" => words.text(format!("({},{})", value(at), value(at + 1))),
        "ballot" if value(at) == 0 => words.text("none"),
        "ballot" => {
            let words = words.text((value(at) >> 16).to_string());
            match (value(at) & 0xffff).checked_sub(1) {
                Some(owner) => words.text(".").node(roster, node(owner)),
                None => words,
            }
        }
        "word" => {
            let letters = value(at).to_le_bytes().into_iter().take_while(|letter| *letter != 0);
            words.text(letters.map(char::from).collect::<String>())
        }
        _ => words.text(value(at).to_string()),
    }
}

/// What a hand did, as the title of a branch: `crash n2`, and, if it is about a message, about which: `drop RequestVote from
/// n1 to n2`.
pub(super) fn command_title(
    command: &Command,
    about: &str,
    roster: &[Member],
    operations: &[OperationSpec],
) -> String {
    let n = |node: &NodeId| name(roster, *node);
    let side = |nodes: &[NodeId]| names(roster, nodes);
    let any = |node: &Option<NodeId>| node.map_or_else(|| "every node".into(), |node| name(roster, node));
    match command {
        Command::Deliver(_) => ["deliver ", about].concat(),
        Command::Drop(_) => ["drop ", about].concat(),
        Command::Duplicate(_) => ["duplicate ", about].concat(),
        Command::Delay { by_us, .. } => format!("delay {about} by {}", Time(*by_us)),
        Command::Fire { node, .. } => format!("fire a timer of {}", n(node)),
        Command::Crash(node) => format!("crash {}", n(node)),
        Command::Restart(node) => format!("restart {}", n(node)),
        Command::Pause(node) => format!("pause {}", n(node)),
        Command::Resume(node) => format!("resume {}", n(node)),
        Command::Cut { from, to, ways, fate } => {
            let arrow = if *ways == Ways::Both { "↔" } else { "→" };
            let held = if *fate == CutFate::Hold { ", messages wait" } else { "" };
            format!("cut {} {arrow} {}{held}", side(from), side(to))
        }
        Command::Heal { from, to, .. } => format!("heal {} ↔ {}", side(from), side(to)),
        Command::HealAll => "heal all".into(),
        Command::Link { from, to, .. } => format!("change links from {} to {}", any(from), any(to)),
        Command::ClockJump { node, by_us } => format!("jump the clock of {} by {} µs", n(node), by_us),
        Command::ClockDrift { node, ppm } => format!("let the clock of {} drift by {ppm} ppm", n(node)),
        Command::Byzantine { node, behaviour: 0 } => format!("make {} honest", n(node)),
        Command::Byzantine { node, .. } => format!("make {} Byzantine", n(node)),
        Command::Manual(true) => "hold every message".into(),
        Command::Manual(false) => "let messages go".into(),
        Command::Answer { node, answers } => format!("let {} choose {answers:?}", n(node)),
        Command::Operate { node, operation, args } => {
            format!("{} at {}", call(*operation, args, operations), n(node))
        }
    }
}

/// What a step by hand did, and what follows from it: `n2 crashes: its disk stays, what it had in memory is gone`.
/// What was done to a message is said where the message is known.
pub(super) fn command_told(command: &Command, roster: &[Member], operations: &[OperationSpec]) -> Sentence {
    let of = |node: &NodeId, text: &str| Words::default().node(roster, *node).text(text);
    let plain = |parts: &[&str]| Words::default().text(parts.concat());
    let side = |nodes: &[NodeId]| names(roster, nodes);
    let cut = |fate: &CutFate| if *fate == CutFate::Hold { "wait" } else { "are lost" };
    let words = match command {
        Command::Crash(node) => of(node, " crashes: its disk stays, what it had in memory is gone"),
        Command::Restart(node) => of(node, " starts again, with what is on its disk"),
        Command::Pause(node) => of(node, " is paused: messages wait at its door, and its timers are late"),
        Command::Resume(node) => of(node, " goes on, with the messages that waited at its door"),
        Command::Cut { from, to, ways: Ways::Both, fate } => {
            plain(&["Messages between ", &side(from), " and ", &side(to), " ", cut(fate), " from now on"])
        }
        Command::Cut { from, to, fate, .. } => {
            plain(&["Messages from ", &side(from), " to ", &side(to), " ", cut(fate), " from now on"])
        }
        Command::Heal { from, to, .. } => {
            plain(&["The cut of ", &side(from), " and ", &side(to), " is healed: messages get through again"])
        }
        Command::HealAll => plain(&["Every cut is healed: messages get through again"]),
        Command::Byzantine { node, behaviour: 0 } => of(node, " is honest again"),
        Command::Byzantine { node, .. } => of(node, " may lie from now on: it is Byzantine"),
        Command::Manual(true) => plain(&["Every message waits for your hand from now on"]),
        Command::Manual(false) => plain(&["Messages arrive by themselves again"]),
        _ => plain(&[&command_title(command, "", roster, operations)]),
    };
    words.capital()
}

/// An operation with its arguments: `put x 3`.
pub(super) fn call(operation: u8, args: &[u64], operations: &[OperationSpec]) -> String {
    let Some(spec) = operations.get(usize::from(operation)) else { return "operation".into() };
    let args = spec.args.iter().zip(args).map(|(arg, value)| match (arg.id, value) {
        (AT, 0) => String::new(),
        (AT, _) => format!(" via {}", arg.show(*value)),
        _ => format!(" {}", arg.show(*value)),
    });
    spec.id.to_owned() + &args.collect::<String>()
}

/// How an operation ended: `ok 3`, `failed`. An answer is said in the words of the argument `value`, if that has words.
pub(super) fn outcome(outcome: &Outcome, operation: u8, operations: &[OperationSpec]) -> String {
    let args = operations.get(usize::from(operation)).map_or(&[][..], |spec| spec.args);
    let value = args.iter().find(|arg| arg.id == "value");
    let show = |answer: &u64| value.map_or_else(|| answer.to_string(), |arg| arg.show(*answer));
    match outcome {
        Outcome::Fail => "failed".into(),
        Outcome::Ok(values) => {
            let values = values.iter().map(|answer| format!(" {}", show(answer)));
            "ok".to_owned() + &values.collect::<String>()
        }
    }
}
