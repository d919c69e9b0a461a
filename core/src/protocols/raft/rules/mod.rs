//! The rules a step can be explained with: a sentence, its guards said both ways, and where the source says so.
//!
//! Each rule's values are listed in its comment, in the order of their numbers. A guard is a condition of the source, also
//! where a broken twin does not heed it: then what it says when it fails ends in “not checked”.

mod clients;
mod elections;
mod members;
mod replication;
mod snapshots;

pub use clients::*;
pub use elections::*;
pub use members::*;
pub use replication::*;
pub use snapshots::*;
