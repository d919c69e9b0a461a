//! The same commands and the same faults on several protocols, and what it costs each: messages, latency, availability.
//!
//! A [`Script`] says at which simulated time clients ask and what fails then; a [`Contestant`] says which protocol, at
//! which size, takes it. Sizes are such that each tolerates equally many faulty servers: `2f + 1` of those that crash,
//! `3f + 1` of those that may lie. Everything is an ordinary run, and a [`Row`] has its link.

use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::kernel::LinkProfile;
use crate::measure::Milli;
use crate::order;
use crate::recipe::Recipe;
use crate::registry::{self, OpenError};
use crate::session::Session;
use crate::time::{MS, Time};
use crate::view::{Frame, Lens, MemberKind, NodeFrame, Rank, Status};

/// Steps one run of a comparison may take.
const STEPS_MAX: u64 = 400_000;
/// An answer counts as in time within this, in microseconds.
pub const PATIENCE_US: u64 = 500 * MS;
/// Most faulty servers a comparison is sized for.
pub const FAULTY_MAX: u64 = 3;

/// What is done to every contestant.
#[derive(Debug)]
pub struct Script {
    /// Stable name.
    pub id: &'static str,
    /// For a reader.
    pub title: &'static str,
    /// One sentence: what happens, and what to look at.
    pub caption: &'static str,
    /// How many commands are asked for.
    pub commands: u64,
    /// When the first is asked for, in microseconds: late enough for a leader to be there.
    pub first_us: u64,
    /// How often, in microseconds.
    pub every_us: u64,
    /// What fails, by time in microseconds.
    pub faults: &'static [(u64, Fault)],
    /// When it ends, in microseconds.
    pub ends_us: u64,
}

/// What fails. Servers are counted from 0; where roles are nodes of their own, a server is all that stand at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server that leads crashes; if none does, the first.
    CrashLeader,
    /// The last server crashes.
    CrashLast,
    /// Every crashed server restarts.
    Restart,
    /// The server that leads is cut off from all others.
    IsolateLeader,
    /// Every link heals and is good.
    Heal,
    /// Every link loses so many messages of a thousand.
    Lose(u16),
}

/// The scripts there are.
pub const SCRIPTS: &[Script] = &[
    Script {
        id: "fault-free",
        title: "Nothing fails",
        caption: "Twenty commands, one after the other: what one command costs when all is well.",
        commands: 20,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[],
        ends_us: 4_000 * MS,
    },
    Script {
        id: "leader-crash",
        title: "The leader crashes",
        caption: "At 2 seconds whoever leads crashes for good. Look at how long nobody is answered.",
        commands: 40,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[(2_000 * MS, Fault::CrashLeader)],
        ends_us: 9_000 * MS,
    },
    Script {
        id: "follower-crash",
        title: "Another server crashes",
        caption: "At 2 seconds a server that does not lead crashes: a quorum is left, and nobody should notice.",
        commands: 40,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[(2_000 * MS, Fault::CrashLast)],
        ends_us: 7_000 * MS,
    },
    Script {
        id: "leader-cut-off",
        title: "The leader is cut off",
        caption: "From 2 to 4 seconds the leader hears nobody. The others go on without it, and it must catch up.",
        commands: 40,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[(2_000 * MS, Fault::IsolateLeader), (4_000 * MS, Fault::Heal)],
        ends_us: 9_000 * MS,
    },
    Script {
        id: "lossy",
        title: "One message in ten is lost",
        caption: "From the start every link loses a tenth of its messages: retries cost time and messages.",
        commands: 40,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[(0, Fault::Lose(100))],
        ends_us: 12_000 * MS,
    },
];

/// A protocol that takes part.
#[derive(Debug)]
pub struct Contestant {
    /// For a reader.
    pub title: &'static str,
    /// The protocol.
    pub slug: &'static str,
    /// What is unlike the defaults, besides the size.
    params: &'static [(&'static str, u64)],
    /// How many servers tolerate a faulty one: each further one takes as many again.
    servers_per_fault: u64,
    /// The protocol decides once, so each command has a run of its own.
    each: bool,
}

