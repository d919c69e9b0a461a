//! Cuts: the fence between the sides of a partition, the grounds of the sides, and the ticks of single cut links.
//!
//! Two servers are apart when both directions between them are cut; sides are what is left connected. Around a ring
//! each change of side between neighbours is a spoke of the fence, so any partition can be drawn, also one whose sides
//! are not neighbours.

use super::geometry::{Geometry, Layout};
use super::post::{Stand, post_between, sort};
use super::rows::fence_rows;
use super::shape::{Lane, Point, Rect, crossing};
use super::svg::{Pen, path, rect, svg, tenths, translate};
use playground_core::id::NodeId;
use playground_core::view::{Frame, MemberKind};
use std::f64::consts::{PI, TAU};
use yew::prelude::*;

/// A cut of a single link that no fence explains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick {
    /// The middle of the link.
    pub at: Point,
    /// The direction messages would take, in radians.
    pub angle: f64,
    /// Whether only this direction is cut.
    pub one_way: bool,
}

/// All that a frame's cuts look like.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fences {
    /// The ground of each stretch of the ring: which side it belongs to, and its outline.
    pub grounds: Vec<(usize, Vec<Point>)>,
    /// The fence.
    pub lines: Vec<Vec<Point>>,
    /// Single links.
    pub ticks: Vec<Tick>,
    /// Clients that stand on the ground of another side than theirs: which side, and where. Those that reach several sides
    /// or none stand on the ground of no side, without a fence: their cut links have ticks.
    pub enclaves: Vec<(Option<usize>, Rect)>,
    /// The side of each node; `None` for a client that reaches several or none.
    sides: Vec<Option<usize>>,
    cuts: Cuts,
}

/// Half the mark of a lost message, which does not reach over the fence.
const CROSS: f64 = 8.0;
/// A path is not led on further backwards than this part of it.
const BEHIND_MAX: f64 = -0.5;

impl Fences {
    /// Of a frame.
    pub fn of(frame: &Frame, geometry: &Geometry) -> Self {
        if frame.cuts.is_empty() {
            return Self::default();
        }
        let cuts = Cuts::of(frame);
        let servers: Vec<NodeId> =
            frame.nodes.iter().filter(|node| node.kind == MemberKind::Server).map(|node| node.id).collect();
        let sides = sides(&servers, &cuts);
        let mut of = vec![None; frame.nodes.len()];
        for (server, side) in servers.iter().zip(&sides) {
            of[server.index()] = Some(*side);
        }
        let mut clients: Vec<(NodeId, Option<usize>)> = Vec::new();
        for node in frame.nodes.iter().filter(|node| node.kind == MemberKind::Client) {
            let side = only_side(node.id, &servers, &sides, &cuts);
            of[node.id.index()] = side;
            clients.push((node.id, side));
        }
        let mut fences = Self::default();
        if sides.iter().any(|side| *side != 0) {
            match geometry.layout {
                Layout::Ring if geometry.is_banded() => fence_rows(&mut fences, &servers, &sides, geometry),
                Layout::Ring => fences.fence_ring(&servers, &sides, &clients, geometry),
                Layout::Line => fences.fence_line(&servers, &sides, geometry),
            }
        }
        for (client, side) in clients {
            fences.enclose(client, side, geometry);
        }
        fences.ticks = ticks(frame, &cuts, &of, geometry);
        Self { sides: of, cuts, ..fences }
    }

    /// Draws a ground of its own around a client that stands on another side's.
    fn enclose(&mut self, client: NodeId, side: Option<usize>, geometry: &Geometry) {
        let Some(spot) = geometry.spot(client) else { return };
        let stands_on = self.grounds.iter().find(|(_, outline)| contains(outline, spot.center));
        if stands_on.is_some_and(|(ground, _)| Some(*ground) != side) {
            let edge = spot.reach * 2.0 + 4.0;
            self.enclaves.push((side, Rect::around(spot.center, edge, edge)));
        }
    }

