//! The tables of the papers' rules: which ballot is next, what an acceptor answers, what a new leader must propose, what a
//! window allows. A case a line, the answer after `=>`. Write them anew with
//! `UPDATE_EXPECT=1 cargo test -p playground-core --test multi_paxos_tables`.

use playground_core::id::NodeId;
use playground_core::protocols::multi_paxos::machine::Call;
use playground_core::protocols::multi_paxos::message::{Command, Vote};
use playground_core::protocols::multi_paxos::state::{
    Accepted, Ballot, Candidate, ServerDisk, ServerSet, may_open,
};

macro_rules! tables {
    ($($test:ident: $file:literal, $answer:ident;)*) => {$(
        #[test]
        fn $test() {
            check($file, include_str!(concat!("../src/protocols/multi_paxos/testdata/", $file)), $answer);
        }
    )*};
}

tables! {
    ballots_are_from_disjoint_sets: "ballot_table.txt", next_ballot;
    an_acceptor_keeps_its_promise: "acceptor_table.txt", acceptor;
    of_each_slot_the_highest_ballot_counts: "adopt_table.txt", adopt;
    a_window_bounds_what_is_open: "window_table.txt", window;
}

/// `of 3, n1 after 4`
fn next_ballot(case: &str) -> String {
    let words: Vec<_> = case.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let (n, server) = (number(words[1]) as usize, NodeId(number(&words[2][1..]) as u16 - 1));
    let next = Ballot(number(words[4])).next_of(server, n);
    assert_eq!(next.owner(n), Some(server));
    next.to_string()
}

/// `promised 1 log 1:5 - 1:7 | prepare 2 from 1`, `… | accept 2 slot 1 command 5`
fn acceptor(case: &str) -> String {
    let (acceptor, message) = case.split_once('|').unwrap();
    let (promised, log) = acceptor.split_once("log").unwrap();
    let mut disk = ServerDisk { promised: Ballot(number(&promised.trim()[9..])), ..ServerDisk::default() };
    for entry in log.split_whitespace() {
        disk.log.append(entry.split_once(':').map(|(ballot, command)| Accepted {
            ballot: Ballot(number(ballot)),
            command: self::command(number(command)),
        }));
    }
    let words: Vec<_> = message.split_whitespace().collect();
    let ballot = Ballot(number(words[1]));
    match (words[0], disk.may_answer(ballot)) {
        (_, false) => format!("refused: promised {}", disk.promised),
        ("prepare", true) => {
            let told: Vec<_> = disk.votes_from(number(words[3])).map(|vote| show(&vote)).collect();
            if told.is_empty() {
                "promised, tells nothing".into()
            } else {
                format!("promised, tells {}", told.join(" "))
            }
        }
        (_, true) => {
            disk.accept(number(words[3]), ballot, command(number(words[5])));
            let log = disk.log.iter_from(1).map(|(_, entry)| match entry {
                None => "-".into(),
                Some(accepted) => format!("{}:{}", accepted.ballot, name(accepted.command)),
            });
            format!("accepted, log {}", log.collect::<Vec<_>>().join(" "))
        }
    }
}

/// `promise 1/1:5 2/1:6 | promise 1/2:9`
fn adopt(case: &str) -> String {
    let mut candidate =
        Candidate { ballot: Ballot(9), promises: ServerSet::default(), adopted: Vec::new(), chosen: 0 };
    for promise in case.split('|') {
        let votes = promise.split_whitespace().skip(1).map(|vote| {
            let (slot, accepted) = vote.split_once('/').unwrap();
            let (ballot, command) = accepted.split_once(':').unwrap();
            let (ballot, command) = (Ballot(number(ballot)), self::command(number(command)));
            Vote { slot: number(slot), ballot, command }
        });
        candidate.take_in(votes.collect::<Vec<_>>());
    }
    let adopted: Vec<_> = candidate.adopted.iter().map(show).collect();
    if adopted.is_empty() { "free to choose".into() } else { adopted.join(" ") }
}

/// `slot 1 chosen 0 window 1`
fn window(case: &str) -> String {
    let words: Vec<_> = case.split_whitespace().collect();
    let may = may_open(number(words[1]), number(words[3]), number(words[5]));
    if may { "may propose" } else { "waits" }.into()
}

fn command(number: u64) -> Command {
    let call = Call::Put { key: 0, value: number as u32 };
    Command::Client { client: NodeId(3), sequence: number as u32, call }
}

fn name(command: Command) -> String {
    match command {
        Command::Client { sequence, .. } => sequence.to_string(),
        Command::NoOp => "no-op".into(),
    }
}

fn show(vote: &Vote) -> String {
    format!("{}/{}:{}", vote.slot, vote.ballot, name(vote.command))
}

fn number(text: &str) -> u64 {
    text.trim().parse().unwrap_or_else(|_| panic!("“{text}” is no number"))
}

fn check(file: &str, table: &str, answer: impl Fn(&str) -> String) {
    let mut found = String::new();
    for line in table.lines() {
        let case = line.split("=>").next().unwrap().trim_end();
        if case.is_empty() || case.starts_with('#') {
            found += case;
        } else {
            found += &format!("{case} => {}", answer(case));
        }
        found += "\n";
    }
    #[cfg(not(target_family = "wasm"))]
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocols/multi_paxos/testdata/");
        std::fs::write(format!("{folder}{file}"), &found).unwrap();
        return;
    }
    for (at, (found, wanted)) in (1..).zip(found.lines().zip(table.lines())) {
        assert_eq!(found, wanted, "{file}, line {at}");
    }
    assert_eq!(found.lines().count(), table.lines().count());
}
