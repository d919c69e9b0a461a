//! Arranges nodes of a given size: around an ellipse, in a row or in a column, clients at the rim.

use super::draft::{Draft, GAP, LINE, ROOMY_SERVERS_MAX};
use super::geometry::{Detail, Roster, Side, Spot};
use super::rows::row_spots;
use super::shape::{Point, unit, within};
use playground_core::view::MemberKind;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// An ellipse is at most so much longer than wide.
const ASPECT_MAX: f64 = 1.8;
/// On a stage lower than this it may be longer still.
const FLAT_BELOW: f64 = 340.0;
/// Namely so much.
const ASPECT_FLAT_MAX: f64 = 2.8;
/// Air at the edge of the stage.
pub const PAD: f64 = 8.0;

/// The size of the stage.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// Its width.
    pub w: f64,
    /// Its height.
    pub h: f64,
    /// Whether space is scarce.
    pub compact: bool,
}

/// How the nodes of a draft are arranged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// In a ring. Words stand over or under nodes whose direction is so steep, else beside them.
    Ring {
        /// The cosine under which a direction is steep.
        steep: f64,
        /// Where clients stand.
        clients: Rim,
    },
    /// In rows, one for each band.
    Rows {
        /// Whether words stand beside the nodes of rows in between.
        beside: bool,
        /// Clients to the left of the first row, else over it.
        left: bool,
    },
    /// In a row or a column.
    Line,
}

/// Where clients stand: outside the ring, so that no link between servers leads through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rim {
    /// On a strip under the ring.
    Below,
    /// In a column to its left.
    Left,
    /// Half of them to its left, half to its right.
    Sides,
    /// In the upper corners, beside the topmost server.
    Corners,
    /// In the gap between the two lowest servers: only where there is no room for anything else.
    Gap,
}

/// The place of each member, in roster order.
pub fn arrange(roster: &Roster, area: Area, draft: &Draft, place: Place) -> Vec<Spot> {
    let servers = roster.kinds.iter().filter(|kind| **kind == MemberKind::Server).count();
    let clients = roster.kinds.len() - servers;
    let square = client_square(draft, area);
    let strip = square.reach() * 2.0 + GAP + square.block_h + PAD;
    let (mut ring, mut row) = match place {
        Place::Ring { steep, clients: rim } => {
            let column = if clients == 0 { 0.0 } else { square.extents(Side::Below)[1] * 2.0 + PAD };
            let (w, h, left) = match rim {
                Rim::Below if clients > 0 => (area.w, area.h - strip, 0.0),
                Rim::Left => (area.w - column, area.h, column),
                Rim::Sides => (area.w - column * 2.0, area.h, column),
                Rim::Below | Rim::Corners | Rim::Gap => (area.w, area.h, 0.0),
            };
            let turned = match rim {
                _ if clients == 0 => false,
                Rim::Left | Rim::Sides => servers.is_multiple_of(4),
                Rim::Corners => false,
                Rim::Below | Rim::Gap => servers.is_multiple_of(2),
            };
            let mut ring = ring_spots(servers, Area { w, h, ..area }, draft, steep, turned);
            let (low, high) = reach_across(&ring);
            // In the middle of the stage, as far as the clients leave it.
            let shift = left + ((area.w - low - high) / 2.0 - left).max(-low).min(0.0);
            for spot in &mut ring {
                spot.shift(shift, 0.0);
            }
            let row = ring_clients(clients, area, &square, rim, &ring);
            (ring, row)
        }
        Place::Rows { beside, left } => {
            let [over, right, _, wide] = square.extents(Side::Below);
            let (x, y) = match left {
                _ if clients == 0 => (0.0, 0.0),
                true => (wide + right + PAD, 0.0),
                false => (0.0, strip),
            };
            let rows: Vec<u8> = roster.servers().collect();
            let mut spots = row_spots(&rows, Area { w: area.w - x, h: area.h - y, ..area }, draft, beside);
            for spot in &mut spots {
                spot.shift(x, y);
            }
            let top = spots.iter().fold(f64::INFINITY, |top, spot| spot.center.y.min(top));
            let row = if left {
                client_column(clients, area, &square, PAD + wide, top)
            } else {
                client_row(clients, area, &square, PAD + over)
            };
            (spots, row)
        }
        Place::Line => {
            let rows: Vec<u8> = roster.servers().collect();
            (line_spots(&rows, clients, area, draft, strip), line_clients(clients, area, &square))
        }
    };
    ring.reverse();
    row.reverse();
    let next = |kind: &MemberKind| match kind {
        MemberKind::Server => ring.pop(),
        MemberKind::Client => row.pop(),
    };
    roster.kinds.iter().filter_map(next).collect()
}

