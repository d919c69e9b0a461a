//! The same script on several protocols.
#![cfg(not(target_family = "wasm"))]

use playground_core::compare::{CONTESTANTS, Row, SCRIPTS, Script, compare};
use playground_core::measure::Milli;
use playground_core::recipe::Recipe;
use playground_core::registry::open;

fn script(id: &str) -> &'static Script {
    SCRIPTS.iter().find(|script| script.id == id).expect("a script of this name")
}

fn rows(id: &str, faulty: u64) -> Vec<Row> {
    CONTESTANTS.iter().map(|contestant| compare(script(id), contestant, faulty, 7).unwrap()).collect()
}

#[test]
fn without_faults_everybody_answers_everything_at_the_papers_cost() {
    for faulty in [1, 2] {
        for row in rows("fault-free", faulty) {
            assert_eq!((row.answered, row.broken), (20, None), "{row:?}");
            assert_eq!(row.in_time, Some(Milli(1_000)), "{row:?}");
            let n = row.servers;
            if row.title == "PBFT" {
                // Beyond the formula are checkpoints, and what replicas tell each other of their status.
                let formula = 2 * n * n - n + 1;
                let own = row.own_messages.unwrap();
                assert!(own >= Milli::whole(formula) && own < Milli::whole(formula * 5 / 4), "{row:?}");
            }
        }
    }
}

#[test]
fn a_fault_that_is_tolerated_loses_no_command() {
    for script in SCRIPTS {
        for row in rows(script.id, 1) {
            assert_eq!((row.broken, row.answered), (None, row.asked), "{}: {row:?}", script.id);
            let session = open(&Recipe::from_link(&row.link).unwrap()).unwrap();
            assert!(!session.operations().is_empty(), "{}: the link shows the run", script.id);
        }
    }
}

#[test]
fn a_crash_of_the_leader_is_noticed_and_one_of_another_server_is_not() {
    for (crash, calm) in rows("leader-crash", 1).into_iter().zip(rows("follower-crash", 1)) {
        if crash.title.starts_with("Paxos") {
            continue; // Nobody leads.
        }
        assert!(crash.silence_us > calm.silence_us, "{crash:?} {calm:?}");
        assert_eq!(calm.in_time, Some(Milli(1_000)), "{calm:?}");
    }
}

#[test]
fn comparing_twice_gives_the_same() {
    assert_eq!(rows("lossy", 1), rows("lossy", 1));
}
