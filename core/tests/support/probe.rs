//! A protocol that only watches: on request a node sends numbered messages; what arrives is noted with the node's own
//! clock. It shows what the kernel does, and that a protocol can live outside the crate.

use playground_core::id::NodeId;
use playground_core::param::Params;
use playground_core::protocol::{
    ArgSpec, Behaviour, Ctx, Lie, Member, MessageKind, Meta, Nodes, Operation, OperationKind, OperationSpec,
    Outcome, Protocol, Told, Tone,
};
use playground_core::time::MS;
use playground_core::view::{Fact, Lens, MemberKind, NodeView, Rank};

/// Three nodes that watch.
#[derive(Debug, Clone)]
pub struct Probe;

/// What a node saw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// Sender, number, and own clock in microseconds. In memory.
    pub inbox: Vec<(NodeId, u64, u64)>,
    /// Own clock when the alarm rang, in microseconds. In memory.
    pub rang: Vec<u64>,
    /// Messages received in all lives. On disk.
    pub total: u64,
}

/// Send numbers from the first argument on, as many as the second says, to the node of the third.
pub const SEND: u8 = 0;
/// Ring after so many milliseconds of the own clock.
pub const ALARM: u8 = 1;

const fn arg(id: &'static str, max: u64) -> ArgSpec {
    ArgSpec { id, max, default: 0, words: &[] }
}

impl Protocol for Probe {
    const META: Meta = Meta {
        slug: "probe",
        title: "Probe",
        group: "Tests",
        summary: "Notes what arrives.",
        sources: &[],
        params: &[],
        operations: &[
            OperationSpec {
                id: "send",
                title: "Send",
                on: MemberKind::Server,
                kind: OperationKind::Steer,
                args: &[arg("first", 1_000), arg("count", 100), arg("to", 2)],
            },
            OperationSpec {
                id: "alarm",
                title: "Alarm",
                on: MemberKind::Server,
                kind: OperationKind::Steer,
                args: &[arg("ms", 100_000)],
            },
        ],
        messages: &[MessageKind { name: "Note", code: "NO", tone: Tone::A, reply: false }],
        behaviours: &[
            Behaviour { name: "silent", text: "" },
            Behaviour { name: "lying", text: "" },
            Behaviour { name: "echoing", text: "" },
        ],
        objects: None,
        twins: &[],
        measures: &[],
        marks: &[],
    };

    type State = Seen;
    type Msg = u64;
    type Timer = ();
    type Durable = u64;
    type Ghost = ();

    fn open(_: &Params) -> Self {
        Self
    }

    fn roster(&self) -> Vec<Member> {
        ["n1", "n2", "n3"].map(Member::server).into()
    }

    fn on_start(&self, _: &mut Ctx<'_, Self>, total: u64) -> Seen {
        Seen { total, ..Seen::default() }
    }

    fn durable(&self, state: &Seen) -> u64 {
        state.total
    }

    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut Seen, from: NodeId, msg: u64) {
        state.inbox.push((from, msg, ctx.clock().0));
        state.total += 1;
    }

    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut Seen, (): ()) {
        state.rang.push(ctx.clock().0);
    }

    fn on_operation(&self, ctx: &mut Ctx<'_, Self>, _: &mut Seen, operation: &Operation) {
        match (operation.operation, operation.args.as_slice()) {
            (SEND, [first, count, to]) => {
                for number in *first..first + count {
                    ctx.send(NodeId(*to as u16), number);
                }
            }
            (_, args) => ctx.set_timer((), args[0] * MS, args[0] * MS),
        }
        ctx.returned(operation.id, Outcome::Ok(vec![]));
    }

    fn tamper(&self, lie: Lie, msg: u64, told: &mut Told<u64>) {
        match lie.behaviour {
            2 => told.send(msg + 500),
            3 => {
                told.send(msg);
                told.send_late(msg + 600, 300 * MS);
            }
            _ => {}
        }
    }

    fn view(&self, _: &Nodes<Self>, _: NodeId, _: &Lens) -> NodeView {
        NodeView { role: "probe", rank: Rank::Plain, headline: None, quorum: None, panels: vec![] }
    }

    fn kind(&self, _: &u64) -> u8 {
        0
    }

    fn summary(&self, msg: &u64) -> String {
        msg.to_string()
    }

    fn fields(&self, msg: &u64) -> Vec<Fact> {
        vec![Fact::new("number", msg)]
    }

    fn timer_label(&self, (): ()) -> &'static str {
        "alarm"
    }
}
