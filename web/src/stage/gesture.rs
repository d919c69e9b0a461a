//! A cut drawn by hand: a line across the stage cuts every link it crosses.

use super::fence::fence;
use super::geometry::Geometry;
use super::shape::{Point, crossing, within};
use super::svg::{Pen, path, svg, words};
use crate::scene::Intent;
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::view::Frame;
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

    /// Draws on.
    pub fn draw_to(&mut self, at: Point) {
        let last = self.points.len() - 1;
        self.points[last] = at;
        if self.points[last - 1].distance(at) >= POINT_PITCH && self.points.len() < POINTS_MAX {
            self.points.push(at);
        }
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
        let is_cut = |a, b| frame.cuts.iter().any(|cut| (cut.from, cut.to) == (a, b));
        let ids = || (0..geometry.spots.len()).map(NodeId::at);
        let mut pairs = Vec::new();
        for (a, b) in ids().flat_map(|a| ids().filter(move |b| *b > a).map(move |b| (a, b))) {
            let (from, to) = (geometry.spots[a.index()].center, geometry.spots[b.index()].center);
            if self.crosses(from, to) && !(is_cut(a, b) && is_cut(b, a)) {
                pairs.push((a, b));
            }
        }
        pairs
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
    // The smaller side first, so that a node cut from all others is one command.
    let degree = |id: NodeId| pairs.iter().filter(|(a, b)| *a == id || *b == id).count();
    let mut receivers: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
    for (a, b) in pairs {
        let (from, to) = if degree(*b) > degree(*a) { (*b, *a) } else { (*a, *b) };
        let place = receivers.iter().position(|(sender, _)| *sender >= from).unwrap_or(receivers.len());
        if receivers.get(place).is_none_or(|(sender, _)| *sender != from) {
            receivers.insert(place, (from, Vec::new()));
        }
        receivers[place].1.push(to);
    }
    let mut shared: Vec<(Vec<NodeId>, Vec<NodeId>)> = Vec::new();
    for (sender, receivers) in receivers {
        match shared
            .iter_mut()
            .find(|(_, to)| to.len() == receivers.len() && receivers.iter().all(|id| to.contains(id)))
        {
            Some((from, _)) => from.push(sender),
            None => shared.push((vec![sender], receivers)),
        }
    }
    shared
        .into_iter()
        .map(|(from, to)| Command::Cut { from, to, ways: Ways::Both, fate: CutFate::Lose })
        .collect()
}

/// The fence as it would be, and how many links it cuts.
pub fn preview(stroke: Option<&Stroke>, frame: &Frame, geometry: &Geometry) -> Html {
    let Some(stroke) = stroke.filter(|stroke| stroke.is_cut()) else {
        return Html::default();
    };
    let pairs = stroke.pairs(frame, geometry);
    let told: String = match pairs.len() {
        0 => "crosses no link".into(),
        1 => "cuts 1 link".into(),
        count => format!("cuts {count} links"),
    };
    let end = stroke.points.last().copied().unwrap_or_default();
    let x = (end.x + 14.0).min(geometry.w - 110.0);
    let y = within(end.y - 12.0, 18.0, geometry.h - 8.0);
    let mut parts = Vec::new();
    for (a, b) in &pairs {
        let ends = [geometry.spots[a.index()].center, geometry.spots[b.index()].center];
        parts.push(path("preview-link", &Pen::line(&ends).0));
    }
    fence(&stroke.points, &mut parts);
    parts.push(words("", Point::new(x, y), None, &told));
    svg!("g", "class" = "preview", "aria-hidden" = "true"; parts)
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
        let mut stroke = Stroke::new(corner[0], 1);
        corner.iter().skip(1).for_each(|at| stroke.draw_to(*at));
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
