//! The rules a step can be explained with: a sentence, its guards said both ways, and where the source says so.
//! Sections are those of the OSDI '99 paper.
//!
//! Each rule's values are listed in its comment, in the order of their numbers.

use crate::toolkit::rules::rules;

// Signatures.
rules! {
    /// Who is said to have signed.
    REJECT_SIGNATURE, "reject-signature", "{me} rejects a message in the name of {0:node}: the signature is not its own",
        ["signed with the key of {0:node}" / "not signed with the key of {0:node}"], "PBFT §2";
    /// The same, believed.
    BELIEVE_SIGNATURE, "believe-signature", "{me} believes that {0:node} sent the message",
        ["signed with the key of {0:node}" / "not signed with the key of {0:node}, not checked"], "the broken twin of PBFT §2";
    /// Who signed, and what it signed as.
    REJECT_SIGNER, "reject-signer", "{me} rejects a message of {0:node}: it may not send such", [], "PBFT §4.2";
}

// The normal case.
rules! {
    /// None.
    START, "start", "{me} starts in view 0", [], "PBFT §4";
    /// View, last request executed.
    RESTART, "restart", "{me} starts again in view {0} with what is on its disk: executed up to {1}", [], "the playground's choice";
    /// Client, timestamp, last timestamp.
    REPLY_AGAIN, "reply-again", "{me} sends {0:node} its reply to request {1} again: it was executed before",
        ["timestamp {1} > {2}" / "timestamp {1} = {2}"], "PBFT §4.1";
    /// Client, timestamp, last timestamp.
    IGNORE_OLD_REQUEST, "ignore-old-request", "{me} ignores request {1} of {0:node}: a later one was executed",
        ["timestamp {1} > {2}" / "timestamp {1} < {2}"], "PBFT §4.1";
    /// Client, timestamp, primary.
    RELAY, "relay", "{me} relays request {1} of {0:node} to the primary {2:node}, and waits for it to be executed", [], "PBFT §4.1";
    /// Client, timestamp, primary.
    RELAY_AGAIN, "relay-again", "{me} relays request {1} of {0:node} to the primary {2:node} again: it still waits for it to be executed",
        [], "the playground's choice";
    /// Client, timestamp, view.
    SPREAD, "spread", "{me} sends request {1} of {0:node} to all replicas: it waits for view {2} to begin, and they may not know of the request",
        [], "the playground's choice";
    /// Client, timestamp.
    WAIT, "wait", "{me} keeps request {1} of {0:node} and waits for it to be executed", [], "PBFT §4.4";
    /// Client, timestamp, view.
    WAIT_FOR_VIEW, "wait-for-view", "{me} keeps request {1} of {0:node} until view {2} begins", [], "PBFT §4.4";
    /// Client, timestamp, sequence number.
    HAS_PROPOSED, "has-proposed", "{me} has given request {1} of {0:node} the sequence number {2} before", [], "PBFT §4.2";
    /// Client, timestamp, view, sequence number, digest, H.
    PRE_PREPARE, "pre-prepare", "{me}, primary of view {2}, gives request {1} of {0:node} the sequence number {3}",
        ["{3} ≤ H = {5}" / "{3} > H = {5}"], "PBFT §4.2";
    /// Client, timestamp, view, sequence number, digest, H.
    WINDOW_FULL, "window-full", "{me} does not propose request {1} of {0:node} yet: the window is full",
        ["{3} ≤ H = {5}" / "{3} > H = {5}"], "PBFT §4.2";
    /// Primary, view, sequence number, digest, h, H.
    PREPARE, "prepare", "{me} accepts the pre-prepare of {0:node} for sequence number {2} and sends its prepare",
        ["is in view {1}" / "is not in view {1}", "digest {3:digest} is the request's" / "digest {3:digest} is not the request's",
         "no other request accepted at {2} in view {1}" / "another request accepted at {2} in view {1}",
         "h = {4} < {2} ≤ H = {5}" / "{2} is not between h = {4} and H = {5}"], "PBFT §4.2";
    /// Primary, view, sequence number, digest.
    REJECT_DIGEST, "reject-digest", "{me} rejects the pre-prepare of {0:node} for {2}: its digest is not that of a client's request",
        ["digest {3:digest} is the request's" / "digest {3:digest} is not the request's"], "PBFT §4.2";
    /// Primary, view, sequence number, digest, digest accepted before.
    REJECT_SECOND, "reject-second", "{me} rejects the pre-prepare of {0:node} for {2}: it accepted another request there",
        ["no other request accepted at {2} in view {1}" / "{4:digest} accepted at {2} in view {1}, not {3:digest}"], "PBFT §4.2";
    /// Sender, sequence number, h, H.
    OUTSIDE_WINDOW, "outside-window", "{me} ignores a message of {0:node} about {1}",
        ["h = {2} < {1} ≤ H = {3}" / "{1} is not between h = {2} and H = {3}"], "PBFT §4.2";
    /// Sender, sequence number.
    HAS_ALREADY, "has-already", "{me} has what {0:node} sends about {1} already", [], "PBFT §4.2";
    /// Sender, view of the message, sequence number, own view.
    OLD_VIEW, "old-view", "{me} ignores a message of {0:node} of view {1}: that is over",
        ["view {1} = {3}" / "view {1} < {3}"], "PBFT §4.2";
    /// Sender, view of the message, sequence number, own view.
    EARLY, "early", "{me} keeps a message of {0:node} until view {1} begins",
        ["active in view {1}" / "not active in view {1}"], "PBFT §4.4";
    /// Primary, view of the message, sequence number, view of the one it keeps.
    EARLY_SECOND, "early-second", "{me} drops the pre-prepare of {0:node} for {2} in view {1}: it keeps one of view {3}",
        [], "the playground's choice";
    /// Primary, view, sequence number.
    REJECT_NULL, "reject-null", "{me} rejects the null request of {0:node} for {2} in view {1}: those come with a new-view only", [], "PBFT §4.4";
    /// Voter, view, sequence number, digest of the vote, digest of the other.
    TWO_FACED, "two-faced", "{me} ignores a second vote in the name of {0:node} at {2} in view {1}: it has one for another request",
        ["first vote of {0:node}" / "has one for {4:digest}, this is for {3:digest}"], "PBFT §4.2";
    /// Voter, view, sequence number, view of the vote it keeps.
    HAS_LATER_VOTE, "has-later-vote", "{me} ignores the vote of {0:node} at {2} in view {1}: it keeps one of each replica, that of the latest view",
        ["no vote of {0:node} in a later view" / "has a vote of {0:node}’s in view {3}"], "the playground's choice";
    /// Voter, view, sequence number, digest of the vote, digest of the proposal.
    VOTE_MISMATCH, "vote-mismatch", "{me} does not count the vote of {0:node} at {2}: it is for another request",
        ["digest {3:digest} = {4:digest}" / "digest {3:digest} ≠ {4:digest}"], "PBFT §4.2";
    /// Voter, view, sequence number.
    VOTE_OF_PRIMARY, "vote-of-primary", "{me} does not count the prepare of {0:node} at {2}: the primary's vote is its pre-prepare",
        [], "PBFT §4.2";
    /// Voter, view, sequence number.
    VOTE_KEPT, "vote-kept", "{me} keeps the vote of {0:node} at {2}: it has no pre-prepare there yet", [], "PBFT §4.2";
    /// Voter, view, sequence number, prepares, prepares needed.
    COUNT_PREPARE, "count-prepare", "{me} counts the prepare of {0:node} at {2}",
        ["{3} matching prepares, {4} needed" / "only {3} of {4} matching prepares, not checked"], "PBFT §4.2";
    /// The same.
    AWAIT_PREPARES, "await-prepares", "{me} counts the prepare of {0:node} at {2} and waits for more: beside the pre-prepare it has {3} of {4}", [], "PBFT §4.2";
    /// Voter, view, sequence number, commits, commits needed.
    COUNT_COMMIT, "count-commit", "{me} counts the commit of {0:node} at {2}",
        ["{3} matching commits, {4} needed" / "only {3} of {4} matching commits, not checked", "prepared at {2}" / "not prepared at {2} yet"], "PBFT §4.2";
    /// The same.
    AWAIT_COMMITS, "await-commits", "{me} counts the commit of {0:node} at {2} and waits for more: it has {3} of {4}", [], "PBFT §4.2";
    /// View, sequence number, digest, prepares, prepares needed.
    PREPARED, "prepared", "{me} has prepared {2:digest} at {1} in view {0}, and sends its commit",
        ["the pre-prepare and {3} matching prepares, {4} needed" / "the pre-prepare and only {3} of {4} matching prepares, not checked"], "PBFT §4.2";
    /// The same, but digests were not compared.
    PREPARED_UNMATCHED, "prepared-unmatched", "{me} takes {2:digest} for prepared at {1} in view {0}, whatever the prepares are for",
        ["{3} matching prepares, {4} needed" / "only {3} of {4} prepares match, not checked"], "the broken twin of PBFT §4.2";
    /// View, sequence number, digest, commits, commits needed.
    COMMITTED, "committed", "{me} knows that {2:digest} is committed at {1}",
        ["prepared" / "prepared by fewer than a quorum, not checked", "{3} matching commits, {4} needed" / "only {3} of {4} matching commits, not checked"], "PBFT §4.2";
    /// Sequence number, client, timestamp.
    EXECUTE, "execute", "{me} executes request {2} of {1:node}, sequence number {0}, and replies",
        ["all before {0} executed" / "not all before {0} executed, not checked"], "PBFT §4.2";
    /// Sequence number, client, timestamp, the client's last timestamp.
    EXECUTE_AGAIN, "execute-again", "{me} passes over request {2} of {1:node} at {0}: this or a later one was executed before",
        ["timestamp {2} > {3}" / "timestamp {2} ≤ {3}"], "PBFT §4.1";
    /// Sequence number.
    EXECUTE_NULL, "execute-null", "{me} passes over {0}: a null request changes nothing", [], "PBFT §4.4";
    /// Sequence number, last executed.
    HOLD_EXECUTION, "hold-execution", "{me} does not execute {0} yet",
        ["all before {0} executed" / "executed only up to {1}"], "PBFT §4.2";
}

