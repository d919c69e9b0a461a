//! Starting, elections, and changes of role (§5.1, §5.2, §5.4.1; pre-vote and check-quorum from the thesis).

use super::message::{Msg, PreVoteReply, RequestVote, VoteReply};
use super::state::{
    Config, Leader, Progress, ReadState, Role, Server, ServerDisk, ServerSet, Term, Timer, VoteVerdict, Votes,
};
use super::{Raft, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;
use crate::trace::{MarkKind, Rule};

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

/// What is said of counted votes: of a majority, of one of each half, and of fewer.
static VOTES: [&Rule; 3] = [&rules::ELECTED, &rules::ELECTED_JOINT, &rules::COUNT_VOTE];
/// The same of pre-votes.
static PRE_VOTES: [&Rule; 3] = [&rules::PRE_ELECTED, &rules::PRE_ELECTED_JOINT, &rules::COUNT_PRE_VOTE];

impl Raft {
    /// A server starts as a follower, with what is on its disk (§5.2).
    pub(super) fn start_server(&self, ctx: Hands<'_, '_>, disk: ServerDisk) -> Server {
        ctx.why(&rules::START, &[], &[disk.current_term.0]);
        let (applied, machine) = super::snapshot::start_of(&disk);
        let (config, config_index) = disk.config_at(disk.log.last_index(), self.first_config());
        let s = Server {
            disk,
            commit_index: applied,
            last_applied: applied,
            leader: None,
            hears_leader: false,
            role: Role::Follower,
            machine,
            config,
            config_index,
            partial: None,
        };
        self.set_election_timer(ctx, &s);
        s
    }

    /// No leader was heard for an election timeout (§5.2), or an election came to nothing.
    pub(super) fn on_election_timeout(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        s.leader = None;
        self.forget_leader_heard(ctx, s);
        if self.pre_vote && !self.skips_pre_vote {
            self.become_pre_candidate(ctx, s);
        } else {
            ctx.why(&rules::STAND, &[!ctx.is_early()], &[s.disk.current_term.next().0]);
            self.become_candidate(ctx, s, false);
        }
    }

    /// Asks whether it could win, without beginning a term (thesis §9.6).
    fn become_pre_candidate(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        debug_assert!(!matches!(s.role, Role::Leader(_)), "a leader does not stand for election");
        let term = s.disk.current_term.next();
        ctx.why(&rules::ASK_PRE_VOTES, &[!ctx.is_early()], &[term.0]);
        s.role = Role::PreCandidate(Votes::own(ctx.me(), false));
        self.set_election_timer(ctx, s);
        self.ask_for_votes(ctx, s, term, false, Msg::PreVote);
        self.count_pre_votes(ctx, s);
    }

    /// Begins a term, votes for itself and asks the others (§5.2): because it hears no leader, or because the leader
    /// hands over to it.
    pub(super) fn become_candidate(&self, ctx: Hands<'_, '_>, s: &mut Server, is_handed_over: bool) {
        debug_assert!(!matches!(s.role, Role::Leader(_)), "a leader does not stand for election");
        let me = ctx.me();
        s.disk.current_term = s.disk.current_term.next();
        s.disk.voted_for = Some(me);
        s.leader = None;
        s.partial = None;
        s.role = Role::Candidate(Votes::own(me, is_handed_over));
        ctx.mark_of(MarkKind::NewTerm, s.disk.current_term.0);
        self.set_election_timer(ctx, s);
        self.ask_for_votes(ctx, s, s.disk.current_term, is_handed_over, Msg::RequestVote);
        self.count_votes(ctx, s);
    }

    fn ask_for_votes(
        &self,
        ctx: Hands<'_, '_>,
        s: &Server,
        term: Term,
        is_handed_over: bool,
        msg: fn(RequestVote) -> Msg,
    ) {
        let ask = RequestVote {
            term,
            candidate: ctx.me(),
            last_log_index: s.disk.log.last_index(),
            last_log_term: s.disk.last_term(),
            is_handed_over,
        };
        for peer in s.config.electorate().without(ctx.me()).iter() {
            ctx.send(peer, msg(ask));
        }
    }

    /// Takes the lead: a majority voted for it (§5.2).
    fn become_leader(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        debug_assert!(matches!(s.role, Role::Candidate(_)), "only a candidate becomes leader");
        let me = ctx.me();
        let last = s.disk.log.last_index();
        let progress = Progress { next_index: last + 1, sent_index: last, ..Progress::default() };
        s.role = Role::Leader(Leader {
            progress: vec![progress; self.n],
            heard: ServerSet::only(me),
            transfer: None,
            catching_up: None,
            reads: ReadState::default(),
        });
        s.leader = Some(me);
        s.hears_leader = self.notes_leader();
        ctx.mark_of(MarkKind::Elected, s.disk.current_term.0);
        ctx.cancel_timer(Timer::Election);
        ctx.cancel_timer(Timer::LeaderHeard);
        ctx.set_timer(Timer::Heartbeat, self.heartbeat_us, self.heartbeat_us);
        if self.check_quorum {
            self.set_quorum_timer(ctx);
        }
        // Upon election: initial empty AppendEntries to each server (Figure 2). What they lack follows with their answers.
        self.send_to_all(ctx, s);
        self.append_no_op(ctx, s);
    }

    /// Follows in this term, from any role (§5.1).
    pub(super) fn become_follower(&self, ctx: Hands<'_, '_>, s: &mut Server, term: Term) {
        debug_assert!(term >= s.disk.current_term, "terms only rise");
        if term > s.disk.current_term {
            s.disk.current_term = term;
            s.disk.voted_for = None;
            s.leader = None;
            // The next leader may have an older snapshot: what was begun of this one must not stand in its way.
            s.partial = None;
            self.forget_leader_heard(ctx, s);
        }
        if let Role::Leader(_) = std::mem::replace(&mut s.role, Role::Follower) {
            s.leader = None;
            s.hears_leader = false;
            ctx.mark(MarkKind::Lost);
            ctx.cancel_timer(Timer::Heartbeat);
            ctx.cancel_timer(Timer::QuorumCheck);
            ctx.cancel_timer(Timer::Transfer);
            self.set_election_timer(ctx, s);
        }
    }

    /// Somebody is in a later term: move on to it and follow (§5.1).
    pub(super) fn on_later_term(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, term: Term) {
        let rule = if s.role == Role::Follower { &rules::ADOPT_TERM } else { &rules::STEP_DOWN };
        ctx.why(rule, &[true], &[from.0.into(), term.0, s.disk.current_term.0]);
        self.become_follower(ctx, s, term);
    }

    /// Somebody leads this server's own term: follow it (§5.2, Candidates). `false` if this server leads it, too.
    pub(super) fn on_leader_of_term(&self, ctx: Hands<'_, '_>, s: &mut Server, leader: NodeId) -> bool {
        let term = s.disk.current_term;
        match s.role {
            Role::Follower => {}
            Role::PreCandidate(_) | Role::Candidate(_) => {
                ctx.why(&rules::YIELD, &[true], &[leader.0.into(), term.0, term.0]);
                self.become_follower(ctx, s, term);
            }
            Role::Leader(_) => {
                ctx.why(&rules::IGNORE_RIVAL, &[false], &[leader.0.into(), term.0]);
                return false;
            }
        }
        s.leader = Some(leader);
        self.set_election_timer(ctx, s);
        if self.notes_leader() {
            s.hears_leader = true;
            ctx.set_timer(Timer::LeaderHeard, self.election_timeout_min_us, self.election_timeout_min_us);
        }
        true
    }

    /// RequestVote, receiver (Figure 2; §5.2, §5.4.1).
    pub(super) fn on_request_vote(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, ask: RequestVote) {
        if self.check_quorum && s.hears_leader && !ask.is_handed_over {
            let rule = if s.leads() { &rules::IGNORE_LEADS } else { &rules::IGNORE_HEARS_LEADER };
            ctx.why(rule, &[false], &[from.0.into(), ask.term.0, s.disk.current_term.0]);
            return;
        }
        if ask.term > s.disk.current_term {
            self.on_later_term(ctx, s, from, ask.term);
        }
        let verdict = s.disk.may_grant_vote(&ask, self.checks_log);
        let up_to_date = s.disk.is_up_to_date(ask.last_log_term, ask.last_log_index);
        let logs = self.vote_values(s, from, &ask);
        match verdict {
            VoteVerdict::Grant if up_to_date => ctx.why(&rules::GRANT_VOTE, &[true, true], &logs),
            VoteVerdict::Grant => ctx.why(&rules::GRANT_VOTE_UNCHECKED, &[true, false], &logs),
            VoteVerdict::OutdatedLog => ctx.why(&rules::REFUSE_OUTDATED, &[true, false], &logs),
            VoteVerdict::VotedFor(other) => {
                ctx.why(&rules::REFUSE_VOTED, &[false], &[from.0.into(), ask.term.0, other.0.into()]);
            }
            VoteVerdict::StaleTerm => {
                ctx.why(&rules::REFUSE_STALE, &[false], &[from.0.into(), ask.term.0, s.disk.current_term.0]);
            }
        }
        let granted = verdict == VoteVerdict::Grant;
        if granted {
            s.disk.voted_for = Some(from);
            self.set_election_timer(ctx, s);
        }
        ctx.send(from, Msg::RequestVoteReply(VoteReply { term: s.disk.current_term, granted }));
    }

    /// PreVote, receiver (thesis §9.6). Nothing changes here: the answer binds nobody.
    pub(super) fn on_pre_vote(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, ask: RequestVote) {
        let verdict = s.disk.may_grant_vote(&ask, self.checks_log);
        let granted = verdict == VoteVerdict::Grant && !s.hears_leader;
        let mine = s.disk.current_term;
        if ask.term < mine || s.leads() {
            let rule = if ask.term < mine { &rules::REFUSE_STALE } else { &rules::REFUSE_PRE_VOTE_LEADS };
            ctx.why(rule, &[false], &[from.0.into(), ask.term.0, mine.0]);
        } else {
            let up_to_date = s.disk.is_up_to_date(ask.last_log_term, ask.last_log_index);
            let is_free = !matches!(verdict, VoteVerdict::VotedFor(_));
            let rule = match granted {
                true if up_to_date => &rules::GRANT_PRE_VOTE,
                true => &rules::GRANT_PRE_VOTE_UNCHECKED,
                false => &rules::REFUSE_PRE_VOTE,
            };
            ctx.why(rule, &[!s.hears_leader, up_to_date, is_free], &self.vote_values(s, from, &ask));
        }
        let reply = PreVoteReply { term: s.disk.current_term, asked: ask.term, granted };
        ctx.send(from, Msg::PreVoteReply(reply));
    }

    fn vote_values(&self, s: &Server, from: NodeId, ask: &RequestVote) -> [u64; 6] {
        let mine = (s.disk.last_term().0, s.disk.log.last_index());
        [from.0.into(), ask.term.0, ask.last_log_term.0, ask.last_log_index, mine.0, mine.1]
    }

    /// RequestVote, answer (§5.2).
    pub(super) fn on_vote_reply(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, reply: VoteReply) {
        if reply.term > s.disk.current_term {
            return self.on_later_term(ctx, s, from, reply.term);
        }
        if reply.term < s.disk.current_term {
            return self.ignore_stale(ctx, s, from, reply.term);
        }
        let Role::Candidate(votes) = &mut s.role else {
            return ctx.why(&rules::IGNORE_LATE, &[], &[from.0.into(), reply.term.0]);
        };
        if reply.granted {
            votes.granted.insert(from);
            self.count_votes(ctx, s);
        } else {
            votes.refused.insert(from);
            ctx.why(&rules::COUNT_REFUSAL, &[], &[from.0.into(), reply.term.0]);
        }
    }

    /// PreVote, answer (thesis §9.6).
    pub(super) fn on_pre_vote_reply(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        from: NodeId,
        reply: PreVoteReply,
    ) {
        if reply.term > s.disk.current_term {
            return self.on_later_term(ctx, s, from, reply.term);
        }
        if reply.asked != s.disk.current_term.next() {
            // It has begun that term, or another since: the answer is late, whatever term it was given in.
            return ctx.why(&rules::IGNORE_LATE, &[], &[from.0.into(), reply.term.0]);
        }
        let Role::PreCandidate(votes) = &mut s.role else {
            return ctx.why(&rules::IGNORE_LATE, &[], &[from.0.into(), reply.term.0]);
        };
        if reply.granted {
            votes.granted.insert(from);
            self.count_pre_votes(ctx, s);
        } else {
            votes.refused.insert(from);
            ctx.why(&rules::COUNT_PRE_REFUSAL, &[], &[from.0.into(), reply.asked.0]);
        }
    }

    fn count_votes(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::Candidate(votes) = s.role else { return };
        if self.is_elected(ctx, s, votes, s.disk.current_term, &VOTES) {
            self.become_leader(ctx, s);
        }
    }

    fn count_pre_votes(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::PreCandidate(votes) = s.role else { return };
        let term = s.disk.current_term.next();
        if self.is_elected(ctx, s, votes, term, &PRE_VOTES) {
            self.become_candidate(ctx, s, false);
        }
    }

    /// Whether votes are a majority; of C_old and of C_new, while the configuration is both (§6).
    fn is_elected(
        &self,
        ctx: Hands<'_, '_>,
        s: &Server,
        votes: Votes,
        term: Term,
        [elected, elected_joint, count]: &[&'static Rule; 3],
    ) -> bool {
        let Config { voters, old, .. } = s.config;
        let of = |voters: ServerSet| votes.granted.and(voters).count() as u64;
        let is_elected = s.config.has_majority(votes.granted);
        if s.config.is_joint() {
            let values = [of(old), old.count() as u64, term.0, of(voters), voters.count() as u64];
            let holds = [of(old) >= old.majority() as u64, of(voters) >= voters.majority() as u64];
            ctx.why(if is_elected { elected_joint } else { &rules::COUNT_VOTE_JOINT }, &holds, &values);
        } else if is_elected || votes.granted.count() > 1 {
            let values = [of(voters), voters.count() as u64, term.0, voters.majority() as u64];
            ctx.why(if is_elected { elected } else { count }, &[is_elected], &values);
        }
        is_elected
    }

    /// The minimum election timeout has passed since a leader was heard (thesis §4.2.3).
    pub(super) fn on_leader_silent(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        ctx.why(&rules::LEADER_SILENT, &[!ctx.is_early()], &[]);
        s.hears_leader = false;
    }

    /// A leader that lost touch with the majority steps down, so that clients look elsewhere (thesis §6.2).
    pub(super) fn on_quorum_check(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::Leader(leader) = &mut s.role else { return };
        let heard = std::mem::replace(&mut leader.heard, ServerSet::only(ctx.me()));
        let voters = s.config.electorate();
        let needed = heard.and(voters).count() + s.config.missing(heard);
        let values = [heard.and(voters).count() as u64, voters.count() as u64, needed as u64];
        if s.config.has_majority(heard) {
            ctx.why(&rules::KEPT_QUORUM, &[true], &values);
            self.set_quorum_timer(ctx);
        } else {
            ctx.why(&rules::LOST_QUORUM, &[false], &values);
            self.become_follower(ctx, s, s.disk.current_term);
        }
    }

    /// An answer to a question of an earlier term (§5.1).
    pub(super) fn ignore_stale(&self, ctx: Hands<'_, '_>, s: &Server, from: NodeId, term: Term) {
        ctx.why(&rules::IGNORE_STALE, &[false], &[from.0.into(), term.0, s.disk.current_term.0]);
    }

    /// Waits for an election timeout from now on, if it is one that stands.
    pub(super) fn set_election_timer(&self, ctx: Hands<'_, '_>, s: &Server) {
        if self.stands(s, ctx.me()) {
            ctx.set_timer(Timer::Election, self.election_timeout_min_us, self.election_timeout_max_us);
        } else {
            ctx.cancel_timer(Timer::Election);
        }
    }

    fn set_quorum_timer(&self, ctx: Hands<'_, '_>) {
        ctx.set_timer(Timer::QuorumCheck, self.election_timeout_max_us, self.election_timeout_max_us);
    }

    pub(super) fn forget_leader_heard(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        if s.hears_leader {
            s.hears_leader = false;
            ctx.cancel_timer(Timer::LeaderHeard);
        }
    }
}
