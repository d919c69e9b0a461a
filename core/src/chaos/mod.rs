//! Chaos runs: seeded faults and operations for a while, then everything heals and the goals must be reached. The
//! failing seed is a recipe like any other, so it opens in the page; [`shrink`] leaves out of it what was not needed.
//!
//! Two phases, as TigerBeetle's simulator has them: safety is judged all the time, liveness only once faults have ended,
//! since no protocol promises progress while anything may fail.

mod draw;
mod shrink;

pub use shrink::{Shrunk, shrink};

use crate::action::{Command, CutFate, Ways};
use crate::history::Value;
use crate::id::NodeId;
use crate::kernel::{Latency, LinkProfile, Shape};
use crate::linearizability::{Checker, Spec, Verdict};
use crate::random::Stream;
use crate::recipe::Recipe;
use crate::registry::{Entry, OpenError};
use crate::session::{Ran, Session};
use crate::time::{MS, Time};
use crate::view::{Lens, Status};

/// What may go wrong in a chaos run, and how long it lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Faults and operations drawn.
    pub deeds: u32,
    /// Longest time between two of them, in microseconds.
    pub gap_max_us: u64,
    /// Servers that may be down or paused at once; `None` for a minority.
    pub down_max: Option<usize>,
    /// Whether links are cut.
    pub cuts: bool,
    /// Whether links lose, double and reorder messages, and take long.
    pub links: bool,
    /// Whether clocks drift and jump.
    pub clocks: bool,
    /// How far a clock jumps at once, forth or back, at most. Microseconds.
    pub jump_max_us: u64,
    /// Servers that may be Byzantine.
    pub byzantine_max: usize,
    /// Whether Byzantine servers are honest again when faults end. A protocol that bears as many liars as there may be must
    /// reach its goals while they go on lying.
    pub heal_liars: bool,
    /// Steps the whole run may take.
    pub steps_max: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            deeds: 40,
            gap_max_us: 400 * MS,
            down_max: None,
            cuts: true,
            links: true,
            clocks: true,
            jump_max_us: 200 * MS,
            byzantine_max: 0,
            heal_liars: true,
            steps_max: 200_000,
        }
    }
}

/// What a chaos run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The run, to its end.
    pub recipe: Recipe,
    /// The first property broken: its id and the step.
    pub broken: Option<(&'static str, u64)>,
    /// Goals that were not reached in their time after everything had healed.
    pub missed: Vec<&'static str>,
    /// The operation that no order explains, if what clients saw is not linearizable.
    pub unexplained: Option<String>,
    /// Whether judging the history was given up: it wanted more than [`JUDGE_STEPS_MAX`] steps.
    pub is_unjudged: bool,
}

impl Report {
    /// Whether nothing was broken, every goal was reached, and the history was judged and is in order.
    pub fn is_clean(&self) -> bool {
        self.broken.is_none() && self.missed.is_empty() && self.unexplained.is_none() && !self.is_unjudged
    }
}

/// Runs a protocol through faults, then heals it and waits for its goals.
///
/// # Errors
/// The parameters are unusable.
pub fn run(entry: &Entry, params: &[(&str, u64)], seed: u64, plan: &Plan) -> Result<Report, OpenError> {
    let recipe = Recipe {
        params: params.iter().map(|(id, value)| ((*id).into(), *value)).collect(),
        seed,
        ..Recipe::new(entry.meta.slug)
    };
    let mut session = entry.open(&recipe)?;
    let session = &mut *session;
    let mut chance = Stream::new(seed, 0xc4a0_5000);
    rough_links(session, plan, &mut chance);
    for _ in 0..plan.deeds {
        let gap = chance.between(0, plan.gap_max_us);
        if let Some(broken) = run_for(session, gap, plan.steps_max) {
            return Ok(Report {
                recipe: session.recipe(),
                broken: Some(broken),
                missed: vec![],
                unexplained: None,
                is_unjudged: false,
            });
        }
        if let Some(command) = draw::deed(session, plan, &mut chance) {
            session.command(command).ok();
        }
    }
    heal(session, plan.heal_liars);
    let (broken, missed) = await_goals(session, plan.steps_max);
    let (unexplained, is_unjudged) = match judged(session) {
        Judged::Fine => (None, false),
        Judged::Unexplained(operation) => (Some(operation), false),
        Judged::CutShort => (None, true),
    };
    Ok(Report { recipe: session.recipe(), broken, missed, unexplained, is_unjudged })
}

/// Steps that judging one history may take; of a history that wants more a report says so.
pub const JUDGE_STEPS_MAX: u64 = 2_000_000;

/// What judging a history came to.
enum Judged {
    /// Some order explains it, or there is nothing to judge.
    Fine,
    /// No order explains this operation.
    Unexplained(String),
    /// It would have taken too long.
    CutShort,
}

