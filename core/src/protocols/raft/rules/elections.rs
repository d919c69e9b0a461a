//! Terms, roles and elections (§5.1, §5.2, §5.4.1; pre-vote and check-quorum from the thesis).

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
    /// The same, of a candidate.
    STAND_DOWN, "stand-down", "{me} gives up its candidacy: {0:node} is in the later term {1}",
        ["term {1} > {2}" / "term {1} ≤ {2}"], "Raft §5.1";
    /// The same, of a pre-candidate.
    STOP_ASKING, "stop-asking", "{me} asks no more whether it could win: {0:node} is in the later term {1}",
        ["term {1} > {2}" / "term {1} ≤ {2}"], "Raft §5.1";
    /// Leader, its term, own term.
    YIELD, "yield", "{me} gives up its candidacy: {0:node} leads term {1}",
        ["term {1} ≥ {2}" / "term {1} < {2}"], "Raft §5.2";
    /// The same, of a pre-candidate.
    YIELD_ASKING, "yield-asking", "{me} asks no more whether it could win: {0:node} leads term {1}",
        ["term {1} ≥ {2}" / "term {1} < {2}"], "Raft §5.2";
    /// Sender, its term, own term.
    IGNORE_STALE, "ignore-stale", "{me} ignores an answer that {0:node} gave in term {1}",
        ["term {1} = {2}" / "term {1} < {2}"], "Raft §5.1";
    /// Voter, term.
    IGNORE_VOTE, "ignore-vote", "{me} ignores an answer of {0:node} to its request for a vote",
        ["stands in term {1}" / "does not stand in term {1} any more"], "Raft §5.2";
    /// Voter, term asked about, own next term.
    IGNORE_PRE_VOTE, "ignore-pre-vote", "{me} ignores an answer of {0:node} to whether it could win term {1}",
        ["term {1} would be its next" / "its next term would be {2}", "asks whether it could win" / "does not ask any more"],
        "Raft thesis §9.6";
    /// The other leader, the term.
    IGNORE_RIVAL, "ignore-rival", "{me} ignores {0:node}, which leads term {1} as well: this must never happen",
        ["at most one leader in term {1}" / "two leaders in term {1}"], "Raft §5.2";
}

