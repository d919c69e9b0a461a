//! Raft: consensus on a replicated log, by Diego Ongaro and John Ousterhout, *In Search of an Understandable Consensus
//! Algorithm* (extended version, 2014), and Ongaro's thesis *Consensus: Bridging Theory and Practice* (2014).
//!
//! # The idea
//!
//! Several servers each run the same deterministic state machine. If all apply the same commands in the same order, all
//! are in the same state, and any of them can answer for all. So they keep a log of commands, and agree on what stands
//! at each index of it. Raft reduces this to one question, who leads: a strong leader takes commands, puts them in its
//! log, and makes the others' logs like its own (§5).
//!
//! # Terms
//!
//! Time is divided into *terms*, numbered upwards (§5.1). A term begins with an election and has at most one leader.
//! Every message carries its sender's term. Who sees a later term moves on to it and follows; who gets a message of an
//! earlier term refuses it. This is how an old leader, back from the wrong side of a partition, learns that it is one.
//!
//! # Election
//!
//! A server that hears no leader for its election timeout begins the next term, votes for itself and asks the others
//! for their votes (§5.2). A server votes once in a term, and remembers on disk for whom. A majority of votes makes a
//! leader, and since two majorities share a server, never two in a term. Timeouts are drawn at random, so that most of
//! the time one server is first, and a split vote is soon repeated.
//!
//! A vote also needs the candidate's log to be at least as up-to-date as the voter's (§5.4.1). A committed entry is on a
//! majority; so some voter of every majority has it, and no one without it can win.
//!
//! # Replication
//!
//! A leader sends its entries with the index and term of the one before them. A follower that does not have that entry
//! refuses (§5.3), the leader goes back, and at some point the logs agree. From there on the follower deletes what
//! conflicts and takes the leader's. The check is an induction step: if two logs have an entry with the same index and
//! term, they are the same up to there.
//!
//! # Commitment
//!
//! An entry of the leader's own term is *committed* once it is on a majority, and with it all before it (§5.3). Entries
//! of earlier terms are never committed by counting: a majority may have them and still lose them (§5.4.2, Figure 8). So
//! that nothing waits for the next command, a new leader appends a no-op at once (§8). Followers learn the commit index
//! with the next AppendEntries. Committed entries are applied, in order.
//!
//! # Crashes
//!
//! `currentTerm`, `votedFor` and the log are on disk before a message leaves. The rest is lost and comes back: the
//! commit index from the leader, the state machine by applying the log again.
//!
//! # Clients
//!
//! A client asks the server it believes to lead, and is sent on by others (§8). When it hears nothing it asks again,
//! although its command may have taken effect. So each command carries a serial number, and the state machine remembers
//! each client's last one with its answer: a command takes effect once, however often it comes (thesis §6.3).
//!
//! Reads go through the log like other commands; or, by *ReadIndex* (thesis §6.4), the leader notes its commit index, lets
//! a round of heartbeats show that it still leads, and answers from its state machine.
//!
//! # Snapshots
//!
//! A log must not grow for ever (§7). A server writes what it has applied to disk as a *snapshot* and discards the entries
//! that led there. Whoever then lacks an entry that its leader has discarded is sent the snapshot (InstallSnapshot,
//! Figure 13), in chunks.
//!
//! # Members
//!
//! Who votes is an entry of the log like another, and counts from when it is appended (§6). One server at a time may be
//! added or removed (thesis §4.1), after it has caught up as a *learner* (§4.2.1); or all at once by *joint consensus*
//! (§6), during which everything takes a majority of the old and a majority of the new members. A leader that is no
//! member any more steps down once that is committed.
//!
//! # Handing over
//!
//! A leader that is to go brings another's log up to date and tells it to stand for election at once (thesis §3.10).
//!
//! # Extensions
//!
//! *Pre-vote* (thesis §9.6): before a server begins a term, it asks whether it could win it; so one that comes back from
//! a partition does not depose a working leader with its high term. *Check-quorum*: a leader that does not hear from a
//! majority within an election timeout steps down (thesis §6.2), and a server that hears a leader ignores candidates
//! (thesis §4.2.3).
//!
//! # Where to read on
//!
//! [`state`] and [`message`] are Figure 2's state and messages. `election`, `replication` and `commit` are its rules,
//! `session` and `client` are §8, `read_index`, `snapshot`, `membership` with `catch_up`, `transfer` and `check_quorum` the
//! rest. [`rules`] says each rule in a sentence, `properties` are Figure 3.
#![doc = include_str!("about.md")]

