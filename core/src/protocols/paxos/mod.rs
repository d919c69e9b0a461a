//! Paxos: consensus on one value, by Leslie Lamport, *The Part-Time Parliament* (1998), told as in *Paxos Made Simple*
//! (2001).
//!
//! # The problem
//!
//! Processes propose values, and one of the proposed values is to be *chosen*: only a single one, and a process never
//! learns that a value was chosen unless it was (2001 §2.1). Processes crash and restart, messages are lost, doubled and
//! late. Three kinds of agents take part: *proposers* propose, *acceptors* accept, *learners* learn. One process may play
//! several parts; here each part is a node of its own, so that who does what can be seen.
//!
//! # Choosing
//!
//! A value is chosen once a majority of the acceptors has accepted it in the same proposal. Two majorities share an
//! acceptor; if each acceptor accepted one value only, at most one value would be chosen. But then a crash or a split
//! could leave none with a majority for ever. So an acceptor may accept more than one proposal, and proposals are
//! numbered. Several proposals may be chosen, but all of them must have the same value (2001 §2.2, P2).
//!
//! # Ballots
//!
//! The number of a proposal, its *ballot*, is a round and the proposer it belongs to, so no two proposers ever use the
//! same one. A proposer keeps on disk which rounds it has used.
//!
//! # The two phases
//!
//! *Phase 1.* A proposer picks a ballot above all it knows of and asks the acceptors to *prepare* for it. An acceptor
//! that has promised nothing higher *promises*: it will accept nothing below this ballot; and it reports the
//! highest-numbered proposal it has accepted.
//!
//! *Phase 2.* With promises of a majority the proposer asks the acceptors to *accept* a proposal. Its value is no free
//! choice. If promises report accepted proposals, it is the value of the highest-numbered of them; only if none does, it
//! is the proposer's own. An acceptor accepts unless it has promised a higher ballot since.
//!
//! Why this is safe: suppose a value was chosen in a lower ballot. Every majority has an acceptor that accepted it, so
//! some promise reports it or something later, and by induction everything later carries the same value. And what has
//! not been accepted in a lower ballot by now cannot be chosen there any more, because a majority has promised.
//!
//! # Learning
//!
//! Acceptors tell every learner what they accept, and the proposer, which learns the outcome of its own ballot (2001
//! §2.3). Messages may be lost, and the acceptors' answers alone may not settle whether something was chosen. So a
//! learner that has heard nothing for a while has a proposer issue a proposal: by the rule above it carries the chosen
//! value, if there is one.
//!
//! # Progress
//!
//! Two proposers can outbid each other for ever (2001 §2.4). No deterministic rule cures this, since consensus without
//! timing can't be certain to end (Fischer, Lynch, Paterson 1985). Here a proposer whose ballot came to nothing waits a
//! random time, longer after each failure. An acceptor that refuses says so, which saves waiting (2001 §2.2).
//!
//! # Where to read on
//!
//! [`state`] has the agents and the acceptor's two rules, [`message`] ballots and messages; `proposer`, `acceptor` and
//! `learner` are the handlers, [`rules`] says each rule in a sentence, `properties` are P1 and P2 and what §2.1 asks for.
#![doc = include_str!("about.md")]

mod acceptor;
mod ghost;
mod learner;
pub mod message;
mod meta;
mod properties;
mod proposer;
mod renaming;
pub mod rules;
mod scenarios;
pub mod state;
mod view;

pub use ghost::Ghost;

use crate::id::NodeId;
use crate::param::Params;
use crate::protocol::{
    Cell, Ctx, Goal, Member, Meta, Nodes, Operation, Part, Property, Protocol, Renaming,
};
use crate::scenario::Scenario;
use crate::time::MS;
use crate::view::{Fact, Lens, NodeView, PhaseTrack};
use message::Msg;
use state::{AcceptorDisk, Agent, Disk, Proposer, Timer};

