//! The rules a step can be explained with: a sentence, its guards said both ways, and where the source says so.
//!
//! Each rule's values are listed in its comment, in the order of their numbers. *Lamport* is *Paxos Made Simple* (2001),
//! *Chandra* is *Paxos Made Live* (2007), *van Renesse* is *Paxos Made Moderately Complex* (2015).

use crate::toolkit::client::ClientRules;
use crate::toolkit::rules::rules;

// Phase 1.
rules! {
    /// Promised ballot.
    START, "start", "{me} starts as a follower; it has promised ballot {0} and knows nothing to be chosen", [],
        "Lamport 2001 §2.5";
    /// None.
    START_WITHOUT_PROMISE, "start-without-promise", "{me} starts as a follower; no promise is on its disk", [],
        "Lamport 2001 §2.5";
    /// New ballot, highest ballot seen, first slot not known to be chosen.
    BEGIN_BALLOT, "begin-ballot", "{me}’s leader timeout fires, and it begins ballot {0}, for all slots from {2} on",
        ["ballot {0} > {1}, the highest it has seen" / "ballot {0} ≤ {1}",
         "no leader heard for a leader timeout" / "a hand fired it before its time"], "Lamport 2001 §3";
    /// Ballot, promises, majority.
    SKIP_PHASE_1, "skip-phase-1", "{me} leads ballot {0} without asking for promises",
        ["{1} promises ≥ {2}" / "{1} promise, its own, where {2} are needed, not checked"], "the broken twin of Lamport 2001 §2.2";
    /// Candidate, its ballot, own promise, accepted slots told, first slot asked for.
    PROMISE, "promise", "{me} promises ballot {1} to {0:node}, and tells what it has accepted from slot {4} on",
        ["ballot {1} ≥ {2}, its promise so far" / "ballot {1} < {2}"], "Lamport 2001 §2.2, §3";
    /// The same.
    PROMISE_NOTHING, "promise-nothing", "{me} promises ballot {1} to {0:node}: it has accepted nothing from slot {4} on",
        ["ballot {1} ≥ {2}, its promise so far" / "ballot {1} < {2}"], "Lamport 2001 §2.2, §3";
    /// Candidate, its ballot, own promise.
    REFUSE_PREPARE, "refuse-prepare", "{me} refuses ballot {1} of {0:node}: it has promised ballot {2}",
        ["ballot {1} ≥ {2}" / "ballot {1} < {2}"], "Lamport 2001 §2.2";
    /// Promises, servers, ballot, majority, who promised.
    COUNT_PROMISE, "count-promise", "{me} has {0} of the {3} promises it needs for ballot {2}: of {4:nodes}",
        [], "Lamport 2001 §2.2";
    /// Promises, servers, ballot, majority, who promised.
    ELECTED, "elected", "{me} leads ballot {2}, promised by {4:nodes}",
        ["{0} of {1} promises, {3} needed" / "only {0} of {1} promises"], "Lamport 2001 §2.2, §3";
    /// First and last slot.
    LEARN_FROM_PROMISES, "learn-from-promises", "{me} learns that all slots up to {1} are chosen: a promise says so", [],
        "the playground's choice";
    /// Sender, its ballot, own ballot.
    CANDIDATE_GIVES_WAY, "candidate-gives-way", "{me} gives up its ballot {2}: {0:node} knows the higher ballot {1}",
        ["ballot {1} > {2}" / "ballot {1} ≤ {2}"], "Lamport 2001 §2.2";
    /// Sender, its ballot, own ballot.
    LEADER_GIVES_WAY, "leader-gives-way", "{me} is pre-empted and leads no more: {0:node} knows the higher ballot {1}",
        ["ballot {1} > {2}" / "ballot {1} ≤ {2}"], "Lamport 2001 §2.2";
    /// Sender, ballot.
    IGNORE_PROMISE, "ignore-promise", "{me} ignores a promise of {0:node} for ballot {1}: it does not wait for it any more",
        ["asks for promises at ballot {1}" / "asks for no promises at ballot {1}",
         "no promise of {0:node} yet" / "has the promise of {0:node}"], "Lamport 2001 §2.2";
    /// Sender, ballot refused, the sender's promise, own promise.
    IGNORE_REFUSAL, "ignore-refusal", "{me} ignores that {0:node} refuses ballot {1}: it has nothing to give up for that",
        ["proposes or asks for promises" / "neither proposes nor asks for promises",
         "ballot {2} > {3}, its own promise" / "ballot {2} ≤ {3}, its own promise"], "Lamport 2001 §2.2";
}

