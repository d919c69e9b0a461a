//! Where messages are: a pure function of simulated time.

use super::bundle::{Bundle, LOOSE_MAX, bundles};
use super::fence::Fences;
use super::geometry::Geometry;
use super::shape::{Lane, Point};
use playground_core::id::{MessageId, NodeId};
use playground_core::view::{FlightFate, FlightFrame, Frame};

/// The way of one message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Route {
    /// Whose.
    pub id: MessageId,
    /// The path, from rim to rim.
    pub lane: Lane,
    sent_us: f64,
    /// When it is at the end of what it will cover.
    end_us: f64,
    /// How much of the path it would cover until then: less than 1 if it is lost on the way.
    covers: f64,
    /// The part beyond which it doesn't get: where it is held, or a fence.
    pub stop: f64,
}

impl Route {
    /// The way of a mark that is no message: all of a path between two times.
    pub fn plain(lane: Lane, sent_us: f64, end_us: f64) -> Self {
        Self { id: MessageId(0), lane, sent_us, end_us, covers: 1.0, stop: 1.0 }
    }

    /// The part of its path a message has behind it.
    pub fn part(&self, now_us: f64) -> f64 {
        let total = self.end_us - self.sent_us;
        let part = if total <= 0.0 { 1.0 } else { ((now_us - self.sent_us) / total).clamp(0.0, 1.0) };
        (part * self.covers).min(self.stop)
    }

    /// Where the message is.
    pub fn at(&self, now_us: f64) -> Point {
        self.lane.at(self.part(now_us))
    }
}

/// The ways of the messages of a frame that are drawn one by one, by number, and the bundles of the others. Those that are
/// `unfolded` are in no bundle.
pub fn routes(
    frame: &Frame,
    geometry: &Geometry,
    fences: &Fences,
    unfolded: &[bool],
) -> (Vec<Route>, Vec<Bundle>) {
    let mut queues = Vec::new();
    if frame.flights.len() > LOOSE_MAX {
        let mut bundles = bundles(&frame.flights, unfolded, (geometry, fences));
        let mut alone = unfolded.to_vec();
        bundles.iter().filter(|bundle| bundle.count == 1).for_each(|bundle| alone[bundle.first] = true);
        bundles.retain(|bundle| bundle.count > 1);
        let flights = frame.flights.iter().zip(alone).filter(|(_, is_alone)| *is_alone);
        let lane = |flight: &FlightFrame| geometry.lane(flight.from, flight.to);
        let routes =
            flights.map(|(flight, _)| route(flight, lane(flight), (fences, geometry), &mut queues)).collect();
        return (routes, bundles);
    }
    let route = |(index, flight): (usize, &FlightFrame)| {
        let lane = geometry.lane(flight.from, flight.to);
        // Those that would lie on one another fly side by side.
        let before = if frame.flights.len() > CAPSULES_PAUSED_MAX { &[] } else { &frame.flights[..index] };
        let beside = before.iter().filter(|other| is_near(other, flight, lane.length())).count();
        // On the side where the stage has room for it.
        let [right, left] = [1.0, -1.0].map(|side| lane.aside(side * beside as f64 * CAPSULE));
        let has_room = |lane: &Lane| lane.is_inside(geometry.w, geometry.h, CAPSULE / 2.0);
        let fits = has_room(&right) || !has_room(&left);
        route(flight, if fits { right } else { left }, (fences, geometry), &mut queues)
    };
    (frame.flights.iter().enumerate().map(route).collect(), Vec::new())
}

/// The height of a capsule, and a little air.
const CAPSULE: f64 = 26.0;

/// Whether a message ever flies so close to an earlier one of its link that they would lie on one another.
fn is_near(earlier: &FlightFrame, flight: &FlightFrame, length: f64) -> bool {
    let flies = |flight: &FlightFrame| matches!(flight.fate, FlightFate::Arrives | FlightFate::Dies { .. });
    let (sent, lands) = (flight.sent_at.us(), flight.arrives_at.us().min(earlier.arrives_at.us()));
    let ahead = |at: u64| {
        let part = |flight: &FlightFrame| {
            let (sent, lands) = (flight.sent_at.us() as f64, flight.arrives_at.us() as f64);
            (at as f64 - sent) / (lands - sent).max(1.0)
        };
        (part(earlier) - part(flight)) * length
    };
    (earlier.from, earlier.to) == (flight.from, flight.to)
        && flies(earlier)
        && flies(flight)
        && sent <= lands
        && ahead(sent).min(ahead(lands)) < CAPSULE
}

