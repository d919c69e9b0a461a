//! The tables of the paper's rules: a case a line, the answer after `=>`. Write them anew with
//! `UPDATE_EXPECT=1 cargo test -p playground-core --lib pbft::tables`.

use super::Pbft;
use super::machine::Call;
use super::message::{
    Checkpoint, NewView, Phase, PrePrepare, PreparedCert, Proposal, Request, ViewChange, Vote, digest_of,
};
use super::signing::{Digest, Signed};
use super::state::{ReplicaDisk, Seq, Slot, View};
use crate::id::NodeId;
use crate::param::Params;
use crate::protocol::Protocol;
use std::sync::Arc;

#[test]
fn a_quorum_is_as_large_as_it_must_be() {
    check("quorum_table.txt", include_str!("testdata/quorum_table.txt"), quorum);
}

#[test]
fn a_request_is_prepared_and_committed_as_section_4_2_says() {
    check("certificate_table.txt", include_str!("testdata/certificate_table.txt"), certificate);
}

#[test]
fn watermarks_bound_sequence_numbers() {
    check("window_table.txt", include_str!("testdata/window_table.txt"), window);
}

#[test]
fn a_new_view_begins_with_what_follows_from_the_view_changes() {
    check("new_view_table.txt", include_str!("testdata/new_view_table.txt"), new_view);
}

#[test]
fn a_new_view_is_accepted_if_it_proves_itself() {
    check("accept_new_view_table.txt", include_str!("testdata/accept_new_view_table.txt"), accept_new_view);
}

fn pbft(params: &[(&str, u64)]) -> Pbft {
    let mut values = Params::defaults(Pbft::META.params);
    params.iter().for_each(|(id, value)| values.set(id, *value).unwrap());
    Pbft::open(&values).seeded(1)
}

/// `n 4`, or `n 6 rule 2f+1`
fn quorum(case: &str) -> String {
    let words: Vec<_> = case.split_whitespace().collect();
    let n = number(words[1]);
    let rule = words.get(3).map(|rule| if *rule == "2f+1" { "twin-2f-plus-1" } else { "twin-f-plus-1" });
    let mut params = vec![("n", n)];
    params.extend(rule.map(|rule| (rule, 1)));
    let pbft = pbft(&params);
    let (f, quorum) = (pbft.faulty_max() as i64, pbft.quorum() as i64);
    let correct = 2 * quorum - n as i64 - f;
    let live = if n as i64 - f >= quorum { "enough without f" } else { "not enough without f" };
    let safe = if correct > 0 { "two share a correct one" } else { "two may share no correct one" };
    format!("f = {f}, quorum {quorum}: {safe}, {live}")
}

/// A request is named by a letter: `a` of the first client's requests.
fn request(pbft: &Pbft, name: &str) -> Signed<Request> {
    let timestamp = u32::from(name.as_bytes()[0] - b'a') + 1;
    let call = Call::Put { key: 0, value: timestamp };
    Signed::new(&pbft.keys, NodeId::at(pbft.n), Request { timestamp, call })
}

fn node(name: &str) -> NodeId {
    NodeId(number(&name[1..]) as u16 - 1)
}

fn proposal(pbft: &Pbft, view: u64, seq: u64, name: &str) -> Proposal {
    let request = request(pbft, name);
    let pre_prepare = PrePrepare { view: View(view), seq, digest: request.digest() };
    let primary = pbft.primary(View(view));
    Proposal { pre_prepare: Signed::new(&pbft.keys, primary, pre_prepare), request: Some(request) }
}

/// `n2=a`, or `n2=a@1` of view 1, or `n2=a!` forged
fn vote(pbft: &Pbft, phase: Phase, seq: u64, word: &str) -> Signed<Vote> {
    let (signer, what) = word.split_once('=').unwrap();
    let (what, is_forged) = what.strip_suffix('!').map_or((what, false), |what| (what, true));
    let (name, view) = what.split_once('@').unwrap_or((what, "0"));
    let vote = Vote { phase, view: View(number(view)), seq, digest: request(pbft, name).digest() };
    let key = if is_forged { NodeId(0) } else { node(signer) };
    Signed::with_key_of(&pbft.keys, key, node(signer), vote)
}

