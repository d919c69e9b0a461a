//! What ran, how it went, how long it took.

use std::time::Duration;

/// How one step of `test` went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Tests that passed; 1 for a check without tests of its own.
    pub(crate) passed: u64,
    /// Tests that failed, at least 1 if the step did.
    pub(crate) failed: u64,
    /// What a reader of the summary should know: why it failed, why it was left out.
    pub(crate) note: String,
}

impl Outcome {
    /// A check that found nothing.
    pub(crate) fn pass() -> Self {
        Self { passed: 1, failed: 0, note: String::new() }
    }

    /// A check that failed.
    pub(crate) fn fail(why: impl Into<String>) -> Self {
        Self { passed: 0, failed: 1, note: why.into() }
    }

    /// A step that had nothing to do.
    pub(crate) fn skip(why: impl Into<String>) -> Self {
        Self { passed: 0, failed: 0, note: why.into() }
    }
}

/// The steps so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<(String, Outcome, Duration)>,
}

impl Report {
    /// Adds a step.
    pub(crate) fn push(&mut self, name: &str, outcome: Outcome, took: Duration) {
        self.rows.push((name.to_owned(), outcome, took));
    }

    /// Whether nothing failed.
    pub(crate) fn is_success(&self) -> bool {
        self.rows.iter().all(|(_, outcome, _)| outcome.failed == 0)
    }

    /// The table; its last line is the sum, alone.
    pub(crate) fn table(&self) -> String {
        let mut out = format!("{:<30} {:>7} {:>7} {:>9}\n", "step", "passed", "failed", "seconds");
        for (name, outcome, took) in &self.rows {
            let seconds = took.as_secs_f64();
            let row = format!("{name:<30} {:>7} {:>7} {seconds:>9.1}", outcome.passed, outcome.failed);
            out += &row;
            if !outcome.note.is_empty() {
                out += "  ";
                // One row a step, whatever an error has to say.
                out += &outcome.note.replace('\n', " ");
            }
            out += "\n";
        }
        let passed: u64 = self.rows.iter().map(|(_, outcome, _)| outcome.passed).sum();
        let failed: u64 = self.rows.iter().map(|(_, outcome, _)| outcome.failed).sum();
        out += &format!("\n{passed} passed, {failed} failed\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_sum_alone() {
        let mut report = Report::default();
        report.push(
            "tests",
            Outcome { passed: 41, failed: 2, note: "a, b".to_owned() },
            Duration::from_millis(1500),
        );
        report.push("clippy", Outcome::pass(), Duration::ZERO);
        report.push("golden", Outcome::skip("not there"), Duration::ZERO);
        assert_eq!(report.table().lines().last(), Some("42 passed, 2 failed"));
        assert!(!report.is_success());
        assert!(report.table().contains("tests                               41       2       1.5  a, b\n"));
    }
}
