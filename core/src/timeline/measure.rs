//! A run's measures at its present step.

use super::Timeline;
use crate::measure::{Asked, COMMON, Evidence, Measure, Setting};
use crate::protocol::Outcome;
use crate::registry;
use crate::view::{MeasureView, Measures};

impl Timeline {
    pub(crate) fn measured(&self) -> Measures {
        let (branch, present) = (self.now_branch(), self.world.step());
        let meta = self.world.meta();
        let mut sent: Vec<u64> = self.world.kernel().sent().iter().copied().map(u64::from).collect();
        sent.truncate(meta.messages.len());
        let asked = branch.operations.iter().take_while(|entry| entry.step <= present);
        let operations: Vec<Asked> = asked
            .map(|entry| Asked {
                node: entry.node,
                operation: entry.operation.operation,
                at: entry.at,
                ended: (entry.returned.as_ref())
                    .filter(|(_, step, _)| *step <= present)
                    .map(|(at, _, outcome)| (*at, matches!(outcome, Outcome::Ok(_)))),
            })
            .collect();
        let evidence = Evidence {
            params: &self.params,
            now: self.world.now(),
            sent: &sent,
            marks: &branch.marks[..branch.marks.partition_point(|mark| mark.step <= present)],
            operations: &operations,
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
        let common: &[Measure] = if meta.operations.is_empty() { &[] } else { COMMON };
        let values = registry::measures(meta.slug).iter().chain(common).map(view).collect();
        Measures { values, sent }
    }
}
