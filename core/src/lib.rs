//! The engine of Quorum Playground: real protocol state machines in a simulated cluster, without any I/O.
//!
//! A run is a [`recipe::Recipe`]; a [`world::World`] is a fold of [`action::Action`]s; every feature is a way to choose
//! the next action. A front end opens a [`session::Session`] through the [`registry`], and draws its
//! [`view::Frame`]s. To write a protocol, read [`protocol`] and then [`protocols::ping_pong`].
//!
//! Architecture invariant: this crate performs no I/O, reads no clock, and knows no target. Compiled to wasm it imports
//! nothing.

pub mod action;
pub mod chaos;
pub mod compare;
pub mod ctx;
pub mod explore;
pub mod fingerprint;
pub mod guide;
pub mod history;
pub mod id;
pub mod kernel;
pub mod lie;
pub mod linearizability;
pub mod measure;
pub mod nodes;
mod order;
pub mod param;
pub mod protocol;
pub mod protocols;
mod random;
pub mod recipe;
mod refusal;
pub mod registry;
mod renaming;
pub mod scenario;
pub mod session;
pub mod time;
pub mod timeline;
pub mod toolkit;
pub mod trace;
pub mod view;
pub mod workload;
pub mod world;
