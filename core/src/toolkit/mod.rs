//! Pure algorithms without a protocol, shared by several.

pub mod log;
pub mod registers;
pub mod sorted;
