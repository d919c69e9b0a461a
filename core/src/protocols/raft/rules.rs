//! The rules a step can be explained with: a sentence, its guards said both ways, and where the source says so.
//!
//! Each rule's values are listed in its comment, in the order of their numbers.

use crate::toolkit::client::ClientRules;
use crate::toolkit::rules::rules;

// Terms and roles.
rules! {
    /// Term.
    START, "start", "{me} starts as a follower in term {0}", [], "Raft §5.2";
    /// Sender, its term, own term.
    ADOPT_TERM, "adopt-term", "{me} moves on to term {1}, which {0:node} is in",
        ["term {1} > {2}" / "term {1} ≤ {2}"], "Raft §5.1";
    /// Sender, its term, own term.
    STEP_DOWN, "step-down", "{me} steps down: {0:node} is in the later term {1}",
        ["term {1} > {2}" / "term {1} ≤ {2}"], "Raft §5.1";
    /// Leader, its term, own term.
    YIELD, "yield", "{me} gives up its candidacy: {0:node} leads term {1}",
        ["term {1} ≥ {2}" / "term {1} < {2}"], "Raft §5.2";
    /// Sender, its term, own term.
    IGNORE_STALE, "ignore-stale", "{me} ignores an answer that {0:node} gave in term {1}",
        ["term {1} = {2}" / "term {1} < {2}"], "Raft §5.1";
    /// Sender, its term.
    IGNORE_LATE, "ignore-late", "{me} ignores an answer of {0:node}: it does not wait for it any more", [], "Raft §5.1";
    /// The other leader, the term.
    IGNORE_RIVAL, "ignore-rival", "{me} ignores {0:node}, which leads term {1} as well: this must never happen",
        ["at most one leader in term {1}" / "two leaders in term {1}"], "Raft §5.2";
}

