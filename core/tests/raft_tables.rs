//! The tables of the paper's rules: when a vote is granted, and when entries are accepted. A case a line, the answer
//! after `=>`. Write them anew with `UPDATE_EXPECT=1 cargo test -p playground-core --test raft_tables`.

use playground_core::id::NodeId;
use playground_core::protocols::raft::message::{Command, Entry, RequestVote};
use playground_core::protocols::raft::state::{Consistency, ServerDisk, Term, VoteVerdict};
use playground_core::toolkit::log::Log;

#[test]
fn a_vote_is_granted_as_figure_2_says() {
    check("vote_table.txt", include_str!("../src/protocols/raft/testdata/vote_table.txt"), vote);
}

#[test]
fn entries_are_accepted_as_figure_2_says() {
    check("entries_table.txt", include_str!("../src/protocols/raft/testdata/entries_table.txt"), entries);
}

/// `voter term 3 voted n3 log 1 2 | n2 term 4 last (2,2)`
fn vote(case: &str) -> String {
    let (voter, candidate) = case.split_once('|').unwrap();
    let (voter, log) = voter.split_once("log").unwrap();
    let voter: Vec<_> = voter.split_whitespace().collect();
    let candidate: Vec<_> = candidate.split_whitespace().collect();
    let disk = ServerDisk {
        current_term: Term(number(voter[2])),
        voted_for: voter[4].strip_prefix('n').map(|n| NodeId(number(n) as u16 - 1)),
        log: log_of(log),
        ..ServerDisk::default()
    };
    let (last_log_term, last_log_index) = pair(candidate[4]);
    let ask = RequestVote {
        term: Term(number(candidate[2])),
        candidate: NodeId(number(&candidate[0][1..]) as u16 - 1),
        last_log_index,
        last_log_term,
        is_handed_over: false,
    };
    match disk.may_grant_vote(&ask, true) {
        VoteVerdict::Grant => "granted".into(),
        VoteVerdict::StaleTerm => "refused: its term is over".into(),
        VoteVerdict::VotedFor(other) => format!("refused: the vote went to {other}"),
        VoteVerdict::OutdatedLog => "refused: its log is less up-to-date".into(),
    }
}

/// `log 1 1 | after (1,2) entries 2 2`
fn entries(case: &str) -> String {
    let (log, message) = case.split_once('|').unwrap();
    let (after, entries) = message.split_once("entries").unwrap();
    let (prev_log_term, prev_log_index) = pair(after.trim().strip_prefix("after ").unwrap());
    let mut disk =
        ServerDisk { log: log_of(log.trim().strip_prefix("log").unwrap()), ..ServerDisk::default() };
    match disk.consistency(prev_log_index, prev_log_term) {
        Consistency::TooShort => format!("refused, back to {}", disk.log.last_index() + 1),
        Consistency::Conflict { term } => {
            format!("refused, back to {} past term {term}", disk.first_index_of(term))
        }
        Consistency::Matches => {
            let entries: Vec<_> = log_of(entries).iter_from(1).map(|(_, entry)| *entry).collect();
            let deleted = disk.store(prev_log_index, &entries);
            let deleted =
                deleted.map_or(String::new(), |cut| format!(", deleted {} to {}", cut.first, cut.last));
            let terms: Vec<_> = disk.log.iter_from(1).map(|(_, entry)| entry.term.to_string()).collect();
            format!("log {}{deleted}", terms.join(" "))
        }
    }
}

fn log_of(terms: &str) -> Log<Entry> {
    let entry = |term: &str| Entry { term: Term(number(term)), command: Command::NoOp };
    terms.split_whitespace().map(entry).collect()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("“{text}” is no number"))
}

/// `(term,index)`
fn pair(text: &str) -> (Term, u64) {
    let (term, index) = text.trim_matches(['(', ')']).split_once(',').unwrap();
    (Term(number(term)), number(index))
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
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocols/raft/testdata/");
        std::fs::write(format!("{folder}{file}"), &found).unwrap();
        return;
    }
    for (at, (found, wanted)) in (1..).zip(found.lines().zip(table.lines())) {
        assert_eq!(found, wanted, "{file}, line {at}");
    }
    assert_eq!(found.lines().count(), table.lines().count());
}
