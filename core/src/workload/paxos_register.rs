//! Single-decree Paxos behind a register, the explorer's workload. It is modelled as Stateright's `paxos` example models it, with its clients and its recorded
//! history: a second ruler for the explorer. Three servers and two clients have 16,668 states, three clients 1,194,428.

use crate::id::NodeId;
use crate::param::{ParamGroup, ParamKind, ParamSpec, Params};
use crate::protocol::{Ctx, Member, MessageKind, Meta, Nodes, Operation, Protocol, Tone};
use crate::view::{Fact, Lens, NodeView, Rank};
use std::collections::{BTreeMap, BTreeSet};

/// The protocol: three servers, and as many clients as the parameter says.
#[derive(Debug, Clone)]
pub struct PaxosRegister {
    clients: u16,
}

const SERVERS: u16 = 3;
const MAJORITY: usize = 2;

type Ballot = (u32, NodeId);
/// Request, requester, value.
type Proposal = (u64, NodeId, u8);
type Accepted = Option<(Ballot, Proposal)>;

/// What travels: a register's requests, each with its number, and Paxos' own messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Msg {
    /// Write a value.
    Put(u64, u8),
    /// Read.
    Get(u64),
    /// It is written.
    PutOk(u64),
    /// What was read.
    GetOk(u64, u8),
    /// Phase 1a.
    Prepare(Ballot),
    /// Phase 1b, with what was accepted last.
    Prepared(Ballot, Accepted),
    /// Phase 2a.
    Accept(Ballot, Proposal),
    /// Phase 2b.
    Accepted(Ballot),
    /// A value is chosen.
    Decided(Ballot, Proposal),
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum State {
    /// Proposer, acceptor and learner in one.
    Server(Server),
    /// Writes once and then reads once.
    Client {
        /// The request not yet answered.
        awaiting: Option<u64>,
        /// Operations begun.
        operations: u64,
        /// What it read.
        read: Option<u8>,
    },
}

/// A server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Server {
    ballot: Ballot,
    proposal: Option<Proposal>,
    prepares: BTreeMap<NodeId, Accepted>,
    accepts: BTreeSet<NodeId>,
    accepted: Accepted,
    is_decided: bool,
}

/// Operations a client has completed: for each, how many the others had completed when it began, and what it read.
type Completed = Vec<(Vec<(NodeId, usize)>, Option<u8>)>;

/// The history that a linearizability tester keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct History {
    completed: BTreeMap<NodeId, Completed>,
    in_flight: BTreeMap<NodeId, Vec<(NodeId, usize)>>,
}

impl History {
    fn invoke(&mut self, client: NodeId) {
        let others = self.completed.iter().filter(|(other, done)| **other != client && !done.is_empty());
        let snapshot = others.map(|(other, done)| (*other, done.len())).collect();
        self.in_flight.insert(client, snapshot);
    }

    fn complete(&mut self, client: NodeId, read: Option<u8>) {
        if let Some(snapshot) = self.in_flight.remove(&client) {
            self.completed.entry(client).or_default().push((snapshot, read));
        }
    }
}

fn peers(me: NodeId) -> impl Iterator<Item = NodeId> {
    (0..SERVERS).map(NodeId).filter(move |peer| *peer != me)
}

impl PaxosRegister {
    fn on_server(ctx: &mut Ctx<'_, Self>, server: &mut Server, from: NodeId, msg: Msg) {
        let me = ctx.me();
        if server.is_decided {
            if let (Msg::Get(request), Some((_, (_, _, value)))) = (msg, server.accepted) {
                ctx.send(from, Msg::GetOk(request, value));
            }
            return;
        }
        match msg {
            Msg::Put(request, value) if server.proposal.is_none() => {
                server.proposal = Some((request, from, value));
                server.ballot = (server.ballot.0 + 1, me);
                server.prepares = [(me, server.accepted)].into();
                server.accepts.clear();
                peers(me).for_each(|peer| ctx.send(peer, Msg::Prepare(server.ballot)));
            }
            Msg::Prepare(ballot) if server.ballot < ballot => {
                server.ballot = ballot;
                ctx.send(from, Msg::Prepared(ballot, server.accepted));
            }
            Msg::Prepared(ballot, accepted) if ballot == server.ballot => {
                server.prepares.insert(from, accepted);
                if server.prepares.len() == MAJORITY {
                    let highest = server.prepares.values().max().copied().flatten();
                    let Some(proposal) = highest.map(|(_, proposal)| proposal).or(server.proposal) else {
                        return;
                    };
                    server.proposal = Some(proposal);
                    server.accepted = Some((ballot, proposal));
                    server.accepts.insert(me);
                    peers(me).for_each(|peer| ctx.send(peer, Msg::Accept(ballot, proposal)));
                }
            }
            Msg::Accept(ballot, proposal) if server.ballot <= ballot => {
                server.ballot = ballot;
                server.accepted = Some((ballot, proposal));
                ctx.send(from, Msg::Accepted(ballot));
            }
            Msg::Accepted(ballot) if ballot == server.ballot => {
                server.accepts.insert(from);
                if let (MAJORITY, Some(proposal)) = (server.accepts.len(), server.proposal) {
                    server.is_decided = true;
                    peers(me).for_each(|peer| ctx.send(peer, Msg::Decided(ballot, proposal)));
                    ctx.send(proposal.1, Msg::PutOk(proposal.0));
                }
            }
            Msg::Decided(ballot, proposal) => {
                server.ballot = ballot;
                server.accepted = Some((ballot, proposal));
                server.is_decided = true;
            }
            _ => {}
        }
    }
}