// Checkpoints.
rules! {
    /// Sequence number, digest, interval.
    TAKE_CHECKPOINT, "take-checkpoint", "{me} takes a checkpoint of its state after {0}",
        ["{0} is a multiple of {2}" / "{0} is no multiple of {2}"], "PBFT §4.3";
    /// Sender, sequence number, messages, needed.
    COUNT_CHECKPOINT, "count-checkpoint", "{me} keeps the checkpoint of {0:node} for {1}",
        ["{2} matching checkpoints, {3} needed" / "only {2} of {3} matching checkpoints, not checked"], "PBFT §4.3";
    /// The same.
    AWAIT_CHECKPOINTS, "await-checkpoints", "{me} keeps the checkpoint of {0:node} for {1} and waits for more: {2} of {3}", [], "PBFT §4.3";
    /// Sender, sequence number, digest, own digest.
    CHECKPOINT_MISMATCH, "checkpoint-mismatch", "{me} does not count the checkpoint of {0:node} for {1}: its own state differs",
        ["digest {2:digest} = {3:digest}" / "digest {2:digest} ≠ {3:digest}"], "PBFT §4.3";
    /// Sequence number, messages, needed, slots discarded, new H.
    STABLE, "stable", "{me} has a stable checkpoint at {0}: it discards its log up to there (sequence numbers: {3})",
        ["{1} matching checkpoints, {2} needed" / "only {1} of {2} matching checkpoints, not checked"], "PBFT §4.3";
    /// Sequence number, last executed.
    LEARN_STABLE, "learn-stable", "{me} learns of the stable checkpoint at {0}, whose state it lacks",
        ["executed {1} ≥ {0}" / "executed only up to {1}"], "PBFT §4.3";
    /// Sender, sequence number, last executed before.
    FETCH_STATE, "fetch-state", "{me} takes over the state at {1} from {0:node}",
        ["a quorum signed its digest" / "no quorum signed its digest, not checked", "executed {2} < {1}" / "executed {2} ≥ {1}"], "PBFT §4.4";
    /// Sender, sequence number.
    FETCH_PROOF, "fetch-proof", "{me} learns from {0:node} that the checkpoint at {1} is stable",
        ["a quorum signed its digest" / "no quorum signed its digest, not checked"], "PBFT §4.3";
    /// Sender, sequence number.
    REJECT_STATE, "reject-state", "{me} rejects the state that {0:node} sends",
        ["a quorum signed its digest" / "no quorum signed its digest"], "PBFT §4.4";
    /// Sender, sequence number, last executed.
    NEEDS_NO_STATE, "needs-no-state", "{me} needs no state from {0:node}: it is at {1}",
        ["executed {2} < {1}" / "executed {2} ≥ {1}"], "PBFT §4.4";
    /// Sender, sequence number, h.
    NEEDS_LATER_STATE, "needs-later-state", "{me} ignores the state at {1} that {0:node} sends: it lies behind",
        ["not below its stable checkpoint {2}" / "below its stable checkpoint {2}"], "PBFT §4.3";
}

