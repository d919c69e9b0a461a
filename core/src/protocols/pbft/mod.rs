//! PBFT: practical Byzantine fault tolerance, by Miguel Castro and Barbara Liskov, OSDI 1999, and *Practical Byzantine
//! Fault Tolerance and Proactive Recovery*, ACM TOCS 20(4), 2002.
//!
//! # The idea
//!
//! Replicas run the same deterministic state machine, and some of them may lie: send different things to different
//! receivers, keep silent, answer falsely. Of n = 3f + 1 replicas f may, and the others still execute the same requests
//! in the same order (§3). Signatures keep a liar from speaking in another's name.
//!
//! # Quorums
//!
//! A *certificate* is a set of signed messages of a quorum of different replicas that say the same. With n = 3f + 1 and
//! quorums of 2f + 1, any two certificates share at least f + 1 replicas, one of which is correct; and the correct ones
//! are enough for a quorum, so liars cannot stop it by silence (§4). For any other n, quorums of ⌈(n + f + 1) / 2⌉ do the
//! same with f = ⌊(n − 1) / 3⌋: two of them share more than f replicas.
//!
//! # The normal case
//!
//! Views are numbered; the primary of view v is replica v mod n. A client sends its request to the primary (§4.1). The
//! primary gives it a sequence number and multicasts a *pre-prepare*; backups that accept it multicast a *prepare*; a
//! replica with the pre-prepare and enough matching prepares has *prepared* the request: no other request can be prepared
//! at this number in this view. It multicasts a *commit*, and with a quorum of commits the request is *committed*: every
//! later view will know of it. It is executed when everything before it was, and every replica replies to the client,
//! which waits for f + 1 replies that agree: one of them is of a correct replica (§4.2).
//!
//! # Garbage collection
//!
//! After every K requests a replica multicasts a digest of its state. A quorum of equal digests proves a *stable
//! checkpoint*; the log up to it is discarded. Sequence numbers must lie between the watermarks h, the stable
//! checkpoint, and H = h + L (§4.3).
//!
//! # View changes
//!
//! A backup that waits too long for a request to be executed stops taking part in its view and multicasts a
//! *view-change*: its stable checkpoint with its proof, and the certificates of all it prepared above it. The primary of
//! the next view collects a quorum of them. Whatever is committed anywhere was prepared by a quorum, so some correct
//! replica among them has the certificate. The primary proposes all of that again, with null requests in the gaps, and
//! sends it as *new-view* together with the view-changes, so that everybody can work out the same and compare (§4.4). Who
//! sees f + 1 others move joins them; patience doubles from one view to the next (§4.5.2).
//!
//! # Where to read on
//!
//! [`message`] and [`state`] are the messages and what nodes hold, [`signing`] signs and checks. `normal`, `checkpoint`
//! and `view_change` are §4.2 to §4.4, `certificate` says when a certificate is valid and what follows from view-changes,
//! `paper` what the paper asks for where a twin does not, `patience` is what backups wait for, `catch_up` how messages that were lost come again, `client` is §4.1, and `lies` is
//! what Byzantine nodes do.
#![doc = include_str!("about.md")]

mod catch_up;
mod certificate;
mod checkpoint;
mod client;
mod describe;
mod ghost;
mod lies;
pub mod machine;
pub mod message;
mod meta;
mod normal;
mod panels;
mod paper;
mod patience;
mod properties;
mod rings;
pub mod rules;
mod scenarios;
pub mod signing;
pub mod state;
#[cfg(test)]
mod tables;
mod view;
mod view_change;

pub use ghost::Ghost;

use crate::id::NodeId;
use crate::param::Params;
use crate::protocol::{Cell, Ctx, Goal, Lie, Member, Meta, Nodes, Operation, Property, Protocol, Told};
use crate::scenario::Scenario;
use crate::time::MS;
use crate::view::{Fact, Lens, NodeView, PhaseTrack};
use message::Msg;
use signing::{Keys, Signed, Wire};
use state::{Disk, Node, Replica, ReplicaDisk, Seq, Timer, View};

/// What a handler is given.
type Hands<'a, 'b> = &'a mut Ctx<'b, Pbft>;

/// PBFT with its parameters read.
#[derive(Debug, Clone)]
pub struct Pbft {
    n: usize,
    clients: usize,
    checkpoint_interval: u64,
    window: u64,
    request_timeout_us: u64,
    view_change_timeout_us: u64,
    status_us: u64,
    client_load_us: u64,
    quorum_rule: QuorumRule,
    hides_certificates: bool,
    matches_digests: bool,
    checks_signatures: bool,
    executes_in_order: bool,
    takes_first_reply: bool,
    keys: Keys,
}

