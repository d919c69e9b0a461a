//! The rules a step can be explained with: a sentence, its guards said both ways, and where the source says so. "2001" is
//! *Paxos Made Simple*.
//!
//! Each rule's values are listed in its comment, in the order of their numbers.

use crate::toolkit::rules::rules;

// Proposers: what they are asked for.
rules! {
    /// Highest round used.
    START_PROPOSER, "start-proposer", "{me} starts as a proposer; the highest round it knows to have used is {0}", [], "Lamport 2001 §2.5";
    /// None.
    START_PROPOSER_FORGETFUL, "start-proposer-forgetful", "{me} starts as a proposer; whatever rounds it used before are forgotten", [],
        "the broken twin of Lamport 2001 §2.5";
    /// Value.
    WISH, "wish", "{me} wants {0:word} to be chosen", [], "Lamport 2001 §2.1";
    /// Value.
    WISH_JOINS, "wish-joins", "{me} wants {0:word} to be chosen; its ballot under way will propose it, if no value binds it",
        [], "Lamport 2001 §2.2";
    /// Value, the value it proposes.
    BUSY, "busy", "{me} turns {0:word} down: it is still trying to have {1:word} chosen", [], "the playground's choice";
    /// Chosen value.
    KNOWN, "known", "{me} proposes nothing: it knows that {0:word} is chosen", [], "Lamport 2001 §2.1";
    /// Chosen value.
    ANSWER_CHOSEN, "answer-chosen", "{me} answers: {0:word} is chosen, as was asked", [], "Lamport 2001 §2.1";
    /// Chosen value, own value.
    ANSWER_OTHER, "answer-other", "{me} answers: {0:word} is chosen, not {1:word}", [], "Lamport 2001 §2.1";
    /// None.
    NOT_A_PROPOSER, "not-a-proposer", "{me} can't propose a value: only proposers do", [], "Lamport 2001 §2.1";
    /// Learner.
    ASKED, "asked", "{me} issues a proposal so that {0:node} can learn what is chosen", [], "Lamport 2001 §2.3";
    /// Learner.
    ASKED_BUSY, "asked-busy", "{me} has a ballot under way, from which {0:node} may learn what is chosen", [], "Lamport 2001 §2.3";
}

// Proposers: phase 1.
rules! {
    /// Ballot, highest round before.
    PREPARE, "prepare", "{me} begins ballot {0:ballot}: it asks every acceptor to promise it",
        ["its round is above {1}, the highest that {me} knows of" / "its round is above {1}, if nothing is forgotten, not checked",
         "no other ballot has its number" / "another ballot may have its number, not checked"], "Lamport 2001 §2.2, phase 1 (a)";
    /// None.
    OUT_OF_ROUNDS, "out-of-rounds", "{me} has no higher round left to use", [], "the playground's choice";
    /// Acceptor, value, ballot.
    REPORTED, "reported", "{me} hears that {0:node} has accepted {1:word} in ballot {2:ballot}", [], "Lamport 2001 §2.2, phase 1 (b)";
    /// Promises, acceptors, ballot, majority.
    COUNT_PROMISE, "count-promise", "{me} has {0} of the {3} promises it needs for ballot {2:ballot}", [], "Lamport 2001 §2.2, phase 2 (a)";
    /// Acceptor, ballot.
    IGNORE_PROMISE, "ignore-promise", "{me} needs the promise of {0:node} for ballot {1:ballot} no more", [], "Lamport 2001 §2.2";
}

