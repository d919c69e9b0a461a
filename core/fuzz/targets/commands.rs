//! Any bytes as steps and commands in a session of each protocol: nothing panics, and what is refused changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::{MessageId, NodeId};
use playground_core::recipe::Recipe;
use playground_core::registry::{catalogue, open};

/// A command made of three bytes.
fn command(kind: u8, a: u8, b: u8) -> Command {
    let node = NodeId(u16::from(a % 9));
    let message = MessageId(u64::from(a) + u64::from(b) * 3);
    let side = |bits: u8| (0..8).filter(|at| bits >> at & 1 == 1).map(NodeId).collect::<Vec<_>>();
    match kind % 16 {
        0 => Command::Deliver(message),
        1 => Command::Drop(message),
        2 => Command::Duplicate(message),
        3 => Command::Delay { message, by_us: u64::from(b) * 1_000 },
        4 => Command::Fire { node, timer: b % 4 },
        5 => Command::Crash(node),
        6 => Command::Restart(node),
        7 => Command::Pause(node),
        8 => Command::Resume(node),
        9 => Command::Cut { from: side(a), to: side(b), ways: Ways::Both, fate: CutFate::Lose },
        10 => Command::Cut { from: side(a), to: side(b), ways: Ways::Forth, fate: CutFate::Hold },
        11 => Command::Heal { from: side(a), to: side(b), ways: Ways::Both },
        12 => Command::Manual(b % 2 == 0),
        13 => Command::ClockJump { node, by_us: i64::from(b) * 10_000 - 1_000_000 },
        14 => Command::Answer { node, answers: vec![u32::from(b)] },
        _ => Command::Operate { node, operation: b % 6, args: vec![u64::from(a) % 3; usize::from(b % 4)] },
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, rest)) = bytes.split_first() else { return };
    let entry = &catalogue()[usize::from(*which) % catalogue().len()];
    let mut session = open(&Recipe::new(entry.meta.slug)).expect("the defaults open");
    for chunk in rest.chunks_exact(4).take(200) {
        for _ in 0..chunk[0] % 16 {
            session.step();
        }
        let before = session.fingerprint();
        if session.command(command(chunk[1], chunk[2], chunk[3])).is_err() {
            assert_eq!(session.fingerprint(), before);
        }
    }
    let (present, fingerprint) = (session.present(), session.fingerprint());
    let mut again = open(&session.recipe()).expect("a recipe of a session opens");
    again.seek(present);
    assert_eq!(again.fingerprint(), fingerprint);
});