/// Judges what clients saw, if the protocol's operations are to be judged.
fn judged(session: &dyn Session) -> Judged {
    let Some(objects) = session.meta().objects else { return Judged::Fine };
    let spec = Spec { initial: Some(Value::Int(objects.initial)), ..Spec::new(objects.model) };
    let history = session.history();
    match Checker::judge(&history, &spec, JUDGE_STEPS_MAX) {
        Ok(Verdict::Unexplained(stuck)) => {
            Judged::Unexplained(history.operations()[stuck.operation as usize].to_string())
        }
        Ok(Verdict::Explained(_)) => Judged::Fine,
        Ok(Verdict::CutShort) => Judged::CutShort,
        Err(misfit) => Judged::Unexplained(misfit.to_string()),
    }
}

/// The first property broken by now.
pub(crate) fn first_broken(session: &dyn Session) -> Option<(&'static str, u64)> {
    let verdicts = session.frame(&Lens { log_entries_max: 0, log_from: None }).verdicts;
    let broken = verdicts.iter().filter(|verdict| !verdict.holds);
    broken.filter_map(|verdict| Some((verdict.id, verdict.broken_at?))).min_by_key(|(_, step)| *step)
}

fn run_for(session: &mut dyn Session, us: u64, steps_max: u64) -> Option<(&'static str, u64)> {
    let until = session.now().after(us);
    match session.run_until(until, steps_max) {
        Ran::Violated => first_broken(session),
        Ran::Reached | Ran::Idle | Ran::OutOfSteps => None,
    }
}

/// Links that are rough from the start: slow in the tail, lossy, doubling.
fn rough_links(session: &mut dyn Session, plan: &Plan, chance: &mut Stream) {
    if !plan.links {
        return;
    }
    let parts = vec![
        (8, Shape::Uniform { min_us: 1_000, max_us: 20_000 }),
        (2, Shape::Exponential { floor_us: 5_000, mean_us: chance.between(1_000, 80_000) as u32 }),
    ];
    let profile = LinkProfile {
        latency: Latency(parts),
        loss_permille: chance.between(0, 150) as u16,
        duplicate_permille: chance.between(0, 80) as u16,
        fifo: chance.below(4) == 0,
        spacing_us: 0,
    };
    session.command(Command::Link { from: None, to: None, profile }).ok();
}

/// Ends every fault: links heal and are good, every node runs and has a steady clock. Liars are honest again if they are to be.
fn heal(session: &mut dyn Session, heal_liars: bool) {
    let frame = session.frame(&Lens { log_entries_max: 0, log_from: None });
    let mut commands = vec![
        Command::Manual(false),
        Command::HealAll,
        Command::Link { from: None, to: None, profile: LinkProfile::default() },
    ];
    for node in &frame.nodes {
        let id = node.id;
        commands.push(Command::ClockDrift { node: id, ppm: 0 });
        if heal_liars && node.behaviour.is_some() {
            commands.push(Command::Byzantine { node: id, behaviour: 0 });
        }
        match node.status {
            Status::Up => {}
            Status::Paused => commands.push(Command::Resume(id)),
            Status::Crashed => commands.push(Command::Restart(id)),
        }
    }
    for command in commands {
        session.command(command).ok();
    }
}

/// Runs until every goal was reached or its time is over. A goal must also stay reached for a moment, or a lucky
/// instant would count.
fn await_goals(
    session: &mut dyn Session,
    steps_max: u64,
) -> (Option<(&'static str, u64)>, Vec<&'static str>) {
    let start = session.now();
    let within_us = session.goals().iter().map(|goal| goal.within_us).max().unwrap_or(0);
    let mut steps_left = steps_max;
    loop {
        let missed: Vec<_> =
            session.goals().into_iter().filter(|goal| !goal.reached).map(|goal| goal.id).collect();
        let now = session.now();
        if missed.is_empty() || now.since(start) >= within_us || steps_left == 0 {
            return (first_broken(session), missed);
        }
        let before = session.present();
        let ran = session.run_until(Time(now.us() + 20 * MS), steps_left);
        steps_left = steps_left.saturating_sub(session.present() - before);
        match ran {
            Ran::Violated => return (first_broken(session), vec![]),
            Ran::Idle => steps_left = 0,
            Ran::Reached | Ran::OutOfSteps if session.present() == before => {
                // Nothing was due: go on to whatever comes next.
                if session.next_at().is_none_or(|at| at.since(start) > within_us) || !session.step() {
                    steps_left = 0;
                }
            }
            Ran::Reached | Ran::OutOfSteps => {}
        }
    }
}

/// A cut between two sides, both ways.
fn cut(from: Vec<NodeId>, to: Vec<NodeId>, ways: Ways, fate: CutFate) -> Command {
    Command::Cut { from, to, ways, fate }
}