// Proposers: the adoption rule.
rules! {
    /// Value, ballot, ballot it was accepted in, own value, promises, acceptors.
    ADOPT, "adopt",
        "{me} must propose {0:word} in ballot {1:ballot}, not its own {3:word}: so says the highest-numbered proposal that the promises report, {2:ballot}",
        ["promises of {4} of {5} acceptors: a majority" / "promises of only {4} of {5} acceptors",
         "a promise reports {0:word}, accepted in {2:ballot}" / "no promise reports an accepted proposal"],
        "Lamport 2001 §2.2, phase 2 (a)";
    /// The same.
    ADOPT_SAME, "adopt-same",
        "{me} must propose {0:word} in ballot {1:ballot}, its own value too: so says the highest-numbered proposal that the promises report, {2:ballot}",
        ["promises of {4} of {5} acceptors: a majority" / "promises of only {4} of {5} acceptors",
         "a promise reports {0:word}, accepted in {2:ballot}" / "no promise reports an accepted proposal"],
        "Lamport 2001 §2.2, phase 2 (a)";
    /// The same.
    ADOPT_ASKED, "adopt-asked",
        "{me} must propose {0:word} in ballot {1:ballot}: so says the highest-numbered proposal that the promises report, {2:ballot}",
        ["promises of {4} of {5} acceptors: a majority" / "promises of only {4} of {5} acceptors",
         "a promise reports {0:word}, accepted in {2:ballot}" / "no promise reports an accepted proposal"],
        "Lamport 2001 §2.2, phase 2 (a)";
    /// Value, ballot, promises, acceptors.
    FREE_CHOICE, "free-choice",
        "{me} may propose its own value {0:word} in ballot {1:ballot}: if promises are kept, nothing is or will be chosen in a lower ballot",
        ["promises of {2} of {3} acceptors: a majority" / "promises of only {2} of {3} acceptors",
         "no promise reports an accepted proposal" / "a promise reports an accepted proposal"],
        "Lamport 2001 §2.2, phase 2 (a)";
    /// Own value, ballot, reported value, ballot it was accepted in, promises, acceptors.
    IGNORE_ACCEPTED, "ignore-accepted",
        "{me} proposes its own value {0:word} in ballot {1:ballot}, although a promise reports {2:word}, accepted in {3:ballot}",
        ["promises of {4} of {5} acceptors: a majority" / "promises of only {4} of {5} acceptors",
         "no promise reports an accepted proposal" / "a promise reports {2:word}, which should bind, not checked"],
        "the broken twin of Lamport 2001 §2.2, phase 2 (a)";
    /// Ballot, promises, acceptors.
    NOTHING_TO_PROPOSE, "nothing-to-propose",
        "{me} ends ballot {0:ballot} without a proposal: no promise reports one, and it has no value of its own",
        ["promises of {1} of {2} acceptors: a majority" / "promises of only {1} of {2} acceptors",
         "no promise reports an accepted proposal" / "a promise reports an accepted proposal"],
        "Lamport 2001 §2.2, phase 2 (a)";
}

// Proposers: phase 2, and what becomes of a ballot.
rules! {
    /// Value, ballot, acceptances, acceptors, majority.
    COUNT_ACCEPTED, "count-accepted", "{me} has {2} of the {4} acceptances that choose {0:word} in ballot {1:ballot}", [], "Lamport 2001 §2.3";
    /// The same.
    CHOSEN, "chosen", "{me} knows that {0:word} is chosen: a majority accepted it in ballot {1:ballot}",
        ["accepted by {2} of {3}, {4} needed" / "accepted by only {2} of {3}"], "Lamport 2001 §2.2, §2.3";
    /// Acceptor, value, ballot.
    ACCEPTED_AFTER, "accepted-after", "{me} hears that {0:node}, too, has accepted {1:word} in ballot {2:ballot}", [], "Lamport 2001 §2.3";
    /// Acceptor, value, ballot.
    IGNORE_ACCEPTED_LATE, "ignore-accepted-late",
        "{me} counts no more for ballot {2:ballot}, in which {0:node} has accepted {1:word}: it has gone on to another", [],
        "Lamport 2001 §2.2";
    /// The same.
    IGNORE_ACCEPTED_IDLE, "ignore-accepted-idle",
        "{me} does not count for ballot {2:ballot}, in which {0:node} has accepted {1:word}: it has no ballot under way", [],
        "Lamport 2001 §2.2";
    /// Acceptor, own ballot, promised ballot.
    OUTBID, "outbid", "{me} is outbid: {0:node} has promised ballot {2:ballot}",
        ["its own {1:ballot} is not below {2:ballot}" / "its own {1:ballot} is below {2:ballot}"], "Lamport 2001 §2.2";
    /// The same.
    IGNORE_REFUSAL, "ignore-refusal",
        "{me} notes that {0:node} has promised ballot {2:ballot}; the refused ballot {1:ballot} is over for it", [], "Lamport 2001 §2.2";
    /// Ballot.
    TIMED_OUT, "timed-out", "{me}’s ballot timeout fires: it knows of no majority that accepted in ballot {0:ballot}, and counts answers to it only until it begins another",
        ["waited for a ballot timeout" / "a hand fired it before its time"], "Lamport 2001 §2.4";
    /// None.
    AT_ONCE, "at-once", "{me} tries again at once", [], "Lamport 2001 §2.4";
    /// Longest wait, failures in a row.
    BACK_OFF, "back-off", "{me} backs off for a random time up to {0:time}, so that another can finish: failure {1} in a row",
        [], "Lamport 2001 §2.4";
    /// None.
    TRY_AGAIN, "try-again", "{me}’s back-off ends, and it tries again",
        ["waited as long as it drew" / "a hand ended it before its time"], "Lamport 2001 §2.4";
}

