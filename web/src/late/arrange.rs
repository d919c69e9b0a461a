//! Where the bars of a history stand: a row for each client, more where its operations overlap, and from left to right
//! the events, each as far from the last as words and ticks need. Distances say nothing of durations.

use super::wire::{Bar, Judged, Picture, Place};
use std::collections::BTreeMap;

/// Least distance between two events.
const GAP: f64 = 14.0;
/// Between two ticks that follow the same event.
const TICK_GAP: f64 = 13.0;
/// A letter's width, and what stands left and right of a text.
const LETTER: f64 = 7.4;
const PADDING: f64 = 14.0;
/// Right of the last event: where open ends end.
const MARGIN: f64 = 24.0;
/// Height of a row, and of what is above a bar in it.
const ROW: usize = 40;
const TOP: usize = 17;

/// Arranges the bars.
pub(super) fn arrange(judged: &Judged) -> Picture {
    let at = events(judged);
    let last = at.values().fold(0.0, |most: f64, own| most.max(*own));
    let open = judged.bars.iter().filter(|bar| bar.to.is_none());
    let end = open.map(|bar| x(&at, bar.from) + width(bar)).fold(last + MARGIN, f64::max);
    let (rows, clients) = rows(judged);
    let ticks = ticks(judged, &at);
    let places = judged.bars.iter().enumerate().map(|(own, bar)| Place {
        left: x(&at, bar.from) as u32,
        right: bar.to.map_or(end, |to| x(&at, to)) as u32,
        top: (rows[own] * ROW + TOP) as u32,
        tick: ticks.get(&own).map(|tick| *tick as u32),
    });
    let places: Vec<Place> = places.collect();
    let order = order(judged, &places);
    let count = clients.iter().map(|(_, count)| count).sum::<usize>();
    let names = judged.clients.iter().zip(clients).filter(|(_, (_, count))| *count > 0);
    let names = names.map(|(name, (first, count))| {
        (name.clone(), (first * ROW + TOP + 15) as u32, ((first + count) * ROW) as u32)
    });
    Picture { width: end as u32 + 4, height: (count * ROW) as u32, names: names.collect(), places, order }
}

/// The way from tick to tick.
fn order(judged: &Judged, places: &[Place]) -> String {
    let mut ticks: Vec<(u32, u32, u32)> = vec![];
    for (bar, place) in judged.bars.iter().zip(places) {
        ticks.extend(bar.placed.zip(place.tick).map(|((number, _), tick)| (number, tick, place.top)));
    }
    ticks.sort_unstable();
    let words = ticks.iter().enumerate().map(|(nth, (_, x, y))| {
        let verb = if nth == 0 { 'M' } else { 'L' };
        format!("{verb}{x} {y}")
    });
    words.collect()
}

fn width(bar: &Bar) -> f64 {
    bar.words.chars().count() as f64 * LETTER + PADDING
}

fn x(at: &BTreeMap<u32, f64>, event: u32) -> f64 {
    at.range(..=event).next_back().map_or(0.0, |(_, own)| *own)
}

/// The place of each event of a bar that is drawn: far enough from the last for the ticks between them, and a return far
/// enough from its invocation for the words.
fn events(judged: &Judged) -> BTreeMap<u32, f64> {
    let mut wanted: BTreeMap<u32, Option<usize>> = BTreeMap::new();
    for (own, bar) in judged.bars.iter().enumerate() {
        wanted.insert(bar.from, None);
        if let Some(to) = bar.to {
            wanted.insert(to, Some(own));
        }
    }
    let mut after: BTreeMap<u32, u32> = BTreeMap::new();
    for (_, event) in judged.bars.iter().filter_map(|bar| bar.placed) {
        let drawn = wanted.range(..=event).next_back().map_or(0, |(own, _)| *own);
        *after.entry(drawn).or_default() += 1;
    }
    let (mut at, mut now, mut room) = (BTreeMap::new(), 2.0, 0.0);
    for (event, returned) in wanted {
        now += room;
        if let Some(bar) = returned.map(|own| &judged.bars[own]) {
            now = f64::max(now, x(&at, bar.from) + width(bar));
        }
        at.insert(event, now);
        room = f64::max(GAP, TICK_GAP * f64::from(after.get(&event).copied().unwrap_or(0) + 1));
    }
    at
}

