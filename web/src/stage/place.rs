//! Tries plans for the stage, the most generous first, and takes the first in which nothing touches.

use super::Layout;
use super::arrange::{Area, Place, Rim, arrange};
use super::draft::{Draft, is_crowd};
use super::geometry::{Detail, Roster, Spot};
use super::shape::Lane;
use playground_core::view::MemberKind;

/// Above so many nodes there are only dots.
const BEADS_MAX: usize = 40;
/// Above so many servers there are no logs on the stage.
const LOGS_MAX: usize = 15;
/// Above so many they are short.
const LONG_LOGS_MAX: usize = 9;

/// The first draft in which nothing touches, and the place of each node.
pub fn plan(roster: &Roster, layout: Layout, w: f64, h: f64, compact: bool) -> (Detail, Vec<Spot>) {
    let area = Area { w, h, compact };
    let is_narrow = w < h * WIDE;
    let drafts = drafts(roster, compact, h, is_narrow);
    let places = places(layout, roster, is_narrow);
    // Details from the most generous; within one the plan that leaves messages the most room, as far as it does not
    // cost too much of the nodes.
    for rung in drafts.chunk_by(|a, b| rung(a.detail) == rung(b.detail)) {
        let mut best: Option<(f64, Detail, Vec<Spot>)> = None;
        for draft in rung {
            for &place in &places {
                let spots = arrange(roster, area, draft, place);
                if !is_clear(&spots, w, h) || !is_roomy(&spots, draft, place) {
                    continue;
                }
                let worth = worth(draft, place, &spots);
                if best.as_ref().is_none_or(|best| worth > best.0 + 1e-6) {
                    best = Some((worth, draft.detail, spots));
                }
            }
        }
        if let Some((_, detail, spots)) = best {
            return (detail, spots);
        }
    }
    let last = drafts.last().copied().unwrap_or(Draft::of(Detail::Dot, 3.0, roster, compact));
    (last.detail, arrange(roster, area, &last, places[0]))
}

/// Details of one rung compete; a higher rung always wins.
fn rung(detail: Detail) -> u8 {
    match detail {
        Detail::Squares(_) => 0,
        Detail::Words => 1,
        Detail::Bead => 2,
        Detail::Dot => 3,
    }
}

/// How good a plan is: room between neighbours, in pixels, against the size of discs and logs, and against clients whose
/// messages lead past others.
fn worth(draft: &Draft, place: Place, spots: &[Spot]) -> f64 {
    let squares = if let Detail::Squares(count) = draft.detail { count } else { 0 };
    let nearest = match place {
        // Messages fly between the rows; more room than for a few capsules is better spent on the discs.
        Place::Rows { beside, .. } => {
            let words = match beside {
                _ if draft.block_h == 0.0 => 0.0,
                true => 160.0,
                false => 120.0,
            };
            rows_gap(spots).min(80.0) * 2.0 + words
        }
        _ if spots.len() > BEADS_MAX => 0.0,
        _ => nearest_servers(spots),
    };
    // The gap is a last resort: there everything is obstructed.
    let is_gap = matches!(place, Place::Ring { clients: Rim::Gap, .. });
    let each = if matches!(draft.detail, Detail::Squares(_)) { 8.0 } else { 2.0 };
    let lost = if is_gap { 30.0 } else { obstructed(spots) as f64 * each };
    let lost = if draft.radius < 24.0 && draft.detail != Detail::Bead { lost + 80.0 } else { lost };
    nearest.min(240.0) + draft.radius * 4.0 + squares as f64 * 8.0 - lost
}

/// How many straight ways between a client and a server lead over another's disc or words.
fn obstructed(spots: &[Spot]) -> usize {
    if is_crowd(spots.iter().map(|spot| &spot.kind)) {
        return 0;
    }
    let ends = |kind| spots.iter().filter(move |spot| spot.kind == kind);
    let ways = ends(MemberKind::Client)
        .flat_map(|client| ends(MemberKind::Server).map(move |server| (client, server)));
    ways.filter(|(client, server)| {
        let way = Lane::between(client.center, client.reach, server.center, server.reach, 0.0);
        ends(MemberKind::Server).any(|other| {
            let is_end = other.center == server.center;
            way.meets(&other.block) || (!is_end && way.clearance(other.center) < other.reach)
        })
    })
    .count()
}

