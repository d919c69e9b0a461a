//! Handing over and changing members (§6; thesis §3.10 and chapter 4).

use crate::toolkit::rules::rules;

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
    TRANSFER_ABORTED, "transfer-aborted", "{me} gives up handing over to {0:node} and goes on leading",
        ["a shortest election timeout since it began" / "a hand fired its timer before its time"], "Raft thesis §3.10";
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
    /// The same, where a twin does not heed the last guard.
    REFUSE_CHANGE_UNCHECKED, "refuse-change-unchecked", "{me} refuses to change the member {0:node}",
        ["leads" / "does not lead", "no change is under way" / "the change at index {1} is not committed yet",
         "is not handing over" / "is handing over", "the change makes sense" / "the change makes no sense",
         "has committed an entry of its term {3}" / "has committed no entry of its term {3} yet, not checked"],
        "Raft thesis §4.1";
    /// The same.
    CHANGE_EARLY, "change-early", "{me} begins a change of {0:node} too early: a change that it does not know of may count already",
        ["has committed an entry of its term {3}" / "has committed no entry of its term {3} yet, not checked"],
        "the broken twin of Raft thesis §4.1";
    /// The same.
    REFUSE_LAGGING, "refuse-lagging", "{me} does not promote {0:node} yet: it would be waited for",
        ["matchIndex {4} ≥ {2}, what is committed" / "matchIndex {4} < {2}, what is committed"], "Raft thesis §4.2.1";
    /// Server, and the one that is catching up.
    REFUSE_CATCH_UP, "refuse-catch-up", "{me} does not bring {0:node} up to date yet: it does so with one server at a time",
        ["no other server is catching up" / "{1:node} is catching up"], "Raft thesis §4.2.1";
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
    /// Server, round, what it is to have, how long a round may take.
    UNAVAILABLE, "unavailable", "{me} gives up on {0:node}, which has not finished round {1}: it stays a learner",
        ["has entries up to {2}" / "is not known to have entries up to {2}",
         "round {1} began {3:time} ago" / "a hand fired its timer before its time"], "Raft thesis §4.2.1";
    /// Server, what it is to have, index of the latest configuration.
    KEEP_WAITING, "keep-waiting", "{me} lets {0:node} wait on: it may not let it vote yet",
        ["has entries up to {1}" / "is not known to have entries up to {1}",
         "no change is under way" / "the change at index {2} is not committed yet", "is not handing over" / "is handing over"],
        "Raft thesis §4.2.1";
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
    /// The same, of index 0.
    CONFIG_FIRST, "config-first", "{me} uses the first configuration from now on: {1:nodes}", [], "Raft §6";
    /// The same.
    CONFIG_LEARNERS, "config-learners", "{me} uses the configuration at index {0} from now on: {1:nodes}, and {3:nodes} learning",
        [], "Raft thesis §4.2.1";
    /// The same.
    CONFIG_JOINT, "config-joint", "{me} uses the configuration at index {0} from now on: a majority of {2:nodes} and one of {1:nodes}",
        [], "Raft §6";
    /// Index of the one deleted.
    CONFIG_BACK, "config-back", "{me} has deleted the configuration at index {0}: the one before it holds again", [],
        "Raft thesis §4.1";
    /// Index of C_old,new.
    JOINT_COMMITTED, "joint-committed", "{me} goes on to the new configuration",
        ["the joint one at index {0} is committed" / "the joint one at index {0} is not committed"], "Raft §6";
    /// Index of the configuration.
    LEFT_OUT, "left-out", "{me} steps down: it is no member any more",
        ["the configuration at index {0}, without it, is committed" / "the configuration at index {0} is not committed"],
        "Raft §6";
    /// Votes of C_old, how many it takes, term, votes of C_new, how many it takes.
    COUNT_VOTE_JOINT, "count-vote-joint", "{me} waits for more votes for term {2}: it needs a majority of both configurations",
        ["{0} votes of the old configuration, {1} needed" / "only {0} votes of the old configuration, {1} needed",
         "{3} votes of the new one, {4} needed" / "only {3} votes of the new one, {4} needed"], "Raft §6";
    /// The same.
    ELECTED_JOINT, "elected-joint", "{me} wins the election of term {2}",
        ["{0} votes of the old configuration, {1} needed" / "only {0} votes of the old configuration, {1} needed",
         "{3} votes of the new one, {4} needed" / "only {3} votes of the new one, {4} needed"], "Raft §6";
    /// The same, of pre-votes.
    COUNT_PRE_VOTE_JOINT, "count-pre-vote-joint",
        "{me} waits for more pre-votes for term {2}: it needs a majority of both configurations",
        ["{0} of the old configuration would vote for it, {1} needed" / "only {0} of the old configuration would, {1} needed",
         "{3} of the new one would, {4} needed" / "only {3} of the new one would, {4} needed"], "Raft thesis §9.6, Raft §6";
    /// The same.
    PRE_ELECTED_JOINT, "pre-elected-joint", "{me} could win term {2}, so it begins it",
        ["{0} of the old configuration would vote for it, {1} needed" / "only {0} of the old configuration would, {1} needed",
         "{3} of the new one would, {4} needed" / "only {3} of the new one would, {4} needed"], "Raft thesis §9.6, Raft §6";
    /// Index, servers of C_old that have it, servers in C_old, the same of C_new, term.
    COMMIT_JOINT, "commit-joint", "{me} commits up to index {0}",
        ["on {1} of {2} servers of the old configuration" / "only on {1} of {2} servers of the old configuration",
         "on {3} of {4} servers of the new one" / "only on {3} of {4} servers of the new one",
         "of its own term {5}" / "of the earlier term {5}"], "Raft §6";
    /// The same.
    COMMIT_OLD_JOINT, "commit-old-joint", "{me} commits up to index {0} by counting, although that entry is of the earlier term {5}",
        ["on {1} of {2} servers of the old configuration" / "only on {1} of {2} servers of the old configuration",
         "on {3} of {4} servers of the new one" / "only on {3} of {4} servers of the new one",
         "of its own term {5}" / "of the earlier term {5}, not checked"], "the broken twin of Raft §5.4.2";
    /// The same.
    HOLD_COMMIT_JOINT, "hold-commit-joint", "{me} does not commit index {0} by counting: it is of the earlier term {5}",
        ["on {1} of {2} servers of the old configuration" / "only on {1} of {2} servers of the old configuration",
         "on {3} of {4} servers of the new one" / "only on {3} of {4} servers of the new one",
         "of its own term {5}" / "of the earlier term {5}"], "Raft §5.4.2, §6";
}