// Elections.
rules! {
    /// New term.
    STAND, "stand", "{me}’s election timeout fires, and it stands for election in term {0}",
        ["no leader heard for an election timeout" / "a hand fired it before its time"], "Raft §5.2";
    /// Term it would begin.
    ASK_PRE_VOTES, "ask-pre-votes", "{me}’s election timeout fires, and it asks whether it could win term {0}",
        ["no leader heard for an election timeout" / "a hand fired it before its time"], "Raft thesis §9.6";
    /// Votes, servers, term, majority.
    PRE_ELECTED, "pre-elected", "{me} could win term {2}, so it begins it",
        ["{0} of {1} would vote for it, {3} needed" / "only {0} of {1} would vote for it"], "Raft thesis §9.6";
    /// Candidate, term, candidate's last term and index, own last term and index.
    GRANT_VOTE, "grant-vote", "{me} grants its vote to {0:node} in term {1}",
        ["has not voted for another in term {1}" / "has voted for another in term {1}",
         "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}"], "Raft §5.4.1";
    /// The same.
    REFUSE_OUTDATED, "refuse-vote-log", "{me} refuses {0:node} its vote: its own log is more up-to-date",
        ["has not voted for another in term {1}" / "has voted for another in term {1}",
         "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}"], "Raft §5.4.1";
    /// Candidate, term, the one it voted for.
    REFUSE_VOTED, "refuse-vote-given", "{me} refuses {0:node} its vote: it has voted for {2:node} in term {1}",
        ["has not voted for another in term {1}" / "has voted for {2:node} in term {1}"], "Raft §5.2";
    /// Candidate, its term, own term.
    REFUSE_STALE, "refuse-vote-term", "{me} refuses {0:node} its vote: term {1} is over",
        ["term {1} ≥ {2}" / "term {1} < {2}"], "Raft §5.1";
    /// Candidate, term, candidate's last term and index, own last term and index.
    GRANT_VOTE_UNCHECKED, "grant-vote-unchecked", "{me} grants its vote to {0:node} without comparing logs",
        ["has not voted for another in term {1}" / "has voted for another in term {1}",
         "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}, not checked"], "not Raft";
    /// Candidate, term, candidate's last term and index, own last term and index.
    GRANT_PRE_VOTE, "grant-pre-vote", "{me} would vote for {0:node} in term {1}",
        ["hears no leader" / "hears a leader", "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}",
         "has not voted for another in term {1}" / "has voted for another in term {1}"], "Raft thesis §9.6";
    /// The same.
    REFUSE_PRE_VOTE, "refuse-pre-vote", "{me} would not vote for {0:node} in term {1}",
        ["hears no leader" / "hears a leader", "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}",
         "has not voted for another in term {1}" / "has voted for another in term {1}"], "Raft thesis §9.6";
    /// The same.
    GRANT_PRE_VOTE_UNCHECKED, "grant-pre-vote-unchecked", "{me} would vote for {0:node} without comparing logs",
        ["hears no leader" / "hears a leader", "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}, not checked",
         "has not voted for another in term {1}" / "has voted for another in term {1}"], "not Raft";
    /// Candidate, term, own term.
    REFUSE_PRE_VOTE_LEADS, "refuse-pre-vote-leads", "{me} would not vote for {0:node} in term {1}",
        ["does not lead" / "leads term {2}"], "Raft thesis §9.6";
    /// Candidate, its term.
    IGNORE_HEARS_LEADER, "ignore-hears-leader",
        "{me} ignores {0:node} and its term {1}: it heard a leader a moment ago",
        ["no leader heard within the minimum election timeout" / "a leader heard within the minimum election timeout"],
        "Raft thesis §4.2.3";
    /// Candidate, its term, own term.
    IGNORE_LEADS, "ignore-leads", "{me} ignores {0:node} and its term {1}: it leads term {2}",
        ["does not lead" / "leads term {2}"], "Raft thesis §4.2.3";
    /// Votes, servers, term, majority, voter.
    COUNT_VOTE, "count-vote", "{me} has {0} of the {3} votes it needs for term {2}", [], "Raft §5.2";
    /// The same.
    COUNT_PRE_VOTE, "count-pre-vote", "{me} has {0} of the {3} pre-votes it needs for term {2}", [], "Raft thesis §9.6";
    /// Voter, term.
    COUNT_REFUSAL, "count-refusal", "{me} is refused by {0:node} in term {1}", [], "Raft §5.2";
    /// Voter, term it would begin.
    COUNT_PRE_REFUSAL, "count-pre-refusal", "{me} is refused by {0:node} for term {1}", [], "Raft thesis §9.6";
    /// Votes, servers, term, majority.
    ELECTED, "elected", "{me} wins the election of term {2}",
        ["{0} of {1} votes, {3} needed" / "only {0} of {1} votes"], "Raft §5.2";
    /// None.
    LEADER_SILENT, "leader-silent", "{me} heeds candidates again",
        ["no leader heard for a shortest election timeout" / "a hand fired its timer before its time"], "Raft thesis §4.2.3";
    /// Heard, servers, majority.
    LOST_QUORUM, "lost-quorum", "{me} steps down: it heard from {0} of {1} servers since its last check",
        ["heard {0} ≥ {2}" / "heard {0} < {2}"], "Raft thesis §6.2";
    /// Heard, servers, majority.
    KEPT_QUORUM, "kept-quorum", "{me} keeps leading: it heard from {0} of {1} servers since its last check",
        ["heard {0} ≥ {2}" / "heard {0} < {2}"], "Raft thesis §6.2";
}

