//! The tables of the paper's rules: when an acceptor promises, when it accepts, what a proposer must propose. A case a
//! line, the answer after `=>`. Write them anew with `UPDATE_EXPECT=1 cargo test -p playground-core --test paxos_tables`.

use playground_core::id::NodeId;
use playground_core::protocol::Protocol;
use playground_core::protocols::paxos::Paxos;
use playground_core::protocols::paxos::message::{Ballot, Proposal, Word};
use playground_core::protocols::paxos::state::{AcceptorDisk, Choice, choice};

#[test]
fn an_acceptor_promises_as_phase_1_b_says() {
    check("promise_table.txt", include_str!("../src/protocols/paxos/testdata/promise_table.txt"), promise);
}

#[test]
fn an_acceptor_accepts_as_phase_2_b_says() {
    check("accept_table.txt", include_str!("../src/protocols/paxos/testdata/accept_table.txt"), accept);
}

#[test]
fn a_proposer_chooses_as_phase_2_a_says() {
    check("choice_table.txt", include_str!("../src/protocols/paxos/testdata/choice_table.txt"), adopt);
}

/// `promised 2.p1 accepted apple in 1.p2 | prepare 2.p2`
fn promise(case: &str) -> String {
    let (acceptor, asked) = case.split_once('|').unwrap();
    let mut disk = disk_of(acceptor);
    let ballot = ballot(asked.trim().strip_prefix("prepare ").unwrap()).unwrap();
    match disk.prepare(ballot) {
        Err(promised) => format!("refused: promised {promised}"),
        Ok(accepted) => {
            assert_eq!(disk.promised, Some(ballot), "what is promised is kept");
            accepted
                .map_or_else(|| "promised, reports nothing".into(), |had| format!("promised, reports {had}"))
        }
    }
}

/// `promised 2.p1 accepted apple in 1.p2 | accept fig in 2.p1`
fn accept(case: &str) -> String {
    let (acceptor, asked) = case.split_once('|').unwrap();
    let mut disk = disk_of(acceptor);
    let before = disk;
    let proposal = proposal(asked.trim().strip_prefix("accept ").unwrap()).unwrap();
    match disk.accept(proposal) {
        Err(promised) => {
            assert_eq!(disk, before, "a refusal changes nothing");
            format!("refused: promised {promised}")
        }
        Ok(()) => {
            assert_eq!((disk.promised, disk.accepted), (Some(proposal.ballot), Some(proposal)));
            format!("accepted, promised {}", proposal.ballot)
        }
    }
}

/// `reports apple in 1.p1, -, fig in 2.p2 | own banana`
fn adopt(case: &str) -> String {
    let (reports, own) = case.split_once('|').unwrap();
    let reports =
        reports.trim().strip_prefix("reports ").unwrap().split(',').map(|text| proposal(text.trim()));
    match choice(reports.flatten().max(), word(own.trim().strip_prefix("own ").unwrap())) {
        Choice::Bound(proposal) => format!("must propose {}", proposal.value),
        Choice::Free(value) => format!("may propose {value}"),
        Choice::Nothing => "has nothing to propose".into(),
    }
}

/// `promised 2.p1 accepted apple in 1.p2`, with `-` for nothing.
fn disk_of(text: &str) -> AcceptorDisk {
    let (promised, accepted) =
        text.trim().strip_prefix("promised ").unwrap().split_once(" accepted ").unwrap();
    AcceptorDisk { promised: ballot(promised), accepted: proposal(accepted.trim()) }
}

/// `apple in 1.p2`
fn proposal(text: &str) -> Option<Proposal> {
    let (value, of) = text.split_once(" in ")?;
    Some(Proposal { ballot: ballot(of)?, value: word(value)? })
}

/// `1.p2`
fn ballot(text: &str) -> Option<Ballot> {
    let (round, owner) = text.trim().split_once(".p")?;
    let owner = NodeId(owner.parse::<u16>().unwrap() - 1);
    Some(Ballot { round: round.parse().unwrap(), owner: Some(owner) })
}

fn word(text: &str) -> Option<Word> {
    let words = Paxos::META.operations[0].args[0].words;
    words.iter().position(|word| *word == text).map(|at| Word(at as u8))
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
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocols/paxos/testdata/");
        std::fs::write(format!("{folder}{file}"), &found).unwrap();
        return;
    }
    for (at, (found, wanted)) in (1..).zip(found.lines().zip(table.lines())) {
        assert_eq!(found, wanted, "{file}, line {at}");
    }
    assert_eq!(found.lines().count(), table.lines().count());
}
