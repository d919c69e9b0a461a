//! One row of a comparison, in words.

use super::measure::said;
use super::wire::{Compared, Reply};
use crate::desk::grouped;
use playground_core::compare::{CONTESTANTS, SCRIPTS, compare};
use playground_core::measure::{Milli, Unit};

/// What the values of a row are, in their order, and what exactly is counted.
pub const LABELS: [(&str, &str); 7] = [
    ("Servers", "How many it takes to go on although as many as chosen above are faulty."),
    (
        "Answered",
        "How many commands took effect and were answered before the script ended, of how many asked for. A client whose queue is full refuses more.",
    ),
    ("In time", "How many of them were answered within 500 ms."),
    (
        "Messages per command",
        "What one command costs: all messages sent, less those that a cluster sends which is asked for nothing, divided \
         by the commands answered. PBFT’s checkpoints are among them. Paxos has no clients: its commands begin at a \
         proposer, which saves a request and a reply.",
    ),
    ("All messages", "The same with heartbeats and whatever else is sent, divided by the commands answered."),
    (
        "Median latency",
        "Half of the answers came within this time after somebody asked. A client asks for one thing at a time, and what \
         it keeps for later waits meanwhile: that counts, too. Paxos is run anew for each command, and asked at the proposer \
         that answered last; after 250 ms without an answer, at the next one.",
    ),
    (
        "Longest silence",
        "The longest time between two answers, or to the end if a command was never answered. A command is asked for every \
         100 ms (every second where messages are lost), so much more means that nobody was served for a while.",
    ),
];

/// Plays a script for one contestant, both by position.
pub fn run(script: usize, contestant: usize, faulty: u64, seed: u64) -> Reply {
    let (Some(script), Some(contestant)) = (SCRIPTS.get(script), CONTESTANTS.get(contestant)) else {
        return Reply::Refused("there is no such script or protocol".into());
    };
    let row = match compare(script, contestant, faulty, seed) {
        Ok(row) => row,
        Err(error) => return Reply::Refused(error.to_string()),
    };
    let time = |us: Option<u64>| us.map_or_else(String::new, |us| grouped((us + 500) / 1_000) + " ms");
    let count = |value: Option<Milli>| value.map_or_else(String::new, |value| said(Unit::Count, value));
    let values = [
        grouped(row.servers),
        format!("{}/{}", row.answered, row.asked),
        row.in_time.map_or_else(String::new, |share| said(Unit::Share, share)),
        count(row.own_messages),
        count(row.messages),
        time(row.latency_p50_us),
        time(row.silence_us),
    ];
    Reply::Compared(Compared {
        title: row.title.into(),
        values: values.into(),
        broken: row.broken.unwrap_or_default().into(),
        link: row.link,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_value_for_each_label() {
        let Reply::Compared(raft) = run(0, 0, 1, 1) else { panic!("Raft takes part") };
        assert_eq!((raft.title.as_str(), raft.values.len()), ("Raft", LABELS.len()));
        assert_eq!(&raft.values[..3], ["3", "20/20", "100 %"]);
        assert!(raft.values.iter().all(|value| !value.is_empty()), "{raft:?}");
        assert!(matches!(run(99, 0, 1, 1), Reply::Refused(_)));
    }
}
