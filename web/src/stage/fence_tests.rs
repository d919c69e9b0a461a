//! Over many cuts: the grounds never claim a cut that is not there, no cut goes without a mark, and no message passes one.

use super::Layout;
use super::ends::Ends;
use super::fence::{Fences, contains};
use super::flight::{Route, routes};
use super::geometry::{Geometry, Roster};
use super::gesture::Stroke;
use super::shape::{Point, Rect, crossing};
use crate::scene::Intent;
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::find;
use playground_core::session::Session;
use playground_core::view::{CutLink, FlightFate, Frame, Lens, MemberKind};
use std::rc::Rc;

/// A plain random number below a bound.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Cuts between up to four sides, with or without the clients, and a few single links cut or healed.
fn cuts(dice: &mut Dice, frame: &Frame) -> Vec<CutLink> {
    let sides = 1 + dice.roll(4);
    let with_clients = dice.roll(3);
    let mut side = |is_client: bool| {
        let is_out = is_client && (with_clients == 0 || with_clients == 1 && dice.roll(2) == 0);
        (!is_out).then(|| dice.roll(sides))
    };
    let of: Vec<Option<u64>> = frame.nodes.iter().map(|node| side(node.kind == MemberKind::Client)).collect();
    let noise = [0, 0, 40, 8, 3][dice.roll(5) as usize];
    let ids = || frame.nodes.iter().map(|node| node.id);
    let mut cuts = Vec::new();
    for (from, to) in ids().flat_map(|a| ids().map(move |b| (a, b))).filter(|(a, b)| a != b) {
        let parts = matches!((of[from.index()], of[to.index()]), (Some(a), Some(b)) if a != b);
        if parts != (noise > 0 && dice.roll(noise) == 0) {
            cuts.push(CutLink { from, to, holds: false });
        }
    }
    cuts
}

