//! Multi-Paxos: a replicated log, each slot of it decided by Paxos. Leslie Lamport, *Paxos Made Simple* (2001), §3;
//! Tushar Chandra, Robert Griesemer and Joshua Redstone, *Paxos Made Live* (2007); Robbert van Renesse and Deniz
//! Altinbuken, *Paxos Made Moderately Complex* (2015).
//!
//! # The idea
//!
//! Several servers each run the same deterministic state machine. If all apply the same commands in the same order, all
//! are in the same state (Lamport §3). So they number the commands: *slot* 1, slot 2, and so on, and decide by one
//! instance of Paxos for each slot which command it holds. Every server is proposer, acceptor and learner in one.
//!
//! # One slot
//!
//! A proposer works at a *ballot*, a number that nobody else uses (§2.5). Phase 1: it asks the acceptors for promises
//! not to accept anything at a lower ballot, and each tells what it has accepted last. Phase 2: with promises of a
//! majority it proposes a command: of those it was told of the one of the highest ballot, and only if there is none, one
//! of its own choice. A command that a majority has accepted at one ballot is *chosen* (§2.2). Any later proposer's
//! majority shares an acceptor with that one, hears of the command, and can only propose the same: so it stays chosen.
//!
//! # All slots
//!
//! Phase 1 says nothing about the command. So one ballot and one promise do for all slots at once, all those that
//! nobody has thought of yet included (§3). A proposer that has its promises *leads*: for each command, only phase 2 is
//! left, one round trip to a majority.
//!
//! # Taking over
//!
//! A server that hears no leader for a while begins a higher ballot, for all slots it does not know to be chosen. The
//! promises tell of commands in some of them, in pieces: the old leader may have proposed in slots 5, 6 and 7, and the
//! proposals for 6 were lost. In 5 and 7 the new leader proposes what it was told of. In 6 nothing can have been chosen,
//! but 7 can't be applied before 6 is decided: so it proposes a *no-op* there (§3).
//!
//! Two servers that both want to lead pre-empt each other, over and over (§2.4). Safety never depends on there being one
//! leader; progress does. Timeouts drawn at random make one of them first, sooner or later.
//!
//! # The window
//!
//! A leader need not wait for one slot to be chosen before it proposes in the next (§3). At most `window` slots are
//! open at once. So slots may be chosen in another order; they are applied in their own.
//!
//! # Learning
//!
//! Acceptances go to the leader, the distinguished learner (§2.3). Its messages tell the others up to which slot all is
//! chosen. A follower takes for chosen what it accepted *at that leader's ballot*. What it accepted at another ballot
//! proves nothing; where it has that, or nothing, it asks the leader (Paxos Made Live §4.2, catch-up).
//!
//! # Crashes
//!
//! The promise, what was accepted, and the highest ballot used are on disk before a message leaves (§2.5). What is
//! chosen is not: it comes back from the leader, and if all have forgotten it, a new leader chooses the same again.
//!
//! # Clients
//!
//! A client asks the server it believes to lead, and is sent on by others. When it hears nothing it asks again, although
//! its command may have taken effect; so each carries a serial number, and the state machine remembers each client's
//! last one with its answer. Reads go through the log.
//!
//! # Where to read on
//!
//! [`state`] and [`message`] hold the words. `prepare` is phase 1, `accept` is phase 2, `learn` is what follows;
//! `session` and `client` are about clients. [`rules`] says each rule in a sentence; `properties` says what must hold.
#![doc = include_str!("about.md")]

mod accept;
mod describe;
mod ghost;
mod learn;
mod measures;
pub mod message;
mod meta;
mod prepare;
mod properties;
pub mod rules;
mod scenarios;
mod session;
pub mod state;
mod view;

pub use crate::toolkit::registers as machine;
pub use ghost::Ghost;

