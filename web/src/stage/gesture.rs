//! A cut drawn by hand: a line across the stage cuts every link it crosses.

use super::fence::{fence, polyline};
use super::geometry::Geometry;
use super::shape::{Point, crossing};
use crate::scene::Intent;
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::view::Frame;
use std::collections::{BTreeMap, BTreeSet};
use yew::prelude::*;

/// A line being drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Where it began.
    pub from: Point,
    /// Where the pointer is.
    pub to: Point,
    /// Which pointer draws.
    pub pointer: i32,
}

/// A shorter line is a click.
const STROKE_MIN: f64 = 12.0;
/// With more nodes not every pair is a link worth cutting by hand.
const NODES_MAX: usize = 60;

impl Stroke {
    /// Whether it is long enough to mean a cut.
    pub fn is_cut(&self) -> bool {
        self.from.distance(self.to) >= STROKE_MIN
    }

    /// The pairs of nodes whose link it crosses and that aren't cut already.
    pub fn pairs(&self, frame: &Frame, geometry: &Geometry) -> Vec<(NodeId, NodeId)> {
        if geometry.spots.len() > NODES_MAX {
            return Vec::new();
        }
        let cuts: BTreeSet<_> = frame.cuts.iter().map(|cut| (cut.from, cut.to)).collect();
        let ids = || (0..geometry.spots.len()).map(NodeId::at);
        ids()
            .flat_map(|a| ids().filter(move |b| *b > a).map(move |b| (a, b)))
            .filter(|(a, b)| !(cuts.contains(&(*a, *b)) && cuts.contains(&(*b, *a))))
            .filter(|(a, b)| {
                let (a, b) = (geometry.spots[a.index()].center, geometry.spots[b.index()].center);
                crossing(a, b, self.from, self.to).is_some()
            })
            .collect()
    }

    /// What it asks for.
    pub fn intent(&self, frame: &Frame, geometry: &Geometry) -> Intent {
        let pairs = self.pairs(frame, geometry);
        if pairs.is_empty() {
            return Intent::Say("The line crosses no link that could be cut.".into());
        }
        Intent::Commands(commands(&pairs))
    }
}

/// The fewest commands that cut these pairs: senders with the same receivers share one.
fn commands(pairs: &[(NodeId, NodeId)]) -> Vec<Command> {
    let mut receivers: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    // The smaller side first, so that a node cut from all others is one command.
    let mut degree: BTreeMap<NodeId, usize> = BTreeMap::new();
    for (a, b) in pairs {
        *degree.entry(*a).or_default() += 1;
        *degree.entry(*b).or_default() += 1;
    }
    for (a, b) in pairs {
        let (from, to) = if degree[b] > degree[a] { (*b, *a) } else { (*a, *b) };
        receivers.entry(from).or_default().push(to);
    }
    let mut shared: BTreeMap<Vec<NodeId>, Vec<NodeId>> = BTreeMap::new();
    for (from, mut to) in receivers {
        to.sort();
        shared.entry(to).or_default().push(from);
    }
    shared
        .into_iter()
        .map(|(to, from)| Command::Cut { from, to, ways: Ways::Both, fate: CutFate::Lose })
        .collect()
}

/// The fence as it would be, and how many links it cuts.
pub fn preview(stroke: Option<Stroke>, frame: &Frame, geometry: &Geometry) -> Html {
    let Some(stroke) = stroke.filter(Stroke::is_cut) else {
        return Html::default();
    };
    let pairs = stroke.pairs(frame, geometry);
    let words = match pairs.len() {
        0 => "crosses no link".into(),
        1 => "cuts 1 link".into(),
        count => format!("cuts {count} links"),
    };
    let x = (stroke.to.x + 14.0).min(geometry.w - 110.0);
    let y = (stroke.to.y - 12.0).clamp(18.0, geometry.h - 8.0);
    html! {
        <g class="preview" aria-hidden="true">
            { for pairs.iter().map(|(a, b)| {
                let ends = [geometry.spots[a.index()].center, geometry.spots[b.index()].center];
                html! { <path class="preview-link" d={polyline(&ends)} /> }
            }) }
            { fence(&[stroke.from, stroke.to]) }
            <text x={x.to_string()} y={y.to_string()}>{ words }</text>
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(id: u16) -> NodeId {
        NodeId(id)
    }

    #[test]
    fn a_partition_drawn_by_hand_is_one_command() {
        let pairs = [(0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4)].map(|(a, b)| (n(a), n(b)));
        let made = commands(&pairs);
        let Some(Command::Cut { from, to, .. }) = made.first() else { panic!("{made:?}") };
        assert_eq!(made.len(), 1);
        assert_eq!((from.clone(), to.clone()), (vec![n(0), n(1)], vec![n(2), n(3), n(4)]));
    }

    #[test]
    fn one_node_fenced_off_is_one_command_whichever_it_is() {
        let made = commands(&[(n(0), n(2)), (n(1), n(2)), (n(2), n(3))]);
        let Some(Command::Cut { from, to, .. }) = made.first() else { panic!("{made:?}") };
        assert_eq!(made.len(), 1);
        assert_eq!((from.clone(), to.clone()), (vec![n(2)], vec![n(0), n(1), n(3)]));
    }
}
