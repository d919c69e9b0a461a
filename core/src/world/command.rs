//! Doing a command that [`World::check`] has let through.

use super::World;
use crate::action::Command;
use crate::id::NodeId;
use crate::kernel::Flight;
use crate::nodes::Cell;
use crate::protocol::Protocol;
use crate::trace::{MarkKind, Trigger};
use crate::view::{Loss, Status};

impl<P: Protocol> World<P> {
    /// Does a command that was checked. Returns the node whose state may have changed.
    pub(super) fn apply_command(&mut self, command: &Command, position: u32) -> Option<NodeId> {
        let now = self.kernel.now();
        let trigger = Trigger::Command { position, about: self.kernel.about(command) };
        match command {
            Command::Deliver(id) => {
                let slot = self.kernel.find_flight(*id)?.0;
                let flight = self.kernel.take_flight(slot)?;
                return self.arrive(now, slot, &flight, true);
            }
            Command::Drop(id) => {
                let slot = self.kernel.find_flight(*id)?.0;
                let Flight { from, to, kind, sent_step, .. } = self.kernel.take_flight(slot)?;
                self.payloads.take_message(slot);
                let dropped = Trigger::Dropped { message: *id, from, kind, how: Loss::Hand };
                self.kernel.begin_step(now, sent_step, dropped, Some(to));
            }
            Command::Fire { node, timer } => {
                let slot = self.payloads.timers(*node).get(usize::from(*timer))?.1;
                let timer = self.kernel.take_timer(slot)?;
                self.fire(now, slot, *node, &timer);
                return Some(*node);
            }
            Command::Crash(node) => {
                self.begin_fault(trigger, Some(*node));
                self.crash(*node);
                return Some(*node);
            }
            Command::Restart(node) => {
                self.begin_fault(trigger, Some(*node));
                self.restart(*node);
                return Some(*node);
            }
            Command::Operate { node, operation, args } => {
                self.kernel.begin_step(now, 0, trigger, Some(*node));
                let specs = P::META.operations.get(usize::from(*operation)).map_or(&[][..], |spec| spec.args);
                let missing = specs.iter().skip(args.len()).map(|arg| arg.default);
                let args = args.iter().copied().chain(missing).collect();
                let operation = self.kernel.invoked(*node, *operation, args);
                self.handle(*node, |protocol, ctx, state| protocol.on_operation(ctx, state, &operation));
                return Some(*node);
            }
            _ => self.apply_to_kernel(command, trigger),
        }
        None
    }

    fn begin_fault(&mut self, trigger: Trigger, node: Option<NodeId>) {
        self.kernel.begin_step(self.kernel.now(), 0, trigger, node);
        self.kernel.mark(MarkKind::Fault, node, 0);
    }

    /// Commands that change no node's state.
    fn apply_to_kernel(&mut self, command: &Command, trigger: Trigger) {
        let node = command_node(command);
        if command.is_fault() {
            self.begin_fault(trigger, node);
        } else {
            self.kernel.begin_step(self.kernel.now(), 0, trigger, node);
        }
        let kernel = &mut self.kernel;
        match command {
            Command::Duplicate(id) => {
                let Some((slot, _)) = kernel.find_flight(*id) else { return };
                let msg = self.payloads.message(slot).cloned();
                if let (Some(copy), Some(msg)) = (kernel.duplicate(slot), msg) {
                    self.payloads.put_message(copy, msg);
                }
            }
            Command::Delay { message, by_us } => {
                if let Some((slot, _)) = kernel.find_flight(*message) {
                    kernel.delay(slot, *by_us);
                }
            }
            Command::Pause(node) => kernel.set_status(*node, Status::Paused),
            Command::Resume(node) => kernel.set_status(*node, Status::Up),
            Command::Cut { from, to, ways, fate } => kernel.cut_links(from, to, *ways, *fate),
            Command::Heal { from, to, ways } => kernel.heal_links(from, to, *ways),
            Command::HealAll => kernel.heal_all(),
            Command::Link { from, to, profile } => {
                kernel.set_profile(*from, *to, profile.clone());
            }
            Command::ClockJump { node, by_us } => kernel.jump_clock(*node, *by_us),
            Command::ClockDrift { node, ppm } => kernel.set_drift(*node, *ppm),
            Command::Byzantine { node, behaviour } => {
                kernel.set_behaviour(*node, *behaviour);
                if *behaviour > 0 && self.nodes.is_correct(*node) {
                    self.nodes.1.push(*node);
                }
            }
            Command::Manual(manual) => kernel.set_manual(*manual),
            Command::Answer { node, answers } => kernel.set_answers(*node, answers),
            Command::Deliver(_)
            | Command::Drop(_)
            | Command::Fire { .. }
            | Command::Crash(_)
            | Command::Restart(_)
            | Command::Operate { .. } => unreachable!("done by apply_command"),
        }
    }

    pub(super) fn crash(&mut self, node: NodeId) {
        self.payloads.clear_timers(&mut self.kernel, node);
        if let Cell::Up(state) = &self.nodes.0[node.index()] {
            let durable = self.protocol.durable(state);
            self.nodes.0[node.index()] = Cell::Down(durable);
        }
        self.kernel.set_status(node, Status::Crashed);
    }

    pub(super) fn restart(&mut self, node: NodeId) {
        let Cell::Down(durable) = &self.nodes.0[node.index()] else { return };
        let durable = durable.clone();
        self.kernel.set_status(node, Status::Up);
        let state = self.start(node, durable);
        self.nodes.0[node.index()] = Cell::Up(state);
    }
}

/// The node a command is about, if it is about one.
fn command_node(command: &Command) -> Option<NodeId> {
    match command {
        Command::Fire { node, .. }
        | Command::Crash(node)
        | Command::Restart(node)
        | Command::Pause(node)
        | Command::Resume(node)
        | Command::ClockJump { node, .. }
        | Command::ClockDrift { node, .. }
        | Command::Byzantine { node, .. }
        | Command::Answer { node, .. }
        | Command::Operate { node, .. } => Some(*node),
        _ => None,
    }
}