use crate::id::NodeId;
use crate::param::Params;
use crate::protocol::{Cell, Ctx, Goal, Member, Meta, Nodes, Operation, Property, Protocol};
use crate::scenario::Scenario;
use crate::time::MS;
use crate::toolkit::client::{ClientRequest, ClientTimer, Clients, Serves};
use crate::toolkit::witness::mark_decided;
use crate::view::{Fact, Lens, NodeView, PhaseTrack};
use message::Msg;
use state::{Ballot, Disk, Node, Server, ServerDisk, Timer};

/// Multi-Paxos with its parameters read.
#[derive(Debug, Clone)]
pub struct MultiPaxos {
    n: usize,
    clients: usize,
    election_timeout_min_us: u64,
    election_timeout_max_us: u64,
    heartbeat_us: u64,
    window: u64,
    entries_max: u64,
    asking: Clients,
    skips_phase_1: bool,
    forgets_promise: bool,
    learns_any_ballot: bool,
    applies_over_gaps: bool,
}

impl MultiPaxos {
    /// Promises or acceptances that make a majority.
    const fn majority(&self) -> usize {
        self.n / 2 + 1
    }

    /// The servers.
    fn servers(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.n).map(NodeId::at)
    }

    /// The servers but one.
    fn peers(&self, me: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        self.servers().filter(move |id| *id != me)
    }

    /// What is on a server's disk, also while it is down.
    fn disk<'a>(&self, nodes: &'a Nodes<Self>, id: NodeId) -> Option<&'a ServerDisk> {
        match nodes.cell(id) {
            Cell::Up(Node::Server(server)) => Some(&server.disk),
            Cell::Down(Disk::Server(disk)) => Some(disk),
            _ => None,
        }
    }
}

/// The server of a node, if it runs and is one.
fn server_of(nodes: &Nodes<MultiPaxos>, id: NodeId) -> Option<&Server> {
    nodes.state(id).and_then(Node::server)
}

impl Serves for MultiPaxos {
    fn client_request(request: ClientRequest) -> Msg {
        Msg::ClientRequest(request)
    }

    fn client_timer(timer: ClientTimer) -> Timer {
        match timer {
            ClientTimer::Request => Timer::Request,
            ClientTimer::Load => Timer::Load,
        }
    }
}

impl Protocol for MultiPaxos {
    const META: Meta = meta::META;
    const SCENARIOS: &'static [Scenario] = scenarios::ALL;
    type State = Node;
    type Msg = Msg;
    type Timer = Timer;
    type Durable = Disk;
    type Ghost = Ghost;

    fn open(params: &Params) -> Self {
        Self {
            n: params.get("n") as usize,
            clients: params.get("clients") as usize,
            election_timeout_min_us: params.get("election-timeout-min-ms") * MS,
            election_timeout_max_us: params.get("election-timeout-max-ms") * MS,
            heartbeat_us: params.get("heartbeat-ms") * MS,
            window: params.get("window"),
            entries_max: params.get("entries-max"),
            asking: Clients {
                servers: params.get("n") as usize,
                request_timeout_us: params.get("request-timeout-ms") * MS,
                load_us: params.get("client-load-ms") * MS,
                rules: &rules::CLIENT,
            },
            skips_phase_1: params.is_on("twin-skip-phase-1"),
            forgets_promise: params.is_on("twin-forget-promise"),
            learns_any_ballot: params.is_on("twin-learn-any-ballot"),
            applies_over_gaps: params.is_on("twin-apply-over-gap"),
        }
    }

    fn roster(&self) -> Vec<Member> {
        let servers = (1..=self.n).map(|at| Member::server(format!("n{at}")));
        let clients = (1..=self.clients).map(|at| Member::client(format!("c{at}")));
        servers.chain(clients).collect()
    }

