//! Changing who is a member (§6; thesis chapter 4).
//!
//! A configuration is an entry of the log, and a server uses the latest one in its log whether it is committed or not.
//! The danger: while some servers use C_old and others C_new, there might be two majorities that share no server. There
//! are two ways out.
//!
//! *One server at a time* (thesis §4.1): majorities of two configurations that differ by one server always share one. The
//! leader must not begin a change before the last one is committed, and not before it has committed an entry of its own
//! term: the second rule was found missing later (Ongaro, *bug in single-server membership changes*, raft-dev, 2015), and
//! a twin leaves it out.
//!
//! *Joint consensus* (§6; thesis §4.3): the leader first appends C_old,new, under which everything takes a majority of
//! C_old and a majority of C_new. Once that is committed, neither can decide alone, and the leader appends C_new.
//!
//! *Learners* (thesis §4.2.1) are sent entries and do not count, until they have caught up.

use super::catch_up::end_catching_up;
use super::config::{Config, ServerSet};
use super::message::Command;
use super::state::{Index, Role, Server};
use super::{Raft, rules};
use crate::id::NodeId;
use crate::protocol::{Ctx, Operation, Outcome};

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

/// Words for how a single server changes, in the order of their values.
pub(super) const HOW: [&str; 5] = ["add learner", "promote", "add voter", "remove", "catch up and add"];

const ADD_LEARNER: u64 = 0;
const PROMOTE: u64 = 1;
const CATCH_UP: u64 = 4;

impl Raft {
    /// The configuration before any was logged: the first servers.
    pub(super) fn first_config(&self) -> Config {
        Config { voters: ServerSet::range(0, self.members), ..Config::default() }
    }

    /// Whether a server stands for election. One that its latest configuration leaves out does so until that
    /// configuration is committed: it may still be needed (thesis §4.2.2).
    pub(super) fn stands(&self, s: &Server, me: NodeId) -> bool {
        let before = || s.disk.config_at(s.config_index.saturating_sub(1), self.first_config()).0;
        s.config.electorate().has(me)
            || s.config_index > s.commit_index && before().electorate().has(me)
    }

    /// Somebody asks for a change of one server (thesis §4.1).
    pub(super) fn on_change_operation(&self, ctx: Hands<'_, '_>, s: &mut Server, operation: &Operation) {
        let (how, server) = match operation.args[..] {
            [how, server, ..] => (how, NodeId::at(server as usize)),
            _ => return ctx.returned(operation.id, Outcome::Fail),
        };
        let now = s.config;
        let wanted = Some(match how {
            ADD_LEARNER | CATCH_UP => Config { learners: now.learners.with(server), ..now },
            PROMOTE if !now.learners.has(server) => now,
            1 | 2 => {
                Config { voters: now.voters.with(server), learners: now.learners.without(server), ..now }
            }
            _ => {
                Config { voters: now.voters.without(server), learners: now.learners.without(server), ..now }
            }
        });
        let is_learning_twice = matches!(how, ADD_LEARNER | CATCH_UP) && now.electorate().has(server);
        let wanted = wanted.filter(|wanted| {
            *wanted != now && !wanted.voters.is_empty() && server.index() < self.n && !is_learning_twice
        });
        let change = Change { wanted, server, how: Some(how) };
        if self.begin_change(ctx, s, operation, change) && how == CATCH_UP {
            self.begin_catching_up(ctx, s, server, 1);
        }
    }

    /// Somebody asks for another configuration altogether, by joint consensus (§6).
    pub(super) fn on_joint_operation(&self, ctx: Hands<'_, '_>, s: &mut Server, operation: &Operation) {
        let [first, last, ..] = operation.args[..] else { return ctx.returned(operation.id, Outcome::Fail) };
        let (first, last) = (first.min(last) as usize, first.max(last) as usize);
        let voters = ServerSet::range(first, self.n.min(last + 1));
        let now = s.config;
        let wanted = Config { voters, old: now.voters, learners: now.learners.minus(voters) };
        let wanted = Some(wanted).filter(|_| !voters.is_empty() && voters != now.voters);
        let server = NodeId::at(first);
        self.begin_change(ctx, s, operation, Change { wanted, server, how: None });
    }

