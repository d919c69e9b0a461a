//! What to show of an agent: its role, the ring of answers it collects, and what it holds.

use super::message::{Ballot, Proposal, Word};
use super::state::{AcceptorDisk, AcceptorSet, Agent, Disk, Learner, Phase, Proposer};
use super::{Paxos, proposer_of};
use crate::id::NodeId;
use crate::protocol::{Cell, Nodes};
use crate::view::{Answer, Fact, Kept, NodeView, Notch, Panel, PhaseTrack, QuorumView, Rank, Threshold};

/// The phases of a ballot.
const PHASES: &[&str] = &["prepare", "promise", "accept", "chosen", "learned"];

/// Something that may not be there yet, in words.
fn or(word: &str, value: Option<impl ToString>) -> String {
    value.map_or_else(|| word.into(), |value| value.to_string())
}

impl Paxos {
    /// The name of an agent.
    pub(super) fn name(&self, id: NodeId) -> String {
        let at = id.index();
        match self.acceptor_number(id) {
            Some(number) => format!("a{}", number + 1),
            None if at < self.proposers => format!("p{}", at + 1),
            None => format!("l{}", at + 1 - self.proposers - self.n),
        }
    }

    /// What to show of an agent.
    pub(super) fn agent_view(&self, nodes: &Nodes<Self>, id: NodeId) -> NodeView {
        match nodes.cell(id) {
            Cell::Up(Agent::Proposer(proposer)) => self.proposer_view(id, proposer),
            Cell::Up(Agent::Acceptor(acceptor)) => self.acceptor_view("acceptor", acceptor),
            Cell::Up(Agent::Learner(learner)) => self.learner_view(learner),
            Cell::Down(Disk::Proposer { round }) => NodeView {
                role: "crashed",
                rank: Rank::Plain,
                headline: None,
                quorum: None,
                panels: vec![proposer_disk(*round, Kept::Durable)],
            },
            Cell::Down(Disk::Acceptor(acceptor)) => self.acceptor_view("crashed", acceptor),
            Cell::Down(Disk::Empty) => NodeView {
                role: "crashed",
                rank: Rank::Plain,
                headline: None,
                quorum: None,
                panels: Vec::new(),
            },
        }
    }

    fn proposer_view(&self, id: NodeId, p: &Proposer) -> NodeView {
        let quorum = self.proposer_ring(&p.phase);
        let ballot = p.phase.ballot();
        let mut facts = vec![
            Fact::new("wants", or("nothing", p.wish.map(|wish| wish.value))),
            Fact::new("ballot", or("none", ballot)),
            Fact::new("phase", phase_word(&p.phase)),
        ];
        if let Phase::Preparing { reported, .. } = &p.phase {
            facts.push(Fact::new("promises report", or("nothing", *reported)));
        }
        if let Some(proposal) = p.phase.proposal() {
            facts.push(Fact::new("proposes", proposal.value));
        }
        facts.push(Fact::new("highest round heard of", p.heard));
        if self.backs_off {
            facts.push(Fact::new("failures in a row", p.failures));
        }
        facts.push(Fact::new("knows as chosen", or("nothing", p.chosen)));
        let round_kept = if self.forgets_round { Kept::Volatile } else { Kept::Durable };
        let mut panels = vec![
            proposer_disk(p.round, round_kept),
            Panel::Facts { title: "In memory", kept: Kept::Volatile, facts },
        ];
        panels.extend(quorum.clone().map(Panel::Quorum));
        debug_assert!(id.index() < self.proposers, "proposers come first");
        NodeView {
            role: "proposer",
            rank: if p.phase.is_open() { Rank::Tries } else { Rank::Plain },
            headline: ballot.map(|ballot| Fact::new("ballot", ballot)),
            quorum,
            panels,
        }
    }

    /// The ring of a proposer: promises in phase 1, acceptances in phase 2.
    fn proposer_ring(&self, phase: &Phase) -> Option<QuorumView> {
        let none = AcceptorSet::default();
        match phase {
            Phase::Idle => None,
            Phase::Preparing { ballot, promises, refusals, .. } => {
                Some(self.ring(format!("promises for ballot {ballot}"), *promises, *refusals))
            }
            Phase::Proposing { proposal, accepted, refusals } => {
                Some(self.ring(format!("accepted {proposal}"), *accepted, *refusals))
            }
            Phase::Succeeded { proposal, accepted } => {
                Some(self.ring(format!("accepted {proposal}"), *accepted, none))
            }
        }
    }

    fn ring(&self, purpose: String, yes: AcceptorSet, no: AcceptorSet) -> QuorumView {
        let answer = |acceptor: usize| match () {
            () if yes.has(acceptor) => Answer::Yes,
            () if no.has(acceptor) => Answer::No,
            () => Answer::Awaited,
        };
        let notches = self.acceptors().enumerate();
        QuorumView {
            purpose,
            kept: Kept::Volatile,
            notches: notches.map(|(at, node)| Notch { node, answer: answer(at) }).collect(),
            threshold: Threshold::Of(self.majority()),
        }
    }

    fn acceptor_view(&self, role: &'static str, a: &AcceptorDisk) -> NodeView {
        let promised = Fact::new("promised", or("nothing", a.promised));
        let accepted = Fact::new("accepted", or("nothing", a.accepted));
        let panel = |title, kept, facts| Panel::Facts { title, kept, facts };
        let panels = if self.forgets_promise {
            let mut panels = vec![panel("On disk", Kept::Durable, vec![accepted])];
            if role != "crashed" {
                panels.push(panel("In memory", Kept::Volatile, vec![promised]));
            }
            panels
        } else {
            vec![panel("On disk", Kept::Durable, vec![promised, accepted])]
        };
        NodeView {
            role,
            rank: Rank::Plain,
            headline: match (a.accepted, a.promised) {
                // The promise may be of a later ballot than what was accepted.
                (Some(accepted), Some(promised)) => {
                    Some(Fact::new("promised · accepted", format!("{promised} · {accepted}")))
                }
                (Some(accepted), None) => Some(Fact::new("accepted", accepted)),
                (None, promised) => promised.map(|promised| Fact::new("promised", promised)),
            },
            quorum: None,
            panels,
        }
    }

