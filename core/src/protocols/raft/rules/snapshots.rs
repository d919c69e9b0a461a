//! Snapshots (§7).

use crate::toolkit::rules::rules;

rules! {
    /// Last included index and term, first index discarded.
    SNAPSHOT, "snapshot", "{me} writes its state up to {0} as a snapshot and discards its entries from {2} to {0}",
        ["applied up to {0}" / "not applied up to {0}"], "Raft §7";
    /// Last included index, last applied.
    NO_SNAPSHOT, "no-snapshot", "{me} takes no snapshot: it has applied nothing since the last one",
        ["applied {1} > {0}" / "applied {1} ≤ {0}"], "Raft §7";
    /// Follower, last included index, pieces it has, pieces of all.
    PUT_OFF_SNAPSHOT, "put-off-snapshot", "{me} puts off its next snapshot: it is sending {0:node} the one up to {1}",
        ["sends its snapshot to nobody" / "{0:node} has {2} of {3} pieces of it"], "Raft §7";
    /// Follower, nextIndex, last included index, first and last piece, pieces of all.
    SEND_SNAPSHOT, "send-snapshot", "{me} sends {0:node} pieces {3} to {4} of {5} of its snapshot up to {2}",
        ["has entry {1}" / "has discarded entry {1}, which {0:node} needs next"], "Raft §7";
    /// Leader, pieces here, pieces of all, last included index.
    CHUNK, "chunk", "{me} has {1} of {2} pieces of the snapshot up to {3}",
        ["the chunk follows what is there" / "what comes before the chunk is missing", "all pieces are there" / "more pieces to come"],
        "Raft §7, Figure 13";
    /// Follower, last included index of what it answers about and of what is sent, pieces it has, pieces known before.
    IGNORE_CHUNK, "ignore-chunk", "{me} ignores an answer of {0:node} about a chunk: it knows as much",
        ["sends it the snapshot up to {1}" / "sends it no snapshot up to {1}, but up to {2}",
         "it has {3} pieces, not {4}" / "it has {3} pieces, as before"], "Raft §7";
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