/// Paxos with its parameters read.
#[derive(Debug, Clone)]
pub struct Paxos {
    n: usize,
    proposers: usize,
    learners: usize,
    propose_within_us: u64,
    ballot_timeout_us: u64,
    ask_us: u64,
    backs_off: bool,
    back_off_us: u64,
    ignores_accepted: bool,
    forgets_promise: bool,
    shares_ballots: bool,
    forgets_round: bool,
    learns_first: bool,
}

impl Paxos {
    /// Acceptors that make a majority.
    const fn majority(&self) -> usize {
        self.n / 2 + 1
    }

    /// The acceptors: they come after the proposers.
    fn acceptors(&self) -> impl Iterator<Item = NodeId> + use<> {
        (self.proposers..self.proposers + self.n).map(NodeId::at)
    }

    /// The learners: they come last.
    fn learners(&self) -> impl Iterator<Item = NodeId> + use<> {
        let first = self.proposers + self.n;
        (first..first + self.learners).map(NodeId::at)
    }

    /// Which acceptor a node is, from 0.
    fn acceptor_number(&self, id: NodeId) -> Option<usize> {
        id.index().checked_sub(self.proposers).filter(|number| *number < self.n)
    }

    /// The acceptor of a node, also while it is down.
    fn acceptor_of<'a>(&self, nodes: &'a Nodes<Self>, id: NodeId) -> Option<&'a AcceptorDisk> {
        match nodes.cell(id) {
            Cell::Up(Agent::Acceptor(acceptor)) | Cell::Down(Disk::Acceptor(acceptor)) => Some(acceptor),
            _ => None,
        }
    }
}

/// The proposer of a node, if it runs and is one.
fn proposer_of(nodes: &Nodes<Paxos>, id: NodeId) -> Option<&Proposer> {
    match nodes.state(id) {
        Some(Agent::Proposer(proposer)) => Some(proposer),
        _ => None,
    }
}

impl Protocol for Paxos {
    const META: Meta = meta::META;
    const SCENARIOS: &'static [Scenario] = scenarios::ALL;
    type State = Agent;
    type Msg = Msg;
    type Timer = Timer;
    type Durable = Disk;
    type Ghost = Ghost;

    fn open(params: &Params) -> Self {
        Self {
            n: params.get("n") as usize,
            proposers: params.get("proposers") as usize,
            learners: params.get("learners") as usize,
            propose_within_us: params.get("propose-within-ms") * MS,
            ballot_timeout_us: params.get("ballot-timeout-ms") * MS,
            ask_us: params.get("ask-ms") * MS,
            backs_off: params.is_on("back-off"),
            back_off_us: params.get("back-off-ms") * MS,
            ignores_accepted: params.is_on("twin-ignore-accepted"),
            forgets_promise: params.is_on("twin-forget-promise"),
            shares_ballots: params.is_on("twin-shared-ballots"),
            forgets_round: params.is_on("twin-forget-round"),
            learns_first: params.is_on("twin-learn-first"),
        }
    }

    fn roster(&self) -> Vec<Member> {
        let group = |letter: char, count: usize, band: u8| {
            (1..=count).map(move |at| Member::server(format!("{letter}{at}")).in_band(band))
        };
        let (proposers, acceptors) = (group('p', self.proposers, 0), group('a', self.n, 1));
        proposers.chain(acceptors).chain(group('l', self.learners, 2)).collect()
    }

    fn on_start(&self, ctx: &mut Ctx<'_, Self>, durable: Disk) -> Agent {
        let at = ctx.me().index();
        if at < self.proposers {
            let round = if let Disk::Proposer { round } = durable { round } else { 0 };
            Agent::Proposer(self.start_proposer(ctx, round))
        } else if at < self.proposers + self.n {
            let disk = if let Disk::Acceptor(disk) = durable { disk } else { AcceptorDisk::default() };
            Agent::Acceptor(self.start_acceptor(ctx, disk))
        } else {
            Agent::Learner(self.start_learner(ctx))
        }
    }

