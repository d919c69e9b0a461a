//! Snapshots, log compaction and InstallSnapshot (§7, Figure 13; thesis chapter 5).
//!
//! A log must not grow for ever. A server writes its state machine to disk as it was after its last applied entry, and
//! discards the entries that led there. Each server does so by itself: what a snapshot covers is committed, so no
//! decision is changed by it. A follower that lacks entries its leader has discarded is sent the snapshot instead, in
//! chunks.
//!
//! When to take a snapshot is left to the servers (§7). If a leader took the next one while it is sending the last, a
//! follower could be sent first chunks for ever. So it puts the next one off and keeps the entries after the last one,
//! which the follower will need. A follower that gets no further for a longest election timeout is not waited for, so a
//! transfer holds up a leader's log for at most one of them for each chunk, and one to begin with.

use super::config::Config;
use super::machine::{Machine, PIECES};
use super::message::{InstallSnapshot, InstallSnapshotReply, Msg};
use super::state::{Index, Progress, Role, Server, ServerDisk, Term, Timer};
use super::{Raft, rules};
use crate::id::NodeId;
use crate::protocol::{Ctx, Operation, Outcome};
use crate::time::MS;
use crate::toolkit::log::Log;
use crate::trace::MarkKind;
use std::sync::Arc;

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

/// How long a snapshot takes to write, in microseconds.
const WRITE_US: u64 = 2 * MS;

/// What stands for the entries that a server has discarded (Figure 12).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// It replaces all entries up to and including this index.
    pub last_included_index: Index,
    /// Term of that entry.
    pub last_included_term: Term,
    /// Digest of the log up to there: two logs can be compared although entries are gone. No rule depends on it.
    pub digest: u64,
    /// The latest configuration up to there.
    pub config: Config,
    /// Index of its entry; 0 for the first configuration.
    pub config_index: Index,
    /// The state machine after that entry.
    pub machine: Machine,
}

/// A snapshot that is coming in, chunk by chunk. In memory: a crash begins it anew.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Partial {
    /// Index of the last entry it covers.
    pub last_included_index: Index,
    /// Its term.
    pub last_included_term: Term,
    /// How many of its pieces are here.
    pub pieces: u8,
    /// Those pieces.
    pub machine: Machine,
}

/// How far a leader has come with sending its snapshot to a follower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sending {
    /// When it began or last got further, on the leader's own clock.
    pub got_on_us: u64,
    /// The most pieces that the follower ever had of it. One that restarts begins anew, which is not further.
    pub most: u8,
}

impl Raft {
    /// Somebody asks for a snapshot.
    pub(super) fn on_snapshot_operation(&self, ctx: Hands<'_, '_>, s: &mut Server, operation: &Operation) {
        let is_taken = self.take_snapshot(ctx, s);
        ctx.returned(operation.id, if is_taken { Outcome::Ok(vec![s.disk.log.base()]) } else { Outcome::Fail });
    }

    /// Begins a snapshot once so many entries were applied since the last one.
    pub(super) fn may_snapshot(&self, ctx: Hands<'_, '_>, s: &Server) {
        let is_due = self.snapshot_after > 0 && s.last_applied - s.disk.log.base() >= self.snapshot_after;
        if is_due && !ctx.is_set(Timer::Snapshot) {
            ctx.set_timer(Timer::Snapshot, WRITE_US, WRITE_US);
        }
    }

    /// A follower that is being sent the snapshot, and gets further with it.
    fn sending_to(&self, ctx: Hands<'_, '_>, s: &Server) -> Option<(NodeId, u8)> {
        let Role::Leader(leader) = &s.role else { return None };
        let now = ctx.clock().0;
        let until = |at: u64| at.saturating_add(self.election_timeout_max_us);
        let gets_on = |to: Sending| (to.got_on_us..until(to.got_on_us)).contains(&now);
        let mut all = (0..).map(NodeId).zip(&leader.progress);
        all.find(|(_, to)| to.sending.is_some_and(gets_on)).map(|(id, to)| (id, to.pieces))
    }

