//! Where everything stands: a pure function of who there is and how large the stage is.
//!
//! One unit is one pixel (more under a theme with larger text), so that text keeps its size on every screen. The plan is found by trying: from the most
//! generous (large discs, eight log squares) to the most frugal (dots), the first whose boxes don't touch is taken.
//! Labels stand on the outer side of their node, since messages fly on the inner.

use super::draft::Draft;
use super::place;
use super::shape::{Lane, Point, Rect, within};
use playground_core::id::NodeId;
use playground_core::view::{Frame, MemberKind, Panel};
use std::cell::RefCell;
use std::f64::consts::TAU;

pub use super::Layout;

/// Who there is, as far as places depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// What kind of member each is, in roster order.
    pub kinds: Vec<MemberKind>,
    /// The row of each server, from the top, where bands are drawn apart; 0 throughout where there is but one band.
    pub rows: Vec<u8>,
    /// Whether logs are drawn beside nodes.
    pub has_log: bool,
}

impl Roster {
    /// Of a frame.
    pub fn of(frame: &Frame) -> Self {
        let servers = || frame.nodes.iter().filter(|node| node.kind == MemberKind::Server);
        let row = |of: u8| (0..of).filter(|band| servers().any(|node| node.band == *band)).count() as u8;
        Self {
            kinds: frame.nodes.iter().map(|node| node.kind).collect(),
            rows: frame.nodes.iter().map(|node| row(node.band)).collect(),
            has_log: frame
                .nodes
                .iter()
                .any(|node| node.view.panels.iter().any(|panel| matches!(panel, Panel::Log(_)))),
        }
    }
}

impl Roster {
    /// Whether servers stand in several bands.
    pub fn is_banded(&self) -> bool {
        self.servers().any(|row| row > 0)
    }

    /// The row of each server.
    pub fn servers(&self) -> impl Iterator<Item = u8> {
        let all = self.kinds.iter().zip(&self.rows);
        all.filter(|(kind, _)| **kind == MemberKind::Server).map(|(_, row)| *row)
    }
}

/// How much of each node is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Disc, ring, role and a log of so many squares.
    Squares(usize),
    /// Disc, ring and role.
    Words,
    /// A small disc with its name.
    Bead,
    /// A dot.
    Dot,
}

/// On which side of a node its words and its log stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Over it.
    Above,
    /// Under it.
    Below,
    /// To its left, flush right.
    Left,
    /// To its right, flush left.
    Right,
}

/// The place of one node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Its middle.
    pub center: Point,
    /// Radius of its disc, or half the edge of a client's square.
    pub radius: f64,
    /// Radius of all that is drawn around the disc.
    pub reach: f64,
    /// Disc or square.
    pub kind: MemberKind,
    /// Where its words stand.
    pub side: Side,
    /// The box of its words and its log; empty for dots.
    pub block: Rect,
}

impl Spot {
    /// Moves it.
    pub fn shift(&mut self, x: f64, y: f64) {
        self.center = Point::new(self.center.x + x, self.center.y + y);
        self.block = Rect { x: self.block.x + x, y: self.block.y + y, ..self.block };
    }

    /// The box of the disc with all its rings.
    pub fn disc(&self) -> Rect {
        Rect::around(self.center, self.reach * 2.0, self.reach * 2.0)
    }

    /// How far from the middle messages leave and land.
    pub fn rim(&self) -> f64 {
        let gap = match self.reach - self.radius {
            _ if self.radius < 4.0 => 4.0,
            rings if (14.0..18.0).contains(&rings) && self.kind == MemberKind::Server => RIM_GAP_TIGHT,
            _ if self.kind == MemberKind::Client => RIM_GAP_CLIENT,
            _ => RIM_GAP,
        };
        self.reach + gap
    }
}

/// Half a capsule, so that one never covers what it leaves.
const RIM_GAP: f64 = 17.0;

/// The same at a square, whose edge is nearer than that of its ring.
const RIM_GAP_CLIENT: f64 = 20.0;

