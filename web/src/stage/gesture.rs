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
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// Where the pointer has been; the last is where it is.
    pub points: Vec<Point>,
    /// Which pointer draws.
    pub pointer: i32,
}

/// A shorter line is a click.
const STROKE_MIN: f64 = 12.0;
/// Points are kept so far apart, and so many at most.
const POINT_PITCH: f64 = 10.0;
const POINTS_MAX: usize = 200;
/// With more nodes not every pair is a link worth cutting by hand.
const NODES_MAX: usize = 60;

impl Stroke {
    /// A line that begins.
    pub fn new(at: Point, pointer: i32) -> Self {
        Self { points: vec![at, at], pointer }
    }

    /// The line drawn on.
    #[must_use]
    pub fn drawn_to(&self, at: Point) -> Self {
        let mut points = self.points.clone();
        let last = points.len() - 1;
        points[last] = at;
        if points[last - 1].distance(at) >= POINT_PITCH && points.len() < POINTS_MAX {
            points.push(at);
        }
        Self { points, pointer: self.pointer }
    }

    /// Whether it is long enough to mean a cut.
    pub fn is_cut(&self) -> bool {
        self.points.iter().any(|point| point.distance(self.points[0]) >= STROKE_MIN)
    }

    fn crosses(&self, a: Point, b: Point) -> bool {
        self.points.windows(2).any(|piece| crossing(a, b, piece[0], piece[1]).is_some())
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
                self.crosses(a, b)
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
pub fn preview(stroke: Option<&Stroke>, frame: &Frame, geometry: &Geometry) -> Html {
    let Some(stroke) = stroke.filter(|stroke| stroke.is_cut()) else {
        return Html::default();
    };
    let pairs = stroke.pairs(frame, geometry);
    let words = match pairs.len() {
        0 => "crosses no link".into(),
        1 => "cuts 1 link".into(),
        count => format!("cuts {count} links"),
    };
    let end = stroke.points.last().copied().unwrap_or_default();
    let x = (end.x + 14.0).min(geometry.w - 110.0);
    let y = (end.y - 12.0).clamp(18.0, geometry.h - 8.0);
    html! {
        <g class="preview" aria-hidden="true">
            { for pairs.iter().map(|(a, b)| {
                let ends = [geometry.spots[a.index()].center, geometry.spots[b.index()].center];
                html! { <path class="preview-link" d={polyline(&ends)} /> }
            }) }
            { fence(&stroke.points) }
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
    fn a_line_may_bend_around_a_node() {
        let corner = [Point::new(50.0, 0.0), Point::new(100.0, 80.0), Point::new(150.0, 0.0)];
        let stroke = corner.iter().skip(1).fold(Stroke::new(corner[0], 1), |stroke, at| stroke.drawn_to(*at));
        assert!(stroke.is_cut());
        assert!(stroke.crosses(Point::new(100.0, 10.0), Point::new(100.0, 200.0)));
        assert!(!stroke.crosses(Point::new(0.0, 90.0), Point::new(200.0, 90.0)));
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
