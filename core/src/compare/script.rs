//! The scripts of a comparison, and who takes part.

use crate::time::MS;

/// What is done to every contestant.
#[derive(Debug)]
pub struct Script {
    /// Stable name.
    pub id: &'static str,
    /// For a reader.
    pub title: &'static str,
    /// One sentence: what happens, and what to look at.
    pub caption: &'static str,
    /// How many commands are asked for.
    pub commands: u64,
    /// When the first is asked for, in microseconds: late enough for a leader to be there.
    pub first_us: u64,
    /// How often, in microseconds.
    pub every_us: u64,
    /// What fails, by time in microseconds.
    pub faults: &'static [(u64, Fault)],
    /// When it ends, in microseconds.
    pub ends_us: u64,
}

/// What fails. Servers are counted from 0; where roles are nodes of their own, a server is all that stand at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server that leads crashes; if none does, the first.
    CrashLeader,
    /// The last server that does not lead crashes.
    CrashFollower,
    /// Every crashed server restarts.
    Restart,
    /// The server that leads is cut off from all others.
    IsolateLeader,
    /// Every link heals and is good.
    Heal,
    /// Every link loses so many messages of a thousand.
    Lose(u16),
}

/// The scripts there are.
pub const SCRIPTS: &[Script] = &[
    Script {
        id: "fault-free",
        title: "Nothing fails",
        caption: "Twenty commands, one after the other: what one command costs when all is well.",
        commands: 20,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[],
        ends_us: 4_000 * MS,
    },
    Script {
        id: "leader-crash",
        title: "The leader crashes",
        caption: "At 2 seconds whoever leads crashes for good. Look at how long nobody is answered.",
        commands: 40,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[(2_000 * MS, Fault::CrashLeader)],
        ends_us: 9_000 * MS,
    },
    Script {
        id: "follower-crash",
        title: "Another server crashes",
        caption: "At 2 seconds a server that does not lead crashes: a quorum is left, and nobody should notice.",
        commands: 40,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[(2_000 * MS, Fault::CrashFollower)],
        ends_us: 7_000 * MS,
    },
    Script {
        id: "leader-cut-off",
        title: "The leader is cut off",
        caption: "From 2 to 4 seconds the leader hears nobody. The others go on without it, and it must catch up.",
        commands: 40,
        first_us: 1_000 * MS,
        every_us: 100 * MS,
        faults: &[(2_000 * MS, Fault::IsolateLeader), (4_000 * MS, Fault::Heal)],
        ends_us: 9_000 * MS,
    },
    Script {
        id: "lossy",
        title: "One message in ten is lost",
        caption: "From the start every link loses a tenth of its messages: retries cost time and messages. A command is \
                  asked for every second, so that none waits for the one before.",
        commands: 20,
        first_us: 1_000 * MS,
        every_us: 1_000 * MS,
        faults: &[(0, Fault::Lose(100))],
        ends_us: 24_000 * MS,
    },
];

/// A protocol that takes part.
#[derive(Debug)]
pub struct Contestant {
    /// For a reader.
    pub title: &'static str,
    /// The protocol.
    pub slug: &'static str,
    /// What is unlike the defaults, besides the size.
    pub(super) params: &'static [(&'static str, u64)],
    /// How many servers tolerate a faulty one: each further one takes as many again.
    pub(super) servers_per_fault: u64,
    /// Parameters of roles of which one that is up is enough: there is one more than may be faulty.
    pub(super) spared: &'static [&'static str],
    /// The protocol decides once, so each command has a run of its own.
    pub(super) each: bool,
}

/// What a client waits before it asks another server, the same for everybody: else a comparison of how long nobody is
/// served compares patience.
const CLIENT: [(&str, u64); 2] = [("clients", 1), ("request-timeout-ms", ASK_AGAIN_MS)];
/// The same, in milliseconds; where there are no clients it is what passes before the next server is asked.
pub(super) const ASK_AGAIN_MS: u64 = 250;

/// Who takes part. A protocol joins with one entry here.
pub const CONTESTANTS: &[Contestant] = &[
    Contestant {
        title: "Raft",
        slug: "raft",
        params: &CLIENT,
        servers_per_fault: 2,
        spared: &[],
        each: false,
    },
    Contestant {
        title: "Multi-Paxos",
        slug: "multi-paxos",
        params: &CLIENT,
        servers_per_fault: 2,
        spared: &[],
        each: false,
    },
    Contestant {
        title: "Paxos for each command",
        slug: "paxos",
        params: &[("propose-within-ms", 0), ("ask-ms", 60_000)],
        servers_per_fault: 2,
        spared: &["proposers", "learners"],
        each: true,
    },
    Contestant {
        title: "PBFT",
        slug: "pbft",
        params: &CLIENT,
        servers_per_fault: 3,
        spared: &[],
        each: false,
    },
];
