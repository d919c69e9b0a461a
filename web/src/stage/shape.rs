//! Points, boxes and the gently bent lanes that messages fly on: plain geometry in pixels.

use super::svg::Pen;

/// A place on the stage, in pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// The point at these coordinates.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// So far from here in a direction; 0 is right, a quarter turn is down.
    pub fn towards(self, angle: f64, distance: f64) -> Self {
        let (x, y) = unit(angle);
        Self::new(self.x + x * distance, self.y + y * distance)
    }

    /// Part of the way to another point.
    pub fn mix(self, other: Self, part: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * part, self.y + (other.y - self.y) * part)
    }

    /// How far away another point is.
    pub fn distance(self, other: Self) -> f64 {
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        (dx * dx + dy * dy).sqrt()
    }

    /// The direction to another point, in radians.
    pub fn angle_to(self, other: Self) -> f64 {
        direction(other.y - self.y, other.x - self.x)
    }
}

/// The nearest value between two bounds; the lower one if they cross. Unlike `f64::clamp` it can't panic, whose message
/// alone brings the printing of floats into the module.
pub fn within(value: f64, low: f64, high: f64) -> f64 {
    value.min(high).max(low)
}

/// Cosine and sine of an angle. A browser has its own, so the module carries none; no run depends on them.
#[cfg(target_arch = "wasm32")]
pub fn unit(angle: f64) -> (f64, f64) {
    (js_sys::Math::cos(angle), js_sys::Math::sin(angle))
}

/// Cosine and sine of an angle.
#[cfg(not(target_arch = "wasm32"))]
pub fn unit(angle: f64) -> (f64, f64) {
    (angle.cos(), angle.sin())
}

#[cfg(target_arch = "wasm32")]
fn direction(y: f64, x: f64) -> f64 {
    js_sys::Math::atan2(y, x)
}

#[cfg(not(target_arch = "wasm32"))]
fn direction(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

/// A box with sides along the axes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Rect {
    /// The box around a centre.
    pub const fn around(center: Point, w: f64, h: f64) -> Self {
        Self { x: center.x - w / 2.0, y: center.y - h / 2.0, w, h }
    }

    /// Whether two boxes share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// The area two boxes share.
    pub fn shared(&self, other: &Self) -> f64 {
        let w = (self.x + self.w).min(other.x + other.w) - self.x.max(other.x);
        let h = (self.y + self.h).min(other.y + other.h) - self.y.max(other.y);
        w.max(0.0) * h.max(0.0)
    }

    /// Whether this box lies inside a stage of a size, which starts at the origin.
    pub fn is_inside(&self, w: f64, h: f64) -> bool {
        self.x >= -0.01 && self.y >= -0.01 && self.x + self.w <= w + 0.01 && self.y + self.h <= h + 0.01
    }
}

/// The path of the messages of one directed link: a quadratic curve from rim to rim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lane {
    /// Where messages leave.
    pub from: Point,
    /// What the path bends towards.
    pub bend: Point,
    /// Where messages land.
    pub to: Point,
}

impl Lane {
    /// From one centre to another, leaving and landing at a distance from each, bent to the right of the way by
    /// `offset` pixels in the middle of the straight line.
    pub fn between(a: Point, a_rim: f64, b: Point, b_rim: f64, offset: f64) -> Self {
        let length = a.distance(b).max(1.0);
        let (right_x, right_y) = (-(b.y - a.y) / length, (b.x - a.x) / length);
        let middle = a.mix(b, 0.5);
        let bend = Point::new(middle.x + right_x * offset * 2.0, middle.y + right_y * offset * 2.0);
        // Where two discs nearly touch the rims would cross: meet in the middle instead, unless the way leads around.
        let room = if offset.abs() > length * 0.4 { f64::INFINITY } else { (length / 2.0 - 1.0).max(0.0) };
        Self {
            from: a.towards(a.angle_to(bend), a_rim.min(room)),
            bend,
            to: b.towards(b.angle_to(bend), b_rim.min(room)),
        }
    }

    /// The same path, so far to its right.
    #[must_use]
    #[inline(never)]
    pub fn aside(self, by: f64) -> Self {
        let length = self.from.distance(self.to).max(1.0);
        let (x, y) = (-(self.to.y - self.from.y) / length * by, (self.to.x - self.from.x) / length * by);
        let [from, bend, to] =
            [self.from, self.bend, self.to].map(|point| Point::new(point.x + x, point.y + y));
        Self { from, bend, to }
    }

    /// Where a message is after a part of its way.
    pub fn at(&self, part: f64) -> Point {
        let left = 1.0 - part;
        let (a, b, c) = (left * left, 2.0 * left * part, part * part);
        Point::new(
            a * self.from.x + b * self.bend.x + c * self.to.x,
            a * self.from.y + b * self.bend.y + c * self.to.y,
        )
    }

    /// About how long the path is.
    pub fn length(&self) -> f64 {
        let middle = self.at(0.5);
        self.from.distance(middle) + middle.distance(self.to)
    }

    /// The path as SVG writes it.
    pub fn path(&self) -> String {
        let mut pen = Pen::default();
        pen.to('M', self.from).to('Q', self.bend).to(' ', self.to);
        pen.0
    }