fn lies_in(area: &Rect, at: Point) -> bool {
    contains(
        &[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
            .map(|(x, y)| Point::new(area.x + x * area.w, area.y + y * area.h)),
        at,
    )
}

/// The ground a node is seen on: of a side, of none, or no ground at all where nothing is parted.
fn ground(fences: &Fences, at: Point) -> Option<Option<usize>> {
    let enclave = fences.enclaves.iter().find(|(_, area)| lies_in(area, at));
    let side =
        || fences.grounds.iter().find(|(_, outline)| contains(outline, at)).map(|(side, _)| Some(*side));
    enclave.map(|(side, _)| *side).or_else(side)
}

fn check(frame: &Frame, geometry: &Geometry, told: &str) -> usize {
    let fences = Fences::of(frame, geometry);
    let has = |from, to| frame.cuts.iter().any(|cut| (cut.from, cut.to) == (from, to));
    let center = |id: NodeId| geometry.spots[id.index()].center;
    let is_client = |id: NodeId| frame.nodes[id.index()].kind == MemberKind::Client;
    let ids = || frame.nodes.iter().map(|node| node.id);
    let mut apart = 0;
    for (a, b) in ids().flat_map(|a| ids().map(move |b| (a, b))).filter(|(a, b)| a < b) {
        let grounds = [ground(&fences, center(a)), ground(&fences, center(b))];
        let is_apart = matches!(grounds, [Some(Some(x)), Some(Some(y))] if x != y);
        // Clients don't talk to each other.
        if is_apart && !(is_client(a) && is_client(b)) {
            apart += 1;
            assert!(has(a, b) && has(b, a), "{told}: {a:?} and {b:?} stand apart: {:?}", frame.cuts);
        }
        if !has(a, b) && !has(b, a) {
            continue;
        }
        let crosses = |line: &Vec<Point>| {
            line.windows(2).any(|piece| crossing(center(a), center(b), piece[0], piece[1]).is_some())
        };
        let walled = |(side, area): &(Option<usize>, Rect)| {
            side.is_some() && lies_in(area, center(a)) != lies_in(area, center(b))
        };
        let is_fenced = is_apart && (fences.lines.iter().any(crosses) || fences.enclaves.iter().any(walled));
        let one_way = has(a, b) != has(b, a);
        let at = match (one_way, has(a, b)) {
            (false, _) => center(a).mix(center(b), 0.5),
            (true, true) => geometry.lane(a, b).at(0.5),
            (true, false) => geometry.lane(b, a).at(0.5),
        };
        let is_ticked =
            fences.ticks.iter().any(|tick| tick.one_way == one_way && tick.at.distance(at) < 0.01);
        assert!(is_fenced || is_ticked, "{told}: the cut of {a:?} and {b:?} has no mark: {:?}", frame.cuts);
    }
    apart
}

#[test]
fn the_fence_claims_every_cut_and_no_other() {
    let mut dice = Dice(11);
    for (slug, n) in [("raft", 2), ("raft", 3), ("raft", 5), ("raft", 7), ("multi-paxos", 0)] {
        let params = if n > 0 { vec![("n".into(), n)] } else { Vec::new() };
        let recipe = Recipe { params, ..Recipe::new(slug) };
        let Ok(session) = find(slug).unwrap().open(&recipe) else { continue };
        let mut frame = session.frame(&Lens::default());
        let roster = Roster::of(&frame);
        for (layout, w, h) in [
            (Layout::Ring, 1440.0, 546.0),
            (Layout::Ring, 390.0, 357.0),
            (Layout::Line, 1040.0, 480.0),
            (Layout::Line, 390.0, 480.0),
        ] {
            let geometry = Geometry::new(&roster, layout, w, h, super::is_compact(w, h));
            let mut apart = 0;
            for round in 0..150 {
                frame.cuts = cuts(&mut dice, &frame);
                apart +=
                    check(&frame, &geometry, &format!("{slug} of {n}, {layout:?} on {w}×{h}, round {round}"));
            }
            assert!(apart > 40, "{slug} of {n}, {layout:?}: {apart}");
        }
    }
}

/// How far a point is from the nearest piece of a fence, an enclosure or a tick.
fn to_fence(fences: &Fences, at: Point) -> f64 {
    let piece = |a: Point, b: Point| {
        let length = a.distance(b).max(1e-9);
        let along = ((at.x - a.x) * (b.x - a.x) + (at.y - a.y) * (b.y - a.y)) / length / length;
        at.distance(a.mix(b, along.clamp(0.0, 1.0)))
    };
    let lines = fences.lines.iter().flat_map(|line| line.windows(2)).map(|ends| piece(ends[0], ends[1]));
    let walls = fences.enclaves.iter().map(|(_, area)| {
        let (right, low) = (area.x + area.w, area.y + area.h);
        at.distance(Point::new(at.x.clamp(area.x, right), at.y.clamp(area.y, low)))
    });
    let ticks = fences.ticks.iter().map(|tick| tick.at.distance(at));
    lines.chain(walls).chain(ticks).fold(f64::INFINITY, f64::min)
}

fn ways(frame: &Frame, geometry: &Geometry) -> (Fences, Vec<Route>) {
    let fences = Fences::of(frame, geometry);
    let ways = routes(frame, geometry, &fences, &vec![true; frame.flights.len()]).0;
    (fences, ways)
}

fn stage(frame: &Frame, layout: Layout, w: f64, h: f64) -> Rc<Geometry> {
    let plan = Geometry::new(&Roster::of(frame), layout, w, h, super::is_compact(w, h));
    Rc::new(plan.with_ends_apart())
}

#[test]
fn a_message_of_a_cut_link_stops_on_its_senders_side_of_the_fence() {
    let mut dice = Dice(5);
    let (mut all, mut exact) = (0, 0);
    for (slug, n) in [("raft", 2), ("raft", 3), ("raft", 5), ("raft", 7), ("multi-paxos", 0)] {
        let params = if n > 0 { vec![("n".into(), n)] } else { Vec::new() };
        let session = find(slug).unwrap().open(&Recipe { params, ..Recipe::new(slug) });
        let mut frame = session.unwrap().frame(&Lens::default());
        for (layout, w, h) in [
            (Layout::Ring, 1440.0, 546.0),
            (Layout::Ring, 390.0, 357.0),
            (Layout::Line, 1040.0, 480.0),
            (Layout::Line, 390.0, 480.0),
        ] {
            let geometry = stage(&frame, layout, w, h);
            let center = |id: NodeId| geometry.spots[id.index()].center;
            for round in 0..100 {
                frame.cuts = cuts(&mut dice, &frame);
                let fences = Fences::of(&frame, &geometry);
                for CutLink { from, to, .. } in frame.cuts.iter().copied() {
                    let lane = geometry.lane(from, to);
                    let part = fences.part(from, to, &lane, &geometry);
                    assert_eq!(fences.open_part(from, to, &lane, &geometry), part);
                    let at = lane.at(part);
                    let ground = |at: Point| ground(&fences, at).flatten();
                    let mine = ground(center(from));
                    if mine.is_none() || ground(center(to)).is_none_or(|other| Some(other) == mine) {
                        continue;
                    }
                    // A fence may run through the very rim of a node.
                    let (is_mine, off) = (ground(at) == mine, to_fence(&fences, at));
                    let told =
                        format!("{slug} of {n}, {layout:?} on {w}×{h}, round {round}: {from:?} to {to:?}");
                    assert!(is_mine && off < 60.0 || off < 20.0, "{told}: {off} off, {is_mine}");
                    all += 1;
                    exact += usize::from(is_mine && off < 32.0);
                }
            }
        }
    }
    assert!(all > 5_000 && exact * 100 > all * 98, "{exact} of {all}");
}

/// The opening scene, cut by a line across the stage, and the stage.
fn cut_open(layout: Layout) -> (Box<dyn Session>, Rc<Geometry>) {
    let mut session = find("raft").unwrap().scenario("partitioned-leader").unwrap().session;
    let frame = session.frame(&Lens::default());
    let ring = stage(&frame, Layout::Ring, 1440.0, 546.0);
    let from = Point::new(520.0, 4.0);
    let mut stroke = Stroke::new(from, 1);
    (1..=50).for_each(|part| stroke.draw_to(from.mix(Point::new(720.0, 504.0), f64::from(part) / 50.0)));
    let Intent::Commands(commands) = stroke.intent(&frame, &ring) else { panic!("no cut") };
    commands.into_iter().for_each(|command| session.command(command).unwrap());
    let geometry = stage(&frame, layout, 1440.0, 546.0);
    (session, geometry)
}

#[test]
fn what_was_under_way_when_the_fence_was_drawn_breaks_on_it_too() {
    for layout in [Layout::Ring, Layout::Line] {
        let (mut session, geometry) = cut_open(layout);
        let (mut ends, mut broken) = (Ends::default(), 0);
        for _ in 0..40 {
            let frame = Rc::new(session.frame(&Lens::default()));
            let (fences, ways) = ways(&frame, &geometry);
            let ways = Rc::new(ways);
            let side = |id: NodeId| ground(&fences, geometry.spots[id.index()].center).flatten();
            for (flight, way) in frame.flights.iter().zip(ways.iter()) {
                let is_cut = frame.cuts.iter().any(|cut| (cut.from, cut.to) == (flight.from, flight.to));
                assert_eq!(is_cut, flight.fate != FlightFate::Arrives, "{flight:?}");
                for part in 0..=20 {
                    let (sent, lands) = (flight.sent_at.us() as f64, flight.arrives_at.us() as f64);
                    let at = way.at(sent + (lands - sent) * f64::from(part) / 20.0);
                    assert!(
                        !is_cut || ground(&fences, at).flatten() == side(flight.from),
                        "{flight:?} at {at:?}"
                    );
                }
            }
            ends.note(&frame, false, &geometry, &ways);
            for at in ends.endings.iter().filter_map(|ending| ending.died) {
                assert!(to_fence(&fences, at) < 20.0, "{at:?} is {} off", to_fence(&fences, at));
                broken += 1;
            }
            session.step();
        }
        assert!(broken > 3, "{broken}");
    }
}

#[test]
fn endings_move_with_the_nodes() {
    let (mut session, ring) = cut_open(Layout::Ring);
    let mut ends = Ends::default();
    let mut note = |session: &dyn Session, shown: Option<&Rc<Frame>>, geometry: &Rc<Geometry>| {
        let frame = shown.cloned().unwrap_or_else(|| Rc::new(session.frame(&Lens::default())));
        let ways = Rc::new(ways(&frame, geometry).1);
        ends.note(&frame, false, geometry, &ways);
        let died: Vec<Point> = ends.endings.iter().filter_map(|ending| ending.died).collect();
        (frame, died)
    };
    let (frame, died) = loop {
        let (frame, died) = note(&*session, None, &ring);
        if !died.is_empty() {
            break (frame, died);
        }
        assert!(session.step());
    };
    let line = stage(&frame, Layout::Line, 1112.0, 513.0);
    let (_, moved) = note(&*session, Some(&frame), &line);
    let fences = Fences::of(&frame, &line);
    assert_eq!(moved.len(), died.len());
    assert!(moved.iter().all(|at| to_fence(&fences, *at) < 20.0), "{moved:?}");
    assert_ne!(moved, died);
    assert_eq!(note(&*session, Some(&frame), &ring).1, died, "and back");
}

#[test]
fn a_bundle_of_messages_of_cut_links_stops_at_the_fence() {
    let params = vec![("n".into(), 31)];
    let mut session = find("pbft").unwrap().open(&Recipe { params, ..Recipe::new("pbft") }).unwrap();
    let ask = Command::Operate { node: NodeId(31), operation: 0, args: vec![0, 1, 0] };
    session.command(ask).unwrap();
    while session.frame(&Lens::default()).flights.len() < 400 {
        assert!(session.step());
    }
    let frame = session.frame(&Lens::default());
    let geometry = stage(&frame, Layout::Ring, 1440.0, 546.0);
    let left = |id: &NodeId| geometry.spots[id.index()].center.x < geometry.center.x;
    let (from, to) = (0..31).map(NodeId).partition(left);
    session.command(Command::Cut { from, to, ways: Ways::Both, fate: CutFate::Lose }).unwrap();
    let (mut marks, mut stopped) = (0, 0);
    for _ in 0..20 {
        let frame = session.frame(&Lens::default());
        let fences = Fences::of(&frame, &geometry);
        let (_, bundles) = routes(&frame, &geometry, &fences, &vec![false; frame.flights.len()]);
        for bundle in &bundles {
            let first = &frame.flights[bundle.first];
            let is_cut = frame.cuts.iter().any(|cut| (cut.from, cut.to) == (first.from, first.to));
            let way = bundle.route(first.from, &geometry);
            let end = way.at(f64::INFINITY);
            let side = |at: Point| ground(&fences, at).flatten();
            let is_home = side(end) == side(geometry.spots[first.from.index()].center);
            assert!(!is_cut || is_home || to_fence(&fences, end) < 20.0, "{bundle:?} ends at {end:?}");
            (marks, stopped) = (marks + 1, stopped + usize::from(is_cut));
        }
        session.step();
    }
    assert!(marks > 200 && stopped > 80 && stopped < marks, "{stopped} of {marks}");
}
