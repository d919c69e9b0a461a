//! Panels of facts and tables: what is on disk, what is in memory, and why a certificate needs so many.

use super::Pbft;
use super::signing::Signed;
use super::state::{Awaited, Replica, ReplicaDisk};
use crate::protocol::Nodes;
use crate::view::{Fact, Kept, Panel};

impl Pbft {
    pub(super) fn disk_panel(&self, disk: &ReplicaDisk) -> Panel {
        let state = if disk.is_active() { "active" } else { "waits for its new-view" };
        let mut facts = vec![
            Fact::new("view", format!("{}, {state}", disk.view)),
            Fact::new("primary", self.primary(disk.view)),
            Fact::new("last executed", disk.executed),
            Fact::new("watermarks", format!("h = {}, H = {}", disk.stable.seq, self.high(disk))),
        ];
        facts.extend(self.rival_facts(disk));
        Panel::Facts { title: "On disk", kept: Kept::Durable, facts }
    }

    pub(super) fn memory_panel(&self, r: &Replica) -> Panel {
        let waiting: Vec<_> = r.waiting.iter().map(|request| self.request_words(Some(request))).collect();
        let waiting = if waiting.is_empty() { "none".into() } else { waiting.join(", ") };
        let facts = vec![
            Fact::new("requests waiting", waiting),
            Fact::new("patience", crate::time::Time(self.patience_us(r))),
            Fact::new("waits for", self.awaited_words(r)),
        ];
        Panel::Facts { title: "In memory", kept: Kept::Volatile, facts }
    }

    /// What the view-change timer is for.
    fn awaited_words(&self, r: &Replica) -> String {
        match r.awaited {
            _ if !r.disk.is_active() => "the new-view".into(),
            None => "nothing".into(),
            Some(Awaited::Request(client, timestamp)) => {
                format!("request {timestamp} of {}", self.name(client))
            }
            Some(Awaited::Number(seq)) => format!("sequence number {seq}"),
        }
    }

    /// What the threshold is, and why; and whether more lie than that allows for.
    pub(super) fn quorum_panel(&self, nodes: &Nodes<Self>) -> Panel {
        let (n, f, quorum) = (self.n, self.faulty_max(), self.quorum());
        let shared = (2 * quorum).saturating_sub(n);
        let correct = match shared.checked_sub(f) {
            Some(correct) if correct > 0 => format!("at least {correct} of them correct"),
            _ => "perhaps none of them correct".into(),
        };
        let formula = match self.quorum_rule {
            super::QuorumRule::Intersecting => "⌈(n + f + 1) / 2⌉",
            super::QuorumRule::TwoFPlusOne => "2f + 1",
            super::QuorumRule::FPlusOne => "f + 1",
        };
        let liars = self.replicas().filter(|id| !nodes.is_correct(*id)).count();
        let mut facts = vec![
            Fact::new("replicas", format!("n = {n}, of which f = {f} may lie")),
            Fact::new("a certificate needs", format!("{formula} = {quorum} signers")),
            Fact::new("two certificates share", format!("at least {shared} replicas, {correct}")),
            Fact::new("without the f", format!("{} replicas are left, {quorum} needed", n - f)),
        ];
        if liars > 0 {
            let told = if liars > f { format!("{liars}, more than f: nothing is promised (§3)") } else { liars.to_string() };
            facts.insert(1, Fact::new("lie, or have lied", told));
        }
        Panel::Facts { title: "Why so many", kept: Kept::Durable, facts }
    }
}

pub(super) fn timestamp_panel(timestamp: u32) -> Panel {
    Panel::Facts { title: "On disk", kept: Kept::Durable, facts: vec![Fact::new("timestamp", timestamp)] }
}

pub(super) fn machine_panel(disk: &ReplicaDisk) -> Panel {
    Panel::Table {
        title: "State machine",
        kept: Kept::Durable,
        columns: vec!["key", "value"],
        rows: disk.machine.values().map(|(key, value)| vec![key.into(), value.to_string()]).collect(),
    }
}

/// Checkpoints: the stable one with its proof, and those that are being collected.
pub(super) fn checkpoint_panel(pbft: &Pbft, disk: &ReplicaDisk) -> Option<Panel> {
    let mut rows = vec![];
    if disk.stable.seq > 0 {
        let signers = pbft.names(disk.stable.proof.iter().map(Signed::signer));
        let state = if disk.stable.machine.is_some() { "stable" } else { "stable, state missing" };
        rows.push(vec![disk.stable.seq.to_string(), disk.stable.digest.to_string(), signers, state.into()]);
    }
    let mut places: Vec<_> = disk.checkpoints.iter().map(|c| (c.seq, c.digest)).collect();
    places.dedup();
    for (seq, digest) in places {
        let same = disk.checkpoints.iter().filter(|c| (c.seq, c.digest) == (seq, digest));
        let signers = pbft.names(same.map(Signed::signer));
        rows.push(vec![seq.to_string(), digest.to_string(), signers, "collecting".into()]);
    }
    (!rows.is_empty()).then(|| Panel::Table {
        title: "Checkpoints",
        kept: Kept::Durable,
        columns: vec!["number", "digest", "signed by", "state"],
        rows,
    })
}