    fn durable(&self, state: &Agent) -> Disk {
        match state {
            Agent::Proposer(p) => Disk::Proposer { round: if self.forgets_round { 0 } else { p.round } },
            Agent::Acceptor(a) if self.forgets_promise => {
                Disk::Acceptor(AcceptorDisk { promised: None, ..*a })
            }
            Agent::Acceptor(a) => Disk::Acceptor(*a),
            Agent::Learner(_) => Disk::Empty,
        }
    }

    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut Agent, from: NodeId, msg: Msg) {
        match (state, msg) {
            (Agent::Acceptor(a), Msg::Prepare { ballot }) => self.on_prepare(ctx, a, from, ballot),
            (Agent::Acceptor(a), Msg::Accept(proposal)) => self.on_accept(ctx, a, from, proposal),
            (Agent::Proposer(p), Msg::Promise { ballot, accepted }) => {
                self.on_promise(ctx, p, from, ballot, accepted);
            }
            (Agent::Proposer(p), Msg::Accepted(proposal)) => self.on_accepted(ctx, p, from, proposal),
            (Agent::Proposer(p), Msg::Refused { ballot, promised }) => {
                self.on_refused(ctx, p, from, ballot, promised);
            }
            (Agent::Proposer(p), Msg::Ask) => self.on_ask(ctx, p, from),
            (Agent::Learner(l), Msg::Accepted(proposal)) => self.on_vote(ctx, l, from, proposal),
            _ => {}
        }
    }

    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut Agent, timer: Timer) {
        match (state, timer) {
            (Agent::Proposer(p), Timer::Propose) => self.on_propose_due(ctx, p),
            (Agent::Proposer(p), Timer::Ballot) => self.on_ballot_timeout(ctx, p),
            (Agent::Proposer(p), Timer::BackOff) => self.on_back_off_over(ctx, p),
            (Agent::Learner(l), Timer::Ask) => self.on_ask_due(ctx, l),
            _ => {}
        }
    }

    fn on_operation(&self, ctx: &mut Ctx<'_, Self>, state: &mut Agent, operation: &Operation) {
        match state {
            Agent::Proposer(p) => self.on_propose(ctx, p, operation),
            Agent::Acceptor(_) | Agent::Learner(_) => proposer::refuse_operation(ctx, operation.id),
        }
    }

    fn observe(&self, ghost: &mut Ghost, nodes: &Nodes<Self>, actor: NodeId) {
        ghost.observe(self, nodes, actor);
    }

    fn properties(&self) -> &'static [Property<Self>] {
        &properties::PROPERTIES
    }

    fn goals(&self) -> &'static [Goal<Self>] {
        &properties::GOALS
    }

    fn symmetric(&self) -> Vec<Vec<NodeId>> {
        self.interchangeable()
    }

    fn rename(&self, part: Part<'_, Self>, names: &Renaming) {
        self.rename_agents(part, names);
    }

    fn view(&self, nodes: &Nodes<Self>, id: NodeId, _: &Lens) -> NodeView {
        self.agent_view(nodes, id)
    }

    fn phases(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        self.phase_tracks(nodes)
    }

    fn kind(&self, msg: &Msg) -> u8 {
        msg.kind()
    }

    fn summary(&self, msg: &Msg) -> String {
        msg.summary()
    }

    fn fields(&self, msg: &Msg) -> Vec<Fact> {
        msg.fields()
    }

    fn timer_label(&self, timer: Timer) -> &'static str {
        match timer {
            Timer::Propose => "own proposal",
            Timer::Ballot => "ballot timeout",
            Timer::BackOff => "back-off",
            Timer::Ask => "ask what is chosen",
        }
    }

    fn heap_bytes(&self, state: &Agent) -> usize {
        if let Agent::Learner(learner) = state { size_of_val(&learner.votes[..]) } else { 0 }
    }
}