// Replication and commitment.
rules! {
    /// Index, term.
    NO_OP, "no-op", "{me} appends a no-op at index {0}, so that it can commit in its term {1}", [], "Raft §8";
    /// Client, index, term.
    APPEND, "append", "{me} appends the command of {0:node} at index {1}, in term {2}", [], "Raft §5.3";
    /// Term.
    HEARTBEAT_DUE, "heartbeat-due", "{me} tells its followers that it still leads term {0}", [], "Raft §5.2";
    /// Follower, first and last index sent.
    SEND_REST, "send-rest", "{me} sends {0:node} its entries from {1} on", [], "Raft §5.3";
    /// Leader, its term, own term.
    REFUSE_LEADER, "refuse-leader", "{me} refuses {0:node}: its term {1} is over",
        ["term {1} ≥ {2}" / "term {1} < {2}"], "Raft §5.1";
    /// Leader, prevLogTerm, prevLogIndex.
    HEARTBEAT, "heartbeat", "{me} hears its leader {0:node}",
        ["has entry {1:entry}" / "lacks entry {1:entry}"], "Raft §5.2";
    /// Leader, prevLogTerm, prevLogIndex, first new index, last new index.
    ACCEPT, "accept", "{me} accepts entries up to {4} from {0:node}",
        ["has entry {1:entry} before them" / "lacks entry {1:entry} before them"], "Raft §5.3";
    /// Leader, prevLogTerm, prevLogIndex, own last index.
    REFUSE_SHORT, "refuse-short", "{me} refuses entries of {0:node}: its log ends at {3}",
        ["has entry {1:entry}" / "lacks entry {1:entry}"], "Raft §5.3";
    /// Leader, prevLogTerm, prevLogIndex, own term there.
    REFUSE_CONFLICT, "refuse-conflict", "{me} refuses entries of {0:node}: its entry at {2} is of term {3}, not {1}",
        ["has entry {1:entry}" / "has term {3} at {2}, not {1}"], "Raft §5.3";
    /// First and last index deleted, term of the first one, term of what replaces it.
    TRUNCATE, "truncate", "{me} deletes its log from entry {0} of term {2} on: the leader has one of term {3} there",
        ["term {2} at {0}, leader has {3}" / "no conflict at {0}"], "Raft §5.3";
    /// Follower.
    FOLLOWED, "followed", "{me} hears that {0:node} follows it", [], "Raft §5.2";
    /// Follower, matchIndex.
    MATCH, "match", "{me} learns that {0:node} has its entries up to {1}", [], "Raft §5.3";
    /// Follower, new nextIndex, old nextIndex, conflicting term.
    BACK_UP, "back-up", "{me} goes back to index {1} for {0:node}",
        ["nextIndex {1} < {2}" / "nextIndex {1} ≥ {2}"], "Raft §5.3";
    /// Index, servers that have it, servers, majority, term of the entry, current term.
    COMMIT, "commit", "{me} commits up to index {0}",
        ["on {1} of {2} servers, {3} needed" / "only on {1} of {2} servers", "of its own term {5}" / "of term {4}, not {5}"],
        "Raft §5.4.2";
    /// The same.
    COMMIT_OLD, "commit-old", "{me} commits up to index {0} by counting, although that entry is of the earlier term {4}",
        ["on {1} of {2} servers, {3} needed" / "only on {1} of {2} servers", "of its own term {5}" / "of term {4}, not {5}: not checked"],
        "not Raft";
    /// The same.
    HOLD_COMMIT, "hold-commit", "{me} does not commit index {0} by counting: it is of the earlier term {4}",
        ["on {1} of {2} servers, {3} needed" / "only on {1} of {2} servers", "of its own term {5}" / "of term {4}, not {5}"],
        "Raft §5.4.2";
    /// leaderCommit, new commitIndex, old commitIndex.
    LEARN_COMMIT, "learn-commit", "{me} learns that entries up to {1} are committed",
        ["leaderCommit {0} > {2}" / "leaderCommit {0} ≤ {2}"], "Raft §5.3";
    /// First and last index applied.
    APPLY, "apply", "{me} applies its entries up to {1} to its state machine",
        ["committed up to {1}" / "committed only below {0}"], "Raft §5.3";
}

// Clients.
rules! {
    /// Client, command's number, index.
    REPLY_APPLIED, "reply-applied", "{me} answers {0:node}: its command {1} is applied", [], "Raft §8";
    /// Client, last applied index.
    LOCAL_READ, "local-read", "{me} answers {0:node} from its own state, applied up to {1}: it asks nobody whether it leads",
        [], "the broken twin of Raft §8";
    /// Client, command's number.
    REPLY_AGAIN, "reply-again", "{me} answers {0:node} from its session: command {1} was applied before",
        ["command {1} is new" / "command {1} was applied before"], "Raft thesis §6.3";
    /// Client, command's number.
    IGNORE_OLD_COMMAND, "ignore-old-command", "{me} ignores {0:node}: a later command than {1} was applied",
        ["command {1} is new" / "command {1} is old"], "Raft thesis §6.3";
    /// Client, command's number, index.
    IGNORE_IN_LOG, "ignore-in-log", "{me} has command {1} of {0:node} in its log already, at index {2}",
        ["command {1} is not in the log" / "command {1} is at index {2}"], "Raft thesis §6.3";
    /// Client, leader.
    REDIRECT, "redirect", "{me} sends {0:node} on to {1:node}, which leads as far as it knows",
        ["leads" / "does not lead"], "Raft §8";
    /// Client.
    REDIRECT_UNKNOWN, "redirect-unknown", "{me} turns {0:node} away: it knows no leader", ["leads" / "does not lead"],
        "Raft §8";
}