fn nearest_servers(spots: &[Spot]) -> f64 {
    let servers: Vec<&Spot> = spots.iter().filter(|spot| spot.kind == MemberKind::Server).collect();
    let pairs = servers.iter().enumerate().flat_map(|(index, spot)| {
        servers[index + 1..].iter().map(move |other| spot.center.distance(other.center))
    });
    pairs.fold(240.0, f64::min)
}

/// The least room between rims of servers of different rows; less than nothing if those overlap in height.
fn rows_gap(spots: &[Spot]) -> f64 {
    let mut least = 200.0_f64;
    for a in spots {
        for b in spots.iter().filter(|b| b.kind == a.kind && b.center.y > a.center.y + 1.0) {
            least = least.min(b.center.y - a.center.y - a.reach - b.reach);
        }
    }
    least
}

/// Whether no box touches another and all are on the stage.
pub fn is_clear(spots: &[Spot], w: f64, h: f64) -> bool {
    let boxes = |spot: &Spot| [spot.disc(), spot.block];
    spots.iter().enumerate().all(|(index, spot)| {
        let mine = boxes(spot);
        let words_fit = spot.block.h == 0.0 || mine[1].is_inside(w, h);
        mine[0].is_inside(w, h)
            && words_fit
            && spots[index + 1..].iter().all(|other| {
                let apart = spot.center.distance(other.center) >= spot.reach + other.reach;
                let theirs = boxes(other);
                apart
                    && !mine[1].overlaps(&theirs[0])
                    && !mine[1].overlaps(&theirs[1])
                    && !mine[0].overlaps(&theirs[1])
            })
    })
}

/// On a stage so much wider than high clients find room beside the ring.
const WIDE: f64 = 1.25;

fn places(layout: Layout, roster: &Roster, is_narrow: bool) -> Vec<Place> {
    let rims: &[Rim] = match is_narrow {
        _ if roster.kinds.iter().all(|kind| *kind == MemberKind::Server) => &[Rim::Below],
        true => &[Rim::Below, Rim::Corners, Rim::Gap],
        false => &[Rim::Below, Rim::Left, Rim::Sides],
    };
    let steeps = [0.3, 0.5, 0.8, 1.1];
    match layout {
        Layout::Line => vec![Place::Line],
        Layout::Ring if roster.is_banded() => [(true, true), (true, false), (false, true), (false, false)]
            .map(|(beside, left)| Place::Rows { beside, left: left && !is_narrow })
            .into(),
        Layout::Ring => steeps
            .into_iter()
            .flat_map(|steep| rims.iter().map(move |&clients| Place::Ring { steep, clients }))
            .collect(),
    }
}

/// On a lower stage discs may be smaller than a thumb, rather than without their words.
const LOW: f64 = 300.0;

/// And on one lower still they go without their rings.
const LOWEST: f64 = 230.0;

fn drafts(roster: &Roster, compact: bool, h: f64, is_narrow: bool) -> Vec<Draft> {
    let servers = roster.kinds.iter().filter(|kind| **kind == MemberKind::Server).count();
    let mut drafts = Vec::new();
    let push = |drafts: &mut Vec<Draft>, detail, radius| {
        drafts.push(Draft::of(detail, radius, roster, compact));
    };
    if servers <= BEADS_MAX {
        let radii: &[f64] = match compact {
            true if h < LOW => &[36.0, 32.0, 28.0, 24.0, 20.0],
            true => &[36.0, 32.0, 28.0, 24.0],
            false => &[48.0, 44.0, 40.0, 36.0, 32.0, 28.0],
        };
        if roster.has_log && servers <= LOGS_MAX {
            let is_short = compact || servers > LONG_LOGS_MAX;
            let counts = if is_short { [5, 4, 3] } else { [8, 6, 5] };
            for &radius in radii {
                counts.into_iter().for_each(|count| push(&mut drafts, Detail::Squares(count), radius));
            }
            // Without flags and with smaller discs, rather than without logs.
            for radius in [32.0, 28.0, 24.0].into_iter().filter(|_| !compact) {
                [5, 4, 3].into_iter().for_each(|count| {
                    drafts.push(Draft::of(Detail::Squares(count), radius, roster, true));
                });
            }
        }
        radii.iter().for_each(|&radius| push(&mut drafts, Detail::Words, radius));
        if !is_narrow && servers > LONG_LOGS_MAX || is_narrow && servers > 5 {
            [24.0, 20.0].into_iter().for_each(|radius| push(&mut drafts, Detail::Words, radius));
        }
        if h < LOWEST {
            drafts.push(Draft { rings: 6.0, ..Draft::of(Detail::Words, 20.0, roster, compact) });
        }
        [28.0, 24.0, 20.0, 18.0, 16.0].into_iter().for_each(|radius| push(&mut drafts, Detail::Bead, radius));
    }
    [7.0, 5.0, 4.0, 3.0, 2.0, 1.0].into_iter().for_each(|radius| push(&mut drafts, Detail::Dot, radius));
    drafts
}

