//! The search itself: states looked at one by one, in bounded slices.

use super::bounds::{Bounds, NetworkKind, Order};
use super::network;
use super::report::{Counterexample, Ending, Progress};
use super::state::{Spent, State, ghost_share, local_share};
use super::table::{EnvelopeId, Event, Keyed, LocalId, Mixed, Table};
use super::trail::{Act, Move, MoveKind, Step};
use crate::fingerprint::Fingerprint;
use crate::id::NodeId;
use crate::nodes::Nodes;
use crate::protocol::Protocol;
use crate::world::World;
use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// Explores the futures of a world.
pub struct Explorer<P: Protocol> {
    bounds: Bounds,
    table: Table<P>,
    world: World<P>,
    protocol: Arc<P>,
    /// For each directed link: nothing sent there arrives, or nothing there is delivered.
    cuts: Vec<bool>,
    has_cuts: bool,
    paused: Vec<bool>,
    seen: HashSet<u64, BuildHasherDefault<Mixed>>,
    frontier: VecDeque<State>,
    trail: Vec<Step>,
    ghosts: Vec<(u64, P::Ghost)>,
    ghost_ids: Keyed<u32>,
    /// The nodes of the state last looked at, as properties see them; and which locals they are.
    nodes: Nodes<P>,
    nodes_are: Vec<LocalId>,
    progress: Progress,
    counterexample: Option<Counterexample>,
    is_cut_short: bool,
}

/// A successor, before anyone knows whether it is new.
struct Candidate {
    act: Act,
    actor: NodeId,
    local: Option<LocalId>,
    spent: Spent,
    outcome: Option<u32>,
    /// Position in the network of what leaves it.
    removes: Option<usize>,
}

impl<P: Protocol> Explorer<P> {
    /// Explores from a world as it stands: its nodes, timers and messages in flight; cut links stay cut and paused
    /// nodes stay paused.
    pub fn new(world: &World<P>, bounds: Bounds) -> Self {
        let n = world.roster().len();
        let mut bench = world.clone();
        bench.set_recording(false);
        let flights = bench.drain_flights();
        let mut table = Table::new(bench);
        let all = || (0..n).map(NodeId::at);
        let locals: Box<[LocalId]> = all().map(|node| table.know_local(node, world.local(node))).collect();
        let mut net = vec![];
        for (from, to, msg) in flights {
            let id = table.know_envelope(from, to, msg);
            network::put(&mut net, id, bounds.network, &table);
        }
        let cuts: Vec<bool> = all().flat_map(|from| all().map(move |to| world.is_cut(from, to))).collect();
        let mut explorer = Self {
            has_cuts: cuts.contains(&true),
            cuts,
            paused: all().map(|node| world.is_paused(node)).collect(),
            seen: HashSet::default(),
            frontier: VecDeque::new(),
            trail: vec![Step { parent: 0, act: Act::Begin, outcome: 0 }],
            ghosts: vec![],
            ghost_ids: Keyed::default(),
            nodes: world.nodes().clone(),
            nodes_are: locals.to_vec(),
            progress: Progress::default(),
            counterexample: None,
            is_cut_short: false,
            world: world.clone(),
            protocol: world.shared_protocol(),
            table,
            bounds,
        };
        let ghost = explorer.know_ghost(world.ghost());
        let mut first = State { locals, net, ghost, spent: Spent::default(), depth: 0, hash: 0, trail: 0 };
        first.hash = first.full_hash(explorer.ghosts[ghost as usize].0, &explorer.bounds, &explorer.table);
        explorer.seen.insert(first.hash);
        explorer.progress.distinct = 1;
        for node in all() {
            explorer.judge(&first, node, None);
        }
        explorer.frontier.push_back(first);
        explorer
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress { frontier: self.frontier.len() as u64, ..self.progress }
    }

    /// The way to the first violation found, if one was.
    pub fn counterexample(&self) -> Option<&Counterexample> {
        self.counterexample.as_ref()
    }

    /// The world it began with.
    pub fn world(&self) -> &World<P> {
        &self.world
    }