// View changes.
rules! {
    /// View, next view.
    TIME_OUT, "time-out", "{me}’s view-change timer fires, and it moves from view {0} to view {1}",
        ["waits for a request or a new-view" / "waits for nothing", "its timer ran out before that came" / "a hand fired it before its time"], "PBFT §4.4";
    /// View.
    IDLE_TIME_OUT, "idle-time-out", "{me}’s view-change timer fires, but it waits for nothing and stays in view {0}", [], "PBFT §4.4";
    /// View, replicas already moving, needed.
    JOIN, "join", "{me} joins the move to view {0}",
        ["{1} others want a later view, f + 1 = {2} needed: one of them is correct" / "only {1} others want a later view, f + 1 = {2} needed"], "PBFT §4.5.2";
    /// View, stable checkpoint, certificates.
    SEND_VIEW_CHANGE, "send-view-change", "{me} sends its view-change for view {0}: stable checkpoint {1}, prepared requests above it: {2}",
        [], "PBFT §4.4";
    /// View, stable checkpoint, certificates left out.
    SEND_VIEW_CHANGE_BARE, "send-view-change-bare", "{me} sends its view-change for view {0} and leaves out what it has prepared (requests: {2})",
        ["tells of all it has prepared" / "does not tell of all it has prepared, not checked"], "the broken twin of PBFT §4.4";
    /// Sender, view, in favour, needed.
    COUNT_VIEW_CHANGE, "count-view-change", "{me} keeps the view-change of {0:node} for view {1}",
        ["{2} valid view-changes, {3} needed" / "only {2} of {3} valid view-changes, not checked"], "PBFT §4.4";
    /// The same.
    AWAIT_VIEW_CHANGES, "await-view-changes", "{me} keeps the view-change of {0:node} for view {1}: {2} of {3}", [], "PBFT §4.4";
    /// Sender, view.
    REJECT_VIEW_CHANGE, "reject-view-change", "{me} rejects the view-change of {0:node} for view {1}",
        ["its checkpoint is proved" / "its checkpoint is not proved", "its certificates are valid" / "its certificates are not valid"], "PBFT §4.4";
    /// Sender, its view, own view.
    OLD_VIEW_CHANGE, "old-view-change", "{me} ignores the view-change of {0:node}: view {1} has begun or is over",
        ["view {1} > {2}" / "view {1} ≤ {2}"], "PBFT §4.4";
    /// Primary, view.
    HAS_BEGUN, "has-begun", "{me} ignores the new-view of {0:node}: it takes part in view {1} already",
        ["waits for view {1}" / "view {1} has begun here"], "PBFT §4.4";
    /// Primary, view, own view.
    HAS_LEFT, "has-left", "{me} ignores the new-view of {0:node} for view {1}: it has gone on to a later one",
        ["view {1} ≥ {2}" / "view {1} < {2}"], "PBFT §4.4";
    /// Sender, view.
    HELP_INTO_VIEW, "help-into-view", "{me} sends {0:node} the new-view of view {1}", [], "PBFT §4.4";
    /// View, patience in microseconds, view-changes, needed.
    AWAIT_NEW_VIEW, "await-new-view", "{me} waits {1:time} for the new-view of view {0}",
        ["{2} replicas are moving, {3} needed" / "only {2} of {3} replicas are moving, not checked"], "PBFT §4.5.2";
    /// View, view-changes, needed, min-s, requests proposed again, null requests.
    NEW_VIEW, "new-view", "{me} begins view {0} as its primary, and proposes again what may be committed after the stable checkpoint {3} (requests: {4}, null requests: {5})",
        ["{1} valid view-changes, {2} needed" / "only {1} of {2} valid view-changes, not checked"], "PBFT §4.4";
    /// Primary, view, view-changes, needed, requests proposed again, null requests.
    ENTER_VIEW, "enter-view", "{me} enters view {1} with its primary {0:node} and takes over what that proposes again (requests: {4}, null requests: {5})",
        ["{2} valid view-changes, {3} needed" / "only {2} of {3} valid view-changes, not checked", "the pre-prepares are those it works out itself" / "the pre-prepares do not follow from the view-changes"], "PBFT §4.4";
    /// Primary, view, view-changes, needed. What follows from the others is not worked out.
    REJECT_NEW_VIEW, "reject-new-view", "{me} rejects the new-view of {0:node} for view {1}: it proves nothing",
        ["{2} valid view-changes, {3} needed" / "only {2} valid view-changes, {3} needed"], "PBFT §4.4";
    /// Primary, view, view-changes, needed.
    REJECT_PRE_PREPARES, "reject-pre-prepares", "{me} rejects the new-view of {0:node} for view {1}: it proposes what it may not",
        ["{2} valid view-changes, {3} needed" / "only {2} of {3} valid view-changes, not checked", "the pre-prepares are those it works out itself" / "the pre-prepares do not follow from the view-changes"], "PBFT §4.4";
    /// Sequence number, digest chosen, view it was prepared in.
    CHOOSE, "choose", "{me} proposes {1:digest} at {0} again: it was prepared in view {2}, the latest of which there is a certificate", [], "PBFT §4.4";
    /// Sequence number.
    CHOOSE_NULL, "choose-null", "{me} fills the gap at {0} with a null request: no certificate tells of a request there", [], "PBFT §4.4";
    /// Sequence number, digest.
    GIVE_UP, "give-up", "{me} gives up {1:digest} at {0}: the new-view does not propose it there", [], "PBFT §4.4";
    /// View, sequence number, digest, view it was prepared in.
    PREPARE_AGAIN, "prepare-again", "{me} sends its prepare for {2:digest} at {1} in view {0}: it was prepared in view {3}", [], "PBFT §4.4";
    /// View, sequence number.
    PREPARE_NULL, "prepare-null", "{me} sends its prepare for the null request at {1} in view {0}: no certificate tells of a request there", [], "PBFT §4.4";
}

