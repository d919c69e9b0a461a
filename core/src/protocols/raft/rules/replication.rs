//! Replication and commitment (§5.3, §5.4.2).

use crate::toolkit::rules::rules;

rules! {
    /// Index, term.
    NO_OP, "no-op", "{me} appends a no-op at index {0}, so that it can commit in its term {1}", [], "Raft §8";
    /// Client, index, term, command's number.
    APPEND, "append", "{me} appends the command of {0:node} at index {1}, in term {2}",
        ["leads term {2}" / "does not lead term {2}", "command {3} is new" / "command {3} is known already"], "Raft §5.3";
    /// Term.
    HEARTBEAT_DUE, "heartbeat-due", "{me} tells its followers that it still leads term {0}", [], "Raft §5.2";
    /// Follower, first and last index sent, own last index.
    SEND_REST, "send-rest", "{me} sends {0:node} its entries from {1} on",
        ["last index {3} ≥ nextIndex {1}" / "last index {3} < nextIndex {1}"], "Raft §5.3";
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
    /// Follower, up to where its log matches, matchIndex before.
    FOLLOWED, "followed", "{me} hears that {0:node} follows it, with no more entries than before", [], "Raft §5.2";
    /// The same.
    MATCH, "match", "{me} learns that {0:node} has its entries up to {1}",
        ["matches up to {1} > matchIndex {2}" / "matches up to {1} ≤ matchIndex {2}"], "Raft §5.3";
    /// Follower, new nextIndex, old nextIndex, prevLogIndex of what was refused, matchIndex.
    BACK_UP, "back-up", "{me} goes back to index {1} for {0:node}",
        ["refused after index {3} > matchIndex {4}" / "refused after index {3} ≤ matchIndex {4}",
         "nextIndex {1} < {2}" / "nextIndex {1} ≥ {2}"], "Raft §5.3";
    /// The same.
    IGNORE_REFUSAL, "ignore-refusal", "{me} ignores a refusal of {0:node}: it knows as much already",
        ["refused after index {3} > matchIndex {4}" / "refused after index {3} ≤ matchIndex {4}",
         "nextIndex {1} < {2}" / "nextIndex {1} ≥ {2}"], "Raft §5.3";
    /// Follower, term.
    IGNORE_OLD_REFUSAL, "ignore-refusal-term", "{me} ignores a refusal of {0:node}: it is about a message of an earlier term",
        ["about a message of term {1}" / "about a message of a term before {1}"], "Raft §5.1";
    /// Follower, term.
    IGNORE_NOT_LEADING, "ignore-not-leading", "{me} ignores an answer of {0:node}: it does not lead",
        ["leads term {1}" / "does not lead term {1} any more"], "Raft §5.1";
    /// Index, servers that have it, servers, majority, term of the entry, current term.
    COMMIT, "commit", "{me} commits up to index {0}",
        ["on {1} of {2} servers, {3} needed" / "only on {1} of {2} servers", "of its own term {5}" / "of term {4}, not {5}"],
        "Raft §5.4.2";
    /// The same.
    COMMIT_OLD, "commit-old", "{me} commits up to index {0} by counting, although that entry is of the earlier term {4}",
        ["on {1} of {2} servers, {3} needed" / "only on {1} of {2} servers", "of its own term {5}" / "of term {4}, not {5}, not checked"],
        "the broken twin of Raft §5.4.2";
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