    /// How near the path comes to a point.
    pub fn clearance(&self, point: Point) -> f64 {
        (0..=SAMPLES)
            .map(|sample| self.at(f64::from(sample) / f64::from(SAMPLES)).distance(point))
            .fold(f64::INFINITY, f64::min)
    }

    /// Whether the path keeps so far from the edges of a stage that starts at the origin. A wide capsule keeps off them by
    /// itself: see [`super::room::on_stage`].
    #[inline(never)]
    pub fn is_inside(&self, w: f64, h: f64, air: f64) -> bool {
        (0..=SAMPLES)
            .map(|sample| self.at(f64::from(sample) / f64::from(SAMPLES)))
            .all(|point| (air..=w - air).contains(&point.x) && (air..=h - air).contains(&point.y))
    }

    /// Bends the path less, where its middle would leave a stage or come closer than `air` to its edge.
    pub fn stay_inside(&mut self, w: f64, h: f64, air: f64) {
        let middle = self.at(0.5);
        // The middle moves half as far as what the path bends towards.
        self.bend.x += 2.0 * (within(middle.x, air, w - air) - middle.x);
        self.bend.y += 2.0 * (within(middle.y, air, h - air) - middle.y);
    }

    /// Whether the path leads through a box.
    pub fn meets(&self, area: &Rect) -> bool {
        (0..=SAMPLES).map(|sample| self.at(f64::from(sample) / f64::from(SAMPLES))).any(|point| {
            (area.x..area.x + area.w).contains(&point.x) && (area.y..area.y + area.h).contains(&point.y)
        })
    }

    /// The part of the way at which the path first crosses a polyline.
    pub fn crossing(&self, line: &[Point]) -> Option<f64> {
        (0..SAMPLES).find_map(|sample| {
            let part = |sample: u8| f64::from(sample) / f64::from(SAMPLES);
            let (a, b) = (self.at(part(sample)), self.at(part(sample + 1)));
            line.windows(2)
                .find_map(|piece| crossing(a, b, piece[0], piece[1]))
                .map(|within| part(sample) + within / f64::from(SAMPLES))
        })
    }
}

/// Into how many straight pieces a path is cut to measure it.
const SAMPLES: u8 = 16;

/// Where the line from `a` to `b` crosses the one from `c` to `d`, as a part of the way from `a`.
pub fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<f64> {
    let (rx, ry) = (b.x - a.x, b.y - a.y);
    let (sx, sy) = (d.x - c.x, d.y - c.y);
    let cross = rx * sy - ry * sx;
    if cross.abs() < 1e-9 {
        return None;
    }
    let along = ((c.x - a.x) * sy - (c.y - a.y) * sx) / cross;
    let across = ((c.x - a.x) * ry - (c.y - a.y) * rx) / cross;
    ((0.0..=1.0).contains(&along) && (0.0..=1.0).contains(&across)).then_some(along)
}

/// A ring's sector as SVG writes it: between two radii and two angles in radians, 0 up, clockwise.
pub fn sector(inner: f64, outer: f64, from: f64, to: f64) -> String {
    let up = |angle: f64, radius: f64| Point::default().towards(angle - std::f64::consts::FRAC_PI_2, radius);
    let to_from = to - from;
    let (a, b, c, d) = (up(from, outer), up(to, outer), up(to, inner), up(from, inner));
    let bow = |pen: &mut Pen, radius: f64, sweep: &str, to: Point| {
        let large = if to_from > std::f64::consts::PI { " 0 1 " } else { " 0 0 " };
        pen.to('A', Point::new(radius, radius)).raw(large).raw(sweep).to(' ', to);
    };
    let mut pen = Pen::default();
    pen.to('M', a);
    bow(&mut pen, outer, "1", b);
    pen.to('L', c);
    bow(&mut pen, inner, "0", d);
    pen.raw("Z");
    pen.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_of_a_link_bend_apart() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(200.0, 0.0));
        let forth = Lane::between(a, 50.0, b, 50.0, 12.0).at(0.5);
        let back = Lane::between(b, 50.0, a, 50.0, 12.0).at(0.5);
        assert!(forth.y > 8.0 && back.y < -8.0, "{forth:?} {back:?}");
    }

    #[test]
    fn a_lane_leaves_and_lands_on_the_rim() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(200.0, 100.0));
        let lane = Lane::between(a, 50.0, b, 40.0, 12.0);
        assert!((lane.at(0.0).distance(a) - 50.0).abs() < 1e-9);
        assert!((lane.at(1.0).distance(b) - 40.0).abs() < 1e-9);
    }

    #[test]
    fn a_lane_knows_where_it_crosses_a_fence() {
        let lane = Lane::between(Point::new(0.0, 0.0), 20.0, Point::new(200.0, 0.0), 20.0, 0.0);
        let fence = [Point::new(100.0, -50.0), Point::new(100.0, 50.0)];
        assert!((lane.crossing(&fence).unwrap() - 0.5).abs() < 0.01);
        assert_eq!(lane.crossing(&[Point::new(300.0, -50.0), Point::new(300.0, 50.0)]), None);
    }
}
