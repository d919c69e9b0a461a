//! The engine of Quorum Playground.