/// The same where rings are drawn closer: a capsule may touch them, not the disc.
const RIM_GAP_TIGHT: f64 = 11.0;

/// Where everything stands.
#[derive(Debug)]
pub struct Geometry {
    /// Width of the stage.
    pub w: f64,
    /// Height of the stage.
    pub h: f64,
    /// How much of each node is drawn.
    pub detail: Detail,
    /// Whether space is scarce, as on a phone.
    pub compact: bool,
    /// Screen pixels in a unit: more than 1 where a theme wants larger text.
    pub zoom: f64,
    /// Ring or line; a line runs downwards where the stage is taller than wide.
    pub layout: Layout,
    /// The row of each node, where servers stand in rows, one for each band; else 0.
    rows: Vec<u8>,
    /// Middle of the ring.
    pub center: Point,
    /// The place of each node, in roster order.
    pub spots: Vec<Spot>,
    /// Paths found so far, of each pair; none are kept where they are not looked for.
    lanes: RefCell<Vec<Option<Lane>>>,
}

impl PartialEq for Geometry {
    fn eq(&self, other: &Self) -> bool {
        (self.w, self.h, self.compact, self.layout) == (other.w, other.h, other.compact, other.layout)
            && (self.detail, self.zoom) == (other.detail, other.zoom)
            && self.spots == other.spots
    }
}

impl Geometry {
    /// The best plan for a stage of so many pixels.
    pub fn new(roster: &Roster, layout: Layout, w: f64, h: f64, compact: bool) -> Self {
        let (detail, spots) = place::plan(roster, layout, w, h, compact);
        let servers = || spots.iter().filter(|spot| spot.kind == MemberKind::Server);
        let count = servers().count().max(1) as f64;
        let sum = servers()
            .fold(Point::default(), |sum, spot| Point::new(sum.x + spot.center.x, sum.y + spot.center.y));
        let center = Point::new(sum.x / count, sum.y / count);
        let pairs = if spots.len() > LANES_CHECKED_MAX { 0 } else { spots.len() * spots.len() };
        let lanes = RefCell::new(vec![None; pairs]);
        let rows = roster.rows.clone();
        Self { w, h, detail, compact, zoom: 1.0, layout, rows, center, spots, lanes }
    }

    /// The same plan, drawn larger.
    #[must_use]
    pub fn zoomed(self, zoom: f64) -> Self {
        Self { zoom, ..self }
    }

    /// Whether servers stand in rows, one for each band.
    pub fn is_banded(&self) -> bool {
        self.rows.iter().any(|row| *row > 0)
    }

    /// Whether two nodes are likely to talk: servers of one band, or of bands next to each other.
    pub fn is_linked(&self, a: NodeId, b: NodeId) -> bool {
        let kind = |id: NodeId| self.spots[id.index()].kind;
        let apart = self.rows[a.index()].abs_diff(self.rows[b.index()]);
        match (kind(a), kind(b)) {
            (MemberKind::Server, MemberKind::Server) => a != b && (apart == 1 || !self.is_banded()),
            (MemberKind::Client, MemberKind::Client) => false,
            _ => true,
        }
    }

