//! All links of a run. Tables appear only when somebody uses them: a thousand nodes with one behaviour cost nothing.

use super::link::LinkProfile;
use crate::action::{CutFate, Ways};
use crate::id::NodeId;

/// The links between `node_count` nodes.
#[derive(Debug, Clone, Hash)]
pub(crate) struct Network {
    node_count: usize,
    /// Profile 0 is the behaviour of links that have none of their own.
    profiles: Vec<LinkProfile>,
    /// Position in `profiles` for each directed link; empty while all are 0.
    profile_of: Vec<u8>,
    /// For each directed link: open, or cut and how; empty while none is cut.
    cuts: Vec<Option<Cut>>,
    /// Latest arrival so far on each ordered link, in microseconds; empty while none is ordered.
    busy_until: Vec<u64>,
}

/// How a link is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Cut {
    Loses,
    Holds,
}

impl From<CutFate> for Cut {
    fn from(fate: CutFate) -> Self {
        match fate {
            CutFate::Lose => Self::Loses,
            CutFate::Hold => Self::Holds,
        }
    }
}

impl Network {
    pub(crate) fn new(node_count: usize, profile: LinkProfile) -> Self {
        Self { node_count, profiles: vec![profile], profile_of: vec![], cuts: vec![], busy_until: vec![] }
    }

    fn at(&self, from: NodeId, to: NodeId) -> usize {
        from.index() * self.node_count + to.index()
    }

    /// Draws how long a message takes that leaves now, and keeps the link's order. Also how likely chance touches it.
    pub(crate) fn travel(
        &mut self,
        from: NodeId,
        to: NodeId,
        now: u64,
        chance: &mut crate::random::Stream,
    ) -> Travel {
        let at = self.at(from, to);
        let profile = &self.profiles[self.profile_of.get(at).map_or(0, |position| usize::from(*position))];
        let mut arrives = now + profile.latency.sample(chance);
        if profile.fifo || profile.spacing_us > 0 {
            if self.busy_until.is_empty() {
                self.busy_until = vec![0; self.node_count * self.node_count];
            }
            arrives = arrives.max(self.busy_until[at] + u64::from(profile.spacing_us));
            self.busy_until[at] = arrives;
        }
        let (loss, twice) = (profile.loss_permille, profile.duplicate_permille);
        // A node always reaches itself.
        let lost = from != to && chance.permille(loss);
        Travel { arrives, lost, twice: from != to && chance.permille(twice) }
    }

    /// The mean latency of every link, in microseconds; `None` if some behave differently.
    pub(crate) fn delay_mean_us(&self) -> Option<u64> {
        if self.profile_of.is_empty() { self.profiles[0].latency.mean_us() } else { None }
    }

    pub(crate) fn cut(&self, from: NodeId, to: NodeId) -> Option<Cut> {
        self.cuts.get(self.at(from, to)).copied().flatten()
    }

    /// Cuts or heals the links from one set to another; never a node from itself.
    pub(crate) fn set_cuts(&mut self, from: &[NodeId], to: &[NodeId], ways: Ways, cut: Option<Cut>) {
        if self.cuts.is_empty() {
            if cut.is_none() {
                return;
            }
            self.cuts = vec![None; self.node_count * self.node_count];
        }
        for a in from {
            for b in to {
                if a != b {
                    let (forth, back) = (self.at(*a, *b), self.at(*b, *a));
                    self.cuts[forth] = cut;
                    if ways == Ways::Both {
                        self.cuts[back] = cut;
                    }
                }
            }
        }
        if self.cuts.iter().all(Option::is_none) {
            self.cuts = vec![];
        }
    }

    pub(crate) fn heal_all(&mut self) {
        self.cuts = vec![];
    }

    /// Every cut link, by sender and then receiver.
    pub(crate) fn all_cuts(&self) -> impl Iterator<Item = (NodeId, NodeId, Cut)> {
        self.cuts.iter().enumerate().filter_map(|(at, cut)| {
            cut.map(|cut| (NodeId::at(at / self.node_count), NodeId::at(at % self.node_count), cut))
        })
    }

    /// How many profiles there can be besides the default one.
    const PROFILES_MAX: usize = 255;

    /// Whether there is room for one more behaviour.
    pub(crate) fn has_room(&self) -> bool {
        self.profiles.len() <= Self::PROFILES_MAX
    }

    /// Gives links another behaviour; `None` stands for every node.
    pub(crate) fn set_profile(&mut self, from: Option<NodeId>, to: Option<NodeId>, profile: LinkProfile) {
        if from.is_none() && to.is_none() {
            self.profiles = vec![profile];
            self.profile_of = vec![];
            return;
        }
        let known = self.profiles.iter().position(|other| *other == profile);
        let position = known.unwrap_or(self.profiles.len());
        if known.is_none() {
            self.profiles.push(profile);
        }
        if self.profile_of.is_empty() {
            self.profile_of = vec![0; self.node_count * self.node_count];
        }
        for a in 0..self.node_count {
            for b in 0..self.node_count {
                if from.is_none_or(|from| from.index() == a) && to.is_none_or(|to| to.index() == b) {
                    self.profile_of[a * self.node_count + b] = position as u8;
                }
            }
        }
    }
}

/// What a link does to one message.
pub(crate) struct Travel {
    /// Arrival, in microseconds of simulated time.
    pub(crate) arrives: u64,
    /// Chance loses it on the way.
    pub(crate) lost: bool,
    /// Chance sends it twice.
    pub(crate) twice: bool,
}
