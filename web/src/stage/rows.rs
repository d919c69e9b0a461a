//! Servers of several bands in rows, the lowest band on top, so that messages flow down and answers up; and the fence of
//! a cut between them, which runs along the cells of the nodes.

use super::arrange::{Area, PAD};
use super::draft::Draft;
use super::fence::Fences;
use super::geometry::{Geometry, Side, Spot};
use super::shape::{Point, Rect};
use playground_core::id::NodeId;
use playground_core::view::MemberKind;

/// Neighbours in a row are no further apart.
const PITCH_MAX: f64 = 250.0;
/// And neither are rows.
const ROWS_APART_MAX: f64 = 230.0;

/// Servers in their rows, in roster order. Words stand over the first row and under the last; `beside` says whether they
/// stand beside the nodes between or under them.
pub fn row_spots(rows: &[u8], area: Area, draft: &Draft, beside: bool) -> Vec<Spot> {
    let last = rows.iter().copied().max().unwrap_or(0);
    let side = |row: u8| match row {
        0 => Side::Above,
        _ if row == last => Side::Below,
        _ if beside => Side::Right,
        _ => Side::Below,
    };
    let (before, after) = (draft.extents(Side::Above)[0], draft.extents(Side::Below)[2]);
    let free = area.h - 2.0 * PAD - before - after;
    let apart = (free / f64::from(last.max(1))).min(ROWS_APART_MAX);
    let top = PAD + before + (free - apart * f64::from(last)) / 2.0;
    let mut taken = [0_u16; 256];
    let spot = |row: &u8| {
        let count = rows.iter().filter(|other| *other == row).count();
        let [_, right, _, left] = draft.extents(side(*row));
        let length = area.w - 2.0 * PAD - left - right;
        let pitch = (length / (count.max(2) - 1) as f64).min(PITCH_MAX.max(left + right + 24.0));
        let first = PAD + left + (length - pitch * (count - 1) as f64) / 2.0;
        let place = &mut taken[usize::from(*row)];
        *place += 1;
        let center = Point::new(first + pitch * f64::from(*place - 1), top + apart * f64::from(*row));
        draft.spot(center, side(*row), MemberKind::Server)
    };
    rows.iter().map(spot).collect()
}

/// What belongs to a node of a row: half way to its neighbours, and to the rows above and below.
struct Cell {
    side: usize,
    area: Rect,
}

/// The grounds of the sides of a cut, and the fence between cells of different sides.
pub fn fence_rows(fences: &mut Fences, servers: &[NodeId], sides: &[usize], geometry: &Geometry) {
    let center = |id: &NodeId| geometry.spot(*id).map_or(Point::default(), |spot| spot.center);
    // From one edge to the next place of a node in a direction, or to the end of the stage.
    let until =
        |at: f64, next: f64, end: f64| if next.is_finite() { ((at + next) / 2.0).floor() } else { end };
    let cell = |(id, side): (&NodeId, &usize)| {
        let me = center(id);
        let (mut up, mut down) = (f64::NEG_INFINITY, f64::INFINITY);
        let (mut left, mut right) = (f64::NEG_INFINITY, f64::INFINITY);
        for other in servers.iter().map(center) {
            match other.y - me.y {
                away if away < -1.0 => up = up.max(other.y),
                away if away > 1.0 => down = down.min(other.y),
                _ if other.x < me.x => left = left.max(other.x),
                _ if other.x > me.x => right = right.min(other.x),
                _ => {}
            }
        }
        let (x, y) = (until(me.x, left, 0.0), until(me.y, up, 0.0));
        let (w, h) = (until(me.x, right, geometry.w) - x, until(me.y, down, geometry.h) - y);
        Cell { side: *side, area: Rect { x, y, w, h } }
    };
    let cells: Vec<Cell> = servers.iter().zip(sides).map(cell).collect();
    for (a, b) in
        cells.iter().flat_map(|a| cells.iter().map(move |b| (a, b))).filter(|(a, b)| a.side != b.side)
    {
        let (right, bottom) = (a.area.x + a.area.w, a.area.y + a.area.h);
        let end = right.min(b.area.x + b.area.w);
        if b.area.x == right && b.area.y == a.area.y {
            fences.lines.push(vec![Point::new(right, a.area.y), Point::new(right, bottom)]);
        } else if b.area.y == bottom && b.area.x < right && a.area.x < b.area.x + b.area.w {
            fences.lines.push(vec![Point::new(a.area.x.max(b.area.x), bottom), Point::new(end, bottom)]);
        }
    }
    let outline = |Cell { side, area }: &Cell| {
        let corner = |x, y| Point::new(area.x + x * area.w, area.y + y * area.h);
        (*side, vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)])
    };
    fences.grounds.extend(cells.iter().map(outline));
}
