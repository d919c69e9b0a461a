//! A run's measures at its present step.

use super::Timeline;
use crate::id::NodeId;
use crate::measure::{Asked, Evidence, Measure, Setting, common};
use crate::protocol::{OperationKind, Outcome};
use crate::registry;
use crate::view::{Lens, MeasureView, Measures, MemberKind, NodeFrame, Rank};

impl Timeline {
    pub(crate) fn measured(&self) -> Measures {
        let (branch, present) = (self.now_branch(), self.world.step());
        let meta = self.world.meta();
        let mut sent: Vec<u64> = self.world.kernel().sent().iter().copied().map(u64::from).collect();
        sent.truncate(meta.messages.len());
        let asked = branch.operations.iter().take_while(|entry| entry.step <= present);
        // What is no command is no measure's concern: this is the one place where it is left out.
        let kind_of = |at: u8| meta.operations.get(usize::from(at)).filter(|spec| spec.is_command());
        let operations: Vec<Asked> = asked
            .filter_map(|entry| {
                let operation = entry.operation.operation;
                let reads = kind_of(operation)?.kind == OperationKind::Read;
                let returned = entry.returned.as_ref().filter(|(_, step, _)| *step <= present);
                let ended = returned.map(|(at, _, outcome)| (*at, matches!(outcome, Outcome::Ok(_))));
                Some(Asked { node: entry.node, operation, reads, at: entry.at, ended })
            })
            .collect();
        let evidence = Evidence {
            params: &self.params,
            now: self.world.now(),
            sent: &sent,
            marks: &branch.marks[..branch.marks.partition_point(|mark| mark.step <= present)],
            milestones: &branch.milestones
                [..branch.milestones.partition_point(|passed| passed.step <= present)],
            operations: &operations,
            commands: &branch.commands,
            roster: self.world.roster(),
            leads_first: self.leads_first(),
        };
        let setting = Setting { params: &self.params, delay_us: self.world.kernel().delay_mean_us() };
        let view = |measure: &Measure| MeasureView {
            id: measure.id,
            title: measure.title,
            unit: measure.unit,
            text: measure.text,
            value: (measure.value)(&evidence),
            formula: measure.theory.map_or("", |theory| theory.formula),
            theory: measure.theory.and_then(|theory| (theory.value)(&setting)),
        };
        let values = registry::measures(meta.slug).iter().chain(common(meta)).map(view).collect();
        Measures { values, sent }
    }

    /// The server that leads before anything has happened.
    fn leads_first(&self) -> Option<NodeId> {
        let first = self.now_branch().before(0);
        let frames = first.node_frames(&Lens { log_entries_max: 0, log_from: None });
        let leads = |node: &&NodeFrame| node.kind == MemberKind::Server && node.view.rank == Rank::Leads;
        frames.iter().find(leads).filter(|_| first.step() == 0).map(|node| node.id)
    }
}