// Catching up.
rules! {
    /// View, last executed.
    SEND_STATUS, "send-status", "{me} says how far it is: view {0}, executed up to {1}", [], "the playground's choice";
    /// View.
    REPEAT_VIEW_CHANGE, "repeat-view-change", "{me} sends its view-change for view {0} again", [], "the playground's choice";
    /// Sequence number.
    REPEAT_CHECKPOINT, "repeat-checkpoint", "{me} sends its checkpoint for {0} again: it is not stable yet", [], "the playground's choice";
    /// Sender, its last executed, messages and certificates.
    HELP, "help", "{me} sends {0:node} what it lacks after {1}",
        ["holds what comes after {1}, or a later stable checkpoint (messages: {2})" / "holds nothing that comes after {1}"], "the playground's choice";
    /// Sender.
    NO_HELP, "no-help", "{me} has nothing that {0:node} lacks", [], "the playground's choice";
    /// Sender. Messages of a view are of use only to who takes part in it.
    NO_PROOF, "no-proof", "{me} has no certificate or state that {0:node} lacks, and they do not take part in the same view",
        [], "the playground's choice";
    /// Sender, sequence number, digest, commits, needed.
    TAKE_COMMITTED, "take-committed", "{me} learns from {0:node} that {2:digest} is committed at {1}",
        ["{3} valid commits, {4} needed" / "only {3} of {4} valid commits, not checked"], "the playground's choice";
    /// Sender.
    REJECT_COMMITTED, "reject-committed", "{me} rejects a certificate of {0:node}: it proves nothing", [], "the playground's choice";
}

