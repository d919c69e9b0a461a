//! What holds of a history that is not linearizable: sequential consistency, and the session guarantees.

mod histories_support;

use histories_support::{history, say};
use playground_core::linearizability::{Checker, ModelKind, Sequential, Spec, guarantees};

fn verdict(model: ModelKind, script: &str) -> String {
    let history = history(script);
    let verdict = Checker::judge(&history, &Spec::new(model), 1_000_000).expect("a history of the model");
    say(&history, &verdict)
}

fn sequential(model: ModelKind, script: &str) -> String {
    let history = history(script);
    let mut judge = Sequential::new(&history, &Spec::new(model)).expect("a history of the model");
    assert!(judge.run(1_000_000));
    say(&history, judge.verdict().expect("it is done"))
}

/// Ids of the guarantees that are broken, each with its sentence.
fn broken(model: ModelKind, script: &str) -> Vec<String> {
    let judged = guarantees(&history(script), &Spec::new(model)).expect("a history of registers");
    let say = |guarantee: &playground_core::linearizability::Guarantee| {
        let broken = guarantee.broken.as_ref()?;
        Some(format!("{}: {}", guarantee.kind.id(), broken.sentence))
    };
    judged.iter().filter_map(say).collect()
}

#[test]
fn a_stale_read_of_another_client_is_sequentially_consistent() {
    let script =
        |reader: u8| format!("0 invoke write 1\n0 ok write 1\n{reader} invoke read\n{reader} ok read nil");
    assert!(verdict(ModelKind::Register, &script(1)).starts_with("no"));
    assert_eq!(sequential(ModelKind::Register, &script(1)), "yes: read → nil; write 1");
    assert_eq!(sequential(ModelKind::Register, &script(0)), "no: read → nil | write 1 | 1");
}

#[test]
fn two_keys_in_order_are_not_in_order_together() {
    // Both write and then miss each other's write: each key alone could be sequentially consistent.
    let script = "0 invoke put [1 1]\n1 invoke put [2 1]\n0 ok put [1 1]\n1 ok put [2 1]\n0 invoke get [2 nil]\n\
                  1 invoke get [1 nil]\n0 ok get [2 nil]\n1 ok get [1 nil]";
    assert!(sequential(ModelKind::Kv, script).starts_with("no: "));
    let one_key = "0 invoke put [1 1]\n1 invoke get [1 nil]\n0 ok put [1 1]\n1 ok get [1 nil]";
    assert_eq!(sequential(ModelKind::Kv, one_key), "yes: get 1 → nil; put 1 1");
}

const WRITES: &str = "0 invoke write 1\n0 ok write 1\n0 invoke write 2\n0 ok write 2\n";

#[test]
fn a_client_that_misses_its_own_write_breaks_read_your_writes() {
    assert_eq!(
        broken(ModelKind::Register, &(WRITES.to_owned() + "0 invoke read\n0 ok read 1")),
        ["read-your-writes: After write 2 by 0: read → 1 by 0, which is older."]
    );
    assert!(broken(ModelKind::Register, &(WRITES.to_owned() + "0 invoke read\n0 ok read 2")).is_empty());
    assert!(broken(ModelKind::Register, &(WRITES.to_owned() + "1 invoke read\n1 ok read 1")).is_empty());
}

#[test]
fn a_client_that_goes_back_breaks_monotonic_reads() {
    let reads = |values: [i64; 2]| {
        let read = |value: i64| format!("1 invoke read\n1 ok read {value}\n");
        WRITES.to_owned() + &read(values[0]) + &read(values[1])
    };
    assert_eq!(
        broken(ModelKind::Register, &reads([2, 1])),
        ["monotonic-reads: After write 2 by 0, read → 2 by 1: read → 1 by 1, which is older."]
    );
    assert!(broken(ModelKind::Register, &reads([1, 2])).is_empty());
}

#[test]
fn a_later_write_without_the_earlier_one_breaks_monotonic_writes() {
    let script = |seen: &str| {
        format!(
            "0 invoke put [1 5]\n0 ok put [1 5]\n0 invoke put [2 6]\n0 ok put [2 6]\n1 invoke get [2 nil]\n\
             1 ok get [2 6]\n1 invoke get [1 nil]\n1 ok get [1 {seen}]"
        )
    };
    assert_eq!(
        broken(ModelKind::Kv, &script("nil")),
        ["monotonic-writes: After put 1 5 by 0, put 2 6 by 0: get 1 → nil by 1, which is older."]
    );
    assert!(broken(ModelKind::Kv, &script("5")).is_empty());
}

#[test]
fn an_answer_without_its_question_breaks_writes_follow_reads() {
    let script = |seen: &str| {
        format!(
            "0 invoke put [1 5]\n0 ok put [1 5]\n1 invoke get [1 nil]\n1 ok get [1 5]\n1 invoke put [2 6]\n\
             1 ok put [2 6]\n2 invoke get [2 nil]\n2 ok get [2 6]\n2 invoke get [1 nil]\n2 ok get [1 {seen}]"
        )
    };
    assert_eq!(
        broken(ModelKind::Kv, &script("nil")),
        ["writes-follow-reads: After put 1 5 by 0, put 2 6 by 1: get 1 → nil by 2, which is older."]
    );
    assert!(broken(ModelKind::Kv, &script("5")).is_empty());
}

#[test]
fn guarantees_need_values_that_tell_their_write() {
    let script = "0 invoke write 1\n0 ok write 1\n1 invoke write 1\n1 ok write 1";
    let judged = guarantees(&history(script), &Spec::new(ModelKind::Register));
    assert_eq!(
        judged.err().map(|misfit| misfit.to_string()),
        Some("line 3: wanted every value to be written once, found 1 again".into())
    );
}