    /// Replaces what is applied by a snapshot (§7). `false` if nothing was applied since the last one, or while that one is
    /// being sent.
    pub(super) fn take_snapshot(&self, ctx: Hands<'_, '_>, s: &mut Server) -> bool {
        let (base, last) = (s.disk.log.base(), s.last_applied);
        if last <= base {
            ctx.why(&rules::NO_SNAPSHOT, &[false], &[base, last]);
            return false;
        }
        if let Some((to, pieces)) = self.sending_to(ctx, s) {
            let values = [to.0.into(), base, pieces.into(), PIECES as u64];
            ctx.why(&rules::PUT_OFF_SNAPSHOT, &[false], &values);
            return false;
        }
        let disk = &mut s.disk;
        let (Some(last_included_term), Some(digest)) = (disk.term_at(last), disk.log.digest_at(last)) else {
            return false;
        };
        ctx.why(&rules::SNAPSHOT, &[true], &[last, last_included_term.0, base + 1]);
        let (config, config_index) = disk.config_at(last, self.first_config());
        let machine = s.machine;
        let snapshot =
            Snapshot { last_included_index: last, last_included_term, digest, config, config_index, machine };
        disk.snapshot = Some(Arc::new(snapshot));
        disk.log.compact(last);
        if let Role::Leader(leader) = &mut s.role {
            // Whoever was being sent the old one, and got no further, begins anew with this one.
            leader.progress.iter_mut().for_each(Progress::forget_sending);
        }
        true
    }

    /// Sends a follower the next chunk, if it lacks entries that are gone here (Figure 13, sender). `false` if not.
    pub(super) fn send_chunk(&self, ctx: Hands<'_, '_>, s: &mut Server, peer: NodeId) -> bool {
        let (Role::Leader(leader), Some(snapshot)) = (&mut s.role, &s.disk.snapshot) else { return false };
        let progress = &mut leader.progress[peer.index()];
        let last = snapshot.last_included_index;
        if progress.next_index > last {
            return false;
        }
        let offset = progress.pieces;
        progress.sending.get_or_insert(Sending { got_on_us: ctx.clock().0, most: 0 });
        let end = PIECES.min(usize::from(offset) + self.snapshot_pieces) as u8;
        progress.sent_index = last;
        let values = [peer.0.into(), progress.next_index, last, (offset + 1).into(), end.into(), PIECES as u64];
        ctx.why(&rules::SEND_SNAPSHOT, &[false], &values);
        let (term, snapshot) = (s.disk.current_term, snapshot.clone());
        ctx.send(peer, Msg::InstallSnapshot(InstallSnapshot { term, snapshot, offset, end }));
        true
    }

    /// InstallSnapshot, receiver (Figure 13).
    pub(super) fn on_install_snapshot(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        from: NodeId,
        msg: &InstallSnapshot,
    ) {
        let (mine, last) = (s.disk.current_term, msg.snapshot.last_included_index);
        if msg.term < mine {
            ctx.why(&rules::REFUSE_LEADER, &[false], &[from.0.into(), msg.term.0, mine.0]);
            return answer(ctx, s, from, last, 0);
        }
        if msg.term > mine {
            self.on_later_term(ctx, s, from, msg.term);
        }
        if !self.on_leader_of_term(ctx, s, from) {
            return;
        }
        if last <= s.commit_index {
            ctx.why(&rules::HAS_SNAPSHOT, &[false], &[from.0.into(), last, s.commit_index]);
            return answer(ctx, s, from, last, PIECES as u8);
        }
        let pieces = write_chunk(s, msg);
        let values = [from.0.into(), pieces.into(), PIECES as u64, last];
        if usize::from(pieces) < PIECES {
            ctx.why(&rules::CHUNK, &[pieces >= msg.end, false], &values);
        } else {
            self.install(ctx, s, from, &msg.snapshot);
        }
        answer(ctx, s, from, last, pieces);
    }