impl Protocol for PaxosRegister {
    const META: Meta = Meta {
        slug: "paxos-register",
        title: "A register on Paxos, as published",
        group: "Tests",
        summary: "Stateright's example.",
        sources: &[],
        params: &[ParamSpec {
            id: "clients",
            title: "Clients",
            help: "How many.",
            kind: ParamKind::Number { min: 1, max: 4, default: 2, unit: "" },
            group: ParamGroup::Cluster,
            bound: None,
        }],
        operations: &[],
        messages: &[MessageKind { name: "Message", code: "M", tone: Tone::A, reply: false }],
        behaviours: &[],
        objects: None,
        twins: &[],
        measures: &[],
        marks: &[],
    };

    type State = State;
    type Msg = Msg;
    type Timer = ();
    type Durable = ();
    type Ghost = History;

    fn open(params: &Params) -> Self {
        Self { clients: params.get("clients") as u16 }
    }

    fn roster(&self) -> Vec<Member> {
        let server = (1..=SERVERS).map(|at| Member::server(format!("n{at}")));
        let client = (1..=self.clients).map(|at| Member::client(format!("c{at}")));
        server.chain(client).collect()
    }

    fn on_start(&self, ctx: &mut Ctx<'_, Self>, (): ()) -> State {
        let me = ctx.me();
        if me.0 < SERVERS {
            return State::Server(Server::default());
        }
        let request = u64::from(me.0);
        ctx.send(NodeId(me.0 % SERVERS), Msg::Put(request, b'A' + (me.0 - SERVERS) as u8));
        State::Client { awaiting: Some(request), operations: 1, read: None }
    }

    fn durable(&self, _: &State) {}

    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut State, from: NodeId, msg: Msg) {
        let me = u64::from(ctx.me().0);
        match (state, msg) {
            (State::Server(server), msg) => Self::on_server(ctx, server, from, msg),
            (State::Client { awaiting, operations, .. }, Msg::PutOk(request))
                if *awaiting == Some(request) =>
            {
                let next = (*operations + 1) * me;
                let to = (me + *operations) % u64::from(SERVERS);
                ctx.send(NodeId(to as u16), Msg::Get(next));
                (*awaiting, *operations) = (Some(next), *operations + 1);
            }
            (State::Client { awaiting, operations, read }, Msg::GetOk(request, value))
                if *awaiting == Some(request) =>
            {
                (*awaiting, *operations, *read) = (None, *operations + 1, Some(value));
            }
            _ => {}
        }
    }

    fn on_timer(&self, _: &mut Ctx<'_, Self>, _: &mut State, (): ()) {}

    fn on_operation(&self, _: &mut Ctx<'_, Self>, _: &mut State, _: &Operation) {}

    fn observe(&self, history: &mut History, nodes: &Nodes<Self>, actor: NodeId) {
        let Some(State::Client { awaiting, operations, read }) = nodes.state(actor) else { return };
        let completed = history.completed.get(&actor).map_or(0, Vec::len) as u64;
        if completed + 1 < *operations {
            history.complete(actor, if awaiting.is_none() { *read } else { None });
        }
        if awaiting.is_some() && !history.in_flight.contains_key(&actor) {
            history.invoke(actor);
        }
    }

    fn view(&self, _: &Nodes<Self>, _: NodeId, _: &Lens) -> NodeView {
        NodeView { role: "node", rank: Rank::Plain, headline: None, quorum: None, panels: vec![] }
    }

    fn kind(&self, _: &Msg) -> u8 {
        0
    }

    fn summary(&self, msg: &Msg) -> String {
        format!("{msg:?}")
    }

    fn fields(&self, _: &Msg) -> Vec<Fact> {
        vec![]
    }

    fn timer_label(&self, (): ()) -> &'static str {
        "none"
    }
}
