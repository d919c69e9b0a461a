//! Steps and messages for a reader.

use super::Timeline;
use super::sentence::{self, Words};
use crate::action::Command;
use crate::id::{MessageId, NodeId};
use crate::time::Time;
use crate::trace::{About, Effect, MarkKind, StepRecord, Trigger};
use crate::view::{Loss, MessageView, Sentence, StepKind, StepView, StrokeEnd, WhyView};

/// Steps searched ahead for the end of a message.
const END_STEPS_MAX: u64 = 20_000;

impl Timeline {
    /// The step just taken.
    pub(super) fn last_step(&self) -> Option<StepView> {
        let log = self.world.log();
        let step = self.world.step();
        if step == 0 {
            return None;
        }
        match (self.store.get(step), log.record) {
            (Some((record, effects)), _) => Some(self.step_view(step, record, effects)),
            (None, Some(record)) => Some(self.step_view(step, &record, &log.effects)),
            (None, None) => None,
        }
    }

    pub(super) fn step_view(&self, step: u64, record: &StepRecord, effects: &[Effect]) -> StepView {
        let me = record.node.unwrap_or_default();
        let mut view = StepView {
            step,
            at: record.at,
            node: record.node,
            kind: self.step_kind(record),
            title: self.step_title(step, record),
            whys: whys(effects, me, self.world.roster()),
            cause: (record.cause > 0).then_some(record.cause),
            message: match record.trigger {
                Trigger::Delivered { message, .. } | Trigger::Dropped { message, .. } => Some(message),
                Trigger::Fired { .. } | Trigger::Command { .. } => None,
            },
            sent: vec![],
            marks: vec![],
        };
        for effect in effects {
            match effect {
                Effect::Sent { message, .. } => view.sent.push(*message),
                Effect::Marked(kind) if !view.marks.contains(kind) => view.marks.push(*kind),
                Effect::Marked(_) | Effect::Because(_) | Effect::Invoked(_) | Effect::Returned(_) => {}
            }
        }
        let violations = self.now_branch().broken.iter().flatten().filter(|broken| broken.step == step);
        view.marks.extend(violations.map(|_| MarkKind::Violation));
        view
    }

    pub(super) fn step_kind(&self, record: &StepRecord) -> StepKind {
        match record.trigger {
            Trigger::Delivered { .. } => StepKind::Delivered,
            Trigger::Dropped { .. } => StepKind::Dropped,
            Trigger::Fired { .. } => StepKind::Fired,
            Trigger::Command { position, .. } => match self.now_branch().commands.get(position as usize) {
                Some((_, Command::Operate { .. })) => StepKind::Operated,
                Some((_, command)) if command.is_fault() => StepKind::Fault,
                _ => StepKind::Hand,
            },
        }
    }

    fn step_title(&self, step: u64, record: &StepRecord) -> Sentence {
        let roster = self.world.roster();
        let me = record.node.unwrap_or_default();
        let words = Words::default();
        let by_hand = if self.now_branch().command_after(step - 1).is_some() { ", by hand" } else { "" };
        match record.trigger {
            Trigger::Delivered { from, kind, .. } => {
                let words = words.node(roster, me).text(format!(" receives {} from ", self.kind_name(kind)));
                words.node(roster, from).text(by_hand)
            }
            Trigger::Dropped { from, kind, how, .. } => {
                self.named(About { from, to: me, kind }).text(match how {
                    Loss::Chance => " is lost on the way",
                    Loss::Cut => " is lost at the cut",
                    Loss::Down => " is lost: its receiver is down",
                    Loss::Hand => " is dropped by hand",
                })
            }
            Trigger::Fired { label } => {
                words.text("the ").text(label).text(" of ").node(roster, me).text(format!(" fires{by_hand}"))
            }
            Trigger::Command { position, about } => {
                let command = self.now_branch().commands.get(position as usize).map(|(_, command)| command);
                match (command, about) {
                    (Some(Command::Duplicate(_)), Some(about)) => {
                        self.named(about).text(" is doubled by hand")
                    }
                    (Some(Command::Delay { by_us, .. }), Some(about)) => {
                        self.named(about).text(format!(" is delayed by {}, by hand", Time(*by_us)))
                    }
                    (Some(command), _) => {
                        return sentence::command_told(command, roster, self.world.meta().operations);
                    }
                    (None, _) => words.text("by hand"),
                }
            }
        }
        .capital()
    }

