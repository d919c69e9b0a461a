//! Whether a command can be done. Asked before anything changes, so that a refusal costs nothing.

use super::World;
use crate::action::Command;
use crate::id::{MessageId, NodeId};
use crate::protocol::{ArgSpec, Protocol};
use crate::refusal::Refusal;
use crate::view::{MemberKind, Status};

/// Longest delay, and furthest jump of a clock, in microseconds.
const FAR_US: u64 = 3_600_000_000;

impl<P: Protocol> World<P> {
    /// Whether a command could be done now.
    ///
    /// # Errors
    /// Says why it can't.
    pub fn check(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Deliver(id) => self.check_deliver(*id),
            Command::Drop(id) => self.check_flight(*id).map(|_| ()),
            Command::Duplicate(id) => self.check_flight(*id).map(|_| ()),
            Command::Delay { message, by_us } => {
                self.check_flight(*message)?;
                if *by_us > FAR_US { Err(Refusal::TooLong) } else { Ok(()) }
            }
            Command::Fire { node, timer } => {
                self.check_running(*node)?;
                let timers = self.payloads.timers(*node);
                if usize::from(*timer) < timers.len() { Ok(()) } else { Err(Refusal::NoTimer(*node)) }
            }
            Command::Crash(node) => match self.status(*node)? {
                Status::Crashed => Err(Refusal::Crashed(*node)),
                Status::Up | Status::Paused => Ok(()),
            },
            Command::Restart(node) => match self.status(*node)? {
                Status::Crashed => Ok(()),
                Status::Up | Status::Paused => Err(Refusal::NotCrashed(*node)),
            },
            Command::Pause(node) => self.check_running(*node),
            Command::Resume(node) => match self.status(*node)? {
                Status::Paused => Ok(()),
                Status::Up | Status::Crashed => Err(Refusal::NotPaused(*node)),
            },
            Command::Cut { from, to, .. } | Command::Heal { from, to, .. } => {
                from.iter().chain(to).try_for_each(|node| self.status(*node).map(|_| ()))
            }
            Command::HealAll | Command::Manual(_) => Ok(()),
            Command::Link { from, to, profile } => {
                from.iter().chain(to).try_for_each(|node| self.status(*node).map(|_| ()))?;
                profile.check().map_err(Refusal::Profile)?;
                if self.kernel.has_room_for_profile() { Ok(()) } else { Err(Refusal::Full("kinds of links")) }
            }
            Command::ClockJump { node, by_us } => {
                self.status(*node)?;
                if by_us.unsigned_abs() > FAR_US { Err(Refusal::TooLong) } else { Ok(()) }
            }
            Command::ClockDrift { node, .. } => self.status(*node).map(|_| ()),
            Command::Byzantine { node, behaviour } => {
                self.status(*node)?;
                if self.roster[node.index()].kind == MemberKind::Client {
                    return Err(Refusal::HonestClient(*node));
                }
                let known = usize::from(*behaviour) <= P::META.behaviours.len();
                if known { Ok(()) } else { Err(Refusal::NoBehaviour) }
            }
            Command::Answer { node, .. } => self.status(*node).map(|_| ()),
            Command::Operate { node, operation, args } => self.check_operation(*node, *operation, args),
        }
    }

    fn status(&self, node: NodeId) -> Result<Status, Refusal> {
        if node.index() < self.kernel.node_count() {
            Ok(self.kernel.status(node))
        } else {
            Err(Refusal::NoNode(node))
        }
    }

    fn check_running(&self, node: NodeId) -> Result<(), Refusal> {
        match self.status(node)? {
            Status::Up => Ok(()),
            Status::Paused => Err(Refusal::Paused(node)),
            Status::Crashed => Err(Refusal::Crashed(node)),
        }
    }

    fn check_flight(&self, id: MessageId) -> Result<(NodeId, NodeId), Refusal> {
        let (_, flight) = self.kernel.find_flight(id).ok_or(Refusal::NoMessage(id))?;
        Ok((flight.from, flight.to))
    }

    fn check_deliver(&self, id: MessageId) -> Result<(), Refusal> {
        let (from, to) = self.check_flight(id)?;
        self.check_running(to)?;
        if self.kernel.cut(from, to).is_some() { Err(Refusal::Cut(from, to)) } else { Ok(()) }
    }

    fn check_operation(&self, node: NodeId, operation: u8, args: &[u64]) -> Result<(), Refusal> {
        self.check_running(node)?;
        let spec = P::META.operations.get(usize::from(operation)).ok_or(Refusal::NoOperation)?;
        if spec.on != self.roster[node.index()].kind {
            return Err(Refusal::NoOperation);
        }
        let within = |(spec, value): (&ArgSpec, &u64)| *value <= spec.max;
        if args.len() <= spec.args.len() && spec.args.iter().zip(args).all(within) {
            return Ok(());
        }
        let wanted: Vec<_> = spec.args.iter().map(|arg| format!("{} (0 to {})", arg.id, arg.max)).collect();
        let wanted = if wanted.is_empty() { "no arguments".into() } else { wanted.join(", ") };
        Err(Refusal::Arguments { wanted })
    }
}