/// What clients do.
pub static CLIENT: ClientRules = ClientRules::new("Raft §8", "Raft §8", "Raft thesis §6.3");

// Reads that do not go through the log.
rules! {
    /// Client, command's number, read index, round, term.
    READ_ASKED, "read-asked", "{me} is asked by {0:node} for a read and asks in round {3} of heartbeats whether it still leads; read index {2}",
        ["has committed an entry of its term {4}" / "has committed no entry of its term {4} yet: waits for index {2}"],
        "Raft thesis §6.4";
    /// Client, command's number, round, read index, last applied.
    READ_INDEX, "read-index", "{me} answers {0:node} from its state machine: it led when the read came",
        ["a majority answered round {2} or a later one" / "no majority has answered round {2}",
         "applied {4} ≥ read index {3}" / "applied {4} < read index {3}"], "Raft thesis §6.4";
    /// Round, length of the lease in microseconds.
    LEASE, "lease", "{me} may read without asking for {1:time} from when round {0} began",
        ["a majority answered round {0}" / "no majority has answered round {0}"], "Raft thesis §6.4.1";
    /// Client, microseconds left, last applied.
    LEASE_READ, "lease-read", "{me} answers {0:node} from its state machine and asks nobody: it trusts its clock",
        ["the lease lasts {1:time} more by its own clock" / "the lease is over",
         "has committed an entry of its term" / "has committed no entry of its term"], "Raft thesis §6.4.1";
}

// Snapshots.
rules! {
    /// Last included index and term, first index discarded.
    SNAPSHOT, "snapshot", "{me} writes its state up to {0} as a snapshot and discards its entries from {2} to {0}",
        ["applied up to {0}" / "not applied up to {0}"], "Raft §7";
    /// Last included index, last applied.
    NO_SNAPSHOT, "no-snapshot", "{me} takes no snapshot: it has applied nothing since the last one",
        ["applied {1} > {0}" / "applied {1} ≤ {0}"], "Raft §7";
    /// Follower, nextIndex, last included index, first and last piece, pieces of all.
    SEND_SNAPSHOT, "send-snapshot", "{me} sends {0:node} pieces {3} to {4} of {5} of its snapshot up to {2}",
        ["has entry {1}" / "has discarded entry {1}, which {0:node} needs next"], "Raft §7";
    /// Leader, pieces here, pieces of all, last included index.
    CHUNK, "chunk", "{me} has {1} of {2} pieces of the snapshot up to {3}",
        ["the chunk follows what is there" / "what comes before the chunk is missing", "all pieces are there" / "more pieces to come"],
        "Raft §7, Figure 13";
    /// Leader, last included index, own commit index.
    HAS_SNAPSHOT, "has-snapshot", "{me} needs no snapshot up to {1}: it has committed as much",
        ["last included {1} > {2}" / "last included {1} ≤ {2}"], "Raft §7";
    /// Leader, last included term and index, own last index.
    INSTALL_RETAIN, "install-retain", "{me} installs the snapshot of {0:node} up to {2} and keeps what follows it in its log",
        ["has entry {1:entry}" / "lacks entry {1:entry}"], "Raft §7, Figure 13";
    /// The same.
    INSTALL_DISCARD, "install-discard", "{me} installs the snapshot of {0:node} up to {2} in place of its whole log, which ended at {3}",
        ["has entry {1:entry}" / "lacks entry {1:entry}"], "Raft §7, Figure 13";
}

