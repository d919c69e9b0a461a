//! Clients, and reads that do not go through the log (§8; thesis §6.3, §6.4).

use crate::toolkit::client::ClientRules;
use crate::toolkit::rules::rules;

// Clients.
rules! {
    /// Client, command's number, index.
    REPLY_APPLIED, "reply-applied", "{me} answers {0:node}: its command {1} is applied",
        ["entry {2} is applied" / "entry {2} is not applied"], "Raft §8";
    /// Client, last applied index.
    LOCAL_READ, "local-read", "{me} answers {0:node} from its own state, applied up to {1}: it asks nobody whether it leads",
        ["is a majority by itself" / "no majority has said since the read came that it leads, not checked",
         "has committed an entry of its term" / "has committed no entry of its term, not checked"], "the broken twin of Raft §8";
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
        ["is a majority by itself" / "no majority has said since the read came that it leads, not checked",
         "the lease lasts {1:time} more by its own clock" / "the lease is over",
         "has committed an entry of its term" / "has committed no entry of its term"], "Raft thesis §6.4.1";
}
