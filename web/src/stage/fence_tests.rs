//! Over many cuts: the grounds never claim a cut that is not there, and no cut goes without a mark.

use super::Layout;
use super::fence::{Fences, contains};
use super::geometry::{Geometry, Roster};
use super::shape::{Point, Rect, crossing};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::find;
use playground_core::view::{CutLink, Frame, Lens, MemberKind};

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
