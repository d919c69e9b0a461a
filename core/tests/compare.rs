//! The same script on several protocols.
#![cfg(not(target_family = "wasm"))]

use playground_core::compare::{CONTESTANTS, Row, SCRIPTS, Script, compare};
use playground_core::measure::Milli;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::time::MS;
use playground_core::view::Lens;

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

/// Any server may lead, the last one, too: another crashes all the same.
#[test]
fn nobody_notices_that_a_follower_crashes_whoever_leads() {
    for seed in 0..12 {
        for contestant in CONTESTANTS {
            let row = compare(script("follower-crash"), contestant, 1, seed).unwrap();
            assert_eq!((row.answered, row.in_time), (40, Some(Milli(1_000))), "seed {seed}: {row:?}");
            assert!(row.silence_us < Some(150 * MS), "seed {seed}: {row:?}");
        }
    }
}

/// A client of Paxos that hears nothing asks the next proposer, as the clients of the others ask the next server.
#[test]
fn a_proposer_that_fails_costs_its_client_one_patience() {
    for id in ["leader-crash", "leader-cut-off"] {
        for faulty in [1, 2] {
            let rows = rows(id, faulty);
            let paxos = rows.iter().find(|row| row.title.starts_with("Paxos")).unwrap();
            assert_eq!((paxos.answered, paxos.in_time), (40, Some(Milli(1_000))), "{paxos:?}");
            assert!((250 * MS..400 * MS).contains(&paxos.silence_us.unwrap()), "{paxos:?}");
            // As many of each role go on without those that may be faulty.
            let nodes = open(&Recipe::from_link(&paxos.link).unwrap()).unwrap().frame(&Lens::default()).nodes;
            let count = |role| nodes.iter().filter(|node| node.name.starts_with(role)).count() as u64;
            assert_eq!((count('p'), count('a'), count('l')), (faulty + 1, 2 * faulty + 1, faulty + 1));
        }
    }
}

#[test]
fn comparing_twice_gives_the_same() {
    assert_eq!(rows("lossy", 1), rows("lossy", 1));
}
