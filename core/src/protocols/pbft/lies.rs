//! What Byzantine replicas do. The code of a node is honest; a behaviour changes what leaves it, and follows from the
//! message alone, so that traitors who never talked lie alike.
//!
//! A traitor signs with its own key only. So it cannot make up a client's request, nor another's vote: it can keep
//! silent, put real requests in another order for some, vote for what nobody proposed, answer falsely, delay and repeat.
//! When it forges, the signature is its own, and everybody who checks finds out.

use super::machine::{Answer, Call};
use super::message::{
    Checkpoint, CommittedCert, Msg, NewView, Phase, PrePrepare, PreparedCert, Proposal, Reply, Transfer, ViewChange, Vote,
};
use super::normal::id;
use super::signing::{Digest, Signed, Wire};
use super::state::Seq;
use super::{Pbft, rules};
use crate::id::NodeId;
use crate::protocol::{Behaviour, Lie, Told};
use crate::time::MS;
use std::sync::Arc;

/// What a viewer may make a replica do, counted from 1.
pub(super) const BEHAVIOURS: &[Behaviour] = &[
    behaviour("silent", "It sends nothing at all."),
    behaviour("equivocates", "It tells each half of the replicas another order: what is number 1 for some is number 2 for the others. So of two requests under way each half hears of another one at the same number; with one alone the halves hear of it at different numbers."),
    behaviour("votes for a wrong digest", "Its prepares, commits and checkpoints name a digest that is nobody’s, and another one for each receiver."),
    behaviour("proposes a wrong digest", "As primary it pre-prepares a digest that is not the request’s, and another one for each backup, also in its new-views."),
    behaviour("lies to clients", "It answers clients with another value than the one it has computed. To a put there is no value to lie about."),
    behaviour("forges signatures", "It equivocates, and as primary it sends votes in the names of others with each pre-prepare; it can sign them with its own key only."),
    behaviour("replays", "It sends each of its own messages three times, two of them late. What others sent it does not repeat."),
    behaviour("delays for some", "It holds back what it sends to every second node, by 150 ms."),
    behaviour("hides certificates", "In a view change it keeps to itself what it has prepared, also in the new-view it sends as primary."),
    behaviour("sends bad proofs", "Its view-changes, new-views, states and commit certificates say what their proofs do not bear out."),
];

const fn behaviour(name: &'static str, text: &'static str) -> Behaviour {
    Behaviour { name, text }
}

/// When a replayed message comes again.
const REPLAYS_US: [u64; 2] = [300 * MS, 900 * MS];

/// How long messages are held back.
const DELAY_US: u64 = 150 * MS;

/// Which of two halves a node is in. Those who equivocate tell each half its own order.
fn half(id: NodeId) -> u16 {
    id.0 % 2
}

/// The order the other half is told: 1 and 2 change places, 3 and 4, and so on.
fn swapped(seq: Seq) -> Seq {
    if seq % 2 == 1 { seq + 1 } else { seq.saturating_sub(1) }
}

/// A digest that is nobody's, another one for each receiver.
fn wrong(digest: Digest, to: NodeId) -> Digest {
    let mut bytes = digest.0.to_vec();
    bytes.extend_from_slice(&to.0.to_le_bytes());
    Digest::of(&bytes)
}

/// All but the first.
fn rest<T: Clone>(all: &Arc<[T]>) -> Arc<[T]> {
    all.get(1..).unwrap_or_default().into()
}

impl Pbft {
    /// What a Byzantine node sends instead of a message.
    pub(super) fn tell(&self, lie: Lie, msg: Msg, told: &mut Told<Msg>) {
        let msg = match lie.behaviour {
            1 => return told.why(&rules::LIE_SILENT, &[id(lie.to)]),
            2 => self.in_order_of_half(lie, msg, told),
            3 => self.vote_wrongly(lie, msg, told),
            4 => self.propose_wrongly(lie, msg, told),
            5 => self.answer_falsely(lie, msg, told),
            6 => {
                let msg = self.in_order_of_half(lie, msg, told);
                self.forge_votes_for(lie, &msg, told);
                msg
            }
            7 => {
                told.why(&rules::LIE_REPLAY, &[id(lie.to)]);
                REPLAYS_US.iter().for_each(|by_us| told.send_late(msg.clone(), *by_us));
                msg
            }
            8 if half(lie.from) != half(lie.to) => {
                told.why(&rules::LIE_DELAY, &[id(lie.to), DELAY_US]);
                return told.send_late(msg, DELAY_US);
            }
            9 => self.hide_certificates(lie, msg, told),
            10 => self.spoil_proof(lie, msg, told),
            _ => msg,
        };
        told.send(msg);
    }