    /// Begins a change if it may; `false` if not.
    fn begin_change(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        operation: &Operation,
        change: Change,
    ) -> bool {
        let (leads, is_free, matches, catching_up) = match &s.role {
            Role::Leader(leader) => {
                let matches = leader.progress.get(change.server.index()).map_or(0, |p| p.match_index);
                (true, leader.transfer.is_none(), matches, leader.catching_up.as_ref().map(|now| now.server))
            }
            _ => (false, true, 0, None),
        };
        let is_settled = s.config_index <= s.commit_index && !s.config.is_joint();
        let has_own = s.has_committed_own();
        let (term, commit) = (s.disk.current_term.0, s.commit_index);
        // The last guard is one of changes of a single server only: the rule of the others does not read it.
        let guards = [leads, is_settled, is_free, change.wanted.is_some(), has_own];
        let values = [change.server.0.into(), s.config_index, commit, term, matches];
        let is_single = change.how.is_some();
        let needed = if is_single && !self.changes_early { 5 } else { 4 };
        let (did, refused) = match () {
            () if !is_single => (&rules::CHANGE_JOINT, &rules::REFUSE_JOINT),
            () if has_own => (&rules::CHANGE, &rules::REFUSE_CHANGE),
            () if self.changes_early => (&rules::CHANGE_EARLY, &rules::REFUSE_CHANGE_UNCHECKED),
            () => (&rules::CHANGE, &rules::REFUSE_CHANGE),
        };
        let wanted = change.wanted.filter(|_| guards[..needed].iter().all(|holds| *holds));
        let Some(wanted) = wanted else {
            ctx.why(refused, &guards, &values);
            ctx.returned(operation.id, Outcome::Fail);
            return false;
        };
        if change.how == Some(PROMOTE) && matches < commit {
            ctx.why(&rules::REFUSE_LAGGING, &[false], &values);
            ctx.returned(operation.id, Outcome::Fail);
            return false;
        }
        if let (Some(CATCH_UP), Some(other)) = (change.how, catching_up) {
            ctx.why(&rules::REFUSE_CATCH_UP, &[false], &[change.server.0.into(), other.0.into()]);
            ctx.returned(operation.id, Outcome::Fail);
            return false;
        }
        // What is done too early is told by the guard that nobody minded.
        let told = if is_single && !has_own { &guards[4..] } else { &guards[..] };
        ctx.why(did, told, &values);
        let index = self.append_config(ctx, s, wanted);
        ctx.returned(operation.id, Outcome::Ok(vec![index]));
        self.send_to_all(ctx, s);
        self.advance_commit_index(ctx, s);
        true
    }

    /// A leader appends a configuration, and uses it from now on.
    pub(super) fn append_config(&self, ctx: Hands<'_, '_>, s: &mut Server, config: Config) -> u64 {
        let index = self.append_own(ctx.me(), s, Command::Config(config));
        (s.config, s.config_index) = (config, index);
        if let Role::Leader(leader) = &mut s.role {
            // Who is no learner any more was removed, or votes already: it must not be promoted if it comes back.
            if leader.catching_up.as_ref().is_some_and(|now| !config.learners.has(now.server)) {
                end_catching_up(ctx, leader);
            }
        }
        let values =
            [index, config.voters.bits(), config.old.bits(), config.learners.bits(), s.disk.current_term.0];
        ctx.why(config_rule(config, index), &[], &values);
        index
    }

    /// A follower's log has changed: whatever configuration is the latest in it holds (§6), also one that holds again
    /// since a later one was deleted.
    pub(super) fn note_config(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let (config, index) = s.disk.config_at(s.disk.log.last_index(), self.first_config());
        if (config, index) == (s.config, s.config_index) {
            return;
        }
        if index < s.config_index {
            ctx.why(&rules::CONFIG_BACK, &[], &[s.config_index]);
        }
        let values =
            [index, config.voters.bits(), config.old.bits(), config.learners.bits(), s.disk.current_term.0];
        ctx.why(config_rule(config, index), &[], &values);
        (s.config, s.config_index) = (config, index);
        self.set_election_timer(ctx, s);
    }

    /// A leader's configuration is committed: from C_old,new go on to C_new; if C_new leaves the leader out, step down
    /// (§6; thesis §4.2.2).
    pub(super) fn go_on_changing(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        if s.config_index > s.commit_index || !matches!(s.role, Role::Leader(_)) {
            return;
        }
        let me = ctx.me();
        if s.config.is_joint() {
            let config = Config { old: ServerSet::default(), ..s.config };
            ctx.why(&rules::JOINT_COMMITTED, &[true], &[s.config_index]);
            self.append_config(ctx, s, config);
            self.send_to_all(ctx, s);
            self.advance_commit_index(ctx, s);
        } else if !s.config.voters.has(me) {
            ctx.why(&rules::LEFT_OUT, &[true], &[s.config_index]);
            self.become_follower(ctx, s, s.disk.current_term);
        }
    }
}

/// A change that was asked for.
#[derive(Debug, Clone, Copy)]
struct Change {
    /// What it leads to; `None` if it makes no sense.
    wanted: Option<Config>,
    /// Whom it is about.
    server: NodeId,
    /// How that one server changes, as a position in [`HOW`]; `None` if all may, by joint consensus.
    how: Option<u64>,
}

fn config_rule(config: Config, index: Index) -> &'static crate::trace::Rule {
    match () {
        () if config.is_joint() => &rules::CONFIG_JOINT,
        () if index == 0 => &rules::CONFIG_FIRST,
        () if config.learners.is_empty() => &rules::CONFIG,
        () => &rules::CONFIG_LEARNERS,
    }
}
