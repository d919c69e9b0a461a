//! The run as lanes: who sent what to whom, and when.

use super::steps::end_by;
use super::{StatusSpan, Timeline};
use crate::time::Time;
use crate::trace::{Effect, MarkKind};
use crate::view::{LaneDot, LaneSpan, Lanes, Stroke, StrokeEnd};

/// Steps before the window that are searched for the sending of messages that end in it.
const EARLIER_STEPS: u64 = 1_000;

impl Timeline {
    pub(super) fn lanes_between(&mut self, from: Time, to: Time, strokes_max: usize) -> Lanes {
        let last = self.last_step_by(to);
        let first = self.last_step_by(from).saturating_sub(EARLIER_STEPS).max(1);
        self.record(first, last);
        // Messages are numbered as they are sent, so this is in order by itself.
        let mut strokes: Vec<Stroke> = vec![];
        let mut lanes = Lanes::default();
        for step in first..=last {
            let Some((record, effects)) = self.store.get(step) else { continue };
            let me = record.node;
            if let Some((id, end)) = end_by(record, step)
                && let Ok(at) = strokes.binary_search_by_key(&id, |stroke| stroke.message)
            {
                strokes[at].end = end;
            }
            let mut mark = None;
            for effect in effects {
                match effect {
                    Effect::Sent { message, to, kind, arrives_at } => {
                        // A copy made by hand leaves the sender, though no node acted.
                        let Some(from) = me.or_else(|| {
                            self.world.kernel().find_flight(*message).map(|(_, flight)| flight.from)
                        }) else {
                            continue;
                        };
                        let end = StrokeEnd::InFlight { arrives_at: *arrives_at };
                        let (message, to, kind, sent_at) = (*message, *to, *kind, record.at);
                        strokes.push(Stroke { message, kind, from, to, sent_at, sent_step: step, end });
                    }
                    Effect::Marked(kind) => {
                        mark = Some(mark.map_or(*kind, |other: MarkKind| other.min(*kind)))
                    }
                    Effect::Because(_) | Effect::Invoked(_) | Effect::Returned(_) => {}
                }
            }
            if let Some(node) = me.filter(|_| record.at >= from) {
                lanes.dots.push(LaneDot { step, at: record.at, node, kind: self.step_view_kind(step), mark });
            }
        }
        strokes.retain(|stroke| match stroke.end {
            StrokeEnd::InFlight { .. } => true,
            StrokeEnd::Delivered { at, .. } | StrokeEnd::Lost { at, .. } => at >= from,
        });
        lanes.strokes = strokes;
        if lanes.strokes.len() > strokes_max {
            lanes.cut_short = true;
            lanes.strokes.drain(..lanes.strokes.len() - strokes_max);
        }
        lanes.spans =
            self.now_branch().spans.iter().filter_map(|span| span_between(span, from, to)).collect();
        lanes
    }

    fn step_view_kind(&self, step: u64) -> crate::view::StepKind {
        self.store.get(step).map_or(crate::view::StepKind::Hand, |(record, _)| self.step_kind(record))
    }
}

fn span_between(span: &StatusSpan, from: Time, to: Time) -> Option<LaneSpan> {
    let until = span.until.map(|(_, at)| at);
    let touches = span.from.1 <= to && until.is_none_or(|until| until >= from);
    touches.then_some(LaneSpan { node: span.node, status: span.status, from: span.from.1, until })
}
