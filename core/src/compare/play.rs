//! Playing a script on one protocol: commands at their times, faults at theirs.

use super::script::{ASK_AGAIN_MS, Fault, Script};
use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::kernel::LinkProfile;
use crate::recipe::Recipe;
use crate::registry::{self, OpenError};
use crate::session::{Ran, Session};
use crate::time::{MS, Time};
use crate::view::{Frame, Lens, MemberKind, NodeFrame, Rank, Status};

/// Steps one run of a comparison may take.
const STEPS_MAX: u64 = 400_000;
/// Where there are no clients, the next server is asked after this long without an answer, in microseconds: as long as
/// clients wait where there are some.
const ASK_AGAIN_US: u64 = ASK_AGAIN_MS * MS;

/// What is asked for in a run.
pub(super) enum Asks {
    /// Nothing.
    Nobody,
    /// Commands of clients, which know whom to ask.
    Clients(std::ops::Range<u64>),
    /// A command of the server at a position, at the beginning of the run.
    Server { command: u64, first: usize },
}

/// A run of a script.
pub(super) struct Played {
    /// The run, at its end.
    pub(super) session: Box<dyn Session>,
    /// For each operation, when it was asked for, in microseconds of the script. The run's own time stands still while
    /// nothing happens in it, so there the operation may come earlier.
    pub(super) asked_us: Vec<u64>,
}

impl Played {
    /// For each operation who was asked, and when it was asked for and answered, if it was, in microseconds of the script.
    pub(super) fn answers(&self) -> Vec<(NodeId, u64, Option<u64>)> {
        let operations = self.session.operations();
        let told = operations.iter().zip(&self.asked_us).map(|(operation, asked_us)| {
            let answered_at = super::answered_at(operation);
            let answered_us = answered_at.map(|at| asked_us + at.since(operation.invoked_at));
            (operation.node, *asked_us, answered_us)
        });
        told.collect()
    }
}

/// Runs a script from `start_us` of its time, with some of its commands. Faults before that are made at once.
pub(super) fn play(script: &Script, recipe: &Recipe, asks: Asks, start_us: u64) -> Result<Played, OpenError> {
    let mut session = registry::open(recipe)?;
    let mut faults = script.faults.iter().peekable();
    let (mut asked, server) = match asks {
        Asks::Nobody => (0..0, None),
        Asks::Clients(commands) => (commands, None),
        Asks::Server { command, first } => (command..command + 1, Some(first)),
    };
    let servers = askable(&*session).len() as u64;
    let (mut asked_us, mut tries) = (vec![], 0);
    loop {
        let next_command = match server {
            Some(_) if is_answered(&*session) => None,
            // Each is asked once: what it has heard of, it goes on trying.
            Some(_) if tries == servers => None,
            Some(_) => Some(start_us + tries * ASK_AGAIN_US).filter(|at| *at < script.ends_us),
            None => asked.clone().next().map(|at| script.first_us + at * script.every_us),
        };
        let next_fault = faults.peek().map(|(at, _)| *at);
        match (next_fault, next_command) {
            (Some(at), command) if command.is_none_or(|command| at <= command) => {
                run_to(&mut *session, at, start_us);
                if let Some((_, fault)) = faults.next() {
                    make(&mut *session, *fault);
                }
            }
            (_, Some(at)) => {
                run_to(&mut *session, at, start_us);
                if let Some(first) = server {
                    // What was answered while it waited need not be asked for again.
                    if !is_answered(&*session)
                        && ask(&mut *session, asked.start, Some(first + tries as usize))
                    {
                        asked_us.push(at);
                    }
                    tries += 1;
                } else if ask(&mut *session, asked.next().unwrap_or_default(), None) {
                    asked_us.push(at);
                }
            }
            _ => break,
        }
    }
    run_to(&mut *session, script.ends_us, start_us);
    Ok(Played { session, asked_us })
}

fn is_answered(session: &dyn Session) -> bool {
    session.operations().iter().any(|operation| super::answered_at(operation).is_some())
}

fn run_to(session: &mut dyn Session, at_us: u64, start_us: u64) {
    let until = Time(at_us.saturating_sub(start_us));
    // A property that breaks stops a run once: the row says so, and the script goes on.
    while session.run_until(until, STEPS_MAX.saturating_sub(session.present())) == Ran::Violated {}
}

/// Servers that take commands themselves, where there are no clients.
pub(super) fn askable(session: &dyn Session) -> Vec<NodeId> {
    let nodes = bare_frame(session).nodes;
    let servers = nodes.iter().filter(|node| node.kind == MemberKind::Server && node.band == 0);
    servers.map(|node| node.id).collect()
}

