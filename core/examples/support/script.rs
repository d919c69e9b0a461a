//! What a scenario's hands do, to be done again under another seed: at times rather than at steps, to whoever leads rather
//! than to who led. `sweep` says what that means.

use super::{Chosen, Complaint};
use playground_core::action::Command;
use playground_core::id::NodeId;
use playground_core::protocol::Meta;
use playground_core::recipe::Recipe;
use playground_core::session::{Ran, Session};
use playground_core::time::{S, Time};
use playground_core::trace::MarkKind;
use playground_core::view::{Frame, Lens, MemberKind, NodeFrame, Rank, Status};

/// How long a run without a scenario lasts, in microseconds.
const RUN_US: u64 = 10 * S;
/// Steps a run may take.
const STEPS_MAX: u64 = 5_000_000;

/// A run's parameters, what hands do in it, and how long it lasts.
pub struct Script {
    pub params: Vec<(String, u64)>,
    hands: Vec<Hand>,
    ends: Time,
}

/// What a hand does.
struct Hand {
    at: Time,
    deed: Deed,
    /// Who led in the scenario then.
    leader: Option<NodeId>,
}

enum Deed {
    Does(Command),
    Fires { node: NodeId, label: &'static str },
}

impl Script {
    pub fn of(chosen: &Chosen) -> Result<Self, Complaint> {
        let Some(id) = &chosen.scenario else {
            return Ok(Self { params: chosen.changed(), hands: vec![], ends: Time(RUN_US) });
        };
        let mut session = chosen.entry.scenario(id)?.session;
        let recipe = session.recipe();
        let mut hands = vec![];
        for (step, command) in recipe.commands {
            session.seek(step);
            let (at, leader) = (session.now(), leader(&*session));
            hands.extend(deed(&*session, command).map(|deed| Hand { at, deed, leader }));
        }
        session.seek(recipe.length);
        Ok(Self { params: chosen.over(recipe.params), hands, ends: session.now() })
    }

    /// The run under a seed, at its end.
    pub fn play(&self, chosen: &Chosen, seed: u64) -> Result<Box<dyn Session>, Complaint> {
        let slug = chosen.entry.meta.slug;
        let mut session =
            chosen.entry.open(&Recipe { params: self.params.clone(), seed, ..Recipe::new(slug) })?;
        let mut cast = Cast::new(&*session);
        for hand in &self.hands {
            run_to(&mut *session, hand.at, seed)?;
            cast.give_the_lead(hand.leader, leader(&*session));
            let command = match &hand.deed {
                Deed::Does(command) => Some(cast.played(command, session.meta())),
                Deed::Fires { node, label } => firing(&*session, cast.actor(*node), label),
            };
            // What can't be done here is left out.
            command.map(|command| session.command(command));
        }
        run_to(&mut *session, self.ends, seed)?;
        Ok(session)
    }
}

/// Who plays whom: for each node of the scenario the node of the run that is meant.
struct Cast {
    names: Vec<String>,
    actors: Vec<NodeId>,
    /// Whether a node of the scenario was meant already: then it keeps its actor.
    is_meant: Vec<bool>,
}

impl Cast {
    fn new(session: &dyn Session) -> Self {
        let names: Vec<String> = bare(session).nodes.into_iter().map(|node| node.name).collect();
        let actors = (0..names.len()).map(|at| NodeId(at as u16)).collect();
        Self { is_meant: vec![false; names.len()], names, actors }
    }

    /// Who leads in the scenario is played by who leads in the run, if both are free.
    fn give_the_lead(&mut self, role: Option<NodeId>, actor: Option<NodeId>) {
        let (Some(role), Some(actor)) = (role, actor) else { return };
        let other = self.actors.iter().position(|other| *other == actor);
        let Some(other) = other.filter(|_| role.index() < self.actors.len()) else { return };
        if !self.is_meant[role.index()] && !self.is_meant[other] {
            self.actors.swap(role.index(), other);
        }
    }

    /// Who plays a node; it does from now on.
    fn actor(&mut self, role: NodeId) -> NodeId {
        match self.is_meant.get_mut(role.index()) {
            Some(is_meant) => {
                *is_meant = true;
                self.actors[role.index()]
            }
            // There are fewer nodes than in the scenario.
            None => role,
        }
    }

