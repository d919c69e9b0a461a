//! The objects that histories are judged against, one a file.

mod consensus;
mod counter;
mod mutex;
mod queue;
mod register;
mod set;

pub use consensus::{Consensus, Propose};
pub use counter::{Counter, CounterCall};
pub use mutex::{Mutex, MutexCall};
pub use queue::{Queue, QueueCall};
pub use register::{Register, RegisterCall};
pub use set::{Set, SetCall};
