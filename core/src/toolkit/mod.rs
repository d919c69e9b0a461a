//! What several protocols share, and none of them owns: pure algorithms, and the client that finds the leader.

pub mod client;
pub mod client_history;
pub mod describe;
pub mod log;
pub mod registers;
pub(crate) mod rules;
pub mod servers;
pub mod sorted;
pub mod witness;