/// How large certificates must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QuorumRule {
    /// ⌈(n + f + 1) / 2⌉, which is 2f + 1 at n = 3f + 1.
    Intersecting,
    /// 2f + 1, whatever n is.
    TwoFPlusOne,
    /// f + 1.
    FPlusOne,
}

impl Pbft {
    /// f: how many replicas may be Byzantine.
    const fn faulty_max(&self) -> usize {
        (self.n - 1) / 3
    }

    /// How many replicas it takes for a certificate here.
    const fn quorum(&self) -> usize {
        let f = self.faulty_max();
        match self.quorum_rule {
            QuorumRule::Intersecting => self.quorum_due(),
            QuorumRule::TwoFPlusOne => 2 * f + 1,
            QuorumRule::FPlusOne => f + 1,
        }
    }

    /// The primary of a view (§4).
    fn primary(&self, view: View) -> NodeId {
        NodeId::at((view.0 % self.n as u64) as usize)
    }

    fn leads(&self, me: NodeId, disk: &ReplicaDisk) -> bool {
        disk.is_active() && self.primary(disk.view) == me
    }

    /// The high watermark H.
    fn high(&self, disk: &ReplicaDisk) -> Seq {
        disk.stable.seq + self.window
    }

    fn is_in_window(&self, disk: &ReplicaDisk, seq: Seq) -> bool {
        disk.stable.seq < seq && seq <= self.high(disk)
    }

    /// The replicas.
    fn replicas(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.n).map(NodeId::at)
    }

    fn is_replica(&self, id: NodeId) -> bool {
        id.index() < self.n
    }

    fn is_client(&self, id: NodeId) -> bool {
        (self.n..self.n + self.clients).contains(&id.index())
    }

    /// Position of a client among the clients.
    fn client_position(&self, client: NodeId) -> usize {
        client.index().saturating_sub(self.n)
    }

    /// Signs as this node: a handler has no other key.
    fn sign<T: Wire>(&self, ctx: &Ctx<'_, Self>, body: T) -> Signed<T> {
        Signed::new(&self.keys, ctx.me(), body)
    }

    /// Whether a signature is its signer's. The twin that does not check takes every one for genuine.
    fn is_genuine<T>(&self, signed: &Signed<T>) -> bool {
        !self.checks_signatures || signed.is_genuine(&self.keys)
    }

    /// Whether a message is signed by a replica, as it should be; notes it if not.
    fn is_of_replica<T>(&self, ctx: Hands<'_, '_>, signed: &Signed<T>) -> bool {
        let signer = u64::from(signed.signer().0);
        if !self.is_replica(signed.signer()) {
            ctx.why(&rules::REJECT_SIGNER, &[], &[signer]);
            return false;
        }
        if signed.is_genuine(&self.keys) {
            return true;
        }
        let rule = if self.checks_signatures { &rules::REJECT_SIGNATURE } else { &rules::BELIEVE_SIGNATURE };
        ctx.why(rule, &[false], &[signer]);
        !self.checks_signatures
    }

    /// Sends a message to every other replica.
    fn multicast(&self, ctx: Hands<'_, '_>, msg: &Msg) {
        let me = ctx.me();
        for id in self.replicas().filter(|id| *id != me) {
            ctx.send(id, msg.clone());
        }
    }

    /// What is on a replica's disk, also while it is down.
    fn disk<'a>(&self, nodes: &'a Nodes<Self>, id: NodeId) -> Option<&'a ReplicaDisk> {
        match nodes.cell(id) {
            Cell::Up(Node::Replica(replica)) => Some(&replica.disk),
            Cell::Down(Disk::Replica(disk)) => Some(disk),
            _ => None,
        }
    }
}

impl Protocol for Pbft {
    const META: Meta = meta::META;
    const SCENARIOS: &'static [Scenario] = scenarios::ALL;
    type State = Node;
    type Msg = Msg;
    type Timer = Timer;
    type Durable = Disk;
    type Ghost = Ghost;

    fn open(params: &Params) -> Self {
        let (n, clients) = (params.get("n") as usize, params.get("clients") as usize);
        let checkpoint_interval = params.get("checkpoint-interval");
        let quorum_rule = if params.is_on("twin-f-plus-1") {
            QuorumRule::FPlusOne
        } else if params.is_on("twin-2f-plus-1") {
            QuorumRule::TwoFPlusOne
        } else {
            QuorumRule::Intersecting
        };
        Self {
            n,
            clients,
            checkpoint_interval,
            // At least the interval: a window without room for a checkpoint would fill up and never move.
            window: params.get("window"),
            request_timeout_us: params.get("request-timeout-ms") * MS,
            view_change_timeout_us: params.get("view-change-timeout-ms") * MS,
            status_us: params.get("status-ms") * MS,
            client_load_us: params.get("client-load-ms") * MS,
            quorum_rule,
            hides_certificates: params.is_on("twin-no-certificates"),
            matches_digests: !params.is_on("twin-unmatched-digests"),
            checks_signatures: !params.is_on("twin-no-signature-check"),
            executes_in_order: !params.is_on("twin-out-of-order"),
            takes_first_reply: params.is_on("twin-first-reply"),
            keys: Keys::default(),
        }
    }

