//! Measures of a run.

use crate::measure::{Milli, Unit};

/// The measures of a run up to its present step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measures {
    /// The protocol's own, then those of every protocol.
    pub values: Vec<MeasureView>,
    /// Messages sent, by position in `Meta::messages`.
    pub sent: Vec<u64>,
}

/// A measure with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureView {
    /// Stable name.
    pub id: &'static str,
    /// For a reader.
    pub title: &'static str,
    /// What it counts in.
    pub unit: Unit,
    /// What exactly is counted, over what.
    pub text: &'static str,
    /// `None` while there is nothing to measure.
    pub value: Option<Milli>,
    /// What theory says, as the source writes it; empty if it says nothing.
    pub formula: &'static str,
    /// The same as a number under the run's parameters.
    pub theory: Option<Milli>,
}