    /// About how many bytes each distinct state takes.
    pub fn bytes_per_state(&self) -> u64 {
        let seen = self.seen.capacity() * (size_of::<u64>() + 1);
        let frontier: usize = self.frontier.iter().map(State::bytes).sum();
        let trail = self.trail.capacity() * size_of::<Step>();
        ((seen + frontier + trail) as u64).div_ceil(self.progress.distinct.max(1))
    }

    /// Looks at up to so many states and says how far it is. Call it again until it has ended.
    pub fn run(&mut self, states: u64) -> Progress {
        for _ in 0..states {
            if self.progress.ended.is_some() {
                break;
            }
            let next = match self.bounds.order {
                Order::BreadthFirst => self.frontier.pop_front(),
                Order::DepthFirst => self.frontier.pop_back(),
            };
            match next {
                None => {
                    let ending = if self.is_cut_short { Ending::Depth } else { Ending::Complete };
                    self.progress.ended = Some(ending);
                }
                Some(state) => self.look_at(&state),
            }
        }
        self.progress()
    }

    fn look_at(&mut self, state: &State) {
        self.progress.depth = state.depth;
        if state.depth >= self.bounds.depth_max {
            self.is_cut_short = true;
            return;
        }
        for at in 0..state.net.len() {
            if network::is_first(&state.net, at, self.bounds.network, &self.table) {
                self.try_message(state, at);
            }
        }
        for (node, local) in state.locals.iter().enumerate() {
            if !self.paused[node] {
                self.try_timers(state, node, *local);
            }
            self.try_crash(state, node, *local);
        }
    }

    fn try_message(&mut self, state: &State, at: usize) {
        let id = state.net[at];
        let envelope = self.table.envelope(id);
        let (from, to) = (envelope.from, envelope.to);
        let local = state.locals[to.index()];
        let reaches = self.table.is_up(local) && !self.paused[to.index()] && !self.is_cut(from, to);
        if reaches {
            let stays = self.bounds.network == NetworkKind::Set;
            let blocks = self.bounds.network == NetworkKind::Fifo;
            for outcome in self.table.outcomes(to, local, Event::Message(id)) {
                let known = self.table.outcome(outcome);
                // A message nobody reacts to stays where it is, unless others wait behind it.
                if known.is_idle && !blocks {
                    continue;
                }
                let (after, is_idle) = (Some(known.local), known.is_idle);
                let deliver = |kept, spent| Candidate {
                    act: Act::Deliver { envelope: id, kept },
                    actor: to,
                    local: after,
                    spent,
                    outcome: Some(outcome),
                    removes: if kept { None } else { Some(at) },
                };
                self.offer(state, &deliver(stays, state.spent));
                if !stays && !is_idle && state.spent.duplicates < self.bounds.duplicates {
                    let spent = Spent { duplicates: state.spent.duplicates + 1, ..state.spent };
                    self.offer(state, &deliver(true, spent));
                }
            }
        }
        if let Some(drops) = spend(state.spent.drops, self.bounds.drops) {
            let spent = Spent { drops, ..state.spent };
            let act = Act::Drop { envelope: id };
            let removes = Some(at);
            self.offer(state, &Candidate { act, actor: to, local: None, spent, outcome: None, removes });
        }
    }

    fn try_timers(&mut self, state: &State, node: usize, local: LocalId) {
        let Some(timers) = spend(state.spent.timers, self.bounds.timers) else { return };
        let spent = Spent { timers, ..state.spent };
        for timer in 0..self.table.local(local).timers.len() {
            let act = Act::Fire { node: node as u16, local, timer: timer as u8 };
            self.try_event(state, node, Event::Timer(timer as u32), act, spent);
        }
    }

    fn try_crash(&mut self, state: &State, node: usize, local: LocalId) {
        let at = node as u16;
        if !self.table.is_up(local) {
            self.try_event(state, node, Event::Restart, Act::Restart { node: at }, state.spent);
        } else if state.spent.crashes < self.bounds.crashes {
            let spent = Spent { crashes: state.spent.crashes + 1, ..state.spent };
            self.try_event(state, node, Event::Crash, Act::Crash { node: at }, spent);
        }
    }