/// `n 4 a | prepares n2=a n3=a | commits n1=a n2=a n3=a`
fn certificate(case: &str) -> String {
    let mut parts = case.split('|').map(|part| part.split_whitespace().collect::<Vec<_>>());
    let head = parts.next().unwrap();
    let pbft = pbft(&[("n", number(head[1]))]);
    let proposal = proposal(&pbft, 0, 1, head[2]);
    let mut slot = Slot { seq: 1, proposal: Some(proposal.clone()), ..Slot::default() };
    let mut told = vec![];
    for part in parts {
        let phase = if part[0] == "prepares" { Phase::Prepare } else { Phase::Commit };
        for word in &part[1..] {
            let vote = vote(&pbft, phase, 1, word);
            if pbft.is_genuine(&vote) {
                slot.keep_vote(&vote);
            }
        }
        let (count, needed) = (pbft.counting(&slot, &proposal, phase).count(), pbft.needed(phase));
        let verb = if phase == Phase::Prepare { "prepared" } else { "committed" };
        let not = if count >= needed { "" } else { "not " };
        told.push(format!("{count} of {needed}: {not}{verb}"));
    }
    told.join(", ")
}

/// `K 4 L 8 stable 4 number 12`
fn window(case: &str) -> String {
    let words: Vec<_> = case.split_whitespace().collect();
    let pbft = pbft(&[("checkpoint-interval", number(words[1])), ("window", number(words[3]))]);
    let mut disk = ReplicaDisk::default();
    disk.stable.seq = number(words[5]);
    let inside = if pbft.is_in_window(&disk, number(words[7])) { "inside" } else { "outside" };
    format!("{inside} h = {}, H = {}", disk.stable.seq, pbft.high(&disk))
}

/// `n2 prepared 1=a@0 2=b@0 | n3 stable 4 | n4 prepared 2=c@1`: view-changes to view 9
fn new_view(case: &str) -> String {
    let pbft = pbft(&[("n", 4)]);
    let changes: Vec<_> = case.split('|').map(|part| change(&pbft, part)).collect();
    if changes.iter().any(|change| !pbft.flaws(change).certificates) {
        return "a certificate is not valid".into();
    }
    if changes.iter().any(|change| !pbft.flaws(change).checkpoint) {
        return "a checkpoint is not proved".into();
    }
    let beginning = pbft.beginning(&changes);
    let name = |digest: Digest| ["a", "b", "c"].into_iter().find(|name| request(&pbft, name).digest() == digest);
    let chosen = beginning.chosen.iter().map(|chosen| {
        let name = chosen.request.as_ref().and_then(|request| name(request.digest()));
        format!("{}={}", chosen.seq, name.unwrap_or("null"))
    });
    let chosen: Vec<_> = chosen.collect();
    let chosen = if chosen.is_empty() { "nothing".into() } else { chosen.join(" ") };
    if beginning.stable == 0 { chosen } else { format!("after {}: {chosen}", beginning.stable) }
}

/// `n2 prepared 1=a@0 | n3 | n4 to 8 | O 1=a 2=null`: view-changes, and the pre-prepares that are said to follow
fn accept_new_view(case: &str) -> String {
    let pbft = pbft(&[("n", 4)]);
    let (changes, proposals) = case.split_once("| O").unwrap();
    let new_view = NewView {
        view: View(9),
        view_changes: changes.split('|').map(|part| change(&pbft, part)).collect(),
        proposals: proposals.split_whitespace().map(|word| again(&pbft, word)).collect(),
    };
    let (valid, needed) = (pbft.valid_changes(&new_view), pbft.quorum());
    if valid < needed {
        return format!("{valid} of {needed} valid: rejected");
    }
    let follows = pbft.follows(&new_view, &pbft.beginning(&new_view.view_changes));
    let verdict = if follows { "O follows: accepted" } else { "O does not follow: rejected" };
    format!("{valid} of {needed} valid, {verdict}")
}

