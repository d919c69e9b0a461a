//! The search itself: states looked at in order, in bounded slices, by one worker or by several.

use super::bounds::{Bounds, Order};
use super::expand::{Expansion, Known, Offer, Scratch};
use super::network;
use super::report::{Counterexample, Ending, Progress};
use super::state::{Spent, State};
use super::symmetry::{Keys, NoSymmetry, Renamed};
use super::table::{EnvelopeId, Keyed, LocalId, Mixed, Table};
use super::trail::{Act, Move, MoveKind, Step};
use crate::fingerprint::Fingerprint;
use crate::id::NodeId;
use crate::nodes::Nodes;
use crate::protocol::Protocol;
use crate::world::World;
use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasherDefault;

/// Fingerprints of the states found.
pub(super) type Seen = HashSet<u64, BuildHasherDefault<Mixed>>;

/// A piece of work that may run beside others, on any thread.
pub type Job<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Explores the futures of a world.
pub struct Explorer<P: Protocol> {
    known: Known<P>,
    nodes: Nodes<P>,
    scratch: Scratch<P>,
    frontier: VecDeque<State>,
    trail: Vec<Step>,
    progress: Progress,
    counterexample: Option<Counterexample>,
    is_cut_short: bool,
    frontier_bytes_max: usize,
}

/// States handed to one worker at a time.
const JOB_STATES: usize = 2_048;