    /// Shares out the rims among the paths that leave and land there, so that capsules don't lie on one another.
    #[must_use]
    pub fn with_ends_apart(self) -> Self {
        let count = self.spots.len();
        if count > ENDS_APART_MAX || self.layout == Layout::Line {
            return self;
        }
        for (me, spot) in self.spots.iter().enumerate().filter(|(_, spot)| spot.kind == MemberKind::Server) {
            let inwards = spot.center.angle_to(self.center);
            // The angle of each end, and which path it is of: one that leaves, or one that lands.
            let mut ends: Vec<(f64, usize, bool)> = Vec::new();
            let others = (0..count).filter(|other| self.is_linked(NodeId::at(me), NodeId::at(*other)));
            for (other, leaves) in others.flat_map(|other| [(other, true), (other, false)]) {
                let (from, to) = if leaves { (me, other) } else { (other, me) };
                let lane = self.lane(NodeId::at(from), NodeId::at(to));
                let turn = spot.center.angle_to(if leaves { lane.from } else { lane.to }) - inwards;
                let turn = turn - TAU * (turn / TAU + 0.5).floor();
                let place = ends.iter().position(|(angle, ..)| *angle > turn).unwrap_or(ends.len());
                ends.insert(place, (turn, from * count + to, leaves));
            }
            let at = |turn: f64| spot.center.towards(inwards + turn, spot.rim());
            let is_free = |(turn, ..): &(f64, usize, bool)| {
                let capsule = Rect::around(at(*turn), CAPSULE_HALF * 2.0, CAPSULE_HALF * 2.0);
                let mut others = self.spots.iter().enumerate().filter(|(other, _)| *other != me);
                capsule.is_inside(self.w, self.h)
                    && others
                        .all(|(_, other)| !capsule.overlaps(&other.disc()) && !capsule.overlaps(&other.block))
            };
            // As far apart as there is room for.
            let apart = (END / spot.rim()).min(ENDS_SPAN / ends.len() as f64);
            let tries = [1.0, 0.8, 0.6, 0.4].map(|part| push_apart(&ends, apart * part));
            let Some(ends) = tries.into_iter().find(|ends| ends.iter().all(is_free)) else { continue };
            for (turn, path, leaves) in ends {
                if let Some(Some(lane)) = self.lanes.borrow_mut().get_mut(path) {
                    let end = if leaves { &mut lane.from } else { &mut lane.to };
                    let (before, after) = (*end, at(turn));
                    *end = after;
                    lane.bend.x += (after.x - before.x) / 2.0;
                    lane.bend.y += (after.y - before.y) / 2.0;
                    lane.stay_inside(self.w, self.h, CAPSULE_HALF);
                }
            }
        }
        self
    }

    /// Whether there is room for flags over logs.
    pub fn has_flags(&self) -> bool {
        self.spots.iter().any(|spot| Draft::flags(spot.block.h) > 0.0)
    }

    /// The place of a node.
    pub fn spot(&self, id: NodeId) -> Option<&Spot> {
        self.spots.get(id.index())
    }

    /// The path of messages from one node to another; remembered, since it takes some looking for.
    pub fn lane(&self, from: NodeId, to: NodeId) -> Lane {
        let place = from.index() * self.spots.len() + to.index();
        if let Some(Some(lane)) = self.lanes.borrow().get(place) {
            return *lane;
        }
        let lane = self.find_lane(from, to);
        if let Some(kept) = self.lanes.borrow_mut().get_mut(place) {
            *kept = Some(lane);
        }
        lane
    }

    /// Whether nodes stand in a row rather than in a column, in the line layout.
    pub fn is_row(&self) -> bool {
        self.w >= self.h
    }

    /// Whether there is no room beside a node for anything else.
    pub fn is_narrow(&self) -> bool {
        self.w < NARROW_BELOW
    }

