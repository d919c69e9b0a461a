//! A cut drawn by hand: a line across the stage cuts every link it crosses; one that parts the servers parts everybody.

use super::fence::fence;
use super::geometry::{Geometry, Spot};
use super::shape::{Point, crossing, within};
use super::svg::{Pen, path, svg, words};
use crate::scene::Intent;
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::view::{Frame, MemberKind};
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
/// The direction of an end is that from a point so far before it.
const TANGENT: f64 = 30.0;
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

    /// The line, led on straight beyond both its ends.
    fn extended(&self, far: f64) -> Vec<Point> {
        let beyond = |end: Point, tangent: Option<Point>| {
            tangent.map(|inner| end.towards(inner.angle_to(end), far)).into_iter()
        };
        let (first, last) = (self.points[0], self.points[self.points.len() - 1]);
        let ahead = self.points.iter().copied().find(|point| point.distance(first) >= TANGENT);
        let behind = self.points.iter().rev().copied().find(|point| point.distance(last) >= TANGENT);
        let line = self.points.iter().copied();
        beyond(first, ahead.or(Some(last))).chain(line).chain(beyond(last, behind.or(Some(first)))).collect()
    }

    /// On which side of the line each node stands, clients too, if it parts the servers: if it crosses every link between
    /// servers on different sides. A line that crosses only some of them means just those links.
    fn sides(&self, geometry: &Geometry) -> Option<Vec<bool>> {
        let line = self.extended(geometry.w + geometry.h);
        let first = geometry.spots.first()?.center;
        let is_across = |spot: &Spot| {
            // A corner belongs to one of its pieces.
            let crosses = |piece: &&[Point]| {
                crossing(piece[0], piece[1], first, spot.center).is_some_and(|along| along < 1.0)
            };
            line.windows(2).filter(crosses).count() % 2 == 1
        };
        let sides: Vec<bool> = geometry.spots.iter().map(is_across).collect();
        let servers = || {
            let all = geometry.spots.iter().zip(&sides);
            all.filter(|(spot, _)| spot.kind == MemberKind::Server)
        };
        let mut parts = false;
        for (a, _) in servers().filter(|(_, side)| **side) {
            for (b, _) in servers().filter(|(_, side)| !**side) {
                if !self.crosses(a.center, b.center) {
                    return None;
                }
                parts = true;
            }
        }
        parts.then_some(sides)
    }

    /// The pairs of nodes whose link it cuts and that aren't cut already: all between two sides, or those it crosses.
    fn pairs(&self, sides: Option<&[bool]>, frame: &Frame, geometry: &Geometry) -> Vec<(NodeId, NodeId)> {
        let is_cut = |a, b| frame.cuts.iter().any(|cut| (cut.from, cut.to) == (a, b));
        let ids = || (0..geometry.spots.len()).map(NodeId::at);
        let mut pairs = Vec::new();
        for (a, b) in ids().flat_map(|a| ids().filter(move |b| *b > a).map(move |b| (a, b))) {
            let parts = match sides {
                Some(sides) => sides[a.index()] != sides[b.index()],
                None => self.crosses(geometry.spots[a.index()].center, geometry.spots[b.index()].center),
            };
            if parts && !(is_cut(a, b) && is_cut(b, a)) {
                pairs.push((a, b));
            }
        }
        pairs
    }

    /// The two sides if it parts the servers, and the pairs of nodes whose link it cuts.
    fn meaning(&self, frame: &Frame, geometry: &Geometry) -> (Option<Vec<bool>>, Vec<(NodeId, NodeId)>) {
        if geometry.spots.len() > NODES_MAX {
            return (None, Vec::new());
        }
        let sides = self.sides(geometry);
        let pairs = self.pairs(sides.as_deref(), frame, geometry);
        (sides, pairs)
    }

    /// What it asks for.
    pub fn intent(&self, frame: &Frame, geometry: &Geometry) -> Intent {
        let (sides, pairs) = self.meaning(frame, geometry);
        if pairs.is_empty() {
            return Intent::Say("The line crosses no link that could be cut.".into());
        }
        // What a cut between the sides holds already it goes on to hold.
        let holds = |sides: &Vec<bool>| {
            frame.cuts.iter().any(|cut| cut.holds && sides[cut.from.index()] != sides[cut.to.index()])
        };
        let Some(sides) = sides.filter(|sides| !holds(sides)) else {
            return Intent::Commands(commands(&pairs));
        };
        let side = |of: bool| (0..sides.len()).filter(|at| sides[*at] == of).map(NodeId::at).collect();
        Intent::Commands(vec![cut(side(false), side(true))])
    }
}