    fn actors(&mut self, roles: &mut [NodeId]) {
        roles.iter_mut().for_each(|role| *role = self.actor(*role));
    }

    /// A command of the scenario as it is in the run.
    fn played(&mut self, command: &Command, meta: &Meta) -> Command {
        let mut command = command.clone();
        match &mut command {
            Command::Fire { node, .. }
            | Command::Crash(node)
            | Command::Restart(node)
            | Command::Pause(node)
            | Command::Resume(node)
            | Command::ClockJump { node, .. }
            | Command::ClockDrift { node, .. }
            | Command::Byzantine { node, .. }
            | Command::Answer { node, .. } => *node = self.actor(*node),
            Command::Cut { from, to, .. } | Command::Heal { from, to, .. } => {
                self.actors(from);
                self.actors(to);
            }
            Command::Link { from, to, .. } => {
                for node in from.iter_mut().chain(to) {
                    *node = self.actor(*node);
                }
            }
            Command::Operate { node, operation, args } => {
                *node = self.actor(*node);
                let specs = meta.operations.get(usize::from(*operation)).map_or(&[][..], |spec| spec.args);
                for (spec, value) in specs.iter().zip(args) {
                    *value = self.named(spec.words, *value);
                }
            }
            _ => {}
        }
        command
    }

    /// The value of an argument that says who plays whom it named; of another argument the same.
    fn named(&mut self, words: &[&str], value: u64) -> u64 {
        let word = words.get(value as usize);
        let role = word.and_then(|word| self.names.iter().position(|name| name == word));
        let Some(role) = role else { return value };
        let actor = self.actor(NodeId(role as u16)).index();
        words.iter().position(|word| *word == self.names[actor]).map_or(value, |at| at as u64)
    }
}

/// What a hand does whatever messages there are.
fn deed(session: &dyn Session, command: Command) -> Option<Deed> {
    match command {
        Command::Deliver(_)
        | Command::Drop(_)
        | Command::Duplicate(_)
        | Command::Delay { .. }
        | Command::Manual(_) => None,
        Command::Fire { node, timer } => {
            let label = bare(session).nodes.get(node.index())?.timers.get(usize::from(timer))?.label;
            Some(Deed::Fires { node, label })
        }
        other => Some(Deed::Does(other)),
    }
}

fn firing(session: &dyn Session, node: NodeId, label: &str) -> Option<Command> {
    let frame = bare(session);
    let timers = &frame.nodes.get(node.index())?.timers;
    let timer = timers.iter().position(|timer| timer.label == label)?;
    Some(Command::Fire { node, timer: timer as u8 })
}

/// The server that leads: of several the one elected last.
fn leader(session: &dyn Session) -> Option<NodeId> {
    let frame = bare(session);
    let is_leader = |node: &&NodeFrame| {
        node.kind == MemberKind::Server && node.view.rank == Rank::Leads && node.status == Status::Up
    };
    let leading: Vec<NodeId> = frame.nodes.iter().filter(is_leader).map(|node| node.id).collect();
    let elected = session.marks().iter().take_while(|mark| mark.step <= frame.step);
    let elected = elected.filter(|mark| mark.kind == MarkKind::Elected).filter_map(|mark| mark.node);
    elected.filter(|node| leading.contains(node)).last().or_else(|| leading.first().copied())
}

fn bare(session: &dyn Session) -> Frame {
    session.frame(&Lens { log_entries_max: 0, log_from: None })
}

fn run_to(session: &mut dyn Session, until: Time, seed: u64) -> Result<(), Complaint> {
    loop {
        match session.run_until(until, STEPS_MAX.saturating_sub(session.present())) {
            // A twin's run goes on: what it measures is not over.
            Ran::Violated => {}
            Ran::Reached | Ran::Idle => return Ok(()),
            Ran::OutOfSteps => {
                return Err(Complaint(format!("seed {seed}: the run takes more than {STEPS_MAX} steps")));
            }
        }
    }
}
