//! How fast histories are judged: `cargo bench -p playground-core --bench judge`.
//!
//! The histories are those of `playground_core::workload::histories`.

use divan::Bencher;
use playground_core::history::History;
use playground_core::linearizability::{Checker, Live, ModelKind, Spec, Verdict};
use playground_core::workload::histories::{collection, register, store};

fn main() {
    divan::main();
}

fn judge(history: &History, spec: &Spec) -> Verdict {
    Checker::judge(history, spec, u64::MAX).expect("a history of the model")
}

/// A hundred register histories of 73 to 90 operations: the time is that of all.
#[divan::bench(args = [false, true])]
fn a_hundred_registers(bencher: Bencher, stale: bool) {
    let histories: Vec<History> =
        (0..100).map(|seed| register(73 + seed as usize % 18, 5, 12, stale, seed)).collect();
    let spec = Spec::new(ModelKind::CasRegister);
    let is_explained = |history: &History| matches!(judge(history, &spec), Verdict::Explained(_));
    let explained = histories.iter().filter(|history| is_explained(history)).count();
    eprintln!("stale {stale}: {explained} of 100 are linearizable");
    bencher.bench_local(|| histories.iter().filter(|history| is_explained(history)).count());
}

/// A key-value history of 1,712 operations by fifty clients, each of ten keys by itself.
#[divan::bench]
fn store_of_1712(bencher: Bencher) {
    let history = store(1_712, 50, 10, 1);
    let spec = Spec::new(ModelKind::Kv);
    assert!(matches!(judge(&history, &spec), Verdict::Explained(_)));
    bencher.bench_local(|| judge(&history, &spec));
}

/// A key-value history of 337 operations by ten clients, all keys at once.
#[divan::bench]
fn store_of_337_unpartitioned(bencher: Bencher) {
    let history = store(337, 10, 10, 1);
    let spec = Spec { by_key: false, ..Spec::new(ModelKind::Kv) };
    assert!(matches!(judge(&history, &spec), Verdict::Explained(_)));
    bencher.bench_local(|| judge(&history, &spec));
}

/// Twenty thousand operations on ten keys.
#[divan::bench(sample_count = 10)]
fn store_of_20000(bencher: Bencher) {
    let history = store(20_000, 10, 10, 1);
    let spec = Spec::new(ModelKind::Kv);
    assert!(matches!(judge(&history, &spec), Verdict::Explained(_)));
    bencher.bench_local(|| judge(&history, &spec));
}

/// Five thousand operations on a queue, by so many clients.
#[divan::bench(args = [5, 15], sample_count = 10)]
fn queue_of_5000(bencher: Bencher, processes: usize) {
    let history = collection(ModelKind::Queue, 5_000, processes, 1);
    let spec = Spec::new(ModelKind::Queue);
    assert!(matches!(judge(&history, &spec), Verdict::Explained(_)));
    bencher.bench_local(|| judge(&history, &spec));
}

/// Five thousand operations on a set, by so many clients.
#[divan::bench(args = [5, 15], sample_count = 10)]
fn set_of_5000(bencher: Bencher, processes: usize) {
    let history = collection(ModelKind::Set, 5_000, processes, 1);
    let spec = Spec::new(ModelKind::Set);
    assert!(matches!(judge(&history, &spec), Verdict::Explained(_)));
    bencher.bench_local(|| judge(&history, &spec));
}

/// Following a register's history of 300 operations, after each return anew: the time is that of all 300.
#[divan::bench]
fn live_300(bencher: Bencher) {
    let whole = register(300, 5, 1_000, false, 1);
    let mut growing: Vec<History> = vec![];
    for len in 1..=300 {
        growing.push(register(len, 5, 1_000, false, 1));
    }
    assert_eq!(growing.last(), Some(&whole));
    bencher.bench_local(|| {
        let mut live = Live::new(Spec::new(ModelKind::CasRegister));
        growing.iter().filter(|history| live.follow(history).is_ok()).count()
    });
}
