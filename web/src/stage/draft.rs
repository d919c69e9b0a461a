//! One way of drawing the nodes: how large, and how much of each.

use super::geometry::{Detail, Roster, Side, Spot};
use super::shape::{Point, Rect};
use playground_core::view::MemberKind;

/// Height of a line of words.
pub const LINE: f64 = 18.0;
/// Edge of a log square, gap included.
pub const SQUARE: f64 = 17.0;
/// Height of the flags over a log; where space is scarce there are none, since squares tell what is committed.
pub const FLAGS: f64 = 11.0;
/// Height of the log under its flags: squares, disk line.
pub const LOG: f64 = 23.0;
/// Air between a node's rings and its words.
pub const GAP: f64 = 7.0;
/// Above so many members, or so many servers, rings and words are drawn closer.
pub const ROOMY_MAX: usize = 12;
/// The servers.
pub const ROOMY_SERVERS_MAX: usize = 8;

/// Whether there are so many that all is drawn closer.
pub fn is_crowd<'a>(kinds: impl Iterator<Item = &'a MemberKind>) -> bool {
    let (mut members, mut servers) = (0, 0);
    for kind in kinds {
        members += 1;
        servers += usize::from(*kind == MemberKind::Server);
    }
    members > ROOMY_MAX || servers > ROOMY_SERVERS_MAX
}

/// One way of drawing the nodes.
#[derive(Debug, Clone, Copy)]
pub struct Draft {
    /// How much is drawn.
    pub detail: Detail,
    /// Radius of a disc.
    pub radius: f64,
    /// From the disc's edge to the outermost ring.
    pub rings: f64,
    /// Width of the words and the log beside a node.
    pub block_w: f64,
    /// Their height; 0 if there are none.
    pub block_h: f64,
}

impl Draft {
    /// The draft with discs of a radius.
    pub fn of(detail: Detail, radius: f64, roster: &Roster, compact: bool) -> Self {
        let tight = compact || is_crowd(roster.kinds.iter());
        let rings = match radius {
            _ if !tight => 22.0,
            small if small < 24.0 => 14.0,
            _ => 16.0,
        };
        let words_w: f64 = match tight {
            // A value with its ballot.
            true if roster.is_banded() => 92.0,
            true if radius < 24.0 => 64.0,
            true => 80.0,
            false if roster.is_banded() => 160.0,
            false => 112.0,
        };
        let (block_w, block_h) = match detail {
            Detail::Squares(count) => {
                let flags = if tight { 0.0 } else { FLAGS };
                (words_w.max(count as f64 * SQUARE + 16.0), LINE + flags + LOG + 2.0)
            }
            Detail::Words => (words_w, LINE),
            // Room for the role of the few that have an uncommon one.
            Detail::Bead if radius >= 20.0 && roster.is_banded() => (words_w, LINE - 3.0),
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

    /// Radius of all that is drawn around a disc.
    pub fn reach(&self) -> f64 {
        self.radius + self.rings
    }

    /// How far a node reaches up, right, down and left of its middle.
    pub fn extents(&self, side: Side) -> [f64; 4] {
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

    /// The room over a log for its flags, in a block of a height.
    pub fn flags(block_h: f64) -> f64 {
        (block_h - LINE - LOG - 2.0).max(0.0)
    }

    /// The place of a node at a centre.
    pub fn spot(&self, center: Point, side: Side, kind: MemberKind) -> Spot {
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