    /// Signs anew what a traitor changed of its own message.
    fn own<T: Wire>(&self, lie: Lie, body: T) -> Signed<T> {
        Signed::new(&self.keys, lie.from, body)
    }

    /// Equivocation: the half the traitor is not in is told another order. All it says of sequence numbers, its votes as
    /// well as its pre-prepares, so that two traitors bear each other out.
    fn in_order_of_half(&self, lie: Lie, msg: Msg, told: &mut Told<Msg>) -> Msg {
        if half(lie.from) == half(lie.to) {
            return msg;
        }
        let mut say = |seq: Seq| {
            told.why(&rules::LIE_ORDER, &[id(lie.to), swapped(seq), seq]);
            swapped(seq)
        };
        match msg {
            Msg::PrePrepare(p) if p.pre_prepare.signer() == lie.from => {
                let seq = say(p.pre_prepare.seq);
                let pre_prepare = self.own(lie, PrePrepare { seq, ..*p.pre_prepare });
                Msg::PrePrepare(Proposal { pre_prepare, ..p })
            }
            Msg::Vote(vote) if vote.signer() == lie.from => {
                let seq = say(vote.seq);
                Msg::Vote(self.own(lie, Vote { seq, ..*vote }))
            }
            msg => msg,
        }
    }

    fn vote_wrongly(&self, lie: Lie, msg: Msg, told: &mut Told<Msg>) -> Msg {
        let mut say = |seq: Seq, digest: Digest| {
            let other = wrong(digest, lie.to);
            told.why(&rules::LIE_DIGEST, &[id(lie.to), seq, other.short(), digest.short()]);
            other
        };
        match msg {
            Msg::Vote(vote) if vote.signer() == lie.from => {
                let digest = say(vote.seq, vote.digest);
                Msg::Vote(self.own(lie, Vote { digest, ..*vote }))
            }
            Msg::Checkpoint(checkpoint) if checkpoint.signer() == lie.from => {
                let digest = say(checkpoint.seq, checkpoint.digest);
                Msg::Checkpoint(self.own(lie, Checkpoint { digest, ..*checkpoint }))
            }
            msg => msg,
        }
    }

    fn propose_wrongly(&self, lie: Lie, msg: Msg, told: &mut Told<Msg>) -> Msg {
        let mut spoiled = |p: &Proposal| {
            let PrePrepare { seq, digest, .. } = *p.pre_prepare;
            let other = wrong(digest, lie.to);
            told.why(&rules::LIE_DIGEST, &[id(lie.to), seq, other.short(), digest.short()]);
            let pre_prepare = self.own(lie, PrePrepare { digest: other, ..*p.pre_prepare });
            Proposal { pre_prepare, ..p.clone() }
        };
        match msg {
            Msg::PrePrepare(p) if p.pre_prepare.signer() == lie.from => Msg::PrePrepare(spoiled(&p)),
            Msg::NewView(new) if new.signer() == lie.from => {
                let proposals = new.proposals.iter().map(spoiled).collect();
                Msg::NewView(self.own(lie, NewView { proposals, ..(*new).clone() }))
            }
            msg => msg,
        }
    }

    /// Another answer, the same for whoever lies. A write is answered “ok” and nothing else: no false answer looks like it.
    fn answer_falsely(&self, lie: Lie, msg: Msg, told: &mut Told<Msg>) -> Msg {
        match msg {
            Msg::Reply(reply) if reply.signer() == lie.from && reply.answer != Answer::Done => {
                told.why(&rules::LIE_ANSWER, &[id(lie.to)]);
                let answer = match reply.answer {
                    Answer::Value(value) => Answer::Value(value.wrapping_add(1)),
                    Answer::Swapped(swapped) => Answer::Swapped(!swapped),
                    Answer::Done => Answer::Done,
                };
                Msg::Reply(self.own(lie, Reply { answer, ..*reply }))
            }
            msg => msg,
        }
    }