/// Room a held message takes in its queue.
const QUEUE_PITCH: f64 = 26.0;

fn route(
    flight: &FlightFrame,
    lane: Lane,
    (fences, geometry): (&Fences, &Geometry),
    queues: &mut Vec<(NodeId, NodeId)>,
) -> Route {
    let (from, to) = (flight.from, flight.to);
    let (sent_us, arrives_us) = (flight.sent_at.us() as f64, flight.arrives_at.us() as f64);
    // Nothing passes a fence, whenever it was drawn: what is under way then waits there to be lost.
    let mut stop = fences.open_part(from, to, &lane, geometry);
    let (mut end_us, mut covers) = (arrives_us, 1.0);
    match flight.fate {
        FlightFate::Arrives => {}
        FlightFate::Dies { at, at_cut } => {
            end_us = at.us() as f64;
            if at_cut {
                stop = fences.part(from, to, &lane, geometry);
            }
            if end_us < arrives_us {
                let part = (end_us - sent_us) / (arrives_us - sent_us).max(1.0);
                covers = if at_cut { stop } else { part.clamp(0.05, 0.95) };
            }
        }
        FlightFate::HeldByHand | FlightFate::HeldAtCut | FlightFate::HeldAtDoor => {
            let place = queues.iter().filter(|link| **link == (from, to)).count();
            queues.push((from, to));
            stop = (stop - place as f64 * QUEUE_PITCH / lane.length().max(1.0)).max(stop.min(0.0));
        }
    }
    Route { id: flight.id, lane, sent_us, end_us, covers, stop }
}

/// So many messages are drawn as capsules while time runs.
const CAPSULES_PLAYING_MAX: usize = 12;
/// So many while it doesn't.
const CAPSULES_PAUSED_MAX: usize = 40;
/// So many of one node or link that somebody looks at.
const CAPSULES_LIT_MAX: usize = 16;

/// What somebody looks at, which brings folded messages back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gaze {
    /// A node pointed at, focused or selected.
    pub node: Option<NodeId>,
    /// A message pointed at, focused or selected.
    pub message: Option<MessageId>,
}

/// Which messages are drawn as capsules rather than folded to dots, by their place in the frame.
pub fn unfolded(flights: &[FlightFrame], playing: bool, gazes: &[Gaze]) -> Vec<bool> {
    let most = if playing { CAPSULES_PLAYING_MAX } else { CAPSULES_PAUSED_MAX };
    if flights.len() <= most {
        return vec![true; flights.len()];
    }
    let mut left = CAPSULES_LIT_MAX;
    flights
        .iter()
        .map(|flight| {
            let named = gazes.iter().any(|gaze| gaze.message == Some(flight.id));
            let touches = |id| flight.from == id || flight.to == id;
            let near = left > 0 && gazes.iter().any(|gaze| gaze.node.is_some_and(touches));
            left -= usize::from(near);
            named || near
        })
        .collect()
}

/// How a message that was drawn a frame ago is gone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ending {
    /// Which message.
    pub id: MessageId,
    /// The step after which it was gone.
    pub step: u64,
    /// Where it died; `None` if it arrived.
    pub died: Option<Point>,
    /// Where it arrived.
    pub node: NodeId,
    /// What kind of message it was.
    pub kind: u8,
    /// The path it was on.
    pub lane: Lane,
    /// If a hand delivered it before its time: the part of its path it had behind it.
    pub left: Option<f64>,
}