    fn try_event(&mut self, state: &State, node: usize, event: Event, act: Act, spent: Spent) {
        let actor = NodeId::at(node);
        for outcome in self.table.outcomes(actor, state.locals[node], event) {
            let known = self.table.outcome(outcome);
            if !known.is_idle {
                let local = Some(known.local);
                let candidate = Candidate { act, actor, local, spent, outcome: Some(outcome), removes: None };
                self.offer(state, &candidate);
            }
        }
    }

    fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.cuts[from.index() * self.paused.len() + to.index()]
    }

    /// A successor: keeps it if it is new.
    fn offer(&mut self, state: &State, candidate: &Candidate) {
        if self.progress.ended.is_some() {
            return;
        }
        self.progress.transitions += 1;
        let node = candidate.actor.index();
        let mut hash = state.hash.wrapping_sub(state.spent.share()).wrapping_add(candidate.spent.share());
        if let Some(local) = candidate.local {
            let before = local_share(state.locals[node], &self.table);
            hash = hash.wrapping_sub(before).wrapping_add(local_share(local, &self.table));
        }
        let is_multiset = self.bounds.network == NetworkKind::Multiset;
        let mut net = None;
        if is_multiset {
            if let Some(at) = candidate.removes {
                hash = hash.wrapping_sub(network::share(state.net[at], &self.table));
            }
            hash = hash.wrapping_add(self.sent_share(candidate));
        } else if candidate.removes.is_some() || self.sends(candidate) {
            let after = self.net_after(state, candidate);
            let kind = self.bounds.network;
            hash = hash.wrapping_sub(network::hash(&state.net, kind, &self.table));
            hash = hash.wrapping_add(network::hash(&after, kind, &self.table));
            net = Some(after);
        }
        let mut ghost = state.ghost;
        let seen = self.observe(state, candidate);
        if let Some(seen) = &seen {
            ghost = self.know_ghost(seen);
            hash = hash.wrapping_sub(ghost_share(self.ghosts[state.ghost as usize].0));
            hash = hash.wrapping_add(ghost_share(self.ghosts[ghost as usize].0));
        }
        if self.seen.insert(hash) {
            let net = match net {
                Some(net) => net,
                None if is_multiset => self.net_after(state, candidate),
                None => state.net.clone(),
            };
            let next = self.next_state(state, candidate, net, ghost, hash);
            self.keep(next, candidate, seen.as_ref());
        }
    }

    fn sends(&self, candidate: &Candidate) -> bool {
        candidate.outcome.is_some_and(|at| !self.table.outcome(at).sent.is_empty())
    }

    fn sent_share(&self, candidate: &Candidate) -> u64 {
        if self.has_cuts {
            let share = |sum: u64, id| sum.wrapping_add(network::share(id, &self.table));
            return self.sent(candidate).fold(0, share);
        }
        candidate.outcome.map_or(0, |at| self.table.outcome(at).sent_share)
    }

    /// What a candidate sends, except into a cut.
    fn sent<'a>(&'a self, candidate: &Candidate) -> impl Iterator<Item = EnvelopeId> + 'a {
        let sent = candidate.outcome.map_or(&[][..], |at| &self.table.outcome(at).sent);
        sent.iter().copied().filter(|id| {
            let envelope = self.table.envelope(*id);
            !self.is_cut(envelope.from, envelope.to)
        })
    }

    fn net_after(&self, state: &State, candidate: &Candidate) -> Vec<EnvelopeId> {
        let mut net = Vec::with_capacity(state.net.len() + 4);
        net.extend_from_slice(&state.net);
        if let Some(at) = candidate.removes {
            net.remove(at);
        }
        for id in self.sent(candidate) {
            network::put(&mut net, id, self.bounds.network, &self.table);
        }
        net
    }

    fn next_state(
        &mut self,
        state: &State,
        candidate: &Candidate,
        net: Vec<EnvelopeId>,
        ghost: u32,
        hash: u64,
    ) -> State {
        let mut locals = state.locals.clone();
        if let Some(local) = candidate.local {
            locals[candidate.actor.index()] = local;
        }
        let trail = self.trail.len() as u32;
        let outcome = candidate.outcome.unwrap_or(0);
        self.trail.push(Step { parent: state.trail, act: candidate.act, outcome });
        State { locals, net, ghost, spent: candidate.spent, depth: state.depth + 1, hash, trail }
    }

    fn keep(&mut self, next: State, candidate: &Candidate, seen: Option<&P::Ghost>) {
        self.progress.distinct += 1;
        if candidate.local.is_some() {
            self.judge(&next, candidate.actor, seen);
        }
        if self.progress.ended.is_none() && self.progress.distinct >= self.bounds.states_max {
            self.progress.ended = Some(Ending::States);
        }
        self.frontier.push_back(next);
    }

    /// Makes `self.nodes` be the nodes of a state, one of them perhaps another.
    fn load(&mut self, locals: &[LocalId], changed: Option<(usize, LocalId)>) {
        for (at, id) in locals.iter().enumerate() {
            let id = changed.filter(|(node, _)| *node == at).map_or(*id, |(_, local)| local);
            if self.nodes_are[at] != id {
                self.nodes.0[at] = self.table.local(id).cell.clone();
                self.nodes_are[at] = id;
            }
        }
    }

    /// Checks the properties of a state after `actor` acted. What the ghost has just seen of that is in `seen`.
    fn judge(&mut self, state: &State, actor: NodeId, seen: Option<&P::Ghost>) {
        let protocol = Arc::clone(&self.protocol);
        if protocol.properties().is_empty() {
            return;
        }
        self.load(&state.locals, None);
        let ghost = seen.unwrap_or(&self.ghosts[state.ghost as usize].1);
        let broken = protocol.properties().iter().find_map(|property| {
            let verdict = (property.check)(&protocol, ghost, &self.nodes, actor);
            verdict.err().map(|witness| (property.id, witness))
        });
        if let Some((property, witness)) = broken {
            let moves = self.moves_to(state.trail);
            self.counterexample = Some(Counterexample { property, witness, moves });
            self.progress.ended = Some(Ending::Violation);
        }
    }

    /// The ghost after a candidate, if the protocol has one and a node acted.
    fn observe(&mut self, state: &State, candidate: &Candidate) -> Option<P::Ghost> {
        let local = candidate.local.filter(|_| size_of::<P::Ghost>() > 0)?;
        let mut ghost = self.ghosts[state.ghost as usize].1.clone();
        self.load(&state.locals, None);
        self.protocol.refresh(&mut ghost, &self.nodes);
        self.load(&state.locals, Some((candidate.actor.index(), local)));
        self.protocol.observe(&mut ghost, &self.nodes, candidate.actor);
        Some(ghost)
    }

    fn know_ghost(&mut self, ghost: &P::Ghost) -> u32 {
        let hash = Fingerprint::of(ghost);
        let next = self.ghosts.len() as u32;
        let id = *self.ghost_ids.entry(hash).or_insert(next);
        if id == next {
            self.ghosts.push((hash, ghost.clone()));
        }
        id
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
        let message = |id: EnvelopeId| {
            let envelope = self.table.envelope(id);
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
                let timer = Fingerprint::of(&self.table.local(local).timers[usize::from(timer)]);
                MoveKind::Fire { node: NodeId(node), timer }
            }
            Act::Crash { node } => MoveKind::Crash(NodeId(node)),
            Act::Restart { node } => MoveKind::Restart(NodeId(node)),
        };
        Move { kind, answers: self.table.outcome(step.outcome).answers.to_vec() }
    }
}

/// One more of a budget, or `None` if it is used up. Without a limit nothing is counted.
fn spend(spent: u8, limit: Option<u8>) -> Option<u8> {
    match limit {
        None => Some(spent),
        Some(limit) => (spent < limit).then(|| spent + 1),
    }
}
