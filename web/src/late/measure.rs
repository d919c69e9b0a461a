//! The measures of a run, in words.

use super::judge::session_of;
use super::wire::{Measured, MeasuredRow, Reply, SentRow};
use crate::desk::grouped;
use playground_core::measure::{Milli, Unit};
use playground_core::protocol::Tone;

/// Measures a run up to its last step.
pub fn run(link: &str) -> Reply {
    let session = match session_of(link) {
        Ok(session) => session,
        Err(why) => return Reply::Refused(why),
    };
    let measures = session.measures();
    let rows = measures.values.iter().map(|own| MeasuredRow {
        title: own.title.into(),
        text: own.text.into(),
        value: own.value.map(|value| said(own.unit, value)).unwrap_or_default(),
        formula: own.formula.into(),
        theory: own.theory.map(|theory| said(own.unit, theory)).unwrap_or_default(),
    });
    let kinds = session.meta().messages.iter().enumerate();
    let sent = kinds.map(|(at, kind)| SentRow {
        code: kind.code.into(),
        name: kind.name.into(),
        tone: match kind.tone {
            Tone::A => 'a',
            Tone::B => 'b',
            Tone::C => 'c',
            Tone::D => 'd',
            Tone::E => 'e',
        },
        is_reply: kind.reply,
        count: grouped(measures.sent.get(at).copied().unwrap_or(0)),
    });
    Reply::Measured(Measured { step: session.present(), rows: rows.collect(), sent: sent.collect() })
}

/// A value as a reader knows it: microseconds as milliseconds, a share in per cent, at most two decimals.
pub fn said(unit: Unit, Milli(value): Milli) -> String {
    match unit {
        Unit::Count => decimal(hundredths(value, 10)),
        Unit::Micros => decimal(hundredths(value, 10_000)) + " ms",
        Unit::Share => decimal(value.saturating_mul(10)) + " %",
    }
}

/// A number of parts, so many of which make a hundredth, rounded to the nearest.
fn hundredths(parts: u64, each: u64) -> u64 {
    parts.saturating_add(each / 2) / each
}

/// Hundredths as a number, without zeros at its end.
fn decimal(hundredths: u64) -> String {
    let (whole, rest) = (grouped(hundredths / 100), hundredths % 100);
    match (rest / 10, rest % 10) {
        (0, 0) => whole,
        (tens, 0) => format!("{whole}.{tens}"),
        (tens, ones) => format!("{whole}.{tens}{ones}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_its_unit_and_no_more_digits_than_mean_something() {
        let count = |milli| said(Unit::Count, Milli(milli));
        assert_eq!([8_000, 8_250, 8_500, 333, 41_210_000].map(count), ["8", "8.25", "8.5", "0.33", "41,210"]);
        let time = |us: u64| said(Unit::Micros, Milli::whole(us));
        assert_eq!(
            [15_230, 152_000, 4, 5, 1_234_567].map(time),
            ["15.23 ms", "152 ms", "0 ms", "0.01 ms", "1,234.57 ms"]
        );
        let share = |milli| said(Unit::Share, Milli(milli));
        assert_eq!([1_000, 975, 0].map(share), ["100 %", "97.5 %", "0 %"]);
    }

    #[test]
    fn a_run_is_measured_up_to_its_last_step() {
        let entry = playground_core::registry::find("raft").expect("raft is in the catalogue");
        let mut session =
            entry.open(&playground_core::recipe::Recipe::new("raft")).expect("its plain run opens");
        session.seek(200);
        let Reply::Measured(measured) = run(&session.recipe_here().to_link()) else {
            panic!("it is not measured")
        };
        assert_eq!((measured.step, measured.sent.len()), (200, session.meta().messages.len()));
        let told: Vec<String> = session.measures().sent.iter().map(|count| grouped(*count)).collect();
        assert_eq!(measured.sent.iter().map(|row| row.count.clone()).collect::<Vec<_>>(), told);
        assert!(told.iter().any(|count| count != "0") && !measured.rows.is_empty());
    }
}