/// One command; the smaller side is named first.
fn cut(from: Vec<NodeId>, to: Vec<NodeId>) -> Command {
    let (from, to) = if (to.len(), &to) < (from.len(), &from) { (to, from) } else { (from, to) };
    Command::Cut { from, to, ways: Ways::Both, fate: CutFate::Lose }
}

/// Few commands that cut these pairs, and no others: each takes the two sets of nodes, all pairs between them to be cut,
/// that leave the fewest. One if one can say it.
fn commands(pairs: &[(NodeId, NodeId)]) -> Vec<Command> {
    let mut left = pairs.to_vec();
    let others = |pairs: &[(NodeId, NodeId)], id: NodeId| -> Vec<NodeId> {
        let other = |(a, b): &(NodeId, NodeId)| match id {
            _ if *a == id => Some(*b),
            _ if *b == id => Some(*a),
            _ => None,
        };
        pairs.iter().filter_map(other).collect()
    };
    let mut made = Vec::new();
    while !left.is_empty() {
        let mut best: (usize, Vec<NodeId>, Vec<NodeId>) = Default::default();
        for start in left.iter().flat_map(|(a, b)| [*a, *b]) {
            let to = others(&left, start);
            let mut from: Vec<NodeId> = Vec::new();
            for id in others(pairs, to[0]) {
                let reached = others(pairs, id);
                let place = from.iter().position(|other| *other >= id).unwrap_or(from.len());
                if to.iter().all(|other| reached.contains(other)) {
                    from.insert(place, id);
                }
            }
            let count = left.iter().filter(|pair| is_between(&from, &to, pair)).count();
            if count > best.0 {
                best = (count, from, to);
            }
        }
        let (_, from, to) = best;
        left.retain(|pair| !is_between(&from, &to, pair));
        made.push(cut(from, to));
    }
    made
}

/// Whether a pair has one node in each of two sets.
fn is_between(from: &[NodeId], to: &[NodeId], (a, b): &(NodeId, NodeId)) -> bool {
    from.contains(a) && to.contains(b) || from.contains(b) && to.contains(a)
}

/// The fence as it would be, and how many links it cuts.
pub fn preview(stroke: Option<&Stroke>, frame: &Frame, geometry: &Geometry) -> Html {
    let Some(stroke) = stroke.filter(|stroke| stroke.is_cut()) else {
        return Html::default();
    };
    let (sides, pairs) = stroke.meaning(frame, geometry);
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
    // Where it parts the servers the fence goes on to the edges.
    let line = if sides.is_some() { stroke.extended(geometry.w + geometry.h) } else { stroke.points.clone() };
    fence(&line, &mut parts);
    parts.push(words("", Point::new(x, y), None, &told));
    svg!("g", "class" = "preview", "aria-hidden" = "true"; parts)
}

#[cfg(test)]
mod tests {
    use super::super::geometry::{Layout, Roster};
    use super::*;
    use playground_core::recipe::Recipe;
    use playground_core::registry::find;
    use playground_core::view::Lens;

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

    /// Five servers around a middle, and a client at their left: 0 on top, then clockwise; the client is 5.
    fn five() -> Geometry {
        let kinds: Vec<MemberKind> =
            (0..6).map(|at| if at < 5 { MemberKind::Server } else { MemberKind::Client }).collect();
        let roster = Roster { rows: vec![0; 6], kinds, has_log: true };
        Geometry::new(&roster, Layout::Ring, 1440.0, 546.0, false)
    }

