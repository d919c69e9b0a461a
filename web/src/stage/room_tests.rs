//! On the stages of the named windows, over the steps of scenarios, nothing lies on what must be read.

use super::Layout;
use super::fence::Fences;
use super::flight::{routes, unfolded};
use super::flights::{HALF, half_width};
use super::geometry::{Detail, Geometry, Roster, Spot};
use super::room::{DOT, Placed, folded, on_stage};
use super::shape::{Point, Rect, unit};
use playground_core::recipe::Recipe;
use playground_core::registry::find;
use playground_core::session::Session;
use playground_core::view::Lens;

/// What the stage is in windows of 1440×900, alone and beside a panel, 1024×768 so, 390×844, and in frames of 800×560,
/// 640×480 and 400×300.
const SIZES: [(f64, f64); 8] = [
    (1440.0, 546.0),
    (1112.0, 513.0),
    (1024.0, 381.0),
    (728.0, 317.0),
    (390.0, 357.0),
    (800.0, 330.0),
    (640.0, 280.0),
    (400.0, 200.0),
];

fn stage(roster: &Roster, (w, h): (f64, f64)) -> Geometry {
    Geometry::new(roster, Layout::Ring, w, h, super::is_compact(w, h)).with_ends_apart()
}

/// The edge of a capsule, point by point.
fn edge((at, half): Placed) -> impl Iterator<Item = Point> {
    (0..24).map(move |point| {
        let (x, y) = unit(std::f64::consts::TAU * f64::from(point) / 24.0);
        let flat = half - HALF;
        Point::new(at.x + x * (HALF - 0.01) + if x < 0.0 { -flat } else { flat }, at.y + y * (HALF - 0.01))
    })
}

fn contains(area: &Rect, at: Point) -> bool {
    (area.x..area.x + area.w).contains(&at.x) && (area.y..area.y + area.h).contains(&at.y)
}

/// Whether a capsule lies on a node's disc, its name and its number, or on its words.
fn lies_on(capsule: Placed, spot: &Spot) -> bool {
    edge(capsule).any(|at| at.distance(spot.center) < spot.radius || contains(&spot.block, at))
}

/// How many messages are drawn as capsules and as dots, over some steps of a run on a stage. All of them are looked at.
fn survey(name: &str, session: &mut dyn Session, steps: u64, size: (f64, f64)) -> (usize, usize) {
    let meta = session.meta();
    let (mut capsules, mut dots) = (0, 0);
    let mut made: Option<(Roster, Geometry)> = None;
    session.seek(0);
    for step in 0..steps {
        let frame = session.frame(&Lens::default());
        let roster = Roster::of(&frame);
        if made.as_ref().is_none_or(|(before, _)| *before != roster) {
            made = Some((roster.clone(), stage(&roster, size)));
        }
        let Some((_, geometry)) = &made else { break };
        let fences = Fences::of(&frame, geometry);
        let shown = unfolded(&frame.flights, false, &[]);
        let (routes, _) = routes(&frame, geometry, &fences, &shown);
        let now = frame.now.us() as f64;
        let next = frame.next_at.map_or(now, |next| next.us() as f64);
        for at in [now, (now + next) / 2.0] {
            // Of more messages than are drawn one by one only some have ways of their own.
            let placed = |route: &super::flight::Route| {
                let flight = frame.flights.iter().find(|flight| flight.id == route.id).expect("a message");
                on_stage(
                    route.at(at),
                    half_width(meta.messages[usize::from(flight.kind)].code),
                    (geometry.w, geometry.h),
                )
            };
            let placed: Vec<Placed> = routes.iter().map(placed).collect();
            let is_dot = folded(&placed, &geometry.spots, None);
            let drawn: Vec<Placed> =
                placed.iter().zip(&is_dot).filter(|(_, dot)| !**dot).map(|(one, _)| *one).collect();
            for (index, capsule) in drawn.iter().enumerate() {
                let (Point { x, y }, half) = *capsule;
                let is_inside = x >= half && x + half <= geometry.w && y >= HALF && y + HALF <= geometry.h;
                assert!(is_inside, "{name} on {size:?}, step {step}: {capsule:?} is cut off");
                let node = geometry.spots.iter().position(|spot| lies_on(*capsule, spot));
                assert_eq!(node, None, "{name} on {size:?}, step {step}: {capsule:?} lies on a node");
                for other in &drawn[..index] {
                    let (dx, dy) = ((capsule.0.x - other.0.x).abs(), (capsule.0.y - other.0.y).abs());
                    // The straight parts alone; the round ends are tested where they are made.
                    let is_clear = dy >= HALF * 2.0 - 0.01 || dx >= capsule.1 + other.1 - HALF * 2.0;
                    assert!(is_clear, "{name} on {size:?}, step {step}: {capsule:?} lies on {other:?}");
                }
                for (dot, _) in placed.iter().zip(&is_dot).filter(|(_, is_dot)| **is_dot) {
                    let is_clear = (dot.0.x - capsule.0.x).abs() >= capsule.1 - HALF
                        || (dot.0.y - capsule.0.y).abs() >= HALF + DOT - 0.01;
                    assert!(is_clear, "{name} on {size:?}, step {step}: {capsule:?} lies on a dot");
                }
            }
            capsules += drawn.len();
            dots += is_dot.len() - drawn.len();
        }
        if !session.step() {
            break;
        }
    }
    (capsules, dots)
}