// Clients.
rules! {
    /// None.
    CLIENT_STARTS, "client-starts", "{me} waits for something to do", [], "PBFT §4.1";
    /// Replica, timestamp.
    REQUEST, "request", "{me} sends its request {1} to {0:node}", [], "PBFT §4.1";
    /// Timestamp.
    RETRY, "retry", "{me} has no f + 1 matching replies and sends its request {0} to all replicas", [], "PBFT §4.1";
    /// Replica, timestamp, matching replies, needed.
    COUNT_REPLY, "count-reply", "{me} counts the reply of {0:node} to request {1} and waits for more: {2} of f + 1 = {3} agree", [], "PBFT §4.1";
    /// Replica, timestamp, matching replies, needed.
    ACCEPT, "accept", "{me} accepts the answer to request {1}: of any f + 1 = {3} replicas at least one is correct, if no more than f lie",
        ["{2} replies agree, f + 1 = {3} needed" / "only {2} of f + 1 = {3} replies that agree"], "PBFT §4.1";
    /// The same.
    ACCEPT_FIRST, "accept-first", "{me} takes the first answer to request {1} for true",
        ["{2} replies agree, f + 1 = {3} needed" / "only {2} of f + 1 = {3} replies that agree, not checked"], "the broken twin of PBFT §4.1";
    /// Replica, timestamp.
    LATE_REPLY, "late-reply", "{me} ignores a reply of {0:node} to request {1}: it does not wait for it any more", [], "PBFT §4.1";
    /// Number of a replica there is not.
    NO_SUCH_REPLICA, "no-such-replica", "{me} was to ask replica {0} first, but there is none: it asks the primary", [], "the playground's choice";
    /// Requests waiting.
    QUEUE, "queue", "{me} keeps the request for later, as number {0} in its queue: it waits for an answer", [], "PBFT §4.1";
    /// Requests waiting.
    BUSY, "busy", "{me} waits for an answer before it thinks of its next request", [], "the playground's choice";
    /// Requests waiting.
    QUEUE_FULL, "queue-full", "{me} refuses the operation: its queue of {0} is full", [], "the playground's choice";
}

