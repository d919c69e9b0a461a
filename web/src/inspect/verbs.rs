//! What can be done to a node, a message, a link: only what applies, and why the rest does not.

use super::operate;
use crate::controls::press::Press;
use crate::scene::{Intent, Scene};
use crate::stage::verbs::{Verb, faults, link_verbs, message_verbs};
use crate::tag::{Tag, asks, div, tag, words};
use playground_core::action::Command;
use playground_core::id::{MessageId, NodeId};
use playground_core::time::MS;
use playground_core::view::{MemberKind, NodeFrame};
use yew::prelude::*;

/// Timers of a node that are offered.
const TIMERS_MAX: usize = 8;

/// A verb as a button: while it can't act it says why.
fn draw(verb: Verb, scene: &Scene) -> Html {
    let refusal = scene.session.refusal(&verb.command).map(AttrValue::from);
    let on_press = asks(&scene.intent, Intent::Command(verb.command));
    Press { refusal, ..Press::new(verb.label, verb.full, on_press) }.draw(&scene.intent)
}

/// What can be done to a node.
pub(super) fn node(scene: &Scene, node: &NodeFrame) -> Html {
    let may_lie = node.kind == MemberKind::Server && !scene.meta.behaviours.is_empty();
    hands(&node.name, row(faults(scene, node, TIMERS_MAX), scene))
        .put_if(may_lie.then(|| lies(scene, node)))
        .put(operate::operations(scene, node))
        .put(clock(scene, node.id))
        .done()
}

/// The behaviours of a liar, each with what it does.
fn lies(scene: &Scene, node: &NodeFrame) -> Html {
    let choice = |behaviour: u8, name: &'static str, text: &'static str, is_on: bool| {
        let on_press = asks(&scene.intent, Intent::Command(Command::Byzantine { node: node.id, behaviour }));
        let press =
            div("button", "press").set("type", "button").on_press(on_press).truth("aria-pressed", is_on);
        tag("li").put(press.text(name)).put(div("p", "fine").text(text)).done()
    };
    let honest = choice(0, "honest", "It does what the protocol says.", node.behaviour.is_none());
    let all = (1..).zip(scene.meta.behaviours).map(|(at, behaviour)| {
        choice(at, behaviour.name, behaviour.text, node.behaviour == Some(behaviour.name))
    });
    div("details", "lies").put(words("summary", "Make it lie")).put(tag("ul").put(honest).all(all)).done()
}

/// What is done seldom: its clock.
fn clock(scene: &Scene, node: NodeId) -> Html {
    let jump = |by_ms: i64| Command::ClockJump { node, by_us: by_ms * MS as i64 };
    let drift = |ppm| Command::ClockDrift { node, ppm };
    let verbs = [
        ("Clock +100 ms", "Clock +100 ms: let it jump ahead", jump(100)),
        ("Clock −100 ms", "Clock −100 ms: let it jump back", jump(-100)),
        ("Clock 5 % fast", "Clock 5 % fast from now on", drift(50_000)),
        ("Clock true", "Clock true: at the right pace from now on", drift(0)),
    ];
    let verb = |(label, full, command): (&str, &str, Command)| Verb {
        label: label.into(),
        full: full.into(),
        command,
    };
    let verbs = verbs.into_iter().map(verb).collect();
    tag("details").put(words("summary", "Its clock")).put(row(verbs, scene)).done()
}

fn row(verbs: Vec<Verb>, scene: &Scene) -> Html {
    div("div", "press-row").all(verbs.into_iter().map(|verb| draw(verb, scene))).done()
}

fn hands(name: &str, row: Html) -> Tag {
    div("section", "hands").set("aria-label", ["What can be done to ", name].concat()).put(row)
}

/// What can be done to a message in flight; nothing for one that is gone.
pub(super) fn message(scene: &Scene, id: MessageId) -> Html {
    let verbs = message_verbs(scene, id);
    if verbs.is_empty() { Html::default() } else { hands(&id.to_string(), row(verbs, scene)).done() }
}

/// What can be done to a link.
pub(super) fn link(scene: &Scene, from: NodeId, to: NodeId) -> Html {
    row(link_verbs(scene, from, to), scene)
}