/// Ticks after the same event stand side by side, in their order.
fn ticks(judged: &Judged, at: &BTreeMap<u32, f64>) -> BTreeMap<usize, f64> {
    let mut placed: Vec<(u32, u32, usize)> = vec![];
    for (own, bar) in judged.bars.iter().enumerate() {
        placed.extend(bar.placed.map(|(number, event)| (number, event, own)));
    }
    placed.sort_unstable();
    let (mut last, mut ticks) = (0.0, BTreeMap::new());
    for (_, event, own) in placed {
        let tick = f64::max(last, x(at, event)) + TICK_GAP;
        let right = judged.bars[own].to.map_or(f64::MAX, |to| x(at, to));
        let tick = tick.min(right - 1.0).max(last);
        ticks.insert(own, tick);
        last = tick;
    }
    ticks
}

/// The row of each bar, and the rows of each client. A bar takes the first row of its client that is free.
fn rows(judged: &Judged) -> (Vec<usize>, Vec<(usize, usize)>) {
    let mut free: Vec<Vec<u32>> = vec![vec![]; judged.clients.len()];
    let mut own_rows = vec![];
    for bar in &judged.bars {
        let Some(client) = free.get_mut(bar.client as usize) else {
            own_rows.push(0);
            continue;
        };
        let row = client.iter().position(|end| *end < bar.from).unwrap_or(client.len());
        let end = bar.to.unwrap_or(u32::MAX);
        match client.get_mut(row) {
            Some(last) => *last = end,
            None => client.push(end),
        }
        own_rows.push(row);
    }
    let mut first = 0;
    let clients: Vec<(usize, usize)> = free
        .iter()
        .map(|rows| {
            let own = (first, rows.len());
            first += rows.len();
            own
        })
        .collect();
    for (row, bar) in own_rows.iter_mut().zip(&judged.bars) {
        *row += clients.get(bar.client as usize).map_or(0, |(first, _)| *first);
    }
    (own_rows, clients)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(client: u32, words: &str, from: u32, to: Option<u32>, placed: Option<(u32, u32)>) -> Bar {
        Bar { client, words: words.into(), from, to, placed, ..Bar::default() }
    }

    fn judged(bars: Vec<Bar>) -> Judged {
        Judged { clients: vec!["c1".into(), "c2".into()], bars, ..Judged::default() }
    }

    #[test]
    fn a_bar_is_wide_enough_for_its_words() {
        let picture = arrange(&judged(vec![bar(0, "put x 3", 0, Some(1), Some((1, 0)))]));
        let place = picture.places[0];
        assert!(f64::from(place.right - place.left) >= 7.0 * LETTER, "{place:?}");
        assert!(place.tick.is_some_and(|tick| place.left < tick && tick < place.right), "{place:?}");
    }

    #[test]
    fn ticks_keep_their_order_from_left_to_right() {
        let bars = vec![
            bar(0, "put x 3", 0, Some(3), Some((2, 1))),
            bar(1, "get x → 0", 1, Some(2), Some((1, 1))),
            bar(1, "get x → 3", 4, Some(5), Some((3, 4))),
        ];
        let places = arrange(&judged(bars)).places;
        let tick = |at: usize| places[at].tick.expect("it is placed");
        assert!(tick(1) < tick(0) && tick(0) < tick(2), "{places:?}");
        assert!(places.iter().all(|own| own.tick.is_some_and(|tick| own.left < tick && tick < own.right)));
    }

    #[test]
    fn what_never_returned_is_open_and_later_operations_stand_below_it() {
        let bars = vec![bar(0, "put x 1", 0, None, None), bar(0, "get x → 0", 1, Some(2), Some((1, 1)))];
        let picture = arrange(&judged(bars));
        assert_eq!(picture.names, [("c1".to_owned(), 32, 80)], "a client without operations has no row");
        assert_eq!((picture.places[0].top, picture.places[1].top), (17, 57));
        assert!(picture.places[0].right > picture.places[1].right);
    }
}
