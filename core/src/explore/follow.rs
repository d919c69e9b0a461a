//! A counterexample as an ordinary run: the moves done by hand in a timeline, so that it can be stepped and shared.

use super::report::{Counterexample, Progress};
use super::search::Explorer;
use super::trail::{Move, MoveKind};
use crate::action::Command;
use crate::fingerprint::Fingerprint;
use crate::id::NodeId;
use crate::protocol::Protocol;
use crate::refusal::Refusal;
use crate::timeline::Timeline;
use crate::world::{Next, World};

/// An exploration whose protocol's type is forgotten.
pub trait Exploration {
    /// Looks at up to so many more states.
    fn run(&mut self, states: u64) -> Progress;
    /// How far it is.
    fn progress(&self) -> Progress;
    /// The way to the first violation found, if one was.
    fn counterexample(&self) -> Option<&Counterexample>;
    /// About how many bytes each distinct state takes.
    fn bytes_per_state(&self) -> u64;
}

impl<P: Protocol> Exploration for Explorer<P> {
    fn run(&mut self, states: u64) -> Progress {
        Self::run(self, states)
    }

    fn progress(&self) -> Progress {
        Self::progress(self)
    }

    fn counterexample(&self) -> Option<&Counterexample> {
        Self::counterexample(self)
    }

    fn bytes_per_state(&self) -> u64 {
        Self::bytes_per_state(self)
    }
}

impl<P: Protocol> World<P> {
    /// The number of a message in flight that says what a move means.
    fn message_like(&self, from: NodeId, to: NodeId, message: u64) -> Option<crate::id::MessageId> {
        let flights = self.flights_between(from, to);
        flights.filter(|(_, msg)| Fingerprint::of(*msg) == message).map(|(id, _)| id).min()
    }
}

impl<P: Protocol> Timeline<P> {
    /// Does the moves, one after another, from the present step: each is the next event if it would be that anyway, or
    /// else a command. Returns the step reached.
    ///
    /// # Errors
    /// A move can't be made here: the moves were found from another state.
    pub fn follow(&mut self, moves: &[Move]) -> Result<u64, Refusal> {
        for Move { kind, answers } in moves {
            self.make_move(kind, answers)?;
        }
        Ok(self.world().step())
    }

    fn make_move(&mut self, kind: &MoveKind, answers: &[u32]) -> Result<(), Refusal> {
        let answer = |timeline: &mut Self, node: NodeId| {
            if answers.is_empty() {
                return Ok(());
            }
            timeline.do_command(Command::Answer { node, answers: answers.to_vec() })
        };
        match *kind {
            MoveKind::Deliver { from, to, message, kept } => {
                let gone = Refusal::NoMessage(crate::id::MessageId(0));
                let id = self.world().message_like(from, to, message).ok_or(gone)?;
                if kept {
                    self.do_command(Command::Duplicate(id))?;
                }
                answer(self, to)?;
                self.event_or(Next::Message(id), Command::Deliver(id))
            }
            MoveKind::Drop { from, to, message } => {
                let gone = Refusal::NoMessage(crate::id::MessageId(0));
                let id = self.world().message_like(from, to, message).ok_or(gone)?;
                self.do_command(Command::Drop(id))
            }
            MoveKind::Fire { node, timer } => {
                let position = self.world().timer_like(node, timer).ok_or(Refusal::NoTimer(node))?;
                answer(self, node)?;
                self.event_or(Next::Timer(node, position), Command::Fire { node, timer: position })
            }
            MoveKind::Crash(node) => self.do_command(Command::Crash(node)),
            MoveKind::Restart(node) => {
                answer(self, node)?;
                self.do_command(Command::Restart(node))
            }
        }
    }

    /// Lets the next event happen if it is the one wanted and nothing else was to happen here; else makes it happen.
    fn event_or(&mut self, wanted: Next, command: Command) -> Result<(), Refusal> {
        let is_new = self.world().step() >= self.head();
        if is_new && self.world().next() == Some(wanted) && self.step_once() {
            return Ok(());
        }
        self.do_command(command)
    }
}