// Phase 2.
rules! {
    /// Slot, ballot, client, first slot not chosen, window.
    PROPOSE, "propose", "{me} proposes the command of {2:node} in slot {0}, at ballot {1}",
        ["within the window of {4} slots from {3} on" / "beyond the window of {4} slots from {3} on"], "Lamport 2001 §3";
    /// Slot, ballot at which it was accepted, own ballot.
    PROPOSE_ADOPTED, "propose-adopted", "{me} proposes in slot {0}, at ballot {2}, what was accepted there at ballot {1}: it may be chosen already",
        ["a promise tells of a command in slot {0}" / "no promise tells of a command in slot {0}"], "Lamport 2001 §2.2";
    /// Slot, ballot.
    PROPOSE_NO_OP, "propose-no-op", "{me} fills the gap at slot {0} with a no-op, at ballot {1}",
        ["promises tell of a command after slot {0}, and of none in it" / "a promise tells of a command in slot {0}"],
        "Lamport 2001 §3";
    /// Commands that wait, next slot, first slot not chosen, window.
    WINDOW_FULL, "window-full", "{me} lets commands wait: slot {1} is beyond its window",
        ["fewer than {3} slots are open" / "{3} slots are open, as many as the window allows"], "Lamport 2001 §3";
    /// Leader, its ballot, own promise, slot.
    ACCEPT, "accept", "{me} accepts what {0:node} proposes in slot {3}, at ballot {1}",
        ["ballot {1} ≥ {2}, its promise" / "ballot {1} < {2}"], "Lamport 2001 §2.2";
    /// Leader, its ballot, own promise, slot.
    REFUSE_ACCEPT, "refuse-accept", "{me} does not accept what {0:node} proposes in slot {3}: it has promised ballot {2}",
        ["ballot {1} ≥ {2}" / "ballot {1} < {2}"], "Lamport 2001 §2.2";
    /// Slot, acceptances, servers, majority, ballot.
    COUNT_ACCEPTED, "count-accepted", "{me} has {1} of the {3} acceptances it needs in slot {0}",
        [], "Lamport 2001 §2.2";
    /// Sender, ballot, slot.
    IGNORE_ACCEPTED, "ignore-accepted", "{me} ignores the acceptance of {0:node} in slot {2}, at ballot {1}: it does not wait for it any more",
        ["leads ballot {1}" / "does not lead ballot {1}", "slot {2} is open" / "slot {2} is chosen already"], "Lamport 2001 §2.2";
    /// Slot, acceptances, servers, majority, ballot.
    CHOSEN, "chosen", "{me} sees that slot {0} is chosen, at ballot {4}",
        ["accepted by {1} of {2} servers, {3} needed" / "accepted by only {1} of {2} servers"], "Lamport 2001 §2.2";
    /// Slot, first slot not chosen.
    WAITS_FOR_GAP, "waits-for-gap", "{me} does not apply slot {0} yet: slot {1} is not chosen",
        ["all slots before {0} are chosen" / "slot {1} is not chosen"], "Lamport 2001 §3";
    /// Ballot, chosen up to.
    HEARTBEAT_DUE, "heartbeat-due", "{me} tells the others that it still leads ballot {0}, and that slots up to {1} are chosen", [],
        "van Renesse 2015 §3";
    /// First slot, ballot.
    PROPOSE_AGAIN, "propose-again", "{me} proposes again what has not been answered, from slot {0} on", [],
        "the playground's choice";
}