    /// A message by its kind and its ends: `AppendEntries from n3 to n2`.
    pub(super) fn named(&self, About { from, to, kind }: About) -> Words {
        let roster = self.world.roster();
        let words = Words::default().text(self.kind_name(kind)).text(" from ").node(roster, from);
        words.text(" to ").node(roster, to)
    }

    fn kind_name(&self, kind: u8) -> &'static str {
        self.world.meta().messages.get(usize::from(kind)).map_or("message", |kind| kind.name)
    }

    /// The step that sent a message: taken from what is kept, or found by replay.
    fn sent_step(&self, id: MessageId) -> Option<u64> {
        if let Some((_, flight)) = self.world.kernel().find_flight(id) {
            return Some(flight.sent_step);
        }
        let present = self.world.step();
        let mut world = self.now_branch().before_when(&|world| world.kernel().message_next() > id).snapshot();
        while world.kernel().message_next() <= id {
            if world.step() >= present || !self.replay_step(&mut *world) {
                return None;
            }
        }
        Some(world.step())
    }

    pub(super) fn message_view(&mut self, id: MessageId) -> Option<MessageView> {
        let sent_step = self.sent_step(id)?;
        let world = self.world_at(sent_step, true);
        // Sent at the very beginning, before the first step: still in flight there.
        let (flight, fields) = world.flight(id)?;
        let (from, to, kind) = (flight.from, flight.to, flight.kind);
        let (sent_at, arrives_at) = (flight.sent_at, flight.arrives_at);
        let why = if sent_step > 0 { whys(&world.log().effects, from, world.roster()).pop() } else { None };
        let end = self.end_of(id, sent_step).unwrap_or(StrokeEnd::InFlight { arrives_at });
        Some(MessageView { id, from, to, kind, fields, sent_at, sent_step, why, end })
    }

    fn end_of(&mut self, id: MessageId, sent_step: u64) -> Option<StrokeEnd> {
        let present = self.world.step();
        if self.world.kernel().find_flight(id).is_some() {
            return None;
        }
        let last = present.min(sent_step + END_STEPS_MAX);
        self.record(sent_step, last);
        (sent_step..=last).find_map(|step| {
            let (record, _) = self.store.get(step)?;
            end_by(record, step).filter(|(message, _)| *message == id).map(|(_, end)| end)
        })
    }
}

/// The message a step ended, and how.
pub(super) fn end_by(record: &StepRecord, step: u64) -> Option<(MessageId, StrokeEnd)> {
    match record.trigger {
        Trigger::Delivered { message, .. } => Some((message, StrokeEnd::Delivered { at: record.at, step })),
        Trigger::Dropped { message, how, .. } => {
            Some((message, StrokeEnd::Lost { at: record.at, step, how }))
        }
        Trigger::Fired { .. } | Trigger::Command { .. } => None,
    }
}

/// The rules that fired, in order. A mark belongs to the rule right before it, or else to the next one.
pub(super) fn whys(effects: &[Effect], me: NodeId, roster: &[crate::protocol::Member]) -> Vec<WhyView> {
    let mut whys: Vec<WhyView> = vec![];
    let (mut follows_why, mut next_is_main) = (false, false);
    for effect in effects {
        match effect {
            Effect::Because(why) => {
                let is_main = std::mem::take(&mut next_is_main);
                whys.push(WhyView { is_main, ..sentence::why_view(why, me, roster) });
            }
            Effect::Marked(MarkKind::Lost | MarkKind::Elected | MarkKind::Decided) => match whys.last_mut() {
                Some(why) if follows_why => why.is_main = true,
                _ => next_is_main = true,
            },
            _ => {}
        }
        follows_why = matches!(effect, Effect::Because(_));
    }
    whys
}
