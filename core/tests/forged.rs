//! A message that a Byzantine node sends in place of another says so in the picture; all others don't.

use playground_core::registry::find;
use playground_core::view::{FlightFrame, Lens};
use std::collections::BTreeMap;

/// How many messages of each kind each node sends in a scenario, told apart by whether they are forged.
fn sent(scenario: &str) -> BTreeMap<(String, &'static str, bool), usize> {
    let mut session = find("pbft").unwrap().scenario(scenario).unwrap().session;
    let length = session.recipe().length;
    let kinds = session.meta().messages;
    let mut seen: BTreeMap<u64, FlightFrame> = BTreeMap::new();
    let mut names = Vec::new();
    for step in 0..=length {
        session.seek(step);
        let frame = session.frame(&Lens::default());
        names = frame.nodes.iter().map(|node| node.name.clone()).collect();
        seen.extend(frame.flights.into_iter().map(|flight| (flight.id.0, flight)));
    }
    let mut counts = BTreeMap::new();
    for flight in seen.into_values() {
        let key = (names[flight.from.index()].clone(), kinds[usize::from(flight.kind)].name, flight.forged);
        *counts.entry(key).or_default() += 1;
    }
    counts
}

#[test]
fn only_the_false_reply_of_a_lying_replica_is_forged() {
    let forged: Vec<_> = sent("lying-replica").into_iter().filter(|((.., forged), _)| *forged).collect();
    assert_eq!(forged, [(("n2".into(), "Reply", true), 1)]);
}

#[test]
fn without_a_traitor_nothing_is_forged() {
    let counts = sent("normal-request");
    assert!(counts.len() > 10 && counts.keys().all(|(.., forged)| !forged), "{counts:?}");
}