    /// Whether what is sent from one node to another is lost or held on its way.
    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.cuts.has(from, to)
    }

    /// How much of its path a message covers: all of it, unless its link is cut.
    pub fn open_part(&self, from: NodeId, to: NodeId, lane: &Lane, geometry: &Geometry) -> f64 {
        if self.is_cut(from, to) { self.part(from, to, lane, geometry) } else { 1.0 }
    }

    /// The part of its path at which a message breaks: just before the fence, or before the middle where only its own link
    /// is or was cut. Less than 0 where the fence is so near to the sender that paths begin behind it.
    pub fn part(&self, from: NodeId, to: NodeId, lane: &Lane, geometry: &Geometry) -> f64 {
        let side = |id: NodeId| self.sides.get(id.index()).copied().flatten();
        let is_fenced = matches!((side(from), side(to)), (Some(a), Some(b)) if a != b);
        let length = lane.length().max(1.0);
        let at = match geometry.spot(from) {
            Some(spot) if is_fenced => {
                let center = Rect::around(spot.center, 1.0, 1.0);
                let stub = lane.from.distance(spot.center);
                let behind = |piece: &[Point]| crossing(lane.from, spot.center, piece[0], piece[1]);
                let behind = self.lines.iter().flat_map(|line| line.windows(2)).find_map(behind);
                if self.enclaves.iter().any(|(_, area)| area.overlaps(&center)) {
                    (spot.reach + CROSS - stub) / length
                } else if let Some(part) = behind {
                    (-part * stub / length).max(BEHIND_MAX)
                } else {
                    // Where no line is crossed there is one around the receiver.
                    self.lines.iter().filter_map(|line| lane.crossing(line)).fold(1.0, f64::min)
                }
            }
            _ => 0.5,
        };
        at - CROSS / length
    }

    fn fence_ring(
        &mut self,
        servers: &[NodeId],
        sides: &[usize],
        clients: &[(NodeId, Option<usize>)],
        geometry: &Geometry,
    ) {
        let center = geometry.center;
        let stand = |id: NodeId, side: usize| Some(Stand::of(center, geometry.spot(id)?, side));
        let mut around: Vec<Stand> =
            servers.iter().zip(sides).filter_map(|(id, side)| stand(*id, *side)).collect();
        sort(&mut around);
        // Those of no side are nowhere right, but the fence keeps off their words.
        let guest = |(id, side): &(NodeId, Option<usize>)| stand(*id, side.unwrap_or(usize::MAX));
        let guests: Vec<Stand> = clients.iter().filter_map(guest).collect();
        let far = geometry.w + geometry.h;
        let posts: Vec<(f64, usize)> = (0..around.len())
            .filter_map(|index| {
                let from = around[index];
                let to = around[(index + 1) % around.len()];
                let to = if index + 1 == around.len() { to.a_turn_on() } else { to };
                (from.side != to.side).then(|| (post_between(from, to, &guests), to.side))
            })
            .collect();
        for (index, (from, side)) in posts.iter().enumerate() {
            let to = posts.get(index + 1).map_or(posts[0].0 + TAU, |post| post.0);
            let mut outline = spoke(center, *from, to, far, posts.len() == 2);
            if posts.len() != 2 {
                self.lines.push(vec![center, center.towards(*from, far)]);
            } else if index == 0 {
                self.lines.push(outline.clone());
            }
            outline.extend(arc(center, to, *from, far));
            self.grounds.push((*side, outline));
        }
    }

    fn fence_line(&mut self, servers: &[NodeId], sides: &[usize], geometry: &Geometry) {
        let row = geometry.is_row();
        let place = |id: &NodeId| {
            geometry.spot(*id).map_or(0.0, |spot| if row { spot.center.x } else { spot.center.y })
        };
        let (length, depth) = if row { (geometry.w, geometry.h) } else { (geometry.h, geometry.w) };
        let at =
            |along: f64, across: f64| if row { Point::new(along, across) } else { Point::new(across, along) };
        // As they stand, which is not always as they are listed.
        let mut stands: Vec<(f64, usize)> = vec![(0.0, 0); servers.len()];
        for (server, side) in servers.iter().zip(sides) {
            let before = |other: &&NodeId| (place(other), **other) < (place(server), *server);
            stands[servers.iter().filter(before).count()] = (place(server), *side);
        }
        let mut begin = 0.0;
        for (index, (here, side)) in stands.iter().enumerate() {
            let next = stands.get(index + 1);
            if next.is_some_and(|(_, other)| side == other) {
                continue;
            }
            let end = next.map_or(length, |(there, _)| (here + there) / 2.0);
            let outline = vec![at(begin, 0.0), at(end, 0.0), at(end, depth), at(begin, depth)];
            self.grounds.push((*side, outline));
            let is_last = next.is_none();
            if !is_last {
                self.lines.push(vec![at(end, 0.0), at(end, depth)]);
            }
            begin = end;
        }
    }
}