// Handing over.
rules! {
    /// The server asked for.
    TRANSFER, "transfer", "{me} begins to hand over to {0:node}, and takes no commands meanwhile",
        ["leads" / "does not lead", "{0:node} is another voter" / "{0:node} is no other voter",
         "is not handing over yet" / "is handing over already"], "Raft thesis §3.10";
    /// The same.
    REFUSE_TRANSFER, "refuse-transfer", "{me} does not hand over to {0:node}",
        ["leads" / "does not lead", "{0:node} is another voter" / "{0:node} is no other voter",
         "is not handing over yet" / "is handing over already"], "Raft thesis §3.10";
    /// Target, its matchIndex, own last index.
    CATCH_UP, "catch-up", "{me} first sends {0:node} what it lacks",
        ["matchIndex {1} ≥ {2}" / "matchIndex {1} < {2}"], "Raft thesis §3.10";
    /// The same.
    SEND_TIMEOUT_NOW, "send-timeout-now", "{me} tells {0:node} to stand for election now",
        ["its log is as long: {1} of {2}" / "its log is shorter: {1} of {2}"], "Raft thesis §3.10";
    /// Target.
    TRANSFER_ABORTED, "transfer-aborted", "{me} gives up handing over to {0:node} and goes on leading", [], "Raft thesis §3.10";
    /// Leader, its term, own term, next term.
    TIMEOUT_NOW, "timeout-now", "{me} stands for election in term {3} at once: {0:node} hands over to it",
        ["told in its own term {2}" / "told in term {1}, not {2}", "may stand" / "may not stand"], "Raft thesis §3.10";
    /// The same.
    IGNORE_TIMEOUT_NOW, "ignore-timeout-now", "{me} ignores that {0:node} tells it to stand",
        ["told in its own term {2}" / "told in term {1}, not {2}", "may stand" / "leads already, or is no voter"],
        "Raft thesis §3.10";
    /// Client, target.
    HANDING_OVER, "handing-over", "{me} turns {0:node} away: it is handing over to {1:node}",
        ["takes commands" / "takes no commands while it hands over"], "Raft thesis §3.10";
}

