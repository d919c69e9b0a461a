//! The rules a step can be explained with: a sentence, its guards said both ways, and where the source says so.
//!
//! Each rule's values are listed in its comment, in the order of their numbers.

use crate::trace::{Guard, Rule};

/// `NAME, "id", "says", ["guard that holds" / "guard that fails", …], "section";` with a comment for the values.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident, $id:literal, $says:literal, [$($holds:literal / $fails:literal),*], $section:literal;)*) => {$(
        $(#[$doc])*
        pub static $name: Rule = Rule {
            id: $id,
            says: $says,
            guards: &[$(Guard { holds: $holds, fails: $fails }),*],
            section: $section,
        };
    )*};
}

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
    STAND, "stand", "{me} hears no leader and stands for election in term {0}",
        ["no leader heard for an election timeout" / "a leader was heard"], "Raft §5.2";
    /// Term it would begin.
    ASK_PRE_VOTES, "ask-pre-votes", "{me} hears no leader and asks whether it could win term {0}",
        ["no leader heard for an election timeout" / "a leader was heard"], "Raft thesis §9.6";
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
        ["hears no leader" / "hears a leader", "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}"],
        "Raft thesis §9.6";
    /// The same.
    REFUSE_PRE_VOTE, "refuse-pre-vote", "{me} would not vote for {0:node} in term {1}",
        ["hears no leader" / "hears a leader", "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}"],
        "Raft thesis §9.6";
    /// Candidate, its term.
    IGNORE_HEARS_LEADER, "ignore-hears-leader",
        "{me} ignores {0:node} and its term {1}: it heard a leader a moment ago",
        ["no leader heard within the minimum election timeout" / "a leader heard within the minimum election timeout"],
        "Raft thesis §4.2.3";
    /// Votes, servers, term, majority, voter.
    COUNT_VOTE, "count-vote", "{me} has {0} of {1} votes for term {2}",
        ["votes {0} ≥ {3}" / "votes {0} < {3}"], "Raft §5.2";
    /// Voter, term.
    COUNT_REFUSAL, "count-refusal", "{me} is refused by {0:node} in term {1}", [], "Raft §5.2";
    /// Votes, servers, term, majority.
    ELECTED, "elected", "{me} wins the election of term {2}",
        ["{0} of {1} votes, {3} needed" / "only {0} of {1} votes"], "Raft §5.2";
    /// None.
    LEADER_SILENT, "leader-silent", "{me} has not heard a leader for a while and would vote again", [],
        "Raft thesis §4.2.3";
    /// Heard, servers, majority.
    LOST_QUORUM, "lost-quorum", "{me} steps down: it heard from {0} of {1} servers in an election timeout",
        ["heard {0} ≥ {2}" / "heard {0} < {2}"], "Raft thesis §6.2";
    /// Heard, servers, majority.
    KEPT_QUORUM, "kept-quorum", "{me} keeps leading: it heard from {0} of {1} servers in an election timeout",
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
    TRUNCATE, "truncate", "{me} deletes its log from {0} on: it conflicts with the leader's",
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
    REDIRECT, "redirect", "{me} sends {0:node} on to {1:node}, which leads", ["leads" / "does not lead"], "Raft §8";
    /// Client.
    REDIRECT_UNKNOWN, "redirect-unknown", "{me} turns {0:node} away: it knows no leader", ["leads" / "does not lead"],
        "Raft §8";
    /// None.
    CLIENT_STARTS, "client-starts", "{me} waits for something to do", [], "Raft §8";
    /// Server, command's number.
    REQUEST, "request", "{me} asks {0:node} for command {1}", [], "Raft §8";
    /// Server.
    TURN, "turn", "{me} turns to {0:node}", [], "Raft §8";
    /// Commands waiting.
    QUEUE, "queue", "{me} keeps the command for later, as number {0} in its queue: it waits for an answer", [], "Raft thesis §6.3";
    /// Commands waiting.
    BUSY, "busy", "{me} waits for an answer before it thinks of its next command", [], "Raft thesis §6.3";
    /// Commands waiting.
    QUEUE_FULL, "queue-full", "{me} refuses the command: its queue of {0} is full", [], "Raft thesis §6.3";
    /// Server, command's number.
    RETRY, "retry", "{me} has no answer and asks {0:node} for command {1}", [], "Raft §8";
    /// Server, command's number.
    ANSWERED, "answered", "{me} has its answer from {0:node}: command {1} took effect", [], "Raft §8";
    /// The server asked, the server hinted at, command's number.
    FOLLOW_HINT, "follow-hint", "{me} is sent on by {0:node} and asks {1:node} for command {2}", [], "Raft §8";
    /// The server asked.
    NO_HINT, "no-hint", "{me} is turned away by {0:node} and will try another server", [], "Raft §8";
}
