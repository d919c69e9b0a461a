//! The acceptor (2001 §2.2, phases 1 (b) and 2 (b)).

use super::message::{Ballot, Msg, Proposal, told};
use super::state::AcceptorDisk;
use super::{Paxos, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;

type Hands<'a, 'b> = &'a mut Ctx<'b, Paxos>;

impl Paxos {
    /// An acceptor starts with what it promised and accepted before: to forget it would break its word (§2.5).
    pub(super) fn start_acceptor(&self, ctx: Hands<'_, '_>, disk: AcceptorDisk) -> AcceptorDisk {
        match disk.accepted {
            _ if self.forgets_promise => ctx.why(&rules::START_FORGETFUL, &[], &[]),
            None => ctx.why(&rules::START_ACCEPTOR, &[], &[told(disk.promised)]),
            Some(had) => {
                let values = [told(disk.promised), had.ballot.told(), had.value.told()];
                ctx.why(&rules::START_ACCEPTOR_ACCEPTED, &[], &values);
            }
        }
        disk
    }

    /// Prepare request, phase 1 (b).
    pub(super) fn on_prepare(&self, ctx: Hands<'_, '_>, a: &mut AcceptorDisk, from: NodeId, ballot: Ballot) {
        let before = told(a.promised);
        let is_again = a.promised == Some(ballot);
        match a.prepare(ballot) {
            Ok(None) => {
                let rule = if is_again { &rules::PROMISE_AGAIN } else { &rules::PROMISE };
                ctx.why(rule, &[is_again || !self.forgets_promise], &[from.0.into(), ballot.told(), before]);
                ctx.send(from, Msg::Promise { ballot, accepted: None });
            }
            Ok(Some(had)) => {
                let values =
                    [from.0.into(), ballot.told(), before, had.ballot.told(), had.value.told()];
                let rule = if is_again { &rules::PROMISE_AGAIN_ACCEPTED } else { &rules::PROMISE_ACCEPTED };
                ctx.why(rule, &[is_again || !self.forgets_promise], &values);
                ctx.send(from, Msg::Promise { ballot, accepted: Some(had) });
            }
            Err(promised) => {
                ctx.why(&rules::REFUSE_PREPARE, &[false], &[from.0.into(), ballot.told(), before]);
                ctx.send(from, Msg::Refused { ballot, promised });
            }
        }
    }

    /// Accept request, phase 2 (b). It tells every learner (§2.3), and the proposer, which learns as they do.
    pub(super) fn on_accept(
        &self,
        ctx: Hands<'_, '_>,
        a: &mut AcceptorDisk,
        from: NodeId,
        proposal: Proposal,
    ) {
        let ballot = proposal.ballot;
        let values = [from.0.into(), ballot.told(), told(a.promised), proposal.value.told()];
        match a.accept(proposal) {
            Ok(()) => {
                ctx.why(&rules::ACCEPT, &[!self.forgets_promise], &values);
                ctx.send(from, Msg::Accepted(proposal));
                for learner in self.learners() {
                    ctx.send(learner, Msg::Accepted(proposal));
                }
            }
            Err(promised) => {
                ctx.why(&rules::REFUSE_ACCEPT, &[false], &values);
                ctx.send(from, Msg::Refused { ballot, promised });
            }
        }
    }
}
