//! Tries plans for the stage, the most generous first, and takes the first in which nothing touches.

use super::Layout;
use super::geometry::{Detail, Roster, Side, Spot};
use super::shape::{Point, Rect};
use playground_core::view::MemberKind;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Air at the edge of the stage.
const PAD: f64 = 8.0;
/// Height of a line of words.
pub const LINE: f64 = 18.0;
/// Edge of a log square, gap included.
pub const SQUARE: f64 = 17.0;
/// Height of the log: flags, squares, disk line.
pub const LOG: f64 = 34.0;
/// Air between a node's rings and its words.
const GAP: f64 = 5.0;
/// Above so many nodes there are only dots.
const BEADS_MAX: usize = 40;
/// Above so many members rings and words are drawn closer.
const ROOMY_MAX: usize = 12;

/// One way of drawing the nodes.
#[derive(Debug, Clone, Copy)]
struct Draft {
    detail: Detail,
    radius: f64,
    /// From the disc's edge to the outermost ring.
    rings: f64,
    block_w: f64,
    block_h: f64,
}

impl Draft {
    fn of(detail: Detail, radius: f64, roster: &Roster, compact: bool) -> Self {
        let has_log = roster.has_log;
        let tight = compact || roster.kinds.len() > ROOMY_MAX;
        let rings = if tight { 16.0 } else { 22.0 };
        let words_w: f64 = if tight { 80.0 } else { 112.0 };
        let (block_w, block_h) = match detail {
            Detail::Squares(count) => (words_w.max(count as f64 * SQUARE + 16.0), LINE + LOG + 2.0),
            Detail::Words if has_log => (words_w, LINE * 2.0),
            Detail::Words => (words_w, LINE),
            // Room for the role of the few that have an uncommon one.
            Detail::Bead if radius >= 20.0 && !compact => (64.0, LINE - 3.0),
            Detail::Bead | Detail::Dot => (0.0, 0.0),
        };
        let rings = match detail {
            Detail::Bead if radius >= 20.0 => 14.0,
            Detail::Bead => 4.0,
            Detail::Dot => 2.0,
            _ => rings,
        };
        Self { detail, radius, rings, block_w, block_h }
    }

    fn reach(&self) -> f64 {
        self.radius + self.rings
    }

    /// How far a node reaches up, right, down and left of its middle.
    fn extents(&self, side: Side) -> [f64; 4] {
        let reach = self.reach();
        let (wide, high) = (reach.max(self.block_w / 2.0), reach.max(self.block_h / 2.0));
        if self.block_h == 0.0 {
            return [reach; 4];
        }
        match side {
            Side::Above => [reach + GAP + self.block_h, wide, reach, wide],
            Side::Below => [reach, wide, reach + GAP + self.block_h, wide],
            Side::Right => [high, reach + GAP + self.block_w, high, reach],
            Side::Left => [high, reach, high, reach + GAP + self.block_w],
        }
    }

    fn spot(&self, center: Point, side: Side, kind: MemberKind) -> Spot {
        let away = self.reach() + GAP;
        let (w, h) = (self.block_w, self.block_h);
        let block = match side {
            Side::Above => Rect { x: center.x - w / 2.0, y: center.y - away - h, w, h },
            Side::Below => Rect { x: center.x - w / 2.0, y: center.y + away, w, h },
            Side::Right => Rect { x: center.x + away, y: center.y - h / 2.0, w, h },
            Side::Left => Rect { x: center.x - away - w, y: center.y - h / 2.0, w, h },
        };
        Spot { center, radius: self.radius, reach: self.reach(), kind, side, block }
    }
}

/// The size of the stage.
#[derive(Debug, Clone, Copy)]
struct Box2 {
    w: f64,
    h: f64,
    compact: bool,
}

/// The first draft in which nothing touches, and the place of each node.
pub fn plan(roster: &Roster, layout: Layout, w: f64, h: f64, compact: bool) -> (Detail, Vec<Spot>) {
    let area = Box2 { w, h, compact };
    let drafts = drafts(roster, compact);
    // Details from the most generous; within one the plan that leaves messages the most room, as far as it does not
    // cost too much of the nodes.
    for rung in drafts.chunk_by(|a, b| rung(a.detail) == rung(b.detail)) {
        let plans = rung.iter().flat_map(|draft| places(layout).into_iter().map(move |place| (draft, place)));
        let best = plans
            .filter_map(|(draft, place)| {
                let spots = arrange(roster, area, draft, place);
                let fits = is_clear(&spots, w, h) && is_roomy(&spots, draft, place);
                fits.then(|| (worth(draft, &spots), draft.detail, spots))
            })
            .reduce(|best, next| if next.0 > best.0 + 1e-6 { next } else { best });
        if let Some((_, detail, spots)) = best {
            return (detail, spots);
        }
    }
    let last = drafts.last().copied().unwrap_or(Draft::of(Detail::Dot, 3.0, roster, compact));
    (last.detail, arrange(roster, area, &last, places(layout)[0]))
}

