//! Which messages have room for a capsule: one that would cover a node, its words or another message is a dot for as long
//! as it would. A pure function of where they are, and so of simulated time.

use super::flights::HALF;
use super::geometry::Spot;
use super::shape::{Point, within};

/// Half the edge of a dot, and of what a capsule leaves free around one.
pub const DOT: f64 = 4.5;
/// What belongs to a node beyond the edge of its disc.
const RIM: f64 = 0.5;

/// A message: where it is, and half the width it has as a capsule.
pub type Placed = (Point, f64);

/// A capsule at a point of its path, and so that none of it is beyond an edge of a stage so wide and high, not even the
/// teeth of one that is forged.
#[inline(never)]
pub fn on_stage(at: Point, half: f64, (w, h): (f64, f64)) -> Placed {
    let inside = |at: f64, edge: f64, length: f64| within(at, edge, (length - edge).max(edge));
    (Point::new(inside(at.x, half + 1.0, w), inside(at.y, HALF + TEETH, h)), half)
}

/// How far the teeth of a forged message stand out.
const TEETH: f64 = 3.0;

/// Which of some messages are dots. The earlier ones have the right of way, and `first` before all of them.
pub fn folded(placed: &[Placed], spots: &[Spot], first: Option<usize>) -> Vec<bool> {
    let mut dots = vec![true; placed.len()];
    for index in first.into_iter().chain(0..placed.len()) {
        let Some(mine) = placed.get(index).filter(|_| dots[index]) else { continue };
        let meets = placed.iter().zip(&dots).any(|(other, is_dot)| !*is_dot && touch(mine, other));
        dots[index] = meets || spots.iter().any(|spot| covers(mine, spot));
    }
    // Nor does a capsule lie on a dot: then both are. A new dot is where its capsule was, and so on nobody else's.
    for index in 0..placed.len() {
        let lies = |(other, is_dot): (&Placed, &bool)| *is_dot && touch(&placed[index], &(other.0, DOT));
        dots[index] = dots[index] || placed.iter().zip(&dots).any(lies);
    }
    dots
}

/// Whether two capsules touch. One is a line with a round pen; less than so high, it is a dot.
fn touch(a: &Placed, b: &Placed) -> bool {
    let [(flat_a, round_a), (flat_b, round_b)] =
        [a.1, b.1].map(|half| (half - half.min(HALF), half.min(HALF)));
    let along = ((a.0.x - b.0.x).abs() - flat_a - flat_b).max(0.0);
    let up = a.0.y - b.0.y;
    let apart = round_a + round_b;
    along * along + up * up < apart * apart
}

/// Whether a capsule lies on a node's disc or on its words.
pub fn covers(capsule: &Placed, spot: &Spot) -> bool {
    let (at, half) = *capsule;
    let flat = half - HALF;
    let along = ((at.x - spot.center.x).abs() - flat).max(0.0);
    let (up, apart) = (at.y - spot.center.y, HALF + spot.radius + RIM);
    if along * along + up * up < apart * apart {
        return true;
    }
    let block = &spot.block;
    let x = (at.x - within(at.x, block.x, block.x + block.w)).abs();
    let y = at.y - within(at.y, block.y, block.y + block.h);
    let along = (x - flat).max(0.0);
    block.h > 0.0 && along * along + y * y < HALF * HALF
}