    /// With each pre-prepare: the votes of all others for it, signed with the traitor's own key.
    fn forge_votes_for(&self, lie: Lie, msg: &Msg, told: &mut Told<Msg>) {
        let Msg::PrePrepare(Proposal { pre_prepare, .. }) = msg else { return };
        if pre_prepare.signer() != lie.from {
            return;
        }
        let PrePrepare { view, seq, digest } = **pre_prepare;
        told.why(&rules::LIE_FORGE, &[id(lie.to), seq]);
        for phase in [Phase::Prepare, Phase::Commit] {
            for victim in self.replicas().filter(|other| ![lie.from, lie.to].contains(other)) {
                let vote = Vote { phase, view, seq, digest };
                told.send(Msg::Vote(Signed::with_key_of(&self.keys, lie.from, victim, vote)));
            }
        }
        // Its own commit needs no forging.
        told.send(Msg::Vote(self.own(lie, Vote { phase: Phase::Commit, view, seq, digest })));
    }

    /// A certificate with a signature too few, a checkpoint nobody signed, a new-view without what follows from it, a state
    /// that is not the one that was signed.
    fn spoil_proof(&self, lie: Lie, msg: Msg, told: &mut Told<Msg>) -> Msg {
        let spoiled = match &msg {
            Msg::ViewChange(change) if change.signer() == lie.from => {
                let mut change = (**change).clone();
                if change.prepared.is_empty() {
                    change.stable += self.checkpoint_interval;
                } else {
                    let short = change.prepared.iter().map(|cert| PreparedCert { prepares: rest(&cert.prepares), ..cert.clone() });
                    change.prepared = short.collect();
                }
                Msg::ViewChange(self.own(lie, change))
            }
            Msg::NewView(new) if new.signer() == lie.from => {
                let mut new = (**new).clone();
                new.proposals = if new.proposals.is_empty() {
                    let seq = new.view_changes.iter().map(|change| change.stable).max().unwrap_or(0) + 1;
                    let pre_prepare = self.own(lie, PrePrepare { view: new.view, seq, digest: Digest::NULL });
                    [Proposal { pre_prepare, request: None }].into()
                } else {
                    rest(&new.proposals)
                };
                Msg::NewView(self.own(lie, new))
            }
            Msg::State(transfer) => {
                let mut machine = transfer.machine;
                let (timestamp, _) = machine.last_reply(0);
                machine.apply(0, timestamp.wrapping_add(1), Call::Add { key: 0, by: 1 });
                Msg::State(Arc::new(Transfer { machine, checkpoints: transfer.checkpoints.clone() }))
            }
            Msg::Committed(cert) => Msg::Committed(CommittedCert { commits: rest(&cert.commits), ..cert.clone() }),
            _ => return msg,
        };
        told.why(&rules::LIE_PROOF, &[id(lie.to)]);
        spoiled
    }

    fn hide_certificates(&self, lie: Lie, msg: Msg, told: &mut Told<Msg>) -> Msg {
        match msg {
            Msg::ViewChange(change) if change.signer() == lie.from && !change.prepared.is_empty() => {
                told.why(&rules::LIE_HIDE, &[id(lie.to), change.prepared.len() as u64]);
                Msg::ViewChange(self.without_certificates(lie, &change))
            }
            Msg::NewView(new) if new.signer() == lie.from => self.begin_without_certificates(lie, new, told),
            msg => msg,
        }
    }

    fn without_certificates(&self, lie: Lie, change: &ViewChange) -> Signed<ViewChange> {
        self.own(lie, ViewChange { prepared: [].into(), ..change.clone() })
    }

    /// The new-view that follows when its own view-change shows nothing, as it told everybody before: nobody can tell.
    fn begin_without_certificates(&self, lie: Lie, new: Signed<NewView>, told: &mut Told<Msg>) -> Msg {
        let is_own = |change: &&Signed<ViewChange>| change.signer() == lie.from && !change.prepared.is_empty();
        let Some(own) = new.view_changes.iter().find(is_own) else { return Msg::NewView(new) };
        told.why(&rules::LIE_HIDE, &[id(lie.to), own.prepared.len() as u64]);
        let bare = self.without_certificates(lie, own);
        let shown = |change: &Signed<ViewChange>| if change == own { bare.clone() } else { change.clone() };
        let view_changes: Arc<[_]> = new.view_changes.iter().map(shown).collect();
        let beginning = self.beginning(&view_changes);
        let proposals = beginning.proposals(new.view, |pre_prepare| self.own(lie, pre_prepare));
        Msg::NewView(self.own(lie, NewView { view: new.view, view_changes, proposals }))
    }
}
