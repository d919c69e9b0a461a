//! Pieces of descriptions that several protocols put together: parameters, operations on the registers, kinds of messages.

use super::registers::KEYS;
use super::servers::SERVERS_MAX;
use crate::param::{ParamGroup, ParamKind, ParamSpec};
use crate::protocol::{AT, ArgSpec, MessageKind, OperationKind, OperationSpec, Tone};
use crate::view::MemberKind;

/// A parameter.
pub const fn param(
    id: &'static str,
    title: &'static str,
    group: ParamGroup,
    kind: ParamKind,
    help: &'static str,
) -> ParamSpec {
    ParamSpec { id, title, help, kind, group, bound: None }
}

/// A whole number from `min` to `max`, in `unit` (empty: a count).
pub const fn number(min: u64, max: u64, default: u64, unit: &'static str) -> ParamKind {
    ParamKind::Number { min, max, default, unit }
}

/// A flag that is off unless somebody switches it on.
pub const OFF: ParamKind = ParamKind::Flag { default: false };

/// A kind of message.
pub const fn kind(name: &'static str, code: &'static str, tone: Tone, reply: bool) -> MessageKind {
    MessageKind { name, code, tone, reply }
}

/// What a client can be asked for: a command that may change something.
pub const fn operation(id: &'static str, title: &'static str, args: &'static [ArgSpec]) -> OperationSpec {
    OperationSpec { id, title, on: MemberKind::Client, kind: OperationKind::Write, args }
}

/// What a client can be asked for that changes nothing.
pub const fn question(id: &'static str, title: &'static str, args: &'static [ArgSpec]) -> OperationSpec {
    operation(id, title, args).of_kind(OperationKind::Read)
}

/// What a server can be asked for: no command, but what is done to the cluster itself.
pub const fn at_servers(id: &'static str, title: &'static str, args: &'static [ArgSpec]) -> OperationSpec {
    OperationSpec { id, title, on: MemberKind::Server, kind: OperationKind::Steer, args }
}

/// A register.
pub const fn key() -> ArgSpec {
    ArgSpec { id: "key", max: KEYS.len() as u64 - 1, default: 0, words: &KEYS }
}

/// A value of a register.
pub const fn value(id: &'static str, default: u64) -> ArgSpec {
    ArgSpec { id, max: 999, default, words: &[] }
}

const ASKED_NAMES: [&str; SERVERS_MAX + 1] = [
    "who leads",
    "n1",
    "n2",
    "n3",
    "n4",
    "n5",
    "n6",
    "n7",
    "n8",
    "n9",
    "n10",
    "n11",
    "n12",
    "n13",
    "n14",
    "n15",
];

/// Which server a client asks first.
pub const fn at() -> ArgSpec {
    ArgSpec { id: AT, max: SERVERS_MAX as u64, default: 0, words: &ASKED_NAMES }
}

const SERVER_NAMES: [&str; SERVERS_MAX] =
    ["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11", "n12", "n13", "n14", "n15"];

/// A server.
pub const fn server(id: &'static str, default: u64) -> ArgSpec {
    ArgSpec { id, max: SERVERS_MAX as u64 - 1, default, words: &SERVER_NAMES }
}
