//! Outages: the node that led fails, and the time until somebody leads again.
//!
//! What hands did says who fails; marks say when, who was elected, and whether anybody noticed. A node fails when it is
//! crashed, paused, made Byzantine, or cut off from a majority of the servers, in one direction or in both. Links that
//! lose or delay much make nobody fail, nor do clocks.

use super::Evidence;
use crate::action::{Command, Ways};
use crate::id::NodeId;
use crate::protocol::Member;
use crate::time::Time;
use crate::trace::MarkKind;
use crate::view::MemberKind;

/// The node that led failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// When: of several faults in a row the first.
    pub at: Time,
    /// Who led.
    pub leader: NodeId,
    /// When somebody was elected, and who.
    pub elected: Option<(Time, NodeId)>,
}

/// The outages of a run, by time. One that is over before anybody noticed (no term, view or ballot began) is none, unless
/// the node crashed: then it has forgotten that it led.
pub(super) fn outages(run: &Evidence<'_>) -> Vec<Outage> {
    let mut health = Health::new(run.roster);
    let mut found: Vec<Outage> = vec![];
    // Who leads; the outage going on, if one is, and whether it will end with an election.
    let (mut leader, mut open, mut is_noticed) = (run.leads_first, None, false);
    for mark in run.marks {
        match (mark.kind, leader) {
            (MarkKind::Elected, _) => {
                if let (Some((at, leader)), Some(node)) = (open.take(), mark.node) {
                    found.push(Outage { at, leader, elected: Some((mark.at, node)) });
                }
                leader = mark.node;
            }
            (MarkKind::NewTerm, _) => is_noticed = true,
            (MarkKind::Fault, _) => {
                let Some(command) = run.command_of(mark.step) else { continue };
                let had_failed = leader.is_some_and(|node| health.fails(node));
                health.note(command);
                let Some(node) = leader else { continue };
                match (had_failed, health.fails(node)) {
                    (false, true) if open.is_none() => {
                        open = Some((mark.at, node));
                        is_noticed = false;
                    }
                    (true, false) if !is_noticed => open = None,
                    _ => {}
                }
                is_noticed |= *command == Command::Crash(node);
            }
            _ => {}
        }
    }
    found.extend(open.map(|(at, leader)| Outage { at, leader, elected: None }));
    found
}

/// Who can't do its work, by what hands did so far.
struct Health {
    is_server: Vec<bool>,
    halted: Vec<bool>,
    lies: Vec<bool>,
    /// Whether a link is cut: sender times nodes plus receiver.
    cut: Vec<bool>,
}

impl Health {
    fn new(roster: &[Member]) -> Self {
        let nodes = roster.len();
        Self {
            is_server: roster.iter().map(|member| member.kind == MemberKind::Server).collect(),
            halted: vec![false; nodes],
            lies: vec![false; nodes],
            cut: vec![false; nodes * nodes],
        }
    }

    fn note(&mut self, command: &Command) {
        match command {
            Command::Crash(node) | Command::Pause(node) => self.halted[node.index()] = true,
            Command::Restart(node) | Command::Resume(node) => self.halted[node.index()] = false,
            Command::Byzantine { node, behaviour } => self.lies[node.index()] = *behaviour > 0,
            Command::Cut { from, to, ways, .. } => self.set_cuts(from, to, *ways, true),
            Command::Heal { from, to, ways } => self.set_cuts(from, to, *ways, false),
            Command::HealAll => self.cut.fill(false),
            _ => {}
        }
    }

    fn set_cuts(&mut self, from: &[NodeId], to: &[NodeId], ways: Ways, is_cut: bool) {
        let nodes = self.halted.len();
        for (a, b) in from.iter().flat_map(|a| to.iter().map(move |b| (a.index(), b.index()))) {
            if a != b {
                self.cut[a * nodes + b] = is_cut;
                self.cut[b * nodes + a] = if ways == Ways::Both { is_cut } else { self.cut[b * nodes + a] };
            }
        }
    }