// Acceptors.
rules! {
    /// Promised ballot.
    START_ACCEPTOR, "start-acceptor", "{me} starts as an acceptor; highest ballot promised: {0:ballot}; accepted: nothing", [], "Lamport 2001 §2.5";
    /// Promised ballot, ballot and value of the accepted proposal.
    START_ACCEPTOR_ACCEPTED, "start-acceptor-accepted",
        "{me} starts as an acceptor; highest ballot promised: {0:ballot}; accepted: {2:word} in {1:ballot}", [], "Lamport 2001 §2.5";
    /// None.
    START_FORGETFUL, "start-forgetful", "{me} starts as an acceptor; whatever it promised before is forgotten", [],
        "the broken twin of Lamport 2001 §2.5";
    /// Proposer, ballot, promised ballot.
    PROMISE, "promise",
        "{me} promises {0:node} to accept nothing below ballot {1:ballot}; it has accepted nothing so far",
        ["promised so far: {2:ballot}; {1:ballot} is above it" / "promised so far: {2:ballot}, if nothing is forgotten, not checked"],
        "Lamport 2001 §2.2, phase 1 (b)";
    /// Proposer, ballot, promised ballot, ballot and value of the accepted proposal.
    PROMISE_ACCEPTED, "promise-accepted",
        "{me} promises {0:node} to accept nothing below ballot {1:ballot}, and reports that it accepted {4:word} in {3:ballot}",
        ["promised so far: {2:ballot}; {1:ballot} is above it" / "promised so far: {2:ballot}, if nothing is forgotten, not checked"],
        "Lamport 2001 §2.2, phase 1 (b)";
    /// Proposer, ballot, promised ballot. The paper answers greater numbers only; a request to prepare may come twice.
    PROMISE_AGAIN, "promise-again",
        "{me} answers the same ballot again: it has promised {1:ballot}, tells {0:node} so, and has accepted nothing so far",
        ["promised so far: {2:ballot}; {1:ballot} is the same" / "promised so far: {2:ballot}; {1:ballot} is another"],
        "the playground's choice";
    /// Proposer, ballot, promised ballot, ballot and value of the accepted proposal.
    PROMISE_AGAIN_ACCEPTED, "promise-again-accepted",
        "{me} answers the same ballot again: it has promised {1:ballot}, tells {0:node} so, and reports that it accepted {4:word} in {3:ballot}",
        ["promised so far: {2:ballot}; {1:ballot} is the same" / "promised so far: {2:ballot}; {1:ballot} is another"],
        "the playground's choice";
    /// Proposer, ballot, promised ballot.
    REFUSE_PREPARE, "refuse-prepare", "{me} refuses {0:node} a promise for ballot {1:ballot}",
        ["promised so far: {2:ballot}; {1:ballot} is not below it" / "promised so far: {2:ballot}; {1:ballot} is below it"],
        "Lamport 2001 §2.2, phase 1 (b)";
    /// Proposer, ballot, promised ballot, value.
    ACCEPT, "accept", "{me} accepts {3:word} in ballot {1:ballot}",
        ["promised so far: {2:ballot}; {1:ballot} is not below it" / "promised so far: {2:ballot}, if nothing is forgotten, not checked"],
        "Lamport 2001 §2.2, phase 2 (b)";
    /// The same.
    REFUSE_ACCEPT, "refuse-accept", "{me} does not accept {3:word} of {0:node} in ballot {1:ballot}",
        ["promised so far: {2:ballot}; {1:ballot} is not below it" / "promised so far: {2:ballot}; {1:ballot} is below it"],
        "Lamport 2001 §2.2, phase 2 (b)";
}

// Learners.
rules! {
    /// None.
    START_LEARNER, "start-learner", "{me} starts as a learner and knows nothing", [], "Lamport 2001 §2.3";
    /// Value, ballot, acceptances, acceptors, majority.
    COUNT_VOTE, "count-vote", "{me} has {2} of the {4} acceptances that choose {0:word} in ballot {1:ballot}", [], "Lamport 2001 §2.3";
    /// The same.
    LEARN, "learn", "{me} learns that {0:word} is chosen: a majority accepted it in ballot {1:ballot}",
        ["accepted by {2} of {3}, {4} needed" / "accepted by only {2} of {3}"], "Lamport 2001 §2.3";
    /// The same.
    LEARN_FIRST, "learn-first", "{me} takes {0:word} for chosen as soon as one acceptor has accepted it, in ballot {1:ballot}",
        ["accepted by {2} of {3}, {4} needed" / "accepted by only {2} of {3}, {4} needed, not checked"], "the broken twin of Lamport 2001 §2.3";
    /// Acceptor, value, ballot, learned value.
    VOTE_AFTER, "vote-after", "{me} hears that {0:node} has accepted {1:word} in ballot {2:ballot}; it has learned {3:word} before", [],
        "Lamport 2001 §2.3";
    /// Acceptor, value, ballot.
    IGNORE_VOTE, "ignore-vote",
        "{me} ignores that {0:node} has accepted {1:word} in ballot {2:ballot}: it knows of this or a higher one", [], "Lamport 2001 §2.3";
    /// Proposer.
    ASK, "ask", "{me} has learned nothing yet and has {0:node} issue a proposal", [], "Lamport 2001 §2.3";
}