/// Asks for a command: of a client, or of the server at a position, counted around. Says whether that has heard of it: one
/// that is down does not.
fn ask(session: &mut dyn Session, number: u64, server: Option<usize>) -> bool {
    let spec = session.meta().operations.iter().position(|spec| matches!(spec.id, "put" | "propose"));
    let Some(operation) = spec else { return false };
    let args = session.meta().operations[operation].args.iter();
    let args: Vec<u64> = args
        .map(|arg| match arg.id {
            "key" => number % (arg.max + 1),
            "value" => (number + 1).min(arg.max),
            _ => 0,
        })
        .collect();
    let asked = match server {
        Some(at) => {
            let servers = askable(session);
            servers.get(at % servers.len().max(1)).copied()
        }
        None => {
            let nodes = bare_frame(session).nodes;
            nodes.iter().find(|node| node.kind == MemberKind::Client).map(|node| node.id)
        }
    };
    let command = |node| Command::Operate { node, operation: operation as u8, args };
    asked.is_some_and(|node| session.command(command(node)).is_ok())
}

fn bare_frame(session: &dyn Session) -> Frame {
    session.frame(&Lens { log_entries_max: 0, log_from: None })
}

/// All nodes that stand at a server's place: one, or one of each role.
fn at_place(frame: &Frame, place: usize) -> Vec<NodeId> {
    let servers = || frame.nodes.iter().filter(|node| node.kind == MemberKind::Server);
    let bands = servers().map(|node| node.band).max().map_or(0, |band| band + 1);
    let of_band = |band: u8| servers().filter(move |node| node.band == band).nth(place).map(|node| node.id);
    (0..bands).filter_map(of_band).collect()
}

/// The place of the server that leads, the first if none does.
fn leader(frame: &Frame) -> usize {
    let servers = frame.nodes.iter().filter(|node| node.kind == MemberKind::Server && node.band == 0);
    let leads = |node: &NodeFrame| node.view.rank == Rank::Leads && node.status == Status::Up;
    // Of several that believe it, the last to have begun: its number is the highest.
    let headline = |node: &NodeFrame| node.view.headline.as_ref().map(|fact| numbers(&fact.value));
    let found = servers.enumerate().filter(|(_, node)| leads(node));
    found.max_by_key(|(_, node)| headline(node)).map_or(0, |(at, _)| at)
}

/// The numbers in a text, in their order: of `ballot 12.n3` they are 12 and 3. As text, 9 would be more than 10.
fn numbers(text: &str) -> Vec<u64> {
    let digits = text.split(|letter: char| !letter.is_ascii_digit());
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

fn make(session: &mut dyn Session, fault: Fault) {
    let frame = bare_frame(session);
    let last = frame.nodes.iter().filter(|node| node.kind == MemberKind::Server).map(|node| node.band);
    let places = last.max().map_or(0, |band| {
        frame.nodes.iter().filter(|node| node.kind == MemberKind::Server && node.band == band.min(1)).count()
    });
    let is_crashed = |node: &&NodeFrame| node.status == Status::Crashed;
    let commands: Vec<Command> = match fault {
        Fault::CrashLeader => at_place(&frame, leader(&frame)).into_iter().map(Command::Crash).collect(),
        Fault::CrashFollower => {
            let follower = (0..places).rfind(|place| *place != leader(&frame));
            at_place(&frame, follower.unwrap_or_default()).into_iter().map(Command::Crash).collect()
        }
        Fault::Restart => {
            frame.nodes.iter().filter(is_crashed).map(|node| Command::Restart(node.id)).collect()
        }
        Fault::IsolateLeader => {
            let from = at_place(&frame, leader(&frame));
            let to = frame.nodes.iter().map(|node| node.id).filter(|id| !from.contains(id)).collect();
            vec![Command::Cut { from, to, ways: Ways::Both, fate: CutFate::Lose }]
        }
        Fault::Heal => {
            vec![Command::HealAll, Command::Link { from: None, to: None, profile: LinkProfile::default() }]
        }
        Fault::Lose(loss_permille) => {
            let profile = LinkProfile { loss_permille, ..LinkProfile::default() };
            vec![Command::Link { from: None, to: None, profile }]
        }
    };
    for command in commands {
        session.command(command).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert_eq!(numbers("12.n3"), [12, 3]);
        assert!(numbers("9") < numbers("10") && numbers("10.n1") < numbers("10.n2"));
        assert_eq!(numbers("none"), [0; 0]);
    }
}