    fn learner_view(&self, l: &Learner) -> NodeView {
        // Once it has learned a value, by whom that was accepted, enough or not.
        let leading = l.leading(l.learned);
        let quorum = leading.map(|(proposal, accepted)| {
            self.ring(format!("accepted {proposal}"), accepted, AcceptorSet::default())
        });
        let row = |(at, vote): (usize, &Option<Proposal>)| {
            let ballot = or("–", vote.map(|vote| vote.ballot));
            vec![format!("a{}", at + 1), ballot, or("–", vote.map(|vote| vote.value))]
        };
        let mut panels = vec![
            Panel::Facts {
                title: "In memory",
                kept: Kept::Volatile,
                facts: vec![Fact::new("learned", or("nothing", l.learned))],
            },
            Panel::Table {
                title: "Known to be accepted",
                kept: Kept::Volatile,
                columns: vec!["acceptor", "ballot", "value"],
                rows: l.votes.iter().enumerate().map(row).collect(),
            },
        ];
        panels.extend(quorum.clone().map(Panel::Quorum));
        NodeView {
            role: "learner",
            rank: Rank::Plain,
            headline: l.learned.map(|value| Fact::new("learned", value)),
            quorum,
            panels,
        }
    }

    /// A track for each proposer's latest ballot; and for a chosen proposal if the value is chosen by none of those.
    pub(super) fn phase_tracks(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        let proposers = || (0..self.proposers).filter_map(|at| proposer_of(nodes, NodeId::at(at)));
        let track = |p: &Proposer| {
            let ballot = p.phase.ballot()?;
            let current = match &p.phase {
                Phase::Idle => return None,
                Phase::Preparing { promises, .. } if promises.count() == 0 => 0,
                Phase::Preparing { .. } => 1,
                Phase::Proposing { proposal, .. } | Phase::Succeeded { proposal, .. } => {
                    self.progress_of(nodes, *proposal)
                }
            };
            Some(PhaseTrack { title: track_title(ballot, p.phase.proposal()), phases: PHASES, current: Some(current) })
        };
        let is_shown = |value: Word| {
            let own = proposers().filter_map(|p| p.phase.proposal()).filter(|own| own.value == value);
            own.map(|own| self.progress_of(nodes, own)).any(|progress| progress > 2)
        };
        let accepted = self.acceptors().filter_map(|id| self.acceptor_of(nodes, id)?.accepted);
        let orphans =
            accepted.filter(|proposal| !is_shown(proposal.value) && self.progress_of(nodes, *proposal) > 2);
        let orphan = orphans.max().map(|proposal| PhaseTrack {
            title: track_title(proposal.ballot, Some(proposal)),
            phases: PHASES,
            current: Some(self.progress_of(nodes, proposal)),
        });
        proposers().filter_map(track).chain(orphan).collect()
    }

    /// How far a proposal has come: it is chosen when a majority has it, whoever knows, and learned when every learner
    /// has learned its value.
    ///
    /// SUBTLE: an acceptor that accepts the value again in a later ballot forgets that it had it in this one, and what is
    /// chosen stays chosen. So that counts, too, as long as no acceptor has another value in a later ballot: any majority of
    /// promises reports this one then.
    fn progress_of(&self, nodes: &Nodes<Self>, proposal: Proposal) -> usize {
        let accepted = || self.acceptors().filter_map(|id| self.acceptor_of(nodes, id)?.accepted);
        let is_majority = |has: &dyn Fn(&Proposal) -> bool| accepted().filter(has).count() >= self.majority();
        let since = || accepted().filter(|had| had.ballot >= proposal.ballot);
        let stays = since().all(|had| had.value == proposal.value) && since().count() >= self.majority();
        let knows = |p: &Proposer| matches!(&p.phase, Phase::Succeeded { proposal: of, .. } if *of == proposal);
        let is_known = (0..self.proposers).filter_map(|at| proposer_of(nodes, NodeId::at(at))).any(knows);
        let is_chosen = is_known || stays || is_majority(&|had| *had == proposal);
        let has_learned = |id: NodeId| {
            matches!(nodes.state(id), Some(Agent::Learner(learner)) if learner.learned == Some(proposal.value))
        };
        match (is_chosen, self.learners == 0) {
            (false, _) => 2,
            (true, true) => 3 + usize::from(is_known),
            (true, false) => 3 + usize::from(self.learners().all(has_learned)),
        }
    }
}

fn track_title(ballot: Ballot, proposal: Option<Proposal>) -> String {
    let value: Option<Word> = proposal.map(|proposal| proposal.value);
    value.map_or_else(|| format!("ballot {ballot}"), |value| format!("ballot {ballot}: {value}"))
}

fn proposer_disk(round: u32, kept: Kept) -> Panel {
    let title = if kept == Kept::Durable { "On disk" } else { "Kept in memory only" };
    Panel::Facts { title, kept, facts: vec![Fact::new("highest round used", round)] }
}

const fn phase_word(phase: &Phase) -> &'static str {
    match phase {
        Phase::Idle => "none",
        Phase::Preparing { .. } => "1, awaits promises",
        Phase::Proposing { .. } => "2, awaits acceptance",
        Phase::Succeeded { .. } => "over, its value is chosen",
    }
}