/// From far out along one spoke, past the middle, far out along another. Two spokes alone make one smooth bend, so that
/// a single node is fenced off without a corner in the middle of the ring.
fn spoke(center: Point, from: f64, to: f64, far: f64, smooth: bool) -> Vec<Point> {
    let (a, b) = (center.towards(from, far), center.towards(to, far));
    if !smooth {
        return vec![a, center, b];
    }
    let reach = 150.0;
    let bend = Lane { from: center.towards(from, reach), bend: center, to: center.towards(to, reach) };
    let mut line = vec![a];
    line.extend((0..=12).map(|sample| bend.at(f64::from(sample) / 12.0)));
    line.push(b);
    line
}

/// Points far out, from one angle back to another.
fn arc(center: Point, from: f64, to: f64, far: f64) -> Vec<Point> {
    let count = ((from - to).abs() / (PI / 12.0)).ceil().max(1.0) as u32;
    (0..=count)
        .map(|sample| center.towards(from + (to - from) * f64::from(sample) / f64::from(count), far * 1.2))
        .collect()
}

/// Which directed links are cut, as a table.
#[derive(Debug, Clone, PartialEq, Default)]
struct Cuts {
    count: usize,
    is_cut: Vec<bool>,
}

impl Cuts {
    fn of(frame: &Frame) -> Self {
        Self::new(frame.nodes.len(), frame.cuts.iter().map(|cut| (cut.from, cut.to)))
    }

    fn new(count: usize, links: impl Iterator<Item = (NodeId, NodeId)>) -> Self {
        let mut cuts = Self { count, is_cut: vec![false; count * count] };
        for (from, to) in links {
            if let Some(is_cut) = cuts.is_cut.get_mut(from.index() * count + to.index()) {
                *is_cut = true;
            }
        }
        cuts
    }

    fn has(&self, from: NodeId, to: NodeId) -> bool {
        self.is_cut.get(from.index() * self.count + to.index()).is_some_and(|is_cut| *is_cut)
    }
}

/// The side of each server: 0 for that of the first.
fn sides(servers: &[NodeId], cuts: &Cuts) -> Vec<usize> {
    let apart = |a: NodeId, b: NodeId| cuts.has(a, b) && cuts.has(b, a);
    let mut sides = vec![usize::MAX; servers.len()];
    let mut count = 0;
    for start in 0..servers.len() {
        if sides[start] != usize::MAX {
            continue;
        }
        let mut open = vec![start];
        sides[start] = count;
        while let Some(index) = open.pop() {
            for other in 0..servers.len() {
                if sides[other] == usize::MAX && !apart(servers[index], servers[other]) {
                    sides[other] = count;
                    open.push(other);
                }
            }
        }
        count += 1;
    }
    sides
}

/// The one side a client can reach; `None` if it reaches several or none.
fn only_side(client: NodeId, servers: &[NodeId], sides: &[usize], cuts: &Cuts) -> Option<usize> {
    let reaches = |server: NodeId| !(cuts.has(client, server) && cuts.has(server, client));
    let mut reached =
        servers.iter().zip(sides).filter(|(server, _)| reaches(**server)).map(|(_, side)| *side);
    let first = reached.next()?;
    reached.all(|side| side == first).then_some(first)
}

/// Whether a point lies within an outline.
pub(super) fn contains(outline: &[Point], point: Point) -> bool {
    let edges = outline.iter().zip(outline.iter().cycle().skip(1));
    let crossed = edges.filter(|(a, b)| {
        (a.y > point.y) != (b.y > point.y) && point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x
    });
    crossed.count() % 2 == 1
}