impl<P: Protocol> Explorer<P> {
    /// Explores from a world as it stands: its nodes, timers and messages in flight; cut links stay cut and paused
    /// nodes stay paused.
    ///
    /// # Panics
    /// If the bounds ask for a symmetry that is not to be had: see [`Explorer::open`].
    pub fn new(world: &World<P>, bounds: Bounds) -> Self {
        Self::open(world, bounds).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Like [`Explorer::new`].
    ///
    /// # Errors
    /// The bounds ask for symmetry, and the protocol names no interchangeable nodes, or too many.
    pub fn open(world: &World<P>, bounds: Bounds) -> Result<Self, NoSymmetry> {
        let renamed = if bounds.symmetry { Renamed::of(world)? } else { Renamed::none(world) };
        let n = world.roster().len();
        let mut bench = world.clone();
        bench.set_recording(false);
        let flights = bench.drain_flights();
        let mut table = Table::new(bench, renamed);
        let all = || (0..n).map(NodeId::at);
        let locals: Box<[LocalId]> = all().map(|node| table.know_local(node, world.local(node))).collect();
        let mut net = vec![];
        for (from, to, msg) in flights {
            let id = table.know_envelope(from, to, msg);
            network::put(&mut net, id, bounds.network, &table);
        }
        let ghost_hash = Fingerprint::of(world.ghost());
        table.renamed.know_ghost(world.ghost());
        let mut first = State { locals, net, ghost: 0, spent: Spent::default(), depth: 0, hash: 0, trail: 0 };
        first.hash = first.full_hash(ghost_hash, &bounds, &table);
        let cuts: Vec<bool> = all().flat_map(|from| all().map(move |to| world.is_cut(from, to))).collect();
        let mut known = Known {
            protocol: world.shared_protocol(),
            ghosts: vec![(ghost_hash, world.ghost().clone())],
            ghost_ids: Keyed::from_iter([(ghost_hash, 0)]),
            seen: Seen::default(),
            has_cuts: cuts.contains(&true),
            cuts,
            paused: all().map(|node| world.is_paused(node)).collect(),
            table,
            bounds,
        };
        let key = if known.table.renamed.is_asked() { Keys::key_of(&first, &known) } else { first.hash };
        known.seen.insert(key);
        let mut explorer = Self {
            scratch: Scratch::new(world.nodes(), &first.locals),
            nodes: world.nodes().clone(),
            known,
            frontier: VecDeque::new(),
            trail: vec![Step { parent: 0, act: Act::Begin, outcome: 0 }],
            progress: Progress { distinct: 1, ..Progress::default() },
            counterexample: None,
            is_cut_short: false,
            frontier_bytes_max: 0,
        };
        for node in all() {
            let broken = explorer.known.judge(&first.locals, world.ghost(), node, &mut explorer.scratch);
            explorer.note(broken, 0);
        }
        explorer.frontier.push_back(first);
        Ok(explorer)
    }

    /// How many ways to name interchangeable nodes are taken for one; 1 without symmetry.
    pub fn renamings(&self) -> usize {
        self.known.table.renamed.count().max(1)
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress { frontier: self.frontier.len() as u64, ..self.progress }
    }

    /// The way to the first violation found, if one was.
    pub fn counterexample(&self) -> Option<&Counterexample> {
        self.counterexample.as_ref()
    }

    /// About how many bytes each distinct state takes: its fingerprint, its way, and its share of the largest frontier.
    pub fn bytes_per_state(&self) -> u64 {
        let seen = self.known.seen.capacity() * (size_of::<u64>() + 1);
        let trail = self.trail.capacity() * size_of::<Step>();
        ((seen + trail + self.frontier_bytes_max) as u64).div_ceil(self.progress.distinct.max(1))
    }

    /// Looks at up to so many states and says how far it is. Call it again until it has ended.
    pub fn run(&mut self, states: u64) -> Progress {
        for at in 0..states {
            if at % 4_096 == 0 {
                self.measure_frontier();
            }
            if self.progress.ended.is_some() {
                break;
            }
            let next = match self.known.bounds.order {
                Order::BreadthFirst => self.frontier.pop_front(),
                Order::DepthFirst => self.frontier.pop_back(),
            };
            let Some(state) = next else {
                self.end_of_frontier();
                break;
            };
            self.look_at(&state);
        }
        self.measure_frontier();
        self.progress()
    }

    /// Like [`Explorer::run`], on several workers: `each` is given jobs that may run beside each other, and returns when
    /// all are done. Everything comes out as with one worker, whatever their number: what follows the next states is
    /// worked out beside each other, and then taken in order. Depth-first search has no next states to share out, so it
    /// runs alone.
    pub fn run_on(&mut self, states: u64, workers: usize, each: &dyn Fn(Vec<Job<'_>>)) -> Progress {
        if self.known.bounds.order == Order::DepthFirst || workers < 2 {
            return self.run(states);
        }
        let mut left = states;
        while left > 0 && self.progress.ended.is_none() {
            let take = self
                .frontier
                .len()
                .min(JOB_STATES * workers)
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            if take == 0 {
                self.end_of_frontier();
                break;
            }
            let batch: Vec<State> = self.frontier.drain(..take).collect();
            left -= take as u64;
            self.measure_frontier();
            self.look_at_all(&batch, workers, each);
        }
        self.measure_frontier();
        self.progress()
    }

    fn look_at_all(&mut self, batch: &[State], workers: usize, each: &dyn Fn(Vec<Job<'_>>)) {
        let share = batch.len().div_ceil(workers);
        let mut results: Vec<Vec<Expansion<P>>> = batch.chunks(share).map(|_| vec![]).collect();
        let (known, nodes) = (&self.known, &self.nodes);
        let depth_max = known.bounds.depth_max;
        let jobs = batch.chunks(share).zip(&mut results).map(|(states, result)| -> Job<'_> {
            Box::new(move || {
                let mut scratch = Scratch::of_worker(nodes);
                let near = states.iter().take_while(|state| state.depth < depth_max);
                result.extend(near.map(|state| known.expand(state, &mut scratch)));
            })
        });
        each(jobs.collect());
        let mut expansions = results.into_iter().flatten();
        for (at, state) in batch.iter().enumerate() {
            if self.progress.ended.is_some() {
                // What nobody has looked at goes back to where it was.
                batch[at..].iter().rev().for_each(|state| self.frontier.push_front(state.clone()));
                return;
            }
            match expansions.next() {
                Some(Expansion::Offers { transitions, offers }) => {
                    self.progress.depth = state.depth;
                    self.take(transitions, offers);
                }
                Some(Expansion::Unknown(..)) | None => self.look_at(state),
            }
        }
    }

    fn look_at(&mut self, state: &State) {
        self.progress.depth = state.depth;
        if state.depth >= self.known.bounds.depth_max {
            self.is_cut_short = true;
            return;
        }
        loop {
            match self.known.expand(state, &mut self.scratch) {
                Expansion::Offers { transitions, offers } => return self.take(transitions, offers),
                Expansion::Unknown(node, local, event) => self.known.table.learn(node, local, event),
            }
        }
    }

    /// Takes successors in order; some may have been found meanwhile.
    fn take(&mut self, transitions: u64, offers: Vec<Offer<P>>) {
        self.progress.transitions += transitions;
        for offer in offers {
            if self.progress.ended.is_some() {
                return;
            }
            if self.known.seen.insert(offer.key) {
                self.keep(offer);
            }
        }
    }

    fn keep(&mut self, offer: Offer<P>) {
        let mut next = offer.next;
        if let Some(ghost) = offer.ghost {
            next.ghost = self.know_ghost(ghost);
        }
        let trail = self.trail.len() as u32;
        self.trail.push(Step { parent: next.trail, act: offer.act, outcome: offer.outcome });
        next.trail = trail;
        self.progress.distinct += 1;
        self.note(offer.broken, trail);
        if self.progress.ended.is_none() && self.progress.distinct >= self.known.bounds.states_max {
            self.progress.ended = Some(Ending::States);
        }
        self.frontier.push_back(next);
    }

    fn know_ghost(&mut self, ghost: P::Ghost) -> u32 {
        let hash = Fingerprint::of(&ghost);
        let next = self.known.ghosts.len() as u32;
        let id = *self.known.ghost_ids.entry(hash).or_insert(next);
        if id == next {
            self.known.table.renamed.know_ghost(&ghost);
            self.known.ghosts.push((hash, ghost));
        }
        id
    }

    fn note(&mut self, broken: Option<(&'static str, String)>, trail: u32) {
        if let Some((property, witness)) = broken.filter(|_| self.counterexample.is_none()) {
            let moves = self.moves_to(trail);
            self.counterexample = Some(Counterexample { property, witness, moves });
            self.progress.ended = Some(Ending::Violation);
        }
    }

    fn end_of_frontier(&mut self) {
        let ending = if self.is_cut_short { Ending::Depth } else { Ending::Complete };
        self.progress.ended = Some(ending);
    }

    /// The frontier is about as large as its first state says, times its length.
    fn measure_frontier(&mut self) {
        let bytes = self.frontier.front().map_or(0, State::bytes) * self.frontier.len();
        self.frontier_bytes_max = self.frontier_bytes_max.max(bytes);
    }

    fn moves_to(&self, mut at: u32) -> Vec<Move> {
        let mut moves = vec![];
        while at != 0 {
            let step = self.trail[at as usize];
            moves.push(self.move_of(step));
            at = step.parent;
        }
        moves.reverse();
        moves
    }

    fn move_of(&self, step: Step) -> Move {
        let table = &self.known.table;
        let message = |id: EnvelopeId| {
            let envelope = table.envelope(id);
            (envelope.from, envelope.to, Fingerprint::of(&envelope.msg))
        };
        let kind = match step.act {
            Act::Begin => unreachable!("the beginning is no move"),
            Act::Deliver { envelope, kept } => {
                let (from, to, message) = message(envelope);
                MoveKind::Deliver { from, to, message, kept }
            }
            Act::Drop { envelope } => {
                let (from, to, message) = message(envelope);
                return Move { kind: MoveKind::Drop { from, to, message }, answers: vec![] };
            }
            Act::Fire { node, local, timer } => {
                let timer = Fingerprint::of(&table.local(local).timers[usize::from(timer)]);
                MoveKind::Fire { node: NodeId(node), timer }
            }
            Act::Crash { node } => MoveKind::Crash(NodeId(node)),
            Act::Restart { node } => MoveKind::Restart(NodeId(node)),
        };
        Move { kind, answers: table.outcome(step.outcome).answers.to_vec() }
    }
}
