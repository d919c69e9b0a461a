//! What can be done to a node, a message, a link: only what applies, and why the rest does not.

use super::operate;
use crate::controls::press::Press;
use crate::run::Shared;
use crate::scene::{Intent, Scene};
use crate::tag::{Tag, asks, div, tag, words};
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::{MessageId, NodeId};
use playground_core::time::MS;
use playground_core::view::Status;
use yew::prelude::*;

/// By how much a message is delayed at a time.
const DELAY_US: u64 = 20 * MS;

/// A verb: its word, what it does in full, and the command.
struct Verb {
    word: String,
    title: String,
    command: Command,
}

impl Verb {
    fn new(word: impl Into<String>, title: impl Into<String>, command: Command) -> Self {
        Self { word: word.into(), title: title.into(), command }
    }

    fn draw(self, scene: &Scene, session: &Shared) -> Html {
        let refusal = session.refusal(&self.command).map(AttrValue::from);
        let on_press = asks(&scene.intent, Intent::Command(self.command));
        Press { refusal, ..Press::new(self.word, self.title, on_press) }.draw(&scene.intent)
    }
}

/// What can be done to a node.
pub(super) fn node(scene: &Scene, session: &Shared, id: NodeId) -> Html {
    let frame = &scene.frame;
    let Some(node) = frame.nodes.get(id.index()) else { return Html::default() };
    let name = &node.name;
    let mut verbs = Vec::new();
    match node.status {
        Status::Crashed => {
            verbs.push(Verb::new("Restart", format!("Restart {name} from its disk"), Command::Restart(id)))
        }
        Status::Up => {
            verbs.push(Verb::new(
                "Crash",
                format!("Crash {name}: only its disk is left (c)"),
                Command::Crash(id),
            ));
            verbs.push(Verb::new(
                "Pause",
                format!("Pause {name}: messages wait at its door"),
                Command::Pause(id),
            ));
        }
        Status::Paused => {
            verbs.push(Verb::new("Resume", format!("Resume {name}"), Command::Resume(id)));
            verbs.push(Verb::new(
                "Crash",
                format!("Crash {name}: only its disk is left (c)"),
                Command::Crash(id),
            ));
        }
    }
    let others: Vec<NodeId> = frame.nodes.iter().map(|other| other.id).filter(|other| *other != id).collect();
    let is_cut = frame.cuts.iter().any(|cut| cut.from == id || cut.to == id);
    let (from, to, ways) = (vec![id], others, Ways::Both);
    verbs.push(if is_cut {
        Verb::new("Heal", format!("Heal every link of {name}"), Command::Heal { from, to, ways })
    } else {
        Verb::new(
            "Isolate",
            format!("Cut {name} off from all others"),
            Command::Cut { from, to, ways, fate: CutFate::Lose },
        )
    });
    let fire = node.timers.iter().enumerate().map(|(at, timer)| {
        let title = format!("Let the {} of {name} run out now", timer.label);
        Verb::new(format!("Fire {}", timer.label), title, Command::Fire { node: id, timer: at as u8 })
    });
    verbs.extend(fire);
    hands(name, row(verbs, scene, session))
        .put(operate::operations(scene, node))
        .put(more(scene, session, id))
        .done()
}

/// What is done seldom: its clock, lying.
fn more(scene: &Scene, session: &Shared, node: NodeId) -> Html {
    let jump = |by_ms: i64| Command::ClockJump { node, by_us: by_ms * MS as i64 };
    let mut verbs = vec![
        Verb::new("Clock +100 ms", "Let its clock jump ahead by 100 ms", jump(100)),
        Verb::new("Clock −100 ms", "Let its clock jump back by 100 ms", jump(-100)),
        Verb::new(
            "Clock 5 % fast",
            "Let its clock run 5 % fast from now on",
            Command::ClockDrift { node, ppm: 50_000 },
        ),
        Verb::new(
            "Clock true",
            "Let its clock run at the right pace from now on",
            Command::ClockDrift { node, ppm: 0 },
        ),
    ];
    for (at, behaviour) in scene.meta.behaviours.iter().enumerate() {
        let command = Command::Byzantine { node, behaviour: at as u8 + 1 };
        verbs.push(Verb::new(*behaviour, format!("Byzantine: {behaviour}"), command));
    }
    if !scene.meta.behaviours.is_empty() {
        verbs.push(Verb::new("Honest", "Let it be honest again", Command::Byzantine { node, behaviour: 0 }));
    }
    let title = if scene.meta.behaviours.is_empty() { "Its clock" } else { "Its clock, and lying" };
    tag("details").put(words("summary", title)).put(row(verbs, scene, session)).done()
}

fn row(verbs: Vec<Verb>, scene: &Scene, session: &Shared) -> Html {
    div("div", "press-row").all(verbs.into_iter().map(|verb| verb.draw(scene, session))).done()
}

fn hands(name: &str, row: Html) -> Tag {
    div("section", "hands").set("aria-label", format!("What can be done to {name}")).put(row)
}

/// What can be done to a message in flight; nothing for one that is gone.
pub(super) fn message(scene: &Scene, session: &Shared, id: MessageId) -> Html {
    if !scene.frame.flights.iter().any(|flight| flight.id == id) {
        return Html::default();
    }
    let verbs = vec![
        Verb::new("Deliver", format!("Deliver {id} now"), Command::Deliver(id)),
        Verb::new("Drop", format!("Drop {id} (d)"), Command::Drop(id)),
        Verb::new("Delay", format!("Delay {id} by 20 ms"), Command::Delay { message: id, by_us: DELAY_US }),
        Verb::new("Duplicate", format!("Send a second copy of {id}"), Command::Duplicate(id)),
    ];
    hands(&id.to_string(), row(verbs, scene, session)).done()
}

/// What can be done to a link.
pub(super) fn link(scene: &Scene, from: NodeId, to: NodeId) -> Html {
    let cut = |word, ways, fate| (word, Command::Cut { from: vec![from], to: vec![to], ways, fate });
    let is_cut = scene.frame.cuts.iter().any(|cut| (cut.from, cut.to) == (from, to));
    let verbs = if is_cut {
        vec![("Heal", Command::Heal { from: vec![from], to: vec![to], ways: Ways::Both })]
    } else {
        vec![
            cut("Cut this way", Ways::Forth, CutFate::Lose),
            cut("Cut both ways", Ways::Both, CutFate::Lose),
            cut("Hold messages", Ways::Both, CutFate::Hold),
        ]
    };
    let presses = verbs.into_iter().map(|(word, command)| {
        Press::new(word, "", asks(&scene.intent, Intent::Command(command))).draw(&scene.intent)
    });
    div("div", "press-row").all(presses).done()
}