/// So many single cuts are drawn at most.
const TICKS_MAX: usize = 80;

fn ticks(frame: &Frame, cuts: &Cuts, sides: &[Option<usize>], geometry: &Geometry) -> Vec<Tick> {
    let side = |id: NodeId| sides.get(id.index()).copied().flatten();
    let fenced = |a, b| matches!((side(a), side(b)), (Some(x), Some(y)) if x != y);
    frame
        .cuts
        .iter()
        .filter(|cut| !fenced(cut.from, cut.to))
        .filter_map(|cut| {
            let one_way = !cuts.has(cut.to, cut.from);
            if !one_way && cut.from > cut.to {
                return None;
            }
            let (a, b) = (geometry.spot(cut.from)?.center, geometry.spot(cut.to)?.center);
            let at = if one_way { geometry.lane(cut.from, cut.to).at(0.5) } else { a.mix(b, 0.5) };
            Some(Tick { at, angle: a.angle_to(b), one_way })
        })
        .take(TICKS_MAX)
        .collect()
}

/// The grounds of the sides.
pub fn draw_grounds(fences: &Fences, parts: &mut Vec<Html>) {
    let class = |side: usize| -> &'static str { ["side side-a", "side side-b", "side"][side % 3] };
    for (side, outline) in &fences.grounds {
        parts.push(path(class(*side), &(Pen::line(outline).0 + "Z")));
    }
    for (side, area) in &fences.enclaves {
        parts.push(rect(side.map_or("side side-none", class), *area, 12.0));
    }
}

/// The fence itself, and single cuts.
pub fn draw_fences(fences: &Fences) -> Html {
    let mut parts = Vec::new();
    for line in &fences.lines {
        fence(line, &mut parts);
    }
    for (_, area) in fences.enclaves.iter().filter(|(side, _)| side.is_some()) {
        parts.push(rect("fence", *area, 12.0));
        parts.push(rect("fence-posts", *area, 12.0));
    }
    for tick in &fences.ticks {
        let turn = [&translate(tick.at), "rotate(", &tenths(tick.angle.to_degrees()), ")"].concat();
        let mut marks = vec![path("fence", "M0-11V11"), path("fence-posts", "M0-11V11")];
        if tick.one_way {
            marks.push(path("tick-arrow", "M-16 0H-5M-9-4L-5 0L-9 4"));
        }
        parts.push(svg!("g", "class" = "tick", "transform" = &turn; marks));
    }
    svg!("g", "class" = "fences", "aria-hidden" = "true"; parts)
}

/// A fence along a line: a rail and its posts.
pub fn fence(line: &[Point], parts: &mut Vec<Html>) {
    let line = Pen::line(line);
    parts.push(path("fence", &line.0));
    parts.push(path("fence-posts", &line.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways(pairs: &[(u16, u16)]) -> Cuts {
        let links = pairs.iter().flat_map(|(a, b)| [(NodeId(*a), NodeId(*b)), (NodeId(*b), NodeId(*a))]);
        Cuts::new(7, links)
    }

    fn nodes(count: u16) -> Vec<NodeId> {
        (0..count).map(NodeId).collect()
    }

    #[test]
    fn two_of_five_behind_a_cut_are_a_side() {
        let cuts = both_ways(&[(0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4)]);
        assert_eq!(sides(&nodes(5), &cuts), [0, 0, 1, 1, 1]);
    }

    #[test]
    fn a_node_that_reaches_both_sides_joins_them() {
        assert_eq!(sides(&nodes(3), &both_ways(&[(0, 2)])), [0, 0, 0]);
    }

    #[test]
    fn a_client_belongs_to_the_one_side_it_reaches() {
        let cuts = both_ways(&[(0, 1), (5, 1)]);
        assert_eq!(only_side(NodeId(5), &nodes(2), &[0, 1], &cuts), Some(0));
        assert_eq!(only_side(NodeId(6), &nodes(2), &[0, 1], &cuts), None);
    }

    #[test]
    fn a_cut_in_one_direction_makes_no_sides() {
        let cuts = Cuts::new(2, [(NodeId(0), NodeId(1))].into_iter());
        assert_eq!(sides(&nodes(2), &cuts), [0, 0]);
    }
}
