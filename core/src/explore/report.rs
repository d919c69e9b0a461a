//! What an exploration has found.

use super::trail::Move;
use serde::{Deserialize, Serialize};

/// How far an exploration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Distinct states found, the first included.
    pub distinct: u64,
    /// Transitions tried.
    pub transitions: u64,
    /// Transitions from the beginning to the state being looked at.
    pub depth: u32,
    /// States found and not yet looked at.
    pub frontier: u64,
    /// Whether it has ended.
    pub ended: Option<Ending>,
}

/// How an exploration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Every state within the bounds of faults was looked at.
    Complete,
    /// A property was broken.
    Violation,
    /// The bound of states was reached.
    States,
    /// Every state within the bound of depth was looked at; there are deeper ones.
    Depth,
}

/// A way from the beginning to a state that breaks a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    /// Id of the property.
    pub property: &'static str,
    /// What was seen.
    pub witness: String,
    /// The way.
    pub moves: Vec<Move>,
}