    /// All chunks are here (Figure 13, 5 to 8).
    fn install(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, sent: &Snapshot) {
        let Some(partial) = s.partial.take() else { return };
        let (last, term) = (sent.last_included_index, sent.last_included_term);
        let fits = s.disk.term_at(last) == Some(term);
        let values = [from.0.into(), term.0, last, s.disk.log.last_index()];
        if fits {
            ctx.why(&rules::INSTALL_RETAIN, &[true], &values);
            s.disk.log.compact(last);
        } else {
            ctx.why(&rules::INSTALL_DISCARD, &[false], &values);
            if s.disk.log.last_index() > s.disk.log.base() {
                ctx.mark(MarkKind::Lost);
            }
            s.disk.log = Log::after(last, sent.digest);
        }
        s.disk.snapshot = Some(Arc::new(Snapshot { machine: partial.machine, ..*sent }));
        s.machine = partial.machine;
        (s.commit_index, s.last_applied) = (last, last);
        self.note_config(ctx, s);
    }

    /// InstallSnapshot, answer.
    pub(super) fn on_install_snapshot_reply(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        from: NodeId,
        reply: InstallSnapshotReply,
    ) {
        if reply.term > s.disk.current_term {
            return self.on_later_term(ctx, s, from, reply.term);
        }
        if reply.term < s.disk.current_term {
            return self.ignore_stale(ctx, s, from, reply.term);
        }
        let mine = s.disk.log.base();
        let Role::Leader(leader) = &mut s.role else {
            return ctx.why(&rules::IGNORE_NOT_LEADING, &[false], &[from.0.into(), reply.term.0]);
        };
        leader.heard.insert(from);
        let progress = &mut leader.progress[from.index()];
        if usize::from(reply.pieces) >= PIECES {
            progress.forget_sending();
            self.on_match(ctx, s, from, reply.last_included_index);
            // What was put off meanwhile.
            return self.may_snapshot(ctx, s);
        }
        let guards = [reply.last_included_index == mine, reply.pieces != progress.pieces];
        if guards != [true, true] {
            let (about, before) = (reply.last_included_index, progress.pieces);
            let values = [from.0.into(), about, mine, reply.pieces.into(), before.into()];
            return ctx.why(&rules::IGNORE_CHUNK, &guards, &values);
        }
        if progress.sending.is_some_and(|sending| reply.pieces > sending.most) {
            progress.sending = Some(Sending { got_on_us: ctx.clock().0, most: reply.pieces });
        }
        progress.pieces = reply.pieces;
        self.send_chunk(ctx, s, from);
    }
}

/// Writes a chunk at its place, if what comes before it is there (Figure 13, 2 and 3). Returns how many pieces of this
/// snapshot are there.
///
/// SUBTLE: a term has one leader, whose snapshots only grow: so within it, an older one is an old message.
fn write_chunk(s: &mut Server, msg: &InstallSnapshot) -> u8 {
    let sent = &msg.snapshot;
    let name = (sent.last_included_index, sent.last_included_term);
    let is_same = |partial: &Partial| (partial.last_included_index, partial.last_included_term) == name;
    if !s.partial.as_deref().is_some_and(is_same) {
        // SUBTLE: an older snapshot that comes late must not take the place of a newer one (Figure 13, 5).
        let is_older = s.partial.as_ref().is_some_and(|partial| partial.last_included_index > name.0);
        if msg.offset > 0 || is_older {
            return 0;
        }
        let (last_included_index, last_included_term) = name;
        s.partial = Some(Box::new(Partial { last_included_index, last_included_term, ..Partial::default() }));
    }
    let Some(partial) = &mut s.partial else { return 0 };
    if msg.offset <= partial.pieces && msg.end > partial.pieces {
        partial.machine.take_pieces(&sent.machine, msg.offset.into()..msg.end.into());
        partial.pieces = msg.end;
    }
    partial.pieces
}

fn answer(ctx: Hands<'_, '_>, s: &Server, to: NodeId, last_included_index: Index, pieces: u8) {
    let reply = InstallSnapshotReply { term: s.disk.current_term, last_included_index, pieces };
    ctx.send(to, Msg::InstallSnapshotReply(reply));
}

/// Commit index, last applied index and state machine of a server that starts: what its snapshot holds (§7).
pub(super) fn start_of(disk: &ServerDisk) -> (Index, Machine) {
    disk.snapshot.as_ref().map_or_else(Default::default, |s| (s.last_included_index, s.machine))
}
