//! Committing and applying (§5.3, §5.4.2).

use super::machine::CLIENTS_MAX;
use super::message::Command;
use super::state::{Config, Index, Progress, Role, Server, ServerSet};
use super::{Raft, rules};
use crate::protocol::Ctx;
use crate::toolkit::servers::SERVERS_MAX;
use crate::trace::MarkKind;

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

impl Raft {
    /// If there is an N above commitIndex on a majority, and entry N is of the current term: set commitIndex to N
    /// (Figure 2, Leaders; §5.3, §5.4.2).
    ///
    /// SUBTLE: "of the current term" is what Figure 8 is about. An old entry on a majority may still be overwritten by
    /// a server whose last entry is of a later term; once an entry of the current term is on a majority, no such server
    /// can be elected. The twin leaves the condition out.
    pub(super) fn advance_commit_index(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::Leader(leader) = &s.role else { return };
        let matches = |voters| majority_match(&leader.progress, voters);
        let Config { voters, old, .. } = s.config;
        let index = if s.config.is_joint() { matches(voters).min(matches(old)) } else { matches(voters) };
        if index <= s.commit_index {
            return;
        }
        let holders = |voters: ServerSet| {
            voters.iter().filter(|id| leader.progress[id.index()].match_index >= index).count() as u64
        };
        let term = s.disk.term_at(index).unwrap_or_default();
        let own = term == s.disk.current_term;
        let majority = voters.majority() as u64;
        let values =
            [index, holders(voters), voters.count() as u64, majority, term.0, s.disk.current_term.0];
        let is_held = !own && !self.commits_old_terms;
        if s.config.is_joint() {
            let values =
                [index, holders(old), old.count() as u64, holders(voters), voters.count() as u64, term.0];
            let rule = match () {
                () if is_held => &rules::HOLD_COMMIT_JOINT,
                () if own => &rules::COMMIT_JOINT,
                () => &rules::COMMIT_OLD_JOINT,
            };
            ctx.why(rule, &[true, true, own], &values);
        } else {
            let rule = match () {
                () if is_held => &rules::HOLD_COMMIT,
                () if own => &rules::COMMIT,
                () => &rules::COMMIT_OLD,
            };
            ctx.why(rule, &[true, own], &values);
        }
        if is_held {
            return;
        }
        ctx.mark(MarkKind::Decided);
        // An index and a term tell an entry from every other (§5.3, Log Matching).
        let committed = s.disk.log.iter_from(s.commit_index + 1).take_while(|(at, _)| *at <= index);
        committed.for_each(|(at, entry)| ctx.decided(at, &entry.term));
        s.commit_index = index;
        self.apply_committed(ctx, s);
        self.answer_reads(ctx, s);
        self.go_on_changing(ctx, s);
    }

    /// If leaderCommit is above commitIndex: set commitIndex to it, but not beyond the last entry that the message
    /// vouches for (Figure 2, AppendEntries 5).
    pub(super) fn learn_commit(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        leader_commit: Index,
        last_new: Index,
    ) {
        let commit = leader_commit.min(last_new);
        if commit <= s.commit_index {
            return;
        }
        ctx.why(&rules::LEARN_COMMIT, &[true], &[leader_commit, commit, s.commit_index]);
        s.commit_index = commit;
        self.apply_committed(ctx, s);
    }

    /// While commitIndex is above lastApplied: apply the next entry (Figure 2, All Servers). A leader answers the clients
    /// whose commands these are, whether or not it was the one asked; each waits for its last command only.
    fn apply_committed(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let first = s.last_applied + 1;
        let last = s.commit_index.min(s.disk.log.last_index());
        if first > last {
            return;
        }
        ctx.why(&rules::APPLY, &[true], &[first, last]);
        let mut answers = [None; CLIENTS_MAX];
        for (index, entry) in s.disk.log.iter_from(first).take_while(|(index, _)| *index <= last) {
            s.last_applied = index;
            if let Command::Client { client, sequence, call } = entry.command {
                let position = self.client_position(client);
                let answer = s.machine.apply(position, sequence, call);
                if let (Some(answer), Some(slot)) = (answer, answers.get_mut(position)) {
                    *slot = Some((client, sequence, answer, index));
                }
            }
        }
        if let Role::Leader(_) = s.role {
            for (client, sequence, answer, index) in answers.into_iter().flatten() {
                self.reply_applied(ctx, client, sequence, answer, index);
            }
        }
        self.may_snapshot(ctx, s);
    }
}

/// The highest index that a majority of these servers have.
fn majority_match(progress: &[Progress], voters: ServerSet) -> Index {
    let mut sorted = [0; SERVERS_MAX];
    let mut count = 0;
    for (slot, id) in sorted.iter_mut().zip(voters.iter()) {
        *slot = progress.get(id.index()).map_or(0, |progress| progress.match_index);
        count += 1;
    }
    crate::order::sort(&mut sorted[..count]);
    count.checked_sub(voters.majority()).map_or(0, |at| sorted[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_counts_once_a_majority_has_it() {
        let cases: [(&[Index], Index); 6] = [
            (&[7], 7),
            (&[7, 3], 3),
            (&[7, 3, 5], 5),
            (&[9, 0, 0, 9, 4], 4),
            (&[9, 9, 9, 0, 0], 9),
            (&[4, 3, 2, 1], 2),
        ];
        for (matches, index) in cases {
            let progress: Vec<_> =
                matches.iter().map(|at| Progress { match_index: *at, ..Progress::default() }).collect();
            assert_eq!(majority_match(&progress, ServerSet::range(0, matches.len())), index, "{matches:?}");
            assert_eq!(majority_match(&progress, ServerSet::range(0, 1)), matches[0], "only the first counts");
        }
    }
}