#[test]
fn no_capsule_lies_on_a_node_or_on_another_message() {
    for (slug, id) in [
        ("raft", "partitioned-leader"),
        ("raft", "split-vote"),
        ("raft", "figure-8-twin"),
        ("pbft", "equivocating-primary"),
        ("multi-paxos", "half-finished-slots"),
    ] {
        let mut session = find(slug).unwrap().scenario(id).unwrap().session;
        for size in SIZES {
            let (capsules, _) = survey(id, &mut *session, 60, size);
            assert!(capsules > 50, "{id} on {size:?}: {capsules}");
        }
    }
    for (slug, n) in [("raft", 3), ("raft", 5), ("raft", 7), ("raft", 15), ("pbft", 40)] {
        let load = (slug == "pbft").then(|| ("client-load-ms".into(), 20));
        let params = [("n".into(), n)].into_iter().chain(load).collect();
        let recipe = Recipe { params, ..Recipe::new(slug) };
        let mut session = find(slug).unwrap().open(&recipe).unwrap();
        for size in SIZES {
            let (capsules, dots) = survey(slug, &mut *session, 25, size);
            assert!(capsules + dots > 0, "{slug} of {n}");
        }
    }
}

#[test]
fn where_there_is_room_messages_stay_capsules() {
    for (id, size, dots_max) in [
        ("partitioned-leader", SIZES[0], 40),
        ("partitioned-leader", SIZES[1], 50),
        ("split-vote", SIZES[0], 0),
        ("split-vote", SIZES[2], 20),
        ("first-election", SIZES[0], 10),
    ] {
        let mut session = find("raft").unwrap().scenario(id).unwrap().session;
        let (capsules, dots) = survey(id, &mut *session, 150, size);
        assert!(capsules > 900 && dots <= dots_max, "{id} on {size:?}: {capsules} capsules, {dots} dots");
    }
}

#[test]
fn small_frames_keep_roles_numbers_and_a_short_log() {
    let detail = |slug: &str, id: &str, size| {
        let frame = find(slug).unwrap().scenario(id).unwrap().session.frame(&Lens::default());
        let geometry = stage(&Roster::of(&frame), size);
        (geometry.detail, geometry.spots[0].radius)
    };
    for (slug, id) in
        [("raft", "partitioned-leader"), ("pbft", "normal-request"), ("multi-paxos", "normal-case")]
    {
        for size in [(800.0, 330.0), (640.0, 280.0)] {
            let (detail, radius) = detail(slug, id, size);
            assert!(matches!(detail, Detail::Squares(3..)), "{id} on {size:?}: {detail:?} {radius}");
        }
        let (detail, radius) = detail(slug, id, (400.0, 200.0));
        assert!(
            matches!(detail, Detail::Squares(_) | Detail::Words) && radius >= 20.0,
            "{id}: {detail:?} {radius}"
        );
    }
}
