//! Drawing the next fault or operation.

use super::{Plan, cut};
use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::protocol::{ArgSpec, TO};
use crate::random::Stream;
use crate::session::Session;
use crate::time::MS;
use crate::view::{Frame, Lens, MemberKind, NodeFrame, Rank, Status};

/// Something to do now, or nothing if what was drawn can't be done.
pub(super) fn deed(session: &dyn Session, plan: &Plan, chance: &mut Stream) -> Option<Command> {
    let frame = session.frame(&Lens { log_entries_max: 0, log_from: None });
    let servers: Vec<&NodeFrame> = of_kind(&frame, MemberKind::Server);
    let down: Vec<_> = servers.iter().filter(|node| node.status != Status::Up).collect();
    let down_max = plan.down_max.unwrap_or((servers.len().max(1) - 1) / 2);
    match chance.below(16) {
        0..=5 => operation(session, &frame, chance),
        6 | 7 if down.len() < down_max => {
            let node = pick(&servers, chance)?.id;
            Some(if chance.below(3) == 0 { Command::Pause(node) } else { Command::Crash(node) })
        }
        6..=9 => pick(&down, chance).map(|node| match node.status {
            Status::Crashed => Command::Restart(node.id),
            Status::Up | Status::Paused => Command::Resume(node.id),
        }),
        10 | 11 if plan.cuts => Some(partition(&frame, chance)),
        12 if plan.cuts => Some(Command::HealAll),
        13 if plan.clocks => Some(clock(pick(&servers, chance)?.id, plan, chance)),
        14 if plan.byzantine_max > 0 => byzantine(session, &servers, plan, chance),
        _ => on_message(&frame, chance),
    }
}

fn of_kind(frame: &Frame, kind: MemberKind) -> Vec<&NodeFrame> {
    frame.nodes.iter().filter(|node| node.kind == kind).collect()
}

fn pick<'a, T>(from: &'a [T], chance: &mut Stream) -> Option<&'a T> {
    from.get(chance.below(from.len() as u32) as usize)
}

/// An operation that may come to something: what is asked of servers is mostly for who leads, so half of it goes there,
/// and who is to be added, removed or asked is a member that there is.
fn operation(session: &dyn Session, frame: &Frame, chance: &mut Stream) -> Option<Command> {
    let operations = session.meta().operations;
    let operation = chance.below(operations.len() as u32);
    let spec = operations.get(operation as usize)?;
    let able = of_kind(frame, spec.on);
    let leads = |node: &&&NodeFrame| node.view.rank == Rank::Leads && node.status == Status::Up;
    let leading: Vec<&NodeFrame> = able.iter().filter(leads).copied().collect();
    let node = pick(if chance.below(2) == 0 && !leading.is_empty() { &leading } else { &able }, chance)?;
    let args = spec.args.iter().map(|arg| argument(frame, node, arg, chance)).collect();
    Some(Command::Operate { node: node.id, operation: operation as u8, args })
}

fn argument(frame: &Frame, asked: &NodeFrame, arg: &ArgSpec, chance: &mut Stream) -> u64 {
    let others = frame.nodes.iter().filter(|node| arg.id != TO || node.id != asked.id);
    let names: Vec<&str> = others.map(|node| node.name.as_str()).collect();
    match arg.naming(&names) {
        Some(named) => pick(&named, chance).copied().unwrap_or(arg.default),
        // Of few values, so that what one command expects another has written, and of all.
        None if chance.below(2) == 0 => chance.between(0, arg.max.min(FEW)),
        None => chance.between(0, arg.max),
    }
}

/// The largest of few values.
const FEW: u64 = 3;

fn partition(frame: &Frame, chance: &mut Stream) -> Command {
    let (mut a, mut b) = (vec![], vec![]);
    for node in &frame.nodes {
        if chance.below(2) == 0 { a.push(node.id) } else { b.push(node.id) }
    }
    let ways = if chance.below(3) == 0 { Ways::Forth } else { Ways::Both };
    let fate = if chance.below(3) == 0 { CutFate::Hold } else { CutFate::Lose };
    cut(a, b, ways, fate)
}

fn clock(node: NodeId, plan: &Plan, chance: &mut Stream) -> Command {
    if chance.below(2) == 0 {
        Command::ClockDrift { node, ppm: chance.below(40_000) as i32 - 20_000 }
    } else {
        let range = u32::try_from(2 * plan.jump_max_us).unwrap_or(u32::MAX);
        Command::ClockJump { node, by_us: i64::from(chance.below(range)) - i64::from(range / 2) }
    }
}

fn byzantine(
    session: &dyn Session,
    servers: &[&NodeFrame],
    plan: &Plan,
    chance: &mut Stream,
) -> Option<Command> {
    let behaviours = session.meta().behaviours.len() as u32;
    let marked: Vec<_> = servers.iter().filter(|node| node.behaviour.is_some()).collect();
    // Once Byzantine, always one of the same few: the faulty are a set, not a number at each moment.
    let node =
        if marked.len() < plan.byzantine_max { pick(servers, chance)?.id } else { pick(&marked, chance)?.id };
    Some(Command::Byzantine { node, behaviour: 1 + chance.below(behaviours) as u8 })
}

fn on_message(frame: &Frame, chance: &mut Stream) -> Option<Command> {
    let message = pick(&frame.flights, chance)?.id;
    Some(match chance.below(4) {
        0 => Command::Drop(message),
        1 => Command::Duplicate(message),
        2 => Command::Delay { message, by_us: chance.between(MS, 200 * MS) },
        _ => Command::Deliver(message),
    })
}