    fn fails(&self, node: NodeId) -> bool {
        let (node, nodes) = (node.index(), self.halted.len());
        let hears_and_is_heard =
            |other: &usize| !self.cut[node * nodes + other] && !self.cut[other * nodes + node];
        let servers = || (0..nodes).filter(|other| self.is_server[*other]);
        let is_cut_off = 2 * servers().filter(hears_and_is_heard).count() <= servers().count();
        self.halted[node] || self.lies[node] || is_cut_off
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::CutFate;
    use crate::id::MessageId;
    use crate::measure::Milli;
    use crate::param::Params;
    use crate::trace::Mark;
    use MarkKind::{Elected, Fault, NewTerm};

    /// What happens at a time, which is the step, too.
    enum Event {
        Mark(MarkKind, u16),
        Hand(Command),
    }

    use Event::{Hand, Mark as Seen};

    fn mark(step: u64, kind: MarkKind, node: Option<NodeId>) -> Mark {
        Mark { step, at: Time(step), node, kind, number: 0 }
    }

    /// How long somebody else took to be elected, and anybody, in microseconds; of five servers.
    fn took(events: &[(u64, Event)]) -> [Option<u64>; 2] {
        let (mut marks, mut commands) = (vec![], vec![]);
        for (step, event) in events {
            let (node, kind) = match event {
                Seen(kind, node) => (Some(NodeId(*node)), *kind),
                Hand(_) => (None, Fault),
            };
            marks.push(mark(*step, kind, node));
            if let Hand(command) = event {
                commands.push((step - 1, command.clone()));
            }
        }
        let roster: Vec<Member> = (1..=5).map(|at| Member::server(format!("n{at}"))).collect();
        let params = Params::defaults(&[]);
        let run = Evidence { marks: &marks, commands: &commands, roster: &roster, ..Evidence::none(&params) };
        [run.takeover(), run.recovery()].map(|took| took.map(|Milli(value)| value / 1_000))
    }

    fn crash(node: u16) -> Event {
        Hand(Command::Crash(NodeId(node)))
    }

    fn pause(node: u16) -> Event {
        Hand(Command::Pause(NodeId(node)))
    }

    fn resume(node: u16) -> Event {
        Hand(Command::Resume(NodeId(node)))
    }

    /// These nodes are cut off from all others.
    fn cut(from: &[u16], ways: Ways) -> Event {
        let nodes = |all: &[u16]| all.iter().copied().map(NodeId).collect();
        let others: Vec<u16> = (0..5).filter(|node| !from.contains(node)).collect();
        Hand(Command::Cut { from: nodes(from), to: nodes(&others), ways, fate: CutFate::Lose })
    }

    #[test]
    fn it_counts_from_the_fault_of_the_leader_to_the_next_one() {
        let events = [
            (5, Seen(Elected, 1)),
            (6, crash(2)),
            (10, crash(1)),
            (20, Seen(NewTerm, 3)),
            (25, Seen(Elected, 3)),
        ];
        assert_eq!(took(&events), [Some(15); 2], "the fault of a follower does not count");
        assert_eq!(took(&events[..4]), [None; 2], "nobody has taken over yet");
        assert_eq!(took(&[(5, Seen(Elected, 1)), (9, Seen(Elected, 2))]), [None; 2], "nothing failed");
    }

    /// As with the primary of the first view, who is one by its number.
    #[test]
    fn who_leads_without_an_election_can_fail() {
        let roster = [Member::server("n1"), Member::server("n2")];
        let marks = [mark(10, Fault, None), mark(25, Elected, Some(NodeId(1)))];
        let (params, commands) = (Params::defaults(&[]), [(9, Command::Crash(NodeId(0)))]);
        let run = Evidence { marks: &marks, commands: &commands, roster: &roster, ..Evidence::none(&params) };
        assert_eq!(run.recovery(), None);
        let run = Evidence { leads_first: Some(NodeId(0)), ..run };
        assert_eq!(run.recovery(), Some(Milli::whole(15)));
    }

    #[test]
    fn what_comes_back_before_the_election_does_not_begin_it_anew() {
        let restart = || Hand(Command::Restart(NodeId(1)));
        let events =
            |last| [(5, Seen(Elected, 1)), (10, crash(1)), (18, restart()), (25, Seen(Elected, last))];
        assert_eq!(took(&events(2)), [Some(15); 2]);
        assert_eq!(took(&events(1)), [None, Some(15)], "nobody else took over, but all goes on");
        let again =
            [(5, Seen(Elected, 1)), (10, crash(1)), (12, restart()), (14, crash(1)), (25, Seen(Elected, 2))];
        assert_eq!(took(&again), [Some(15); 2], "of several faults the first counts");
    }

    #[test]
    fn an_election_of_the_same_node_ends_the_outage() {
        let restart = Hand(Command::Restart(NodeId(1)));
        let events = [
            (5, Seen(Elected, 1)),
            (10, crash(1)),
            (12, restart),
            (20, Seen(Elected, 1)),
            (90, Seen(Elected, 2)),
        ];
        assert_eq!(took(&events), [None, Some(10)], "the change at 90 has nothing to do with it");
    }

    #[test]
    fn a_pause_that_nobody_noticed_is_no_outage() {
        let calm = [(5, Seen(Elected, 1)), (10, pause(1)), (12, resume(1)), (90, Seen(Elected, 2))];
        assert_eq!(took(&calm), [None; 2]);
        let noticed = [
            (5, Seen(Elected, 1)),
            (10, pause(1)),
            (40, Seen(NewTerm, 2)),
            (41, resume(1)),
            (90, Seen(Elected, 2)),
        ];
        assert_eq!(took(&noticed), [Some(80); 2]);
    }

    #[test]
    fn clocks_and_late_messages_make_nobody_fail() {
        let jump = Command::ClockJump { node: NodeId(1), by_us: 9 };
        let delay = Command::Delay { message: MessageId(1), by_us: 9 };
        for command in [jump, delay] {
            let events = [(5, Seen(Elected, 1)), (10, Hand(command)), (25, Seen(Elected, 2))];
            assert_eq!(took(&events), [None; 2]);
        }
    }

    #[test]
    fn a_liar_that_leads_fails() {
        let lie = Hand(Command::Byzantine { node: NodeId(1), behaviour: 1 });
        assert_eq!(took(&[(5, Seen(Elected, 1)), (10, lie), (25, Seen(Elected, 2))]), [Some(15); 2]);
    }

    #[test]
    fn a_leader_cut_off_from_a_majority_fails_and_one_with_a_majority_does_not() {
        let of = |cut| took(&[(5, Seen(Elected, 1)), (10, cut), (25, Seen(Elected, 4))]);
        assert_eq!(of(cut(&[1], Ways::Both)), [Some(15); 2]);
        assert_eq!(of(cut(&[0, 1], Ways::Forth)), [Some(15); 2], "it hears three, but nobody hears it");
        assert_eq!(of(cut(&[0, 1, 2], Ways::Both)), [None; 2]);
        assert_eq!(of(cut(&[0, 2], Ways::Both)), [None; 2]);
        let healed = [
            (5, Seen(Elected, 1)),
            (10, cut(&[1], Ways::Both)),
            (12, Hand(Command::HealAll)),
            (25, Seen(Elected, 4)),
        ];
        assert_eq!(took(&healed), [None; 2], "it was healed before anybody noticed");
    }
}