fn client_square(draft: &Draft, area: Area) -> Draft {
    let square = Draft {
        block_w: if area.compact { 44.0 } else { 64.0 },
        block_h: LINE,
        rings: 4.0,
        radius: client_radius(draft, area),
        ..*draft
    };
    if square.radius < 18.0 { Draft { block_h: 0.0, block_w: 0.0, ..square } } else { square }
}

/// Clients around a ring.
fn ring_clients(count: usize, area: Area, square: &Draft, rim: Rim, ring: &[Spot]) -> Vec<Spot> {
    let extents = square.extents(Side::Below);
    let left = match rim {
        Rim::Below | Rim::Gap => return client_row(count, area, square, area.h - PAD - extents[2]),
        Rim::Corners => {
            // Their shape says what they are: words would meet those of the servers.
            let square = Draft { block_w: 0.0, block_h: 0.0, ..*square };
            let (reach, pitch) = (PAD + square.reach(), square.reach() * 2.0 + 7.0);
            let spot = |index: usize| {
                let inward = reach + pitch * (index / 2) as f64;
                let x = if index.is_multiple_of(2) { inward } else { area.w - inward };
                square.spot(Point::new(x, reach), Side::Below, MemberKind::Client)
            };
            return (0..count).map(spot).collect();
        }
        Rim::Left => count,
        Rim::Sides => count.div_ceil(2),
    };
    // Near the ring rather than at the edge, so that both are seen as one figure.
    let (low, high) = reach_across(ring);
    let x = (low - CLIENT_AIR - extents[1]).max(PAD + extents[3]);
    let mut spots = client_column(left, area, square, x, gap_at(ring, -1.0));
    let x = (high + CLIENT_AIR + extents[3]).min(area.w - PAD - extents[1]);
    spots.extend(client_column(count - left, area, square, x, gap_at(ring, 1.0)));
    spots
}

/// Air between clients and the words of the ring, where there is room.
const CLIENT_AIR: f64 = 72.0;

/// From where to where a ring reaches from left to right, words included.
fn reach_across(ring: &[Spot]) -> (f64, f64) {
    ring.iter().fold((f64::INFINITY, 0.0), |(low, high), spot| {
        let (disc, block) = (spot.disc(), if spot.block.h > 0.0 { spot.block } else { spot.disc() });
        (low.min(disc.x).min(block.x), high.max(disc.x + disc.w).max(block.x + block.w))
    })
}

/// How high the gap is between the two servers next to the way to the left (-1) or to the right (1) of a ring.
fn gap_at(ring: &[Spot], side: f64) -> f64 {
    let count = ring.len().max(1) as f64;
    let sum = ring.iter().fold(Point::default(), |sum, s| Point::new(sum.x + s.center.x, sum.y + s.center.y));
    let middle = Point::new(sum.x / count, sum.y / count);
    let (mut over, mut under) = ((f64::INFINITY, middle.y), (f64::INFINITY, middle.y));
    for spot in ring {
        let away = Point::new((spot.center.x - middle.x) * side, spot.center.y - middle.y);
        let turn = Point::default().angle_to(away);
        let nearest = if turn < 0.0 { &mut over } else { &mut under };
        if turn.abs() < nearest.0 {
            *nearest = (turn.abs(), spot.center.y);
        }
    }
    (over.1 + under.1) / 2.0
}

fn client_radius(draft: &Draft, area: Area) -> f64 {
    match draft.detail {
        Detail::Dot => draft.radius,
        Detail::Bead => 16.0,
        _ if area.compact => 18.0,
        _ => 24.0,
    }
}