    fn on_start(&self, ctx: &mut Ctx<'_, Self>, durable: Disk) -> Node {
        if ctx.me().index() >= self.n {
            let sequence = if let Disk::Client { sequence } = durable { sequence } else { 0 };
            return Node::Client(self.asking.start(ctx, sequence));
        }
        let disk = if let Disk::Server(disk) = durable { disk } else { ServerDisk::default() };
        Node::Server(self.start_server(ctx, disk))
    }

    fn durable(&self, state: &Node) -> Disk {
        match state {
            Node::Client(client) => Disk::Client { sequence: client.sequence },
            Node::Server(server) => {
                let mut disk = server.disk.clone();
                if self.forgets_promise {
                    disk.promised = Ballot(0);
                }
                Disk::Server(disk)
            }
        }
    }

    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, from: NodeId, msg: Msg) {
        match (state, msg) {
            (Node::Server(s), Msg::Prepare(msg)) => self.on_prepare(ctx, s, from, msg),
            (Node::Server(s), Msg::Promise(msg)) => self.on_promise(ctx, s, from, &msg),
            (Node::Server(s), Msg::Accept(msg)) => self.on_accept(ctx, s, from, msg),
            (Node::Server(s), Msg::Accepted(msg)) => self.on_accepted(ctx, s, from, msg),
            (Node::Server(s), Msg::Refused(msg)) => self.on_refused(ctx, s, from, msg),
            (Node::Server(s), Msg::Heartbeat(msg)) => self.on_heartbeat(ctx, s, from, msg),
            (Node::Server(s), Msg::CatchUp(msg)) => self.on_catch_up(ctx, s, from, msg),
            (Node::Server(s), Msg::Decision(msg)) => self.on_decision(ctx, s, from, &msg),
            (Node::Server(s), Msg::ClientRequest(msg)) => self.on_client_request(ctx, s, from, msg),
            (Node::Client(c), Msg::ClientReply(msg)) => self.asking.on_reply(ctx, c, from, msg),
            (Node::Client(_), _) | (Node::Server(_), Msg::ClientReply(_)) => {}
        }
    }

    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, timer: Timer) {
        match (state, timer) {
            (Node::Server(s), Timer::Heartbeat) => self.on_heartbeat_due(ctx, s),
            (Node::Server(s), Timer::Election) => self.on_election_timeout(ctx, s),
            (Node::Client(c), Timer::Request) => self.asking.on_request_timeout(ctx, c),
            (Node::Client(c), Timer::Load) => self.asking.on_load(ctx, c),
            (Node::Server(_), Timer::Request | Timer::Load) | (Node::Client(_), _) => {}
        }
    }

    fn on_operation(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, operation: &Operation) {
        if let Node::Client(client) = state {
            self.asking.on_operation(ctx, client, operation);
        }
    }

    fn observe(&self, ghost: &mut Ghost, nodes: &Nodes<Self>, actor: NodeId) {
        ghost.observe(self, nodes, actor);
    }

    fn refresh(&self, ghost: &mut Ghost, nodes: &Nodes<Self>) {
        ghost.refresh(self, nodes);
    }

    fn properties(&self) -> &'static [Property<Self>] {
        &properties::PROPERTIES
    }

    fn goals(&self) -> &'static [Goal<Self>] {
        &properties::GOALS
    }

    fn view(&self, nodes: &Nodes<Self>, id: NodeId, lens: &Lens) -> NodeView {
        self.node_view(nodes, id, lens)
    }

    fn witness(&self, ghost: &Ghost, view: &mut NodeView) {
        mark_decided(view, &|cell| ghost.was_chosen(self.majority(), cell.index, Ballot(cell.term), &cell.text));
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
            Timer::Election => "leader timeout",
            Timer::Heartbeat => "heartbeat",
            Timer::Request => "request timeout",
            Timer::Load => "next command",
        }
    }

    fn heap_bytes(&self, state: &Node) -> usize {
        match state {
            Node::Client(client) => size_of_val(client.queue.as_slices().0),
            Node::Server(server) => server.disk.log.heap_bytes(),
        }
    }
}
