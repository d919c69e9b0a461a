//! Named runs of Raft.

use crate::scenario::Scenario;

/// The scenarios, the one to open with first.
pub(super) static ALL: &[Scenario] = &[];