/// Details of one rung compete; a higher rung always wins.
fn rung(detail: Detail) -> u8 {
    match detail {
        Detail::Squares(_) => 0,
        Detail::Words => 1,
        Detail::Bead => 2,
        Detail::Dot => 3,
    }
}

/// How good a plan is: room between neighbours, in pixels, against the size of discs and logs.
fn worth(draft: &Draft, spots: &[Spot]) -> f64 {
    let squares = if let Detail::Squares(count) = draft.detail { count } else { 0 };
    let nearest = if spots.len() > BEADS_MAX { 0.0 } else { nearest_servers(spots) };
    nearest.min(240.0) + draft.radius * 3.0 + squares as f64 * 8.0
}

fn nearest_servers(spots: &[Spot]) -> f64 {
    let servers: Vec<&Spot> = spots.iter().filter(|spot| spot.kind == MemberKind::Server).collect();
    let pairs = servers.iter().enumerate().flat_map(|(index, spot)| {
        servers[index + 1..].iter().map(move |other| spot.center.distance(other.center))
    });
    pairs.fold(240.0, f64::min)
}

/// Whether no box touches another and all are on the stage.
pub fn is_clear(spots: &[Spot], w: f64, h: f64) -> bool {
    let boxes = |spot: &Spot| [spot.disc(), spot.block];
    spots.iter().enumerate().all(|(index, spot)| {
        let mine = boxes(spot);
        let words_fit = spot.block.h == 0.0 || mine[1].is_inside(w, h);
        mine[0].is_inside(w, h)
            && words_fit
            && spots[index + 1..].iter().all(|other| {
                let apart = spot.center.distance(other.center) >= spot.reach + other.reach;
                let theirs = boxes(other);
                apart
                    && !mine[1].overlaps(&theirs[0])
                    && !mine[1].overlaps(&theirs[1])
                    && !mine[0].overlaps(&theirs[1])
            })
    })
}

/// How the nodes of a draft are arranged.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    /// In a ring. Words stand over or under nodes whose direction is so steep, else beside them; clients stand in the
    /// gap at the bottom or on a strip of their own.
    Ring { steep: f64, tucked: bool },
    /// In a row or a column.
    Line,
}

fn places(layout: Layout) -> Vec<Place> {
    match layout {
        Layout::Line => vec![Place::Line],
        Layout::Ring => [0.3, 0.5, 0.8, 1.1]
            .into_iter()
            .flat_map(|steep| [true, false].map(|tucked| Place::Ring { steep, tucked }))
            .collect(),
    }
}

fn drafts(roster: &Roster, compact: bool) -> Vec<Draft> {
    let servers = roster.kinds.iter().filter(|kind| **kind == MemberKind::Server).count();
    let mut drafts = Vec::new();
    let mut push = |detail, radius| drafts.push(Draft::of(detail, radius, roster, compact));
    if servers <= BEADS_MAX {
        let radii: &[f64] = if compact { &[28.0, 24.0] } else { &[44.0, 40.0, 36.0, 32.0, 28.0] };
        if roster.has_log && servers <= 7 {
            for &radius in radii {
                [8, 6, 5].into_iter().for_each(|count| push(Detail::Squares(count), radius));
            }
        }
        radii.iter().for_each(|&radius| push(Detail::Words, radius));
        [28.0, 24.0, 20.0, 18.0, 16.0].into_iter().for_each(|radius| push(Detail::Bead, radius));
    }
    [7.0, 5.0, 4.0, 3.0, 2.0, 1.0].into_iter().for_each(|radius| push(Detail::Dot, radius));
    drafts
}