// Changing members.
rules! {
    /// Server, index of the latest configuration, commitIndex, term, matchIndex.
    CHANGE, "change", "{me} begins a change of one member, {0:node}",
        ["leads" / "does not lead", "no change is under way" / "the change at index {1} is not committed yet",
         "is not handing over" / "is handing over", "the change makes sense" / "the change makes no sense",
         "has committed an entry of its term {3}" / "has committed no entry of its term {3} yet"], "Raft thesis §4.1";
    /// The same.
    REFUSE_CHANGE, "refuse-change", "{me} refuses to change the member {0:node}",
        ["leads" / "does not lead", "no change is under way" / "the change at index {1} is not committed yet",
         "is not handing over" / "is handing over", "the change makes sense" / "the change makes no sense",
         "has committed an entry of its term {3}" / "has committed no entry of its term {3} yet"], "Raft thesis §4.1";
    /// The same.
    CHANGE_EARLY, "change-early", "{me} begins a change of {0:node} too early: a change that it does not know of may count already",
        ["has committed an entry of its term {3}" / "has committed no entry of its term {3} yet, not checked"],
        "the broken twin of Raft thesis §4.1";
    /// The same.
    REFUSE_LAGGING, "refuse-lagging", "{me} does not promote {0:node} yet: it would be waited for",
        ["matchIndex {4} ≥ {2}, what is committed" / "matchIndex {4} < {2}, what is committed"], "Raft thesis §4.2.1";
    /// Server, round, last index.
    ROUND, "round", "{me} begins round {1} for {0:node}: it is to have what the log holds now, up to {2}", [],
        "Raft thesis §4.2.1";
    /// Server, round, how long it took and the shortest election timeout, in microseconds.
    ROUND_OVER, "round-over", "{me} has brought {0:node} up to where the log was when round {1} began",
        ["round {1} took {2:time} < {3:time}, an election timeout" / "round {1} took {2:time}, not less than {3:time}, an election timeout"],
        "Raft thesis §4.2.1";
    /// The same.
    CAUGHT_UP, "caught-up", "{me} lets {0:node} vote: it has caught up",
        ["round {1} took {2:time} < {3:time}, an election timeout" / "round {1} took {2:time}, not less than {3:time}, an election timeout"],
        "Raft thesis §4.2.1";
    /// Server, rounds.
    TOO_SLOW, "too-slow", "{me} gives up on {0:node}: it stays a learner",
        ["caught up within {1} rounds" / "did not catch up within {1} rounds"], "Raft thesis §4.2.1";
    /// The same as of a change.
    CHANGE_JOINT, "change-joint", "{me} begins a change by joint consensus",
        ["leads" / "does not lead", "no change is under way" / "the change at index {1} is not committed yet",
         "is not handing over" / "is handing over", "the change makes sense" / "the change makes no sense"], "Raft §6";
    /// The same.
    REFUSE_JOINT, "refuse-joint", "{me} refuses another configuration",
        ["leads" / "does not lead", "no change is under way" / "the change at index {1} is not committed yet",
         "is not handing over" / "is handing over", "the change makes sense" / "the change makes no sense"], "Raft §6";
    /// Index, voters, C_old, learners, term.
    CONFIG, "config", "{me} uses the configuration at index {0} from now on: {1:nodes}", [], "Raft §6";
    /// The same.
    CONFIG_LEARNERS, "config-learners", "{me} uses the configuration at index {0} from now on: {1:nodes}, and {3:nodes} learning",
        [], "Raft thesis §4.2.1";
    /// The same.
    CONFIG_JOINT, "config-joint", "{me} uses the configuration at index {0} from now on: a majority of {2:nodes} and one of {1:nodes}",
        [], "Raft §6";
    /// Index of the one deleted.
    CONFIG_BACK, "config-back", "{me} has deleted the configuration at index {0}: the one before it holds again", [],
        "Raft §6";
    /// Index of C_old,new.
    JOINT_COMMITTED, "joint-committed", "{me} goes on to the new configuration",
        ["the joint one at index {0} is committed" / "the joint one at index {0} is not committed"], "Raft §6";
    /// Index of the configuration.
    LEFT_OUT, "left-out", "{me} steps down: it is no member any more",
        ["the configuration at index {0}, without it, is committed" / "the configuration at index {0} is not committed"],
        "Raft §6";
    /// Votes of C_old, servers in it, term, votes of C_new, servers in it.
    COUNT_VOTE_JOINT, "count-vote-joint", "{me} waits for more votes for term {2}: it has {0} of {1} of the old configuration and {3} of {4} of the new one, and needs a majority of each",
        [], "Raft §6";
    /// The same.
    ELECTED_JOINT, "elected-joint", "{me} wins the election of term {2}",
        ["{0} of {1} votes of the old configuration" / "only {0} of {1} votes of the old configuration",
         "{3} of {4} votes of the new one" / "only {3} of {4} votes of the new one"], "Raft §6";
    /// The same.
    PRE_ELECTED_JOINT, "pre-elected-joint", "{me} could win term {2}, so it begins it",
        ["{0} of {1} of the old configuration would vote for it" / "only {0} of {1} of the old configuration would",
         "{3} of {4} of the new one would" / "only {3} of {4} of the new one would"], "Raft thesis §9.6";
    /// Index, servers of C_old that have it, servers in C_old, the same of C_new, term.
    COMMIT_JOINT, "commit-joint", "{me} commits up to index {0}",
        ["on {1} of {2} servers of the old configuration" / "only on {1} of {2} servers of the old configuration",
         "on {3} of {4} servers of the new one" / "only on {3} of {4} servers of the new one",
         "of its own term {5}" / "of the earlier term {5}: not checked"], "Raft §6";
    /// The same.
    HOLD_COMMIT_JOINT, "hold-commit-joint", "{me} does not commit index {0} by counting: it is of the earlier term {5}",
        ["on {1} of {2} servers of the old configuration" / "only on {1} of {2} servers of the old configuration",
         "on {3} of {4} servers of the new one" / "only on {3} of {4} servers of the new one",
         "of its own term {5}" / "of the earlier term {5}"], "Raft §5.4.2, §6";
}