/// Servers around an ellipse as large as the box allows.
fn ring_spots(count: usize, area: Area, draft: &Draft, steep: f64, turned: bool) -> Vec<Spot> {
    // Turned by half a step, so that clients find a gap.
    let turn = if turned { PI / count.max(1) as f64 } else { 0.0 };
    let aspect_max = if area.h < FLAT_BELOW && area.w > area.h { ASPECT_FLAT_MAX } else { ASPECT_MAX };
    let evened = Evened::new(within(area.w / area.h, 1.0 / aspect_max, aspect_max));
    let angle = |index: usize| {
        let even = TAU * index as f64 / count.max(1) as f64 - FRAC_PI_2 + turn;
        if count > ROOMY_SERVERS_MAX { evened.angle(even) } else { even }
    };
    let side = |angle: f64| match unit(angle) {
        _ if draft.detail == Detail::Bead => Side::Below,
        (cos, sin) if cos.abs() < steep && sin < -1e-9 => Side::Above,
        (cos, _) if cos.abs() < steep => Side::Below,
        (cos, _) if cos < 0.0 => Side::Left,
        _ => Side::Right,
    };
    let units: Vec<(f64, f64, Side)> = (0..count)
        .map(|index| {
            let angle = angle(index);
            let (x, y) = unit(angle);
            if count == 1 { (0.0, 0.0, Side::Below) } else { (x, y, side(angle)) }
        })
        .collect();
    let reach = |index: usize| move |unit: &(f64, f64, Side)| draft.extents(unit.2)[index];
    let across: Vec<_> = units.iter().map(|unit| (unit.0, reach(3)(unit), reach(1)(unit))).collect();
    let down: Vec<_> = units.iter().map(|unit| (unit.1, reach(0)(unit), reach(2)(unit))).collect();
    let (rx, ry) = (stretch(&across, area.w), stretch(&down, area.h));
    let (rx, ry) = (rx.min(ry * aspect_max), ry.min(rx * aspect_max));
    let (cx, cy) = (middle(&across, rx, area.w), middle(&down, ry, area.h));
    units
        .iter()
        .map(|(x, y, side)| draft.spot(Point::new(cx + x * rx, cy + y * ry), *side, MemberKind::Server))
        .collect()
}

/// Turns the angles of points on a circle into such as share out an ellipse's rim alike, so that many nodes stand equally
/// far apart. `aspect` is the ellipse's width by its height.
struct Evened {
    lengths: Vec<f64>,
    total: f64,
}

impl Evened {
    fn new(aspect: f64) -> Self {
        let lengths: Vec<f64> = (0..RIM_PIECES)
            .map(|piece| {
                let angle = TAU * (f64::from(piece) + 0.5) / f64::from(RIM_PIECES);
                let (x, y) = unit(angle);
                Point::default().distance(Point::new(x * aspect, y))
            })
            .collect();
        Self { total: lengths.iter().sum(), lengths }
    }

    fn angle(&self, turn: f64) -> f64 {
        let wanted = fraction((turn + FRAC_PI_2) / TAU) * self.total;
        let mut gone = 0.0;
        for (piece, length) in (0..).zip(&self.lengths) {
            if gone + length >= wanted {
                return TAU * (f64::from(piece) + (wanted - gone) / length) / f64::from(RIM_PIECES)
                    - FRAC_PI_2;
            }
            gone += length;
        }
        turn
    }
}

/// What is left of whole turns.
fn fraction(turns: f64) -> f64 {
    turns - turns.floor()
}

/// Into how many pieces an ellipse's rim is cut to measure it.
const RIM_PIECES: u32 = 128;

/// The largest radius at which nodes at `unit · radius`, each reaching `before` and `after` its middle, fit a length.
fn stretch(units: &[(f64, f64, f64)], length: f64) -> f64 {
    // Of all pairs only those with extreme sums count; with few kinds of extents a scan of the pairs is cheap enough.
    let few: Vec<_> = if units.len() <= 60 {
        units.to_vec()
    } else {
        units.iter().step_by(units.len() / 60).copied().collect()
    };
    let mut radius = length;
    for &(low, before, _) in &few {
        for &(high, _, after) in &few {
            if high - low > 1e-6 {
                radius = radius.min((length - 2.0 * PAD - before - after) / (high - low));
            }
        }
    }
    radius.max(1.0)
}

