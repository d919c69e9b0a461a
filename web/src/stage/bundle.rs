//! Bundles: where thousands of messages fly, those that one node sent to many at once are one mark, which flies from its
//! rim to where their ways part.

use super::fence::Fences;
use super::flight::Route;
use super::geometry::Geometry;
use super::shape::{Lane, Point};
use playground_core::id::NodeId;
use playground_core::view::FlightFrame;

/// With more messages than this there are bundles.
pub const LOOSE_MAX: usize = 120;
/// With so many bundles those of one node and kind become one, whenever they were sent.
const BUNDLES_MAX: usize = 240;
/// How far towards the middle of its receivers a bundle stays together.
const PARTS_AT: f64 = 0.62;

/// Messages drawn as one mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bundle {
    /// How many they are.
    pub count: usize,
    /// What kind they are.
    pub kind: u8,
    /// Which message of a frame is the first of them.
    pub first: usize,
    /// When it was sent, in microseconds.
    sent_us: f64,
    /// When the last of them arrives.
    lands_us: f64,
    /// The sum of the receivers' places.
    sum: Point,
    /// The part of its way beyond which it doesn't get: nothing passes a fence.
    stop: f64,
}

/// The bundles of all messages that are not `apart`. Those that a fence stops are in bundles of their own.
pub fn bundles(
    flights: &[FlightFrame],
    apart: &[bool],
    (geometry, fences): (&Geometry, &Fences),
) -> Vec<Bundle> {
    let is_cut = |flight: &FlightFrame| fences.is_cut(flight.from, flight.to);
    let mut bundles: Vec<Bundle> = Vec::new();
    for (index, flight) in flights.iter().enumerate().filter(|(index, _)| !apart[*index]) {
        let at = geometry.spot(flight.to).map_or(geometry.center, |spot| spot.center);
        let lands_us = flight.arrives_at.us() as f64;
        let is_full = bundles.len() >= BUNDLES_MAX;
        let fits = |bundle: &Bundle| {
            let first = &flights[bundle.first];
            (first.from, first.kind, is_cut(first)) == (flight.from, flight.kind, is_cut(flight))
                && (is_full || first.sent_step == flight.sent_step)
        };
        // What a node sends at once is numbered in a row, so that the last one mostly fits.
        if let Some(place) = bundles.iter().rposition(fits) {
            let bundle = &mut bundles[place];
            bundle.count += 1;
            bundle.sum = Point::new(bundle.sum.x + at.x, bundle.sum.y + at.y);
            bundle.lands_us = bundle.lands_us.max(lands_us);
        } else {
            let sent_us = flight.sent_at.us() as f64;
            let kind = flight.kind;
            bundles.push(Bundle { count: 1, kind, first: index, sent_us, lands_us, sum: at, stop: 1.0 });
        }
    }
    for bundle in &mut bundles {
        let FlightFrame { from, to, .. } = flights[bundle.first];
        let way = bundle.route(from, geometry).lane;
        bundle.stop = fences.open_part(from, to, &way, geometry).max(0.0);
    }
    bundles
}

impl Bundle {
    /// The way of the mark of a bundle that some node sent: it is at its end when the last message arrives.
    pub fn route(&self, from: NodeId, geometry: &Geometry) -> Route {
        let count = self.count as f64;
        let middle = Point::new(self.sum.x / count, self.sum.y / count);
        let lane = geometry.spot(from).map_or(Lane { from: middle, bend: middle, to: middle }, |spot| {
            let start = spot.center.towards(spot.center.angle_to(middle), spot.rim());
            let end = spot.center.mix(middle, PARTS_AT);
            Lane { from: start, bend: start.mix(end, 0.5), to: end }
        });
        let mut route = Route::plain(lane, self.sent_us, self.lands_us);
        route.stop = self.stop;
        route
    }
}
