//! Helpers of the tests: chance of their own, and commands drawn from it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod probe;
pub mod storm;
pub mod two_phase;

use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::{MessageId, NodeId};
use playground_core::kernel::{Latency, LinkProfile, Shape};
use playground_core::protocol::Meta;
use playground_core::view::Frame;

/// SplitMix64: enough chance for a test, and none of the engine's.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, count: u64) -> u64 {
        self.next() % count.max(1)
    }
}

/// Any command, most of them possible now, some of them nonsense.
pub fn random_command(chance: &mut Chance, meta: &Meta, frame: &Frame) -> Command {
    let nodes = frame.nodes.len() as u64;
    let node = |chance: &mut Chance| NodeId(chance.below(nodes + 1) as u16);
    let message = |chance: &mut Chance| match frame.flights.len() as u64 {
        0 => MessageId(chance.below(50)),
        flights => frame.flights[chance.below(flights) as usize].id,
    };
    let side = |chance: &mut Chance| {
        let bits = chance.next();
        (0..nodes as u16).filter(|at| bits >> (at % 64) & 1 == 1).map(NodeId).collect::<Vec<_>>()
    };
    let ways = if chance.below(2) == 0 { Ways::Both } else { Ways::Forth };
    match chance.below(20) {
        0 | 1 => Command::Deliver(message(chance)),
        2 => Command::Drop(message(chance)),
        3 => Command::Duplicate(message(chance)),
        4 => Command::Delay { message: message(chance), by_us: chance.below(100_000) },
        5 => Command::Fire { node: node(chance), timer: chance.below(3) as u8 },
        6 => Command::Crash(node(chance)),
        7 | 8 => Command::Restart(node(chance)),
        9 => Command::Pause(node(chance)),
        10 => Command::Resume(node(chance)),
        11 => {
            let fate = if chance.below(2) == 0 { CutFate::Lose } else { CutFate::Hold };
            Command::Cut { from: side(chance), to: side(chance), ways, fate }
        }
        12 => Command::Heal { from: side(chance), to: side(chance), ways },
        13 => Command::HealAll,
        14 => Command::Link {
            from: None,
            to: (chance.below(2) == 0).then(|| node(chance)),
            profile: random_profile(chance),
        },
        15 => Command::ClockJump { node: node(chance), by_us: chance.below(2_000_000) as i64 - 1_000_000 },
        16 => Command::ClockDrift { node: node(chance), ppm: chance.below(2_000_000) as i32 - 1_000_000 },
        17 => Command::Byzantine { node: node(chance), behaviour: chance.below(4) as u8 },
        18 => Command::Manual(chance.below(3) == 0),
        _ => random_operation(chance, meta, nodes),
    }
}

fn random_operation(chance: &mut Chance, meta: &Meta, nodes: u64) -> Command {
    let operation = chance.below(meta.operations.len() as u64 + 1) as u8;
    let args = meta.operations.get(usize::from(operation)).map_or(&[][..], |spec| spec.args);
    let args = args.iter().map(|arg| chance.below(arg.max.saturating_add(2).min(1 << 40))).collect();
    Command::Operate { node: NodeId(chance.below(nodes) as u16), operation, args }
}

fn random_profile(chance: &mut Chance) -> LinkProfile {
    let us = |chance: &mut Chance| chance.below(40_000) as u32;
    let shape = match chance.below(5) {
        0 => Shape::Constant { us: us(chance) },
        1 => Shape::Uniform { min_us: us(chance), max_us: us(chance) },
        2 => Shape::Normal { mean_us: us(chance), sd_us: us(chance) },
        3 => Shape::Exponential { floor_us: us(chance), mean_us: us(chance) },
        _ => Shape::Pareto { scale_us: us(chance), alpha_centi: chance.below(400) as u16 },
    };
    LinkProfile {
        latency: Latency(vec![(1, shape), (chance.below(3) as u16, Shape::Constant { us: 1_000 })]),
        loss_permille: chance.below(300) as u16,
        duplicate_permille: chance.below(200) as u16,
        fifo: chance.below(2) == 0,
        spacing_us: chance.below(2) as u32 * 500,
    }
}