    fn find_lane(&self, from: NodeId, to: NodeId) -> Lane {
        let (Some(a), Some(b)) = (self.spot(from), self.spot(to)) else {
            return Lane { from: self.center, bend: self.center, to: self.center };
        };
        let servers = a.kind == MemberKind::Server && b.kind == MemberKind::Server;
        if self.layout == Layout::Line && servers {
            return self.arch(a, b);
        }
        let distance = a.center.distance(b.center);
        let is_checked = self.spots.len() <= LANES_CHECKED_MAX;
        // So far apart that capsules pass each other.
        let base = within(distance * 0.05, if is_checked { 12.0 } else { 6.0 }, 18.0);
        let between = |offset| Lane::between(a.center, a.rim(), b.center, b.rim(), offset);
        let plain = between(base);
        if !is_checked {
            return plain;
        }
        let fits = |lane: &Lane| {
            lane.is_inside(self.w, self.h, CAPSULE_HALF)
                && self.spots.iter().enumerate().all(|(index, spot)| {
                    index == from.index()
                        || index == to.index()
                        || lane.clearance(spot.center) >= spot.radius + CAPSULE_HALF
                            && !lane.meets(&spot.block)
                })
        };
        // Between two that nearly touch, a way around: for servers on the outside, where nothing else flies, for clients
        // towards the middle.
        if distance < a.rim() + b.rim() + CAPSULE_HALF {
            let wide = a.rim().max(b.rim()) * if from < to { 1.0 } else { 1.2 };
            let servers = a.kind == b.kind;
            let nearness =
                |lane: &Lane| lane.at(0.5).distance(self.center) * if servers { -1.0 } else { 1.0 };
            let ways = [0.45, 0.7, 1.0, 1.3].into_iter().flat_map(|part| {
                let (a, b) = (between(wide * part), between(-wide * part));
                if nearness(&b) < nearness(&a) { [b, a] } else { [a, b] }
            });
            let is_good = |lane: &Lane| {
                lane.length() >= 3.0 * CAPSULE_HALF
                    && !lane.meets(&a.block)
                    && !lane.meets(&b.block)
                    && fits(lane)
            };
            return ways.into_iter().find(is_good).unwrap_or(plain);
        }
        // Past the others, not under them: bend further until clear.
        let ways = [1.0, 2.5, 4.5, -2.5, 7.0, -4.5, 10.0, -7.0, -10.0].map(|factor| between(base * factor));
        ways.into_iter().find(fits).unwrap_or(plain)
    }

    /// How far down and to the right the clients of the line layout reach.
    fn clients_end(&self) -> Point {
        let clients = self.spots.iter().filter(|spot| spot.kind == MemberKind::Client);
        clients.fold(Point::default(), |end, spot| {
            let (disc, block) = (spot.disc(), spot.block);
            Point::new((disc.x + disc.w).max(end.x), (block.y + block.h).max(disc.y + disc.h).max(end.y))
        })
    }

    /// In the line layout messages fly in arches over the row, the way back under the way forth.
    fn arch(&self, a: &Spot, b: &Spot) -> Lane {
        let distance = a.center.distance(b.center);
        let forth = if self.is_row() { b.center.x > a.center.x } else { b.center.y > a.center.y };
        let (start, taken) = if self.is_row() {
            (a.center.y, self.clients_end().y)
        } else {
            (a.center.x, self.clients_end().x)
        };
        // A lane leaves from the rim, so that its middle is half of it nearer to the edge.
        let room = (start - taken - CAPSULE_HALF - 6.0 - a.rim() / 2.0).max(20.0);
        let height =
            if forth { (distance * 0.32 + 44.0).min(room) } else { (distance * 0.2 + 20.0).min(room * 0.64) };
        // Forth runs to the right or downwards: its own right is under or left of it. Back is the other way round.
        let offset = match (forth, self.is_row()) {
            (true, true) | (false, false) => -height,
            _ => height,
        };
        Lane::between(a.center, a.rim(), b.center, b.rim(), offset)
    }
}

/// With more nodes than this the ends of paths are not shared out.
const ENDS_APART_MAX: usize = 9;
/// Room for an end on a rim.
const END: f64 = 32.0;
/// All ends of a node together take no more of its rim, in radians.
const ENDS_SPAN: f64 = 3.6;
/// So often neighbours push each other apart.
const ENDS_ROUNDS: usize = 24;

/// Pushes ends apart that are nearer to each other than an angle.
fn push_apart(ends: &[(f64, usize, bool)], apart: f64) -> Vec<(f64, usize, bool)> {
    let mut ends = ends.to_vec();
    for _ in 0..ENDS_ROUNDS {
        for index in 1..ends.len() {
            let lacks = (apart - ends[index].0 + ends[index - 1].0).max(0.0) / 2.0;
            ends[index - 1].0 -= lacks;
            ends[index].0 += lacks;
        }
    }
    ends
}

/// Under this width a row of buttons covers half of a stage.
const NARROW_BELOW: f64 = 520.0;
/// Half the height of a capsule and a little air.
const CAPSULE_HALF: f64 = 16.0;
/// With more nodes than this paths are not bent around others.
const LANES_CHECKED_MAX: usize = 40;
