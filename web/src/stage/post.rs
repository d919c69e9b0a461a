//! Where the fence of a cut stands around a ring: between neighbours of different sides.

use super::geometry::Spot;
use super::shape::Point;
use std::f64::consts::TAU;

/// Where a node stands as seen from the middle of the ring, in radians.
#[derive(Debug, Clone, Copy)]
pub struct Stand {
    /// Its middle.
    pub at: f64,
    /// Where its disc and its words begin.
    pub low: f64,
    /// Where they end.
    pub high: f64,
    /// Its side of the cut.
    pub side: usize,
}

impl Stand {
    /// Of a place, on a side of a cut.
    pub fn of(center: Point, spot: &Spot, side: usize) -> Self {
        let at = center.angle_to(spot.center);
        let (mut low, mut high) = (at, at);
        for area in [spot.disc(), spot.block].into_iter().filter(|area| area.h > 0.0) {
            for (x, y) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                let corner = Point::new(area.x + x * area.w, area.y + y * area.h);
                let turn = center.angle_to(corner) - at;
                let turn = turn - TAU * (turn / TAU + 0.5).floor();
                (low, high) = (low.min(at + turn), high.max(at + turn));
            }
        }
        Self { at, low, high, side }
    }

    /// The same, reached after one more turn.
    pub fn a_turn_on(self) -> Self {
        Self { at: self.at + TAU, low: self.low + TAU, high: self.high + TAU, side: self.side }
    }
}

/// The angle at which the fence stands between two servers of different sides: so that as many as possible of the
/// clients between them are on their own side, and through nobody's words where that can be.
pub fn post_between(from: Stand, to: Stand, guests: &[Stand]) -> f64 {
    let mut between: Vec<Stand> = guests
        .iter()
        .map(|guest| if guest.at < from.at { guest.a_turn_on() } else { *guest })
        .filter(|guest| guest.at < to.at)
        .collect();
    sort(&mut between);
    let misplaced = |post: f64| {
        between.iter().filter(|guest| guest.side != if guest.at < post { from.side } else { to.side }).count()
    };
    let mut best = ((usize::MAX, true), (from.at + to.at) / 2.0);
    let mut last = from;
    for next in between.iter().copied().chain([to]) {
        let free = last.high < next.low;
        let post = if free { (last.high + next.low) / 2.0 } else { (last.at + next.at) / 2.0 };
        let cost = (misplaced(post), !free);
        if cost < best.0 {
            best = (cost, post);
        }
        last = next;
    }
    best.1
}

/// By angle; a handful of things, so the plainest way is the shortest.
pub fn sort(list: &mut [Stand]) {
    for end in 1..list.len() {
        let mut place = end;
        while place > 0 && list[place].at < list[place - 1].at {
            list.swap(place, place - 1);
            place -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fence_leaves_a_client_on_its_own_side() {
        let stand = |at, side| Stand { at, low: at, high: at, side };
        let (from, to) = (stand(0.0, 0), stand(2.0, 1));
        assert_eq!(post_between(from, to, &[]), 1.0);
        assert_eq!(post_between(from, to, &[stand(1.0, 0)]), 1.5);
        assert_eq!(post_between(from, to, &[stand(1.0, 1)]), 0.5);
    }

    #[test]
    fn the_fence_keeps_off_a_client_of_no_side() {
        let stand = |at, low, side| Stand { at, low, high: at, side };
        let (from, to) = (stand(0.0, 0.0, 0), stand(2.0, 1.4, 1));
        // Its words reach over those of the first server.
        assert_eq!(post_between(from, to, &[stand(1.0, -0.1, usize::MAX)]), 1.2);
    }

    #[test]
    fn the_fence_keeps_off_the_words_beside_a_node() {
        let from = Stand { at: 0.0, low: -0.2, high: 0.8, side: 0 };
        let to = Stand { at: 2.0, low: 1.8, high: 2.2, side: 1 };
        assert_eq!(post_between(from, to, &[]), 1.3);
    }
}