/// Who takes part. A protocol joins with one entry here.
pub const CONTESTANTS: &[Contestant] = &[
    Contestant { title: "Raft", slug: "raft", params: &[("clients", 1)], servers_per_fault: 2, each: false },
    Contestant {
        title: "Multi-Paxos",
        slug: "multi-paxos",
        params: &[("clients", 1)],
        servers_per_fault: 2,
        each: false,
    },
    Contestant {
        title: "Paxos for each command",
        slug: "paxos",
        params: &[("proposers", 2), ("learners", 1), ("propose-within-ms", 0), ("ask-ms", 60_000)],
        servers_per_fault: 2,
        each: true,
    },
    Contestant { title: "PBFT", slug: "pbft", params: &[("clients", 1)], servers_per_fault: 3, each: false },
];

/// What a script cost a contestant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub title: &'static str,
    /// How many servers it took.
    pub servers: u64,
    /// Commands asked for.
    pub asked: u64,
    /// Commands answered, however late.
    pub answered: u64,
    /// Share of the commands that were answered within [`PATIENCE_US`].
    pub in_time: Option<Milli>,
    /// All messages over the commands answered, those of keeping in touch included.
    pub messages: Option<Milli>,
    /// The same without what the cluster sends if nobody asks it for anything: what the commands themselves cost.
    pub own_messages: Option<Milli>,
    /// Median latency, in microseconds.
    pub latency_p50_us: Option<u64>,
    /// Latency that 99 of 100 answers keep within, in microseconds.
    pub latency_p99_us: Option<u64>,
    /// The longest time between two answers, in microseconds.
    pub silence_us: Option<u64>,
    /// Id of a property that was broken, if one was.
    pub broken: Option<&'static str>,
    /// The run, or of many the slowest.
    pub link: String,
}

/// Plays a script for one contestant.
///
/// `faulty` is how many faulty servers it is to tolerate, 1 to [`FAULTY_MAX`].
///
/// # Errors
/// The protocol is not in the catalogue, or does not take its parameters.
pub fn compare(script: &Script, contestant: &Contestant, faulty: u64, seed: u64) -> Result<Row, OpenError> {
    let servers = contestant.servers_per_fault * faulty.clamp(1, FAULTY_MAX) + 1;
    let mut recipe = Recipe { seed, ..Recipe::new(contestant.slug) };
    recipe.params.push(("n".into(), servers));
    recipe.params.extend(contestant.params.iter().map(|(id, value)| ((*id).into(), *value)));
    let mut sum = Sum::default();
    if contestant.each {
        for command in 0..script.commands {
            let seed = seed.wrapping_add(command);
            sum.add_one(script, &Recipe { seed, ..recipe.clone() }, command)?;
        }
    } else {
        let session = play(script, &recipe, 0..script.commands, 0)?;
        let idle = play(script, &recipe, 0..0, 0)?;
        sum.add(&*session, &*idle, 0);
    }
    Ok(sum.row(contestant.title, servers, script))
}

/// What many runs add up to.
#[derive(Default)]
struct Sum {
    sent: u64,
    sent_idle: u64,
    latencies_us: Vec<u64>,
    answered_at_us: Vec<u64>,
    broken: Option<&'static str>,
    link: String,
    slowest_us: u64,
}

impl Sum {
    /// A run of its own for one command. It begins when the command is asked for.
    fn add_one(&mut self, script: &Script, recipe: &Recipe, command: u64) -> Result<(), OpenError> {
        let start_us = script.first_us + command * script.every_us;
        let session = play(script, recipe, command..command + 1, start_us)?;
        let idle = play(script, recipe, 0..0, start_us)?;
        self.add(&*session, &*idle, start_us);
        Ok(())
    }