/// Rows of a full anatomy leave at least so much room for messages between them.
const ROWS_GAP_MIN: f64 = 40.0;

/// Whether messages have room to fly.
fn is_roomy(spots: &[Spot], draft: &Draft, place: Place) -> bool {
    let full = matches!(draft.detail, Detail::Squares(_) | Detail::Words);
    if !full || place == Place::Line {
        return true;
    }
    if let Place::Rows { .. } = place {
        return rows_gap(spots) >= ROWS_GAP_MIN;
    }
    // A small ring of large nodes leaves no way to see messages on.
    let servers = || spots.iter().filter(|spot| spot.kind == MemberKind::Server);
    let widest = servers().flat_map(|a| servers().map(|b| a.center.distance(b.center))).fold(0.0, f64::max);
    if servers().count() > 2 && widest < draft.reach() * if draft.radius < 24.0 { 4.0 } else { 5.0 } {
        return false;
    }
    let is_crowd = is_crowd(spots.iter().map(|spot| &spot.kind));
    let nearest = spots
        .iter()
        .enumerate()
        .flat_map(|(index, spot)| {
            spots[index + 1..].iter().map(move |other| {
                let least = match (spot.kind, other.kind) {
                    _ if is_crowd => 4.0,
                    (MemberKind::Server, MemberKind::Server) => {
                        if draft.rings < 20.0 {
                            10.0
                        } else {
                            24.0
                        }
                    }
                    (MemberKind::Client, MemberKind::Client) => 4.0,
                    // A message between a client in the gap and its neighbour.
                    _ if draft.radius < 30.0 => 4.0,
                    _ => 40.0,
                };
                spot.center.distance(other.center) - spot.reach - other.reach - least
            })
        })
        .fold(f64::INFINITY, f64::min);
    nearest >= 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(f64, f64, bool); 7] = [
        (860.0, 620.0, false),
        (1040.0, 660.0, false),
        (1400.0, 700.0, false),
        (1000.0, 480.0, false),
        (740.0, 460.0, false),
        (390.0, 420.0, true),
        (320.0, 340.0, true),
    ];

    fn roster(servers: usize, clients: usize) -> Roster {
        let mut kinds = vec![MemberKind::Server; servers];
        kinds.resize(servers + clients, MemberKind::Client);
        Roster { rows: vec![0; kinds.len()], kinds, has_log: true }
    }

    #[test]
    fn nothing_touches_and_nothing_leaves_the_stage() {
        for layout in [Layout::Ring, Layout::Line] {
            for servers in [1, 2, 3, 4, 5, 6, 7, 9, 15, 40] {
                for clients in 0..=5 {
                    for (w, h, compact) in SIZES {
                        let (detail, spots) = plan(&roster(servers, clients), layout, w, h, compact);
                        assert_eq!(spots.len(), servers + clients);
                        assert!(
                            is_clear(&spots, w, h),
                            "{layout:?} {servers}+{clients} on {w}×{h}: {detail:?} overlaps"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn bands_stand_in_rows_with_room_between() {
        for bands in [&[1, 3][..], &[2, 3, 1], &[2, 5, 2], &[1, 4, 3], &[3, 7, 3]] {
            let servers: usize = bands.iter().sum();
            for clients in [0, 1, 2] {
                for (w, h, compact) in SIZES {
                    let mut roster = roster(servers, clients);
                    roster.has_log = false;
                    let rows = (0..).zip(bands).flat_map(|(row, count)| vec![row; *count]);
                    roster.rows.splice(..servers, rows);
                    for layout in [Layout::Ring, Layout::Line] {
                        let (detail, spots) = plan(&roster, layout, w, h, compact);
                        assert!(
                            is_clear(&spots, w, h),
                            "{bands:?}+{clients} on {w}×{h}: {detail:?} overlaps"
                        );
                    }
                    let (detail, spots) = plan(&roster, Layout::Ring, w, h, compact);
                    let gap = rows_gap(&spots[..servers]);
                    assert!(gap > 12.0, "{bands:?}+{clients} on {w}×{h}: {detail:?} {gap}");
                    let stands: Vec<_> = roster.rows.iter().zip(&spots[..servers]).collect();
                    for pair in stands.windows(2) {
                        assert!(pair[0].0 == pair[1].0 || pair[0].1.center.y < pair[1].1.center.y);
                    }
                }
            }
        }
    }

    #[test]
    fn up_to_seven_nodes_on_a_desk_show_their_logs() {
        for servers in [3, 5, 7] {
            for clients in [0, 1, 2, 3, 5] {
                for (w, h) in [(860.0, 560.0), (1040.0, 660.0)] {
                    let (detail, spots) = plan(&roster(servers, clients), Layout::Ring, w, h, false);
                    assert!(
                        matches!(detail, Detail::Squares(5..)),
                        "{servers}+{clients} on {w}×{h}: {detail:?}"
                    );
                    assert!(spots[0].radius >= 28.0);
                }
            }
        }
    }

    #[test]
    fn five_nodes_on_a_phone_keep_their_logs() {
        for clients in [0, 1, 2] {
            let (detail, _) = plan(&roster(5, clients), Layout::Ring, 390.0, 338.0, true);
            assert!(matches!(detail, Detail::Squares(_)), "{clients}: {detail:?}");
        }
    }

    #[test]
    fn five_nodes_on_a_phone_are_discs_of_48_pixels_at_least() {
        for (w, h, clients) in [(390.0, 360.0, 1), (390.0, 360.0, 2), (320.0, 360.0, 1), (320.0, 360.0, 2)] {
            let (detail, spots) = plan(&roster(5, clients), Layout::Ring, w, h, true);
            assert!(spots[0].radius >= 24.0, "{w}×{h} with {clients}: {detail:?} {}", spots[0].radius);
        }
    }

    #[test]
    fn fifteen_nodes_keep_the_full_anatomy_on_a_desk() {
        // The last is the stage of a window of 1440×900.
        for (w, h) in [(1040.0, 660.0), (1100.0, 570.0), (1440.0, 534.0)] {
            for (servers, clients) in [10, 11, 12, 13, 14, 15].into_iter().flat_map(|n| [(n, 0), (n, 2)]) {
                let (detail, spots) = plan(&roster(servers, clients), Layout::Ring, w, h, false);
                assert!(matches!(detail, Detail::Squares(3..)), "{servers}+{clients} on {w}×{h}: {detail:?}");
                assert!(spots[0].radius >= 28.0);
            }
        }
    }

    #[test]
    fn fifteen_nodes_on_a_low_desk_tell_their_logs_in_words() {
        // The stages of windows of 1366×768 and 1280×800.
        for (w, h, compact) in [(1366.0, 401.0, true), (1280.0, 433.0, false)] {
            for (servers, clients) in [9, 11, 13, 15].into_iter().flat_map(|n| [(n, 0), (n, 2)]) {
                let (detail, spots) = plan(&roster(servers, clients), Layout::Ring, w, h, compact);
                assert!(
                    matches!(detail, Detail::Words | Detail::Squares(_)),
                    "{servers}+{clients} on {w}×{h}: {detail:?}"
                );
                assert!(spots[0].radius >= 20.0);
            }
        }
    }

    #[test]
    fn forty_nodes_on_a_desk_keep_their_names() {
        let (detail, _) = plan(&roster(40, 0), Layout::Ring, 860.0, 540.0, false);
        assert_eq!(detail, Detail::Bead);
    }

    #[test]
    fn thousands_of_nodes_still_find_a_place() {
        let (detail, spots) = plan(&roster(3_000, 0), Layout::Ring, 860.0, 620.0, false);
        assert_eq!((detail, spots.len()), (Detail::Dot, 3_000));
    }
}