    /// Gives each node its key.
    fn seeded(self, seed: u64) -> Self {
        Self { keys: Keys::new(seed, self.n + self.clients), ..self }
    }

    fn roster(&self) -> Vec<Member> {
        let replicas = (1..=self.n).map(|at| Member::server(format!("n{at}")));
        replicas.chain((1..=self.clients).map(|at| Member::client(format!("c{at}")))).collect()
    }

    fn on_start(&self, ctx: &mut Ctx<'_, Self>, durable: Disk) -> Node {
        if !self.is_replica(ctx.me()) {
            return Node::Client(self.start_client(ctx, &durable));
        }
        self.set_status_timer(ctx);
        if let Disk::Replica(disk) = durable {
            ctx.why(&rules::RESTART, &[], &[disk.view.0, disk.executed]);
            let mut replica = Box::new(Replica::new(*disk));
            self.resume(ctx, &mut replica);
            return Node::Replica(replica);
        }
        ctx.why(&rules::START, &[], &[]);
        Node::Replica(Box::new(Replica::new(ReplicaDisk::default())))
    }

    fn durable(&self, state: &Node) -> Disk {
        match state {
            Node::Client(client) => Disk::Client { timestamp: client.timestamp },
            Node::Replica(replica) => Disk::Replica(Box::new(replica.disk.clone())),
        }
    }

    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, from: NodeId, msg: Msg) {
        match (state, msg) {
            (Node::Replica(r), Msg::Request(msg)) => self.on_request(ctx, r, from, &msg),
            (Node::Replica(r), Msg::PrePrepare(msg)) => self.on_pre_prepare(ctx, r, msg),
            (Node::Replica(r), Msg::Vote(msg)) => self.on_vote(ctx, r, &msg),
            (Node::Replica(r), Msg::Checkpoint(msg)) => self.on_checkpoint(ctx, r, msg),
            (Node::Replica(r), Msg::ViewChange(msg)) => self.on_view_change(ctx, r, msg),
            (Node::Replica(r), Msg::NewView(msg)) => self.on_new_view(ctx, r, msg),
            (Node::Replica(r), Msg::Status(msg)) => self.on_status(ctx, r, &msg),
            (Node::Replica(r), Msg::State(msg)) => self.on_state(ctx, r, from, &msg),
            (Node::Replica(r), Msg::Committed(msg)) => self.on_committed(ctx, r, from, msg),
            (Node::Client(c), Msg::Reply(msg)) => self.on_reply(ctx, c, &msg),
            (Node::Client(_), _) | (Node::Replica(_), Msg::Reply(_)) => {}
        }
    }

    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, timer: Timer) {
        match (state, timer) {
            (Node::Replica(r), Timer::ViewChange) => self.on_patience_over(ctx, r),
            (Node::Replica(r), Timer::Status) => self.on_status_due(ctx, r),
            (Node::Client(c), Timer::Request) => self.on_request_timeout(ctx, c),
            (Node::Client(c), Timer::Load) => self.on_load(ctx, c),
            (Node::Replica(_), Timer::Request | Timer::Load) | (Node::Client(_), _) => {}
        }
    }

    fn on_operation(&self, ctx: &mut Ctx<'_, Self>, state: &mut Node, operation: &Operation) {
        if let Node::Client(client) = state {
            self.on_client_operation(ctx, client, operation);
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

    fn phases(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        self.phase_tracks(nodes)
    }

    fn kind(&self, msg: &Msg) -> u8 {
        msg.kind()
    }

    fn summary(&self, msg: &Msg) -> String {
        self.summary_of(msg)
    }

    fn fields(&self, msg: &Msg) -> Vec<Fact> {
        self.fields_of(msg)
    }

    fn timer_label(&self, timer: Timer) -> &'static str {
        match timer {
            Timer::ViewChange => "view change",
            Timer::Status => "status",
            Timer::Request => "request timeout",
            Timer::Load => "next request",
        }
    }

    fn tamper(&self, lie: Lie, msg: Msg, told: &mut Told<Msg>) {
        self.tell(lie, msg, told);
    }

    fn heap_bytes(&self, state: &Node) -> usize {
        match state {
            Node::Client(client) => size_of_val(&client.replies[..]),
            Node::Replica(r) => {
                let slot = |slot: &std::sync::Arc<state::Slot>| {
                    size_of::<state::Slot>() + 8 * (slot.prepares.len() + slot.commits.len())
                };
                size_of::<Replica>() + r.disk.slots.iter().map(slot).sum::<usize>()
            }
        }
    }
}