mod catch_up;
mod check_quorum;
mod commit;
pub mod config;
mod describe;
mod disk;
mod election;
mod ghost;
mod measures;
mod membership;
pub mod message;
mod meta;
mod properties;
mod read_index;
mod reads;
mod replication;
pub mod rules;
mod scenarios;
mod session;
mod snapshot;
pub mod state;
mod transfer;
mod view;

pub use crate::toolkit::registers as machine;
pub use ghost::Ghost;

use crate::id::NodeId;
use crate::param::Params;
use crate::protocol::{Ctx, Member, Meta, Nodes, Operation, Goal, Property, Protocol};
use crate::scenario::Scenario;
use crate::time::MS;
use crate::toolkit::client::{ClientRequest, ClientTimer, Clients, Serves};
use crate::view::{Fact, Lens, NodeView, PhaseTrack};
use message::Msg;
use state::{Disk, Node, Role, Server, ServerDisk, Timer};

/// Raft with its parameters read.
#[derive(Debug, Clone)]
pub struct Raft {
    n: usize,
    clients: usize,
    election_timeout_min_us: u64,
    election_timeout_max_us: u64,
    heartbeat_us: u64,
    entries_max: u64,
    asking: Clients,
    pre_vote: bool,
    check_quorum: bool,
    commits_old_terms: bool,
    checks_log: bool,
    forgets_vote: bool,
    skips_pre_vote: bool,
    reads_locally: bool,
    members: usize,
    snapshot_after: u64,
    snapshot_pieces: usize,
    reads_by_index: bool,
    reads_by_lease: bool,
    changes_early: bool,
}

impl Raft {
    /// The servers.
    fn servers(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.n).map(NodeId::at)
    }

    /// The servers but one.
    fn peers(&self, me: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        self.servers().filter(move |id| *id != me)
    }

    /// Whether a server notes that it hears a leader.
    const fn notes_leader(&self) -> bool {
        self.pre_vote || self.check_quorum
    }

    /// A server's currentTerm, votedFor and log, also while it is down.
    fn disk<'a>(&self, nodes: &'a Nodes<Self>, id: NodeId) -> Option<&'a ServerDisk> {
        match nodes.cell(id) {
            crate::protocol::Cell::Up(Node::Server(server)) => Some(&server.disk),
            crate::protocol::Cell::Down(Disk::Server(disk)) => Some(disk),
            _ => None,
        }
    }
}

/// The server of a node, if it runs and is one.
fn server_of(nodes: &Nodes<Raft>, id: NodeId) -> Option<&Server> {
    nodes.state(id).and_then(Node::server)
}

impl Serves for Raft {
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

impl Protocol for Raft {
    const META: Meta = meta::META;
    const SCENARIOS: &'static [Scenario] = scenarios::ALL;
    type State = Node;
    type Msg = Msg;
    type Timer = Timer;
    type Durable = Disk;
    type Ghost = Ghost;

    fn open(params: &Params) -> Self {
        let n = params.get("n") as usize;
        let members = params.get("members") as usize;
        Self {
            n,
            clients: params.get("clients") as usize,
            election_timeout_min_us: params.get("election-timeout-min-ms") * MS,
            election_timeout_max_us: params.get("election-timeout-max-ms") * MS,
            heartbeat_us: params.get("heartbeat-ms") * MS,
            entries_max: params.get("entries-max"),
            asking: Clients {
                servers: params.get("n") as usize,
                request_timeout_us: params.get("request-timeout-ms") * MS,
                load_us: params.get("client-load-ms") * MS,
                rules: &rules::CLIENT,
            },
            pre_vote: params.is_on("pre-vote"),
            check_quorum: params.is_on("check-quorum"),
            commits_old_terms: params.is_on("twin-commit-old-term"),
            checks_log: !params.is_on("twin-no-up-to-date-check"),
            forgets_vote: params.is_on("twin-forget-vote"),
            skips_pre_vote: params.is_on("twin-no-pre-vote"),
            reads_locally: params.is_on("twin-local-read"),
            members: if members == 0 { n } else { members },
            snapshot_after: params.get("snapshot-after"),
            snapshot_pieces: params.get("snapshot-pieces") as usize,
            reads_by_index: params.get("reads") == 1,
            reads_by_lease: params.is_on("twin-lease-read"),
            changes_early: params.is_on("twin-early-change"),
        }
    }