    fn add(&mut self, session: &dyn Session, idle: &dyn Session, start_us: u64) {
        self.sent += session.measures().sent.iter().sum::<u64>();
        self.sent_idle += idle.measures().sent.iter().sum::<u64>();
        let mut slowest_us = 0;
        for operation in session.operations() {
            let Some((at, ..)) = operation.returned else {
                slowest_us = u64::MAX;
                continue;
            };
            let latency_us = at.since(operation.invoked_at);
            slowest_us = slowest_us.max(latency_us);
            self.latencies_us.push(latency_us);
            self.answered_at_us.push(start_us + at.us());
        }
        let verdicts = session.frame(&Lens { log_entries_max: 0, log_from: None }).verdicts;
        self.broken =
            self.broken.or(verdicts.iter().find(|verdict| !verdict.holds).map(|verdict| verdict.id));
        if self.link.is_empty() || slowest_us > self.slowest_us {
            (self.link, self.slowest_us) = (session.recipe().to_link(), slowest_us);
        }
    }

    fn row(mut self, title: &'static str, servers: u64, script: &Script) -> Row {
        order::sort(&mut self.latencies_us);
        order::sort(&mut self.answered_at_us);
        let answered = self.latencies_us.len() as u64;
        let rank = |per_cent: usize| (self.latencies_us.len() * per_cent).div_ceil(100).max(1) - 1;
        let in_time = self.latencies_us.iter().filter(|us| **us <= PATIENCE_US).count() as u64;
        let gaps = self.answered_at_us.windows(2).map(|pair| pair[1] - pair[0]);
        Row {
            title,
            servers,
            asked: script.commands,
            answered,
            in_time: Milli::ratio(in_time, script.commands),
            messages: Milli::ratio(self.sent, answered),
            own_messages: Milli::ratio(self.sent.saturating_sub(self.sent_idle), answered),
            latency_p50_us: self.latencies_us.get(rank(50)).copied(),
            latency_p99_us: self.latencies_us.get(rank(99)).copied(),
            silence_us: gaps.max(),
            broken: self.broken,
            link: self.link,
        }
    }
}

/// Runs a script from `start_us` of its time, with some of its commands. Faults before that are made at once.
fn play(
    script: &Script,
    recipe: &Recipe,
    commands: std::ops::Range<u64>,
    start_us: u64,
) -> Result<Box<dyn Session>, OpenError> {
    let mut session = registry::open(recipe)?;
    let mut faults = script.faults.iter().peekable();
    let mut asked = commands;
    loop {
        let next_command = asked.clone().next().map(|at| script.first_us + at * script.every_us);
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
                ask(&mut *session, asked.next().unwrap_or_default());
            }
            _ => break,
        }
    }
    run_to(&mut *session, script.ends_us, start_us);
    Ok(session)
}

fn run_to(session: &mut dyn Session, at_us: u64, start_us: u64) {
    let steps_max = STEPS_MAX.saturating_sub(session.present());
    session.run_until(Time(at_us.saturating_sub(start_us)), steps_max);
}

/// Asks for a command: of a client if there are clients, or else of the first server that is up and takes one.
fn ask(session: &mut dyn Session, number: u64) {
    let spec = session.meta().operations.iter().position(|spec| matches!(spec.id, "put" | "propose"));
    let Some(operation) = spec else { return };
    let args = session.meta().operations[operation].args.iter();
    let args: Vec<u64> = args
        .map(|arg| match arg.id {
            "key" => number % (arg.max + 1),
            "value" => (number + 1).min(arg.max),
            _ => 0,
        })
        .collect();
    let nodes = bare_frame(session).nodes;
    let clients = nodes.iter().filter(|node| node.kind == MemberKind::Client);
    let servers = nodes.iter().filter(|node| node.kind == MemberKind::Server && node.band == 0);
    for node in clients.chain(servers).filter(|node| node.status == Status::Up) {
        let command = Command::Operate { node: node.id, operation: operation as u8, args: args.clone() };
        if session.command(command).is_ok() {
            return;
        }
    }
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
    let headline = |node: &&NodeFrame| node.view.headline.as_ref().map(|fact| fact.value.clone());
    let found = servers.enumerate().filter(|(_, node)| leads(node));
    found.max_by_key(|(_, node)| headline(node)).map_or(0, |(at, _)| at)
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
        Fault::CrashLast => {
            at_place(&frame, places.saturating_sub(1)).into_iter().map(Command::Crash).collect()
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
