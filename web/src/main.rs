//! The page of Quorum Playground.
fn main() {}