    fn line(points: &[Point]) -> Stroke {
        let mut stroke = Stroke::new(points[0], 1);
        for piece in points.windows(2) {
            (1..=40).for_each(|part| stroke.draw_to(piece[0].mix(piece[1], f64::from(part) / 40.0)));
        }
        stroke
    }

    #[test]
    fn a_line_across_the_servers_parts_everybody_with_one_command() {
        let (geometry, frame) = (five(), frame());
        let [n2, n3, n4, n5] = [1, 2, 3, 4].map(|at| geometry.spots[at].center);
        // It ends before it reaches the client.
        let stroke = line(&[n5.mix(n4, 0.5), n2.mix(n3, 0.5)].map(|at| Point::new(at.x, at.y + 3.0)));
        let long = line(&[
            Point::new(n5.x - 40.0, (n5.y + n4.y) / 2.0),
            Point::new(n2.x + 40.0, (n2.y + n3.y) / 2.0),
        ]);
        for stroke in [stroke, long] {
            let (sides, pairs) = stroke.meaning(&frame, &geometry);
            let sides = sides.expect("it parts the servers");
            assert_eq!([sides[1], sides[4]], [sides[0]; 2]);
            assert_eq!([sides[2], sides[3]], [!sides[0]; 2]);
            let (low, high) = if sides[5] == sides[0] { (2, 4) } else { (3, 3) };
            assert_eq!(pairs.len(), low * high);
            let Intent::Commands(made) = stroke.intent(&frame, &geometry) else { panic!("no commands") };
            let [Command::Cut { from, to, .. }] = &made[..] else { panic!("{made:?}") };
            assert_eq!(from.len() * to.len(), pairs.len());
            assert!(pairs.iter().all(|pair| is_between(from, to, pair)));
        }
    }

    #[test]
    fn a_line_across_some_links_of_a_node_cuts_just_those() {
        let (geometry, frame) = (five(), frame());
        let [n1, n2] = [0, 1].map(|at| geometry.spots[at].center);
        let middle = n1.mix(n2, 0.5);
        let stroke = line(&[Point::new(middle.x, middle.y - 15.0), Point::new(middle.x, middle.y + 15.0)]);
        let (sides, pairs) = stroke.meaning(&frame, &geometry);
        assert_eq!((sides, pairs), (None, vec![(n(0), n(1))]));
    }

    #[test]
    fn commands_cut_the_pairs_crossed_and_no_others() {
        let mut dice = 7_u64;
        for round in 0..300 {
            let mut pairs = Vec::new();
            for (a, b) in (0..6).flat_map(|a| (a + 1..6).map(move |b| (a, b))) {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let is_product = round % 2 == 0;
                let parts = (round >> 1 >> a ^ round >> 1 >> b) & 1 == 1;
                if if is_product { parts } else { dice >> 62 == 0 } {
                    pairs.push((n(a), n(b)));
                }
            }
            let made = commands(&pairs);
            assert!(round % 2 == 1 || made.len() <= 1, "{pairs:?} {made:?}");
            assert!(made.len() <= 5, "one for each node but one: {made:?}");
            let is_cut = |pair: &(NodeId, NodeId)| {
                made.iter()
                    .any(|made| matches!(made, Command::Cut { from, to, .. } if is_between(from, to, pair)))
            };
            for (a, b) in (0..6).flat_map(|a| (a + 1..6).map(move |b| (n(a), n(b)))) {
                assert_eq!(is_cut(&(a, b)), pairs.contains(&(a, b)), "{pairs:?} {made:?}");
            }
        }
    }

    fn frame() -> Frame {
        let recipe = Recipe { params: vec![("n".into(), 5)], ..Recipe::new("raft") };
        find("raft").unwrap().open(&recipe).unwrap().frame(&Lens::default())
    }
}