// Lies: what a Byzantine node does instead of what its code says.
rules! {
    /// Receiver.
    LIE_SILENT, "lie-silent", "{me} lies: it keeps its message to {0:node} to itself", [], "PBFT §2";
    /// Receiver, sequence number told, sequence number meant.
    LIE_ORDER, "lie-order", "{me} lies: it tells {0:node} sequence number {1} where the other half hears {2}", [], "PBFT §2";
    /// Receiver, sequence number, digest told, digest meant.
    LIE_DIGEST, "lie-digest", "{me} lies: it tells {0:node} digest {2:digest} at {1}, not {3:digest}", [], "PBFT §2";
    /// Receiver.
    LIE_ANSWER, "lie-answer", "{me} lies: it tells {0:node} another answer", [], "PBFT §2";
    /// Receiver, sequence number.
    LIE_FORGE, "lie-forge", "{me} lies: it sends {0:node} votes at {1} in the names of others, signed with its own key", [], "PBFT §2";
    /// Receiver.
    LIE_REPLAY, "lie-replay", "{me} sends {0:node} the same message three times, two of them late", [], "PBFT §2";
    /// Receiver, microseconds.
    LIE_DELAY, "lie-delay", "{me} holds its message to {0:node} back for {1:time}", [], "PBFT §2";
    /// Receiver.
    LIE_PROOF, "lie-proof", "{me} lies: it sends {0:node} what the proof with it does not bear out", [], "PBFT §2";
    /// Receiver, certificates.
    LIE_HIDE, "lie-hide", "{me} lies: it hides its certificates from {0:node} (of requests: {1})", [], "PBFT §2";
}