/// Whether messages have room to fly.
fn is_roomy(spots: &[Spot], draft: &Draft, place: Place) -> bool {
    let full = matches!(draft.detail, Detail::Squares(_) | Detail::Words);
    if !full || place == Place::Line {
        return true;
    }
    let nearest = spots
        .iter()
        .enumerate()
        .flat_map(|(index, spot)| {
            spots[index + 1..].iter().map(move |other| {
                let least = match (spot.kind, other.kind) {
                    _ if spots.len() > ROOMY_MAX => 4.0,
                    (MemberKind::Server, MemberKind::Server) => 24.0,
                    (MemberKind::Client, MemberKind::Client) => 4.0,
                    // A message between a client in the gap and its neighbour.
                    _ if draft.radius < 30.0 => 4.0,
                    _ => 40.0,
                };
                spot.center.distance(other.center) - spot.reach - other.reach - least
            })
        })
        .fold(f64::INFINITY, f64::min);
    nearest >= 0.0
}

fn arrange(roster: &Roster, area: Box2, draft: &Draft, place: Place) -> Vec<Spot> {
    let servers = roster.kinds.iter().filter(|kind| **kind == MemberKind::Server).count();
    let clients = roster.kinds.len() - servers;
    let square = Draft {
        block_w: if area.compact { 46.0 } else { 64.0 },
        block_h: LINE,
        rings: 4.0,
        radius: client_radius(draft, area),
        ..*draft
    };
    let square = if square.radius < 18.0 { Draft { block_h: 0.0, block_w: 0.0, ..square } } else { square };
    let strip = square.reach() * 2.0 + GAP + square.block_h + PAD;
    let (mut ring, mut row) = match place {
        Place::Ring { steep, tucked } => {
            let free = if tucked || clients == 0 { area.h } else { area.h - strip };
            let spots = ring_spots(servers, Box2 { h: free, ..area }, draft, steep, clients > 0);
            (spots, client_row(clients, area, &square, area.h - PAD - square.extents(Side::Below)[2]))
        }
        Place::Line => {
            (line_spots(servers, clients, area, draft, strip), line_clients(clients, area, &square))
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

fn client_radius(draft: &Draft, area: Box2) -> f64 {
    match draft.detail {
        Detail::Dot => draft.radius,
        Detail::Bead => 16.0,
        _ if area.compact => 18.0,
        _ => 24.0,
    }
}

/// Servers around an ellipse as large as the box allows.
fn ring_spots(count: usize, area: Box2, draft: &Draft, steep: f64, with_clients: bool) -> Vec<Spot> {
    // An even ring is turned by half a step if there are clients, so that they find a gap at the bottom.
    let turn = if with_clients && count.is_multiple_of(2) { PI / count.max(1) as f64 } else { 0.0 };
    let angle = |index: usize| TAU * index as f64 / count.max(1) as f64 - FRAC_PI_2 + turn;
    let side = |angle: f64| match (angle.cos(), angle.sin()) {
        _ if draft.detail == Detail::Bead => Side::Below,
        (cos, sin) if cos.abs() < steep && sin < -1e-9 => Side::Above,
        (cos, _) if cos.abs() < steep => Side::Below,
        (cos, _) if cos < 0.0 => Side::Left,
        _ => Side::Right,
    };
    let units: Vec<(f64, f64, Side)> = (0..count)
        .map(|index| {
            let angle = angle(index);
            if count == 1 { (0.0, 0.0, Side::Below) } else { (angle.cos(), angle.sin(), side(angle)) }
        })
        .collect();
    let reach = |index: usize| move |unit: &(f64, f64, Side)| draft.extents(unit.2)[index];
    let across: Vec<_> = units.iter().map(|unit| (unit.0, reach(3)(unit), reach(1)(unit))).collect();
    let down: Vec<_> = units.iter().map(|unit| (unit.1, reach(0)(unit), reach(2)(unit))).collect();
    let (rx, ry) = (stretch(&across, area.w), stretch(&down, area.h));
    let (rx, ry) = (rx.min(ry * 1.6), ry.min(rx * 1.6));
    let (cx, cy) = (middle(&across, rx, area.w), middle(&down, ry, area.h));
    units
        .iter()
        .map(|(x, y, side)| draft.spot(Point::new(cx + x * rx, cy + y * ry), *side, MemberKind::Server))
        .collect()
}

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
fn client_row(count: usize, area: Box2, square: &Draft, y: f64) -> Vec<Spot> {
    let width = square.block_w.max(square.reach() * 2.0);
    let pitch = (width + if area.compact { 7.0 } else { 16.0 }).min((area.w - 2.0 * PAD - width) / (count.max(2) - 1) as f64);
    let first = area.w / 2.0 - pitch * (count.max(1) - 1) as f64 / 2.0;
    (0..count)
        .map(|index| {
            square.spot(Point::new(first + pitch * index as f64, y), Side::Below, MemberKind::Client)
        })
        .collect()
}

/// Servers in a row under the arches of their messages, or in a column beside them.
fn line_spots(count: usize, clients: usize, area: Box2, draft: &Draft, strip: f64) -> Vec<Spot> {
    let row = area.w >= area.h;
    let side = if row { Side::Below } else { Side::Right };
    let extents = draft.extents(side);
    let (length, before, after) =
        if row { (area.w, extents[3], extents[1]) } else { (area.h, extents[0], extents[2]) };
    let pitch = (length - 2.0 * PAD - before - after) / (count.max(2) - 1) as f64;
    let pitch = pitch.min((before + after) * 1.9);
    let first = (length - pitch * (count.max(1) - 1) as f64 - before - after) / 2.0 + before;
    let taken = if clients > 0 { strip } else { 0.0 };
    (0..count)
        .map(|index| {
            let along = first + pitch * index as f64;
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
fn line_clients(count: usize, area: Box2, square: &Draft) -> Vec<Spot> {
    if area.w >= area.h {
        return client_row(count, area, square, PAD + square.extents(Side::Below)[0]);
    }
    let extents = square.extents(Side::Below);
    let pitch = (extents[0] + extents[2] + 12.0)
        .min((area.h - 2.0 * PAD - extents[0] - extents[2]) / (count.max(2) - 1) as f64);
    let first = area.h / 2.0 - pitch * (count.max(1) - 1) as f64 / 2.0;
    let x = PAD + extents[3];
    (0..count)
        .map(|index| {
            square.spot(Point::new(x, first + pitch * index as f64), Side::Below, MemberKind::Client)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(f64, f64, bool); 7] = [
        (860.0, 620.0, false),
        (1040.0, 660.0, false),
        (1400.0, 700.0, false),
        (1000.0, 480.0, false),
        (740.0, 460.0, false),
        (390.0, 420.0, true),
        (320.0, 340.0, true),
    ];

    fn roster(servers: usize, clients: usize) -> Roster {
        let mut kinds = vec![MemberKind::Server; servers];
        kinds.resize(servers + clients, MemberKind::Client);
        Roster { kinds, has_log: true }
    }

    #[test]
    fn nothing_touches_and_nothing_leaves_the_stage() {
        for layout in [Layout::Ring, Layout::Line] {
            for servers in [1, 2, 3, 4, 5, 6, 7, 9, 15, 40] {
                for clients in 0..=5 {
                    for (w, h, compact) in SIZES {
                        let (detail, spots) = plan(&roster(servers, clients), layout, w, h, compact);
                        assert_eq!(spots.len(), servers + clients);
                        assert!(
                            is_clear(&spots, w, h),
                            "{layout:?} {servers}+{clients} on {w}×{h}: {detail:?} overlaps"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn up_to_seven_nodes_on_a_desk_show_their_logs() {
        for servers in [3, 5, 7] {
            for clients in [0, 1, 2, 3, 5] {
                for (w, h) in [(860.0, 560.0), (1040.0, 660.0)] {
                    let (detail, spots) = plan(&roster(servers, clients), Layout::Ring, w, h, false);
                    assert!(matches!(detail, Detail::Squares(5..)), "{servers}+{clients} on {w}×{h}: {detail:?}");
                    assert!(spots[0].radius >= 28.0);
                }
            }
        }
    }

    #[test]
    fn five_nodes_on_a_phone_are_discs_of_48_pixels_at_least() {
        for (w, h, clients) in [(390.0, 360.0, 1), (390.0, 360.0, 2), (320.0, 360.0, 1), (320.0, 360.0, 2)] {
            let (detail, spots) = plan(&roster(5, clients), Layout::Ring, w, h, true);
            assert!(spots[0].radius >= 24.0, "{w}×{h} with {clients}: {detail:?} {}", spots[0].radius);
        }
    }

    #[test]
    fn fifteen_nodes_keep_the_full_anatomy_on_a_desk() {
        let (detail, spots) = plan(&roster(15, 0), Layout::Ring, 1040.0, 660.0, false);
        assert!(matches!(detail, Detail::Words), "{detail:?}");
        assert!(spots[0].radius >= 28.0);
    }

    #[test]
    fn thousands_of_nodes_still_find_a_place() {
        let (detail, spots) = plan(&roster(3_000, 0), Layout::Ring, 860.0, 620.0, false);
        assert_eq!((detail, spots.len()), (Detail::Dot, 3_000));
    }
}
