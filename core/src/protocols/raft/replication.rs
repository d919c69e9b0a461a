//! AppendEntries, from both ends (§5.3).

use super::message::{AppendEntries, AppendEntriesReply, AppendOutcome, Command, Entries, Entry, Msg};
use super::state::{Consistency, Index, Progress, Role, Server, Timer};
use super::{Raft, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;
use crate::trace::MarkKind;

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

impl Raft {
    /// A new leader's first entry (§8): it can be committed by counting, and commits all before it.
    pub(super) fn append_no_op(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let index = self.append_own(ctx.me(), s, Command::NoOp);
        ctx.why(&rules::NO_OP, &[], &[index, s.disk.current_term.0]);
        self.advance_commit_index(ctx, s);
    }

    /// A leader appends an entry of its term to its own log, and only ever appends (§5.3, Leader Append-Only).
    pub(super) fn append_own(&self, me: NodeId, s: &mut Server, command: Command) -> Index {
        s.disk.log.append(Entry { term: s.disk.current_term, command });
        let last = s.disk.log.last_index();
        if let Role::Leader(leader) = &mut s.role {
            leader.progress[me.index()] =
                Progress { next_index: last + 1, match_index: last, sent_index: last, ..Progress::default() };
        }
        last
    }

    /// Time to say that it still leads; what is not acknowledged yet is sent again (§5.2, §5.3).
    pub(super) fn on_heartbeat_due(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        ctx.why(&rules::HEARTBEAT_DUE, &[], &[s.disk.current_term.0]);
        ctx.set_timer(Timer::Heartbeat, self.heartbeat_us, self.heartbeat_us);
        if let (true, Role::Leader(leader)) = (self.reads_by_lease, &mut s.role) {
            self.begin_round(ctx, leader);
        }
        self.send_to_all(ctx, s);
    }

    /// Sends each follower what it lacks, from its nextIndex on; nothing but a heartbeat if it lacks nothing.
    pub(super) fn send_to_all(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let me = ctx.me();
        let last = s.disk.log.last_index();
        // Most followers want the same entries: make them once.
        let mut made: Option<(Index, Entries)> = None;
        for peer in s.config.members().without(me).iter() {
            if self.send_chunk(ctx, s, peer) {
                continue;
            }
            let Role::Leader(leader) = &mut s.role else { return };
            let progress = &mut leader.progress[peer.index()];
            let first = progress.next_index;
            let entries = if first > last {
                Entries::default()
            } else {
                match &made {
                    Some((same, entries)) if *same == first => entries.clone(),
                    _ => {
                        let entries = self.entries_from(&s.disk, first);
                        made = Some((first, entries.clone()));
                        entries
                    }
                }
            };
            progress.sent_index = progress.sent_index.max(first - 1 + entries.len() as u64);
            let round = leader.reads.round;
            let msg = Self::append_entries(me, &s.disk, s.commit_index, first, entries, round);
            ctx.send(peer, Msg::AppendEntries(msg));
        }
    }

    /// Sends one follower what it lacks.
    pub(super) fn send_to(&self, ctx: Hands<'_, '_>, s: &mut Server, peer: NodeId) {
        if self.send_chunk(ctx, s, peer) {
            return;
        }
        let Role::Leader(leader) = &mut s.role else { return };
        let progress = &mut leader.progress[peer.index()];
        let first = progress.next_index;
        let entries = self.entries_from(&s.disk, first);
        progress.sent_index = first - 1 + entries.len() as u64;
        let round = leader.reads.round;
        let msg = Self::append_entries(ctx.me(), &s.disk, s.commit_index, first, entries, round);
        ctx.send(peer, Msg::AppendEntries(msg));
    }

    fn entries_from(&self, disk: &super::ServerDisk, first: Index) -> Entries {
        disk.log.iter_from(first).take(self.entries_max as usize).map(|(_, entry)| *entry).collect()
    }

    fn append_entries(
        me: NodeId,
        disk: &super::ServerDisk,
        leader_commit: Index,
        first: Index,
        entries: Entries,
        round: u32,
    ) -> AppendEntries {
        let prev_log_index = first - 1;
        let prev_log_term = disk.term_at(prev_log_index).unwrap_or_default();
        AppendEntries {
            term: disk.current_term,
            leader: me,
            prev_log_index,
            prev_log_term,
            entries,
            leader_commit,
            round,
        }
    }

    /// AppendEntries, receiver (Figure 2; §5.3).
    pub(super) fn on_append_entries(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        from: NodeId,
        msg: &AppendEntries,
    ) {
        let mine = s.disk.current_term;
        if msg.term < mine {
            ctx.why(&rules::REFUSE_LEADER, &[false], &[from.0.into(), msg.term.0, mine.0]);
            return Self::answer(ctx, s, from, msg, AppendOutcome::StaleTerm);
        }
        if msg.term > mine {
            self.on_later_term(ctx, s, from, msg.term);
        }
        if !self.on_leader_of_term(ctx, s, from) {
            return;
        }
        let (prev, prev_term) = (msg.prev_log_index, msg.prev_log_term);
        let outcome = match s.disk.consistency(prev, prev_term) {
            Consistency::Matches => {
                let last_new = prev + msg.entries.len() as u64;
                if msg.entries.is_empty() {
                    ctx.why(&rules::HEARTBEAT, &[true], &[from.0.into(), prev_term.0, prev]);
                } else {
                    ctx.why(&rules::ACCEPT, &[true], &[from.0.into(), prev_term.0, prev, prev + 1, last_new]);
                    let cut = s.disk.store(prev, &msg.entries);
                    if let Some(cut) = cut {
                        ctx.why(&rules::TRUNCATE, &[true], &[cut.first, cut.last, cut.mine.0, cut.theirs.0]);
                        ctx.mark(MarkKind::Lost);
                    }
                    let is_config = |entry: &Entry| matches!(entry.command, Command::Config(_));
                    let is_gone = cut.is_some_and(|cut| cut.first <= s.config_index);
                    if is_gone || msg.entries.iter().any(is_config) {
                        self.note_config(ctx, s);
                    }
                }
                self.learn_commit(ctx, s, msg.leader_commit, last_new);
                AppendOutcome::Success { match_index: last_new }
            }
            Consistency::TooShort => {
                let last = s.disk.log.last_index();
                ctx.why(&rules::REFUSE_SHORT, &[false], &[from.0.into(), prev_term.0, prev, last]);
                AppendOutcome::Mismatch { conflict_term: None, first_index: last + 1 }
            }
            Consistency::Conflict { term } => {
                ctx.why(&rules::REFUSE_CONFLICT, &[false], &[from.0.into(), prev_term.0, prev, term.0]);
                let first_index = s.disk.first_index_of(term);
                AppendOutcome::Mismatch { conflict_term: Some(term), first_index }
            }
        };
        Self::answer(ctx, s, from, msg, outcome);
    }

    fn answer(ctx: Hands<'_, '_>, s: &Server, to: NodeId, msg: &AppendEntries, outcome: AppendOutcome) {
        let reply =
            AppendEntriesReply { term: s.disk.current_term, prev_log_index: msg.prev_log_index, outcome, round: msg.round };
        ctx.send(to, Msg::AppendEntriesReply(reply));
    }

    /// AppendEntries, answer (Figure 2, Leaders; §5.3).
    pub(super) fn on_append_entries_reply(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        from: NodeId,
        reply: AppendEntriesReply,
    ) {
        if reply.term > s.disk.current_term {
            return self.on_later_term(ctx, s, from, reply.term);
        }
        if reply.term < s.disk.current_term {
            return self.ignore_stale(ctx, s, from, reply.term);
        }
        let Role::Leader(leader) = &mut s.role else {
            return ctx.why(&rules::IGNORE_NOT_LEADING, &[false], &[from.0.into(), reply.term.0]);
        };
        leader.heard.insert(from);
        if reply.round > 0 && reply.outcome != AppendOutcome::StaleTerm {
            self.on_round(ctx, s, from, reply.round);
        }
        match reply.outcome {
            AppendOutcome::Success { match_index } => self.on_match(ctx, s, from, match_index),
            AppendOutcome::Mismatch { first_index, .. } => {
                self.on_mismatch(ctx, s, from, reply.prev_log_index, first_index);
            }
            AppendOutcome::StaleTerm => {
                ctx.why(&rules::IGNORE_OLD_REFUSAL, &[false], &[from.0.into(), reply.term.0]);
            }
        }
    }

    /// A follower's log matches up to an index: advance its nextIndex and matchIndex, and perhaps the commitIndex.
    pub(super) fn on_match(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, match_index: Index) {
        let Role::Leader(leader) = &mut s.role else { return };
        let progress = &mut leader.progress[from.index()];
        let is_news = match_index > progress.match_index;
        let rule = if is_news { &rules::MATCH } else { &rules::FOLLOWED };
        ctx.why(rule, &[is_news], &[from.0.into(), match_index, progress.match_index]);
        let last = s.disk.log.last_index();
        let rest = match_index.max(progress.sent_index) < last;
        if is_news {
            progress.forget_sending();
            progress.match_index = match_index;
            progress.next_index = match_index + 1;
            progress.sent_index = progress.sent_index.max(match_index);
            self.advance_commit_index(ctx, s);
        }
        if rest {
            self.send_rest(ctx, s, from);
        } else {
            self.go_on_handing_over(ctx, s, from);
        }
        self.go_on_catching_up(ctx, s, from);
    }

    /// A follower lacks the entry before those sent: go back past its whole conflicting term, or to its log's end (§5.3,
    /// fast back-up).
    fn on_mismatch(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        from: NodeId,
        prev_log_index: Index,
        first_index: Index,
    ) {
        let Role::Leader(leader) = &mut s.role else { return };
        let progress = &mut leader.progress[from.index()];
        let next = first_index.max(progress.match_index + 1);
        // SUBTLE: an older refusal may overtake a newer one; nextIndex never goes up by a refusal, nor below what matches.
        let guards = [prev_log_index > progress.match_index, next < progress.next_index];
        let values = [from.0.into(), next, progress.next_index, prev_log_index, progress.match_index];
        if guards != [true, true] {
            return ctx.why(&rules::IGNORE_REFUSAL, &guards, &values);
        }
        ctx.why(&rules::BACK_UP, &guards, &values);
        progress.next_index = next;
        self.send_rest(ctx, s, from);
    }

    fn send_rest(&self, ctx: Hands<'_, '_>, s: &mut Server, peer: NodeId) {
        if self.send_chunk(ctx, s, peer) {
            return;
        }
        self.send_to(ctx, s, peer);
        if let Role::Leader(leader) = &s.role {
            let progress = &leader.progress[peer.index()];
            let last = s.disk.log.last_index();
            let values = [peer.0.into(), progress.next_index, progress.sent_index, last];
            ctx.why(&rules::SEND_REST, &[last >= progress.next_index], &values);
        }
    }
}