/// `n2 stable 4 prepared 5=a@0`: a view-change to view 9; `to 8` to another; `n2!` forged; `stable 4!` with a checkpoint too few
fn change(pbft: &Pbft, part: &str) -> Signed<ViewChange> {
    let mut words = part.split_whitespace();
    let name = words.next().unwrap();
    let mut change = ViewChange { view: View(9), stable: 0, checkpoints: [].into(), prepared: [].into() };
    let mut certificates = vec![];
    while let Some(word) = words.next() {
        match word {
            "to" => change.view = View(number(words.next().unwrap())),
            "stable" => (change.stable, change.checkpoints) = stable(pbft, words.next().unwrap()),
            "prepared" => certificates = words.by_ref().map(|word| prepared(pbft, word)).collect(),
            _ => panic!("what is “{word}”?"),
        }
    }
    change.prepared = certificates.into();
    let signer = node(name.trim_end_matches('!'));
    let key = if name.ends_with('!') { NodeId(0) } else { signer };
    Signed::with_key_of(&pbft.keys, key, signer, change)
}

/// `4`: a checkpoint that n1, n2 and n3 have signed; `4!`: without n3
fn stable(pbft: &Pbft, word: &str) -> (Seq, Arc<[Signed<Checkpoint>]>) {
    let (seq, signers) = word.strip_suffix('!').map_or((word, 3), |word| (word, 2));
    let body = Checkpoint { seq: number(seq), digest: Digest::of(seq.as_bytes()) };
    (body.seq, (0..signers).map(|at| Signed::new(&pbft.keys, NodeId(at), body)).collect())
}

/// `1=a`, `1=null`: a pre-prepare of view 9; `1=a@8` of another view; `1=a/n3` signed by n3
fn again(pbft: &Pbft, word: &str) -> Proposal {
    let (word, signer) = word.split_once('/').unwrap_or((word, "n2"));
    let (word, view) = word.split_once('@').unwrap_or((word, "9"));
    let (seq, name) = word.split_once('=').unwrap();
    let request = (name != "null").then(|| request(pbft, name));
    let digest = digest_of(request.as_ref());
    let pre_prepare = PrePrepare { view: View(number(view)), seq: number(seq), digest };
    Proposal { pre_prepare: Signed::new(&pbft.keys, node(signer), pre_prepare), request }
}

/// `1=a@0`: prepared by all; `1=a@0!`: with one prepare too few
fn prepared(pbft: &Pbft, word: &str) -> PreparedCert {
    let (word, is_short) = word.strip_suffix('!').map_or((word, false), |word| (word, true));
    let (seq, what) = word.split_once('=').unwrap();
    let (name, view) = what.split_once('@').unwrap();
    let (seq, proposal) = (number(seq), proposal(pbft, number(view), number(seq), name));
    let primary = proposal.pre_prepare.signer();
    let backups = pbft.replicas().filter(|id| *id != primary).take(if is_short { 1 } else { 2 });
    let vote = |id: NodeId| vote(pbft, Phase::Prepare, seq, &format!("{id}={what}"));
    PreparedCert { prepares: backups.map(vote).collect(), proposal }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("“{text}” is no number"))
}

fn check(file: &str, table: &str, answer: impl Fn(&str) -> String) {
    let mut found = String::new();
    for line in table.lines() {
        let case = line.split("=>").next().unwrap_or_default().trim_end();
        if case.is_empty() || case.starts_with('#') {
            found += case;
        } else {
            found += &format!("{case} => {}", answer(case));
        }
        found += "\n";
    }
    // Shown whole, to be put into the file by whoever agrees: the core writes no files, not even in its tests.
    let whole = &found;
    for (at, (found, wanted)) in (1..).zip(found.lines().zip(table.lines())) {
        assert_eq!(found, wanted, "{file}, line {at}, of what was found:\n{whole}");
    }
    assert_eq!(found.lines().count(), table.lines().count());
}