// Learning.
rules! {
    /// Leader, its ballot, own promise.
    HEARTBEAT, "heartbeat", "{me} hears its leader {0:node}", ["ballot {1} ≥ {2}, its promise" / "ballot {1} < {2}"],
        "van Renesse 2015 §3";
    /// Leader, its ballot, own promise.
    REFUSE_LEADER, "refuse-leader", "{me} does not follow {0:node}: it has promised ballot {2}",
        ["ballot {1} ≥ {2}" / "ballot {1} < {2}"], "Lamport 2001 §2.2";
    /// First and last slot learned, ballot.
    LEARN, "learn", "{me} learns that all slots up to {1} are chosen",
        ["accepted there at the leader's ballot {2}" / "not all accepted at the leader's ballot {2}: not checked"], "Lamport 2001 §2.3";
    /// Slot, ballot accepted at, leader's ballot.
    UNSURE, "unsure", "{me} hears that slot {0} is chosen, but not that it is the command it accepted there",
        ["accepted at the leader's ballot {2}" / "accepted at ballot {1}, not {2}"], "Lamport 2001 §2.3";
    /// Slot, 0, leader's ballot.
    LACKS, "lacks", "{me} hears that slot {0} is chosen, and has accepted nothing there",
        ["accepted at the leader's ballot {2}" / "nothing accepted in slot {0}"], "Lamport 2001 §2.3";
    /// Leader, first slot, last slot known to be chosen.
    CATCH_UP, "catch-up", "{me} asks {0:node} for what was chosen from slot {1} on",
        ["slots up to {2} are chosen, and it does not know slot {1}" / "it knows all that is chosen"], "Chandra 2007 §4.2";
    /// Follower, first and last slot.
    SEND_DECISIONS, "send-decisions", "{me} sends {0:node} what was chosen, up to slot {2}", [], "Chandra 2007 §4.2";
    /// Follower.
    IGNORE_CATCH_UP, "ignore-catch-up", "{me} does not answer {0:node}: it leads no more", ["leads" / "does not lead"],
        "Chandra 2007 §4.2";
    /// Leader, first and last slot, the leader's ballot, own promise.
    TAKE_DECISIONS, "take-decisions", "{me} hears from {0:node} what was chosen, up to slot {2}",
        ["ballot {3} ≥ {4}, its promise" / "ballot {3} < {4}"], "Chandra 2007 §4.2";
    /// Leader, its ballot, own promise.
    IGNORE_DECISION, "ignore-decision", "{me} does not take decisions from {0:node}: it has promised ballot {2}",
        ["ballot {1} ≥ {2}" / "ballot {1} < {2}"], "Lamport 2001 §2.2";
    /// First and last slot.
    APPLY, "apply", "{me} applies its slots up to {1} to its state machine",
        ["all slots up to {1} are chosen" / "not all slots up to {1} are chosen"], "Lamport 2001 §3";
    /// Slot, first slot not chosen.
    APPLY_OVER_GAP, "apply-over-gap", "{me} applies slot {0} at once, over the gap at {1}",
        ["all slots before {0} are chosen" / "slot {1} is not chosen, not checked"], "the broken twin of Lamport 2001 §3";
}

// Clients.
rules! {
    /// Client, command's number, slot.
    REPLY_APPLIED, "reply-applied", "{me} answers {0:node}: its command {1} is applied", [], "Lamport 2001 §3";
    /// Client, command's number.
    REPLY_AGAIN, "reply-again", "{me} answers {0:node} again: command {1} was applied before",
        ["command {1} is new" / "command {1} was applied before"], "van Renesse 2015 §2";
    /// Client, command's number.
    IGNORE_OLD_COMMAND, "ignore-old-command", "{me} ignores {0:node}: a later command than {1} was applied",
        ["command {1} is new" / "command {1} is old"], "van Renesse 2015 §2";
    /// Client, command's number, slot.
    IGNORE_OPEN, "ignore-open", "{me} has command {1} of {0:node} in slot {2} already", [], "van Renesse 2015 §2";
    /// Client, command's number.
    IGNORE_WAITING, "ignore-waiting", "{me} has command {1} of {0:node} waiting for a slot already", [], "van Renesse 2015 §2";
    /// Client, command's number.
    WAITING_FULL, "waiting-full", "{me} has no room for command {1} of {0:node}, which must ask again",
        ["room among the commands that wait" / "too many commands wait"], "van Renesse 2015 §2";
    /// Client, leader.
    REDIRECT, "redirect", "{me} sends {0:node} on to {1:node}, which leads as far as it knows",
        ["leads" / "does not lead"], "Lamport 2001 §3";
    /// Client.
    REDIRECT_UNKNOWN, "redirect-unknown", "{me} turns {0:node} away: it knows no leader", ["leads" / "does not lead"],
        "Lamport 2001 §3";
}

/// What clients do.
pub static CLIENT: ClientRules = ClientRules::new("Lamport 2001 §3", "van Renesse 2015 §3", "van Renesse 2015 §2");