    fn roster(&self) -> Vec<Member> {
        let servers = (1..=self.n).map(|at| Member::server(format!("n{at}")));
        let clients =
            (1..=self.clients).map(|at| Member::client(format!("c{at}")));
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
                if self.forgets_vote {
                    disk.forgotten = disk.voted_for.take().or(disk.forgotten);
                }
                Disk::Server(disk)
            }
        }
    }

    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, from: NodeId, msg: Msg) {
        match (state, msg) {
            (Node::Server(s), Msg::AppendEntries(msg)) => self.on_append_entries(ctx, s, from, &msg),
            (Node::Server(s), Msg::AppendEntriesReply(msg)) => {
                self.on_append_entries_reply(ctx, s, from, msg)
            }
            (Node::Server(s), Msg::RequestVote(msg)) => self.on_request_vote(ctx, s, from, msg),
            (Node::Server(s), Msg::RequestVoteReply(msg)) => self.on_vote_reply(ctx, s, from, msg),
            (Node::Server(s), Msg::PreVote(msg)) => self.on_pre_vote(ctx, s, from, msg),
            (Node::Server(s), Msg::PreVoteReply(msg)) => self.on_pre_vote_reply(ctx, s, from, msg),
            (Node::Server(s), Msg::ClientRequest(msg)) => self.on_client_request(ctx, s, from, msg),
            (Node::Client(c), Msg::ClientReply(msg)) => self.asking.on_reply(ctx, c, from, msg),
            (Node::Server(s), Msg::TimeoutNow(msg)) => self.on_timeout_now(ctx, s, from, msg),
            (Node::Server(s), Msg::InstallSnapshot(msg)) => self.on_install_snapshot(ctx, s, from, &msg),
            (Node::Server(s), Msg::InstallSnapshotReply(msg)) => {
                self.on_install_snapshot_reply(ctx, s, from, msg);
            }
            (Node::Client(_), _) | (Node::Server(_), Msg::ClientReply(_)) => {}
        }
    }

    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, timer: Timer) {
        match (state, timer) {
            (Node::Server(s), Timer::Heartbeat) => self.on_heartbeat_due(ctx, s),
            (Node::Server(s), Timer::Election) => self.on_election_timeout(ctx, s),
            (Node::Server(s), Timer::LeaderHeard) => self.on_leader_silent(ctx, s),
            (Node::Server(s), Timer::QuorumCheck) => self.on_quorum_check(ctx, s),
            (Node::Client(c), Timer::Request) => self.asking.on_request_timeout(ctx, c),
            (Node::Client(c), Timer::Load) => self.asking.on_load(ctx, c),
            (Node::Server(s), Timer::Transfer) => self.on_transfer_timeout(ctx, s),
            (Node::Server(s), Timer::Snapshot) => {
                self.take_snapshot(ctx, s);
            }
            (Node::Server(s), Timer::CatchUp) => self.on_round_timeout(ctx, s),
            (Node::Server(_), Timer::Request | Timer::Load) | (Node::Client(_), _) => {}
        }
    }

    fn on_operation(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, operation: &Operation) {
        match state {
            Node::Client(client) => self.asking.on_operation(ctx, client, operation),
            Node::Server(s) => match operation.operation {
                meta::TRANSFER => self.on_transfer_operation(ctx, s, operation),
                meta::CHANGE => self.on_change_operation(ctx, s, operation),
                meta::JOINT => self.on_joint_operation(ctx, s, operation),
                meta::SNAPSHOT => self.on_snapshot_operation(ctx, s, operation),
                _ => {}
            },
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
        view::witness(ghost, view);
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
            Timer::Election => "election timeout",
            Timer::Heartbeat => "heartbeat",
            Timer::LeaderHeard => "leader heard",
            Timer::QuorumCheck => "quorum check",
            Timer::Request => "request timeout",
            Timer::Load => "next command",
            Timer::Transfer => "hand-over timeout",
            Timer::Snapshot => "snapshot written",
            Timer::CatchUp => "catch-up timeout",
        }
    }

    fn heap_bytes(&self, state: &Node) -> usize {
        match state {
            Node::Client(client) => size_of_val(client.queue.as_slices().0),
            Node::Server(server) => {
                let progress = if let Role::Leader(leader) = &server.role {
                    size_of_val(&leader.progress[..])
                } else {
                    0
                };
                server.disk.log.heap_bytes() + progress
            }
        }
    }
}