// Elections.
rules! {
    /// New term.
    STAND, "stand", "{me}’s election timeout fires, and it stands for election in term {0}",
        ["no leader heard for an election timeout" / "a hand fired it before its time"], "Raft §5.2";
    /// The same.
    STAND_UNASKED, "stand-unasked", "{me}’s election timeout fires, and it stands for election in term {0} without asking first",
        ["a majority said that it could win" / "nobody was asked whether it could win, not checked",
         "no leader heard for an election timeout" / "a hand fired it before its time"], "the broken twin of Raft thesis §9.6";
    /// Term it would begin.
    ASK_PRE_VOTES, "ask-pre-votes", "{me}’s election timeout fires, and it asks whether it could win term {0}",
        ["no leader heard for an election timeout" / "a hand fired it before its time"], "Raft thesis §9.6";
    /// Votes, servers, term, majority.
    PRE_ELECTED, "pre-elected", "{me} could win term {2}, so it begins it",
        ["{0} of {1} would vote for it, {3} needed" / "only {0} of {1} would vote for it, {3} needed"], "Raft thesis §9.6";
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
        ["has not voted for another in term {1}" / "has voted for another in term {1} and forgotten it, not checked",
         "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}, not checked"], "the broken twin of Raft §5.4.1";
    /// The same.
    GRANT_VOTE_FORGOTTEN, "grant-vote-forgotten", "{me} grants its vote to {0:node} in term {1}: it has forgotten that it voted",
        ["has not voted for another in term {1}" / "has voted for another in term {1} and forgotten it, not checked",
         "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}"], "the broken twin of Raft §5.2";
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
         "has not voted for another in term {1}" / "has voted for another in term {1} and forgotten it, not checked"],
        "the broken twin of Raft thesis §9.6";
    /// The same.
    GRANT_PRE_VOTE_FORGOTTEN, "grant-pre-vote-forgotten", "{me} would vote for {0:node} in term {1}: it has forgotten that it voted",
        ["hears no leader" / "hears a leader", "log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}",
         "has not voted for another in term {1}" / "has voted for another in term {1} and forgotten it, not checked"],
        "the broken twin of Raft thesis §9.6";
    /// Candidate, its term, own term.
    REFUSE_PRE_VOTE_STALE, "refuse-pre-vote-term", "{me} would not vote for {0:node}: term {1} is over",
        ["term {1} ≥ {2}" / "term {1} < {2}"], "Raft thesis §9.6";
    /// Candidate, term, own term.
    REFUSE_PRE_VOTE_LEADS, "refuse-pre-vote-leads", "{me} would not vote for {0:node} in term {1}",
        ["does not lead" / "leads term {2}"], "Raft thesis §9.6";
    /// Candidate, term. Where a twin does not heed all guards, the one that decides is told alone.
    REFUSE_PRE_VOTE_HEARS, "refuse-pre-vote-hears", "{me} would not vote for {0:node} in term {1}",
        ["hears no leader" / "hears a leader"], "Raft thesis §9.6";
    /// Candidate, term.
    REFUSE_PRE_VOTE_VOTED, "refuse-pre-vote-given", "{me} would not vote for {0:node} in term {1}",
        ["has not voted for another in term {1}" / "has voted for another in term {1}"], "Raft thesis §9.6";
    /// Candidate, term, candidate's last term and index, own last term and index.
    REFUSE_PRE_VOTE_OUTDATED, "refuse-pre-vote-log", "{me} would not vote for {0:node} in term {1}",
        ["log {2:entry} ≥ {4:entry}" / "log {2:entry} < {4:entry}"], "Raft thesis §9.6";
    /// Candidate, its term.
    IGNORE_HEARS_LEADER, "ignore-hears-leader",
        "{me} ignores {0:node} and its term {1}: it heard a leader a moment ago",
        ["no leader heard within the minimum election timeout" / "a leader heard within the minimum election timeout"],
        "Raft thesis §4.2.3";
    /// Candidate, its term, own term.
    IGNORE_LEADS, "ignore-leads", "{me} ignores {0:node} and its term {1}: it leads term {2}",
        ["does not lead" / "leads term {2}"], "Raft thesis §4.2.3";
    /// Votes, servers, term, majority.
    COUNT_VOTE, "count-vote", "{me} has {0} of the {3} votes it needs for term {2}",
        ["{0} of {1} votes, {3} needed" / "only {0} of {1} votes, {3} needed"], "Raft §5.2";
    /// The same.
    COUNT_PRE_VOTE, "count-pre-vote", "{me} has {0} of the {3} pre-votes it needs for term {2}",
        ["{0} of {1} would vote for it, {3} needed" / "only {0} of {1} would vote for it, {3} needed"], "Raft thesis §9.6";
    /// Voter, term.
    COUNT_REFUSAL, "count-refusal", "{me} is refused by {0:node} in term {1}", [], "Raft §5.2";
    /// Voter, term it would begin.
    COUNT_PRE_REFUSAL, "count-pre-refusal", "{me} is refused by {0:node} for term {1}", [], "Raft thesis §9.6";
    /// Votes, servers, term, majority.
    ELECTED, "elected", "{me} wins the election of term {2}",
        ["{0} of {1} votes, {3} needed" / "only {0} of {1} votes, {3} needed"], "Raft §5.2";
    /// None.
    LEADER_SILENT, "leader-silent", "{me} heeds candidates again",
        ["no leader heard for a shortest election timeout" / "a hand fired its timer before its time"], "Raft thesis §4.2.3";
    /// Heard, servers, majority.
    LOST_QUORUM, "lost-quorum", "{me} steps down: it heard from {0} of {1} servers since its last check",
        ["heard {0} ≥ {2}, a majority" / "heard {0} < {2}, a majority",
         "a longest election timeout since its last check" / "a hand fired its timer before its time"], "Raft thesis §6.2";
    /// The same.
    KEPT_QUORUM, "kept-quorum", "{me} keeps leading: it heard from {0} of {1} servers since its last check",
        ["heard {0} ≥ {2}, a majority" / "heard {0} < {2}, a majority",
         "a longest election timeout since its last check" / "a hand fired its timer before its time"], "Raft thesis §6.2";
    /// Heard of C_old, servers in it, majority of it, the same of C_new.
    LOST_QUORUM_JOINT, "lost-quorum-joint",
        "{me} steps down: since its last check it heard from {0} of {1} servers of the old configuration and {3} of {4} of the new one",
        ["heard {0} ≥ {2}, a majority of the old configuration" / "heard {0} < {2}, a majority of the old configuration",
         "heard {3} ≥ {5}, a majority of the new one" / "heard {3} < {5}, a majority of the new one",
         "a longest election timeout since its last check" / "a hand fired its timer before its time"], "Raft thesis §6.2, Raft §6";
    /// The same.
    KEPT_QUORUM_JOINT, "kept-quorum-joint",
        "{me} keeps leading: since its last check it heard from {0} of {1} servers of the old configuration and {3} of {4} of the new one",
        ["heard {0} ≥ {2}, a majority of the old configuration" / "heard {0} < {2}, a majority of the old configuration",
         "heard {3} ≥ {5}, a majority of the new one" / "heard {3} < {5}, a majority of the new one",
         "a longest election timeout since its last check" / "a hand fired its timer before its time"], "Raft thesis §6.2, Raft §6";
}
