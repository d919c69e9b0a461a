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

/// What is said of counted votes: of a majority and of fewer; of a majority of either half, and of fewer.
static VOTES: [&Rule; 4] = [&rules::ELECTED, &rules::COUNT_VOTE, &rules::ELECTED_JOINT, &rules::COUNT_VOTE_JOINT];
/// The same of pre-votes.
static PRE_VOTES: [&Rule; 4] =
    [&rules::PRE_ELECTED, &rules::COUNT_PRE_VOTE, &rules::PRE_ELECTED_JOINT, &rules::COUNT_PRE_VOTE_JOINT];

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
            let (term, is_due) = (s.disk.current_term.next().0, !ctx.is_early());
            match self.pre_vote {
                true => ctx.why(&rules::STAND_UNASKED, &[false, is_due], &[term]),
                false => ctx.why(&rules::STAND, &[is_due], &[term]),
            }
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
        (s.disk.voted_for, s.disk.forgotten) = (Some(me), None);
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
            (s.disk.voted_for, s.disk.forgotten) = (None, None);
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
            ctx.cancel_timer(Timer::CatchUp);
            self.set_election_timer(ctx, s);
        }
    }

    /// Somebody is in a later term: move on to it and follow (§5.1).
    pub(super) fn on_later_term(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, term: Term) {
        let rule = match s.role {
            Role::Follower => &rules::ADOPT_TERM,
            Role::PreCandidate(_) => &rules::STOP_ASKING,
            Role::Candidate(_) => &rules::STAND_DOWN,
            Role::Leader(_) => &rules::STEP_DOWN,
        };
        ctx.why(rule, &[true], &[from.0.into(), term.0, s.disk.current_term.0]);
        self.become_follower(ctx, s, term);
    }

    /// Somebody leads this server's own term: follow it (§5.2, Candidates). `false` if this server leads it, too.
    pub(super) fn on_leader_of_term(&self, ctx: Hands<'_, '_>, s: &mut Server, leader: NodeId) -> bool {
        let term = s.disk.current_term;
        match s.role {
            Role::Follower => {}
            Role::PreCandidate(_) | Role::Candidate(_) => {
                let rule = if s.is_asking() { &rules::YIELD_ASKING } else { &rules::YIELD };
                ctx.why(rule, &[true], &[leader.0.into(), term.0, term.0]);
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
        let remembers = !s.disk.has_forgotten(ask.term, from);
        let logs = self.vote_values(s, from, &ask);
        match verdict {
            VoteVerdict::Grant => {
                let rule = match (remembers, up_to_date) {
                    (true, true) => &rules::GRANT_VOTE,
                    (_, false) => &rules::GRANT_VOTE_UNCHECKED,
                    (false, true) => &rules::GRANT_VOTE_FORGOTTEN,
                };
                ctx.why(rule, &[remembers, up_to_date], &logs);
            }
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
            (s.disk.voted_for, s.disk.forgotten) = (Some(from), None);
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
            let rule = if ask.term < mine { &rules::REFUSE_PRE_VOTE_STALE } else { &rules::REFUSE_PRE_VOTE_LEADS };
            ctx.why(rule, &[false], &[from.0.into(), ask.term.0, mine.0]);
        } else {
            self.tell_pre_vote(ctx, s, from, &ask, verdict);
        }
        let reply = PreVoteReply { term: s.disk.current_term, asked: ask.term, granted };
        ctx.send(from, Msg::PreVoteReply(reply));
    }

    /// Why it would vote for a candidate or would not, the guards of a pre-vote said with what Figure 2 asks for.
    fn tell_pre_vote(
        &self,
        ctx: Hands<'_, '_>,
        s: &Server,
        from: NodeId,
        ask: &RequestVote,
        verdict: VoteVerdict,
    ) {
        let up_to_date = s.disk.is_up_to_date(ask.last_log_term, ask.last_log_index);
        let remembers = !s.disk.has_forgotten(ask.term, from);
        let is_free = remembers && !matches!(verdict, VoteVerdict::VotedFor(_));
        // A twin does not heed that a guard fails.
        let is_heeded = remembers && (self.checks_log || up_to_date);
        let rule = match (s.hears_leader, verdict) {
            (false, VoteVerdict::Grant) if is_heeded => &rules::GRANT_PRE_VOTE,
            (false, VoteVerdict::Grant) if up_to_date => &rules::GRANT_PRE_VOTE_FORGOTTEN,
            (false, VoteVerdict::Grant) => &rules::GRANT_PRE_VOTE_UNCHECKED,
            _ if is_heeded => &rules::REFUSE_PRE_VOTE,
            (true, _) => &rules::REFUSE_PRE_VOTE_HEARS,
            (_, VoteVerdict::VotedFor(_)) => &rules::REFUSE_PRE_VOTE_VOTED,
            _ => &rules::REFUSE_PRE_VOTE_OUTDATED,
        };
        let guards = [!s.hears_leader, up_to_date, is_free];
        let told = if rule.guards.len() == 1 { &[false] } else { &guards[..] };
        ctx.why(rule, told, &self.vote_values(s, from, ask));
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
            return ctx.why(&rules::IGNORE_VOTE, &[false], &[from.0.into(), reply.term.0]);
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
        // If it has begun that term, or another since, the answer is late, whatever term it was given in.
        let next = s.disk.current_term.next();
        let guards = [reply.asked == next, s.is_asking()];
        let (Role::PreCandidate(votes), [true, _]) = (&mut s.role, guards) else {
            return ctx.why(&rules::IGNORE_PRE_VOTE, &guards, &[from.0.into(), reply.asked.0, next.0]);
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
        [elected, count, elected_joint, count_joint]: &[&'static Rule; 4],
    ) -> bool {
        let Config { voters, old, .. } = s.config;
        let of = |voters: ServerSet| votes.granted.and(voters).count() as u64;
        let needed = |voters: ServerSet| voters.majority() as u64;
        let is_elected = s.config.has_majority(votes.granted);
        if s.config.is_joint() {
            let values = [of(old), needed(old), term.0, of(voters), needed(voters)];
            let holds = [of(old) >= needed(old), of(voters) >= needed(voters)];
            ctx.why(if is_elected { elected_joint } else { count_joint }, &holds, &values);
        } else if is_elected || votes.granted.count() > 1 {
            let values = [of(voters), voters.count() as u64, term.0, needed(voters)];
            ctx.why(if is_elected { elected } else { count }, &[is_elected], &values);
        }
        is_elected
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
}