/// Where the middle of the ring goes so that nothing leaves the length.
fn middle(units: &[(f64, f64, f64)], radius: f64, length: f64) -> f64 {
    let low = units.iter().map(|(unit, before, _)| PAD + before - radius * unit).fold(f64::MIN, f64::max);
    let high =
        units.iter().map(|(unit, _, after)| length - PAD - after - radius * unit).fold(f64::MAX, f64::min);
    (low + high) / 2.0
}

/// Clients side by side at the bottom.
fn client_row(count: usize, area: Area, square: &Draft, y: f64) -> Vec<Spot> {
    let width = square.block_w.max(square.reach() * 2.0);
    let pitch = (width + if area.compact { 7.0 } else { 16.0 })
        .min((area.w - 2.0 * PAD - width) / (count.max(2) - 1) as f64);
    let first = area.w / 2.0 - pitch * (count.max(1) - 1) as f64 / 2.0;
    (0..count)
        .map(|index| {
            square.spot(Point::new(first + pitch * index as f64, y), Side::Below, MemberKind::Client)
        })
        .collect()
}

/// Between bands of the line layout there is so much more room than between neighbours.
const BANDS_APART: f64 = 0.6;

/// Servers in a row under the arches of their messages, or in a column beside them; bands apart.
fn line_spots(rows: &[u8], clients: usize, area: Area, draft: &Draft, strip: f64) -> Vec<Spot> {
    let count = rows.len();
    let places = (count.max(2) - 1) as f64 + f64::from(rows.iter().copied().max().unwrap_or(0)) * BANDS_APART;
    let row = area.w >= area.h;
    let side = if row { Side::Below } else { Side::Right };
    let extents = draft.extents(side);
    let (length, before, after) =
        if row { (area.w, extents[3], extents[1]) } else { (area.h, extents[0], extents[2]) };
    let pitch = (length - 2.0 * PAD - before - after) / places;
    let pitch = pitch.min((before + after) * 1.9);
    let used = if count > 1 { pitch * places } else { 0.0 };
    let first = (length - used - before - after) / 2.0 + before;
    let taken = if clients > 0 { strip } else { 0.0 };
    (0..count)
        .map(|index| {
            // By band, and within one as in the roster.
            let mine = (rows[index], index);
            let place = (0..count).filter(|other| (rows[*other], *other) < mine).count();
            let along = first + pitch * (place as f64 + f64::from(mine.0) * BANDS_APART);
            let center = if row {
                // Low enough for the arches, high enough for the words.
                let y = (area.h * 0.66).min(area.h - PAD - extents[2]).max(PAD + taken + extents[0]);
                Point::new(along, y)
            } else {
                let x = (area.w * 0.6).min(area.w - PAD - extents[1]).max(PAD + taken + extents[3]);
                Point::new(x, along)
            };
            draft.spot(center, side, MemberKind::Server)
        })
        .collect()
}

/// Clients of the line layout: along the edge the arches rise to.
fn line_clients(count: usize, area: Area, square: &Draft) -> Vec<Spot> {
    if area.w >= area.h {
        return client_row(count, area, square, PAD + square.extents(Side::Below)[0]);
    }
    client_column(count, area, square, PAD + square.extents(Side::Below)[3], area.h / 2.0)
}

/// Clients one under the other, about a height.
fn client_column(count: usize, area: Area, square: &Draft, x: f64, middle: f64) -> Vec<Spot> {
    let extents = square.extents(Side::Below);
    let pitch = (extents[0] + extents[2] + 12.0)
        .min((area.h - 2.0 * PAD - extents[0] - extents[2]) / (count.max(2) - 1) as f64);
    let length = pitch * (count.max(1) - 1) as f64;
    let lowest = (area.h - PAD - extents[2] - length).max(PAD + extents[0]);
    let first = within(middle - length / 2.0, PAD + extents[0], lowest);
    (0..count)
        .map(|index| {
            square.spot(Point::new(x, first + pitch * index as f64), Side::Below, MemberKind::Client)
        })
        .collect()
}