/// What became of the messages of a frame that are no longer in the next one.
pub fn endings(before: &Frame, routes: &[Route], after: &Frame) -> Vec<Ending> {
    if after.step <= before.step || after.step > before.step + ENDING_STEPS_MAX {
        return Vec::new();
    }
    let now_us = after.now.us() as f64;
    let gone =
        |flight: &&FlightFrame| after.flights.binary_search_by_key(&flight.id, |other| other.id).is_err();
    let lost_now = |flight: &FlightFrame| {
        let last = after.last.as_ref();
        last.is_some_and(|last| {
            last.message == Some(flight.id) && last.kind == playground_core::view::StepKind::Dropped
        })
    };
    before
        .flights
        .iter()
        .filter(gone)
        .filter_map(|flight| {
            let route = routes.iter().find(|route| route.id == flight.id)?;
            let dies = matches!(flight.fate, FlightFate::Dies { .. }) || lost_now(flight);
            let died = dies.then(|| route.at(now_us));
            let part = route.part(now_us);
            let left = (after.step == before.step + 1 && part < EARLY_BELOW).then_some(part);
            let (id, node, kind) = (flight.id, flight.to, flight.kind);
            Some(Ending { id, step: after.step, died, node, kind, lane: route.lane, left })
        })
        .take(ENDINGS_MAX)
        .collect()
}

/// A message delivered with less of its way behind it was delivered by hand.
const EARLY_BELOW: f64 = 0.97;

/// Endings are told of frames no further apart than this: past it, the reader jumped.
const ENDING_STEPS_MAX: u64 = 200;
/// And so many at once.
const ENDINGS_MAX: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;
    use playground_core::time::Time;

    fn flight(id: u64, fate: FlightFate) -> FlightFrame {
        FlightFrame {
            id: MessageId(id),
            from: NodeId(0),
            to: NodeId(1),
            kind: 0,
            summary: String::new(),
            sent_at: Time(1_000),
            arrives_at: Time(11_000),
            fate,
            copy_of: None,
            forged: false,
            sent_step: 1,
        }
    }

    fn lane() -> Lane {
        Lane { from: Point::new(0.0, 0.0), bend: Point::new(50.0, 0.0), to: Point::new(100.0, 0.0) }
    }

    #[test]
    fn a_message_flies_evenly_and_stays_where_it_lands() {
        let route =
            Route { id: MessageId(1), lane: lane(), sent_us: 0.0, end_us: 10.0, covers: 1.0, stop: 1.0 };
        let xs = [-5.0, 0.0, 2.5, 5.0, 10.0, 90.0].map(|now| route.at(now).x);
        assert_eq!(xs, [0.0, 0.0, 25.0, 50.0, 100.0, 100.0]);
    }

    #[test]
    fn a_message_that_dies_stops_where_it_died() {
        let route =
            Route { id: MessageId(1), lane: lane(), sent_us: 0.0, end_us: 4.0, covers: 0.4, stop: 1.0 };
        assert_eq!([2.0, 4.0, 10.0].map(|now| route.at(now).x.round()), [20.0, 40.0, 40.0]);
    }

    #[test]
    fn messages_that_would_lie_on_one_another_fly_side_by_side() {
        let first = flight(1, FlightFate::Arrives);
        let at =
            |sent, arrives| FlightFrame { sent_at: Time(sent), arrives_at: Time(arrives), ..first.clone() };
        assert!(is_near(&first, &at(1_000, 11_000), 200.0), "at the same time");
        assert!(is_near(&first, &at(5_000, 10_000), 200.0), "overtaken");
        assert!(!is_near(&first, &at(5_000, 15_000), 200.0), "well behind");
        assert!(!is_near(&first, &at(20_000, 25_000), 200.0), "later");
        assert!(!is_near(&first, &FlightFrame { to: NodeId(2), ..first.clone() }, 200.0), "another way");
    }

    #[test]
    fn more_than_a_dozen_fold_while_time_runs_and_return_when_looked_at() {
        let flights: Vec<_> = (1..=13).map(|id| flight(id, FlightFate::Arrives)).collect();
        let count = |playing, gazes: &[Gaze]| {
            unfolded(&flights, playing, gazes).into_iter().filter(|shown| *shown).count()
        };
        assert_eq!(count(true, &[]), 0);
        assert_eq!(count(false, &[]), 13);
        assert_eq!(count(true, &[Gaze { message: Some(MessageId(3)), node: None }]), 1);
        assert_eq!(count(true, &[Gaze { message: None, node: Some(NodeId(1)) }]), 13);
        assert_eq!(count(true, &[Gaze { message: None, node: Some(NodeId(2)) }]), 0);
    }
}
