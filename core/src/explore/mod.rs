//! Exploring: every future of a world within bounds, not one.
//!
//! The same handlers run that a viewer watches, but the network is adversarial: any message that is out there may be
//! delivered next, any running timer may fire next, and within budgets messages are lost or doubled and nodes crash.
//! Durations don't matter and clocks stand still.
//!
//! A state is what each node is (its state or disk, and its running timers), what is in the network, what is left of the
//! budgets, and the properties' ghost. Two states are the same if their 64-bit fingerprints are; absolute time, numbers
//! of messages and random streams are left out.
//!
//! What makes it fast: handlers are pure, and in a large space the same node meets the same message again and again. So
//! each distinct *(node as it is, what happens)* runs once, its outcome is kept, and a transition of the whole system is
//! a look-up and an addition of fingerprints. A successor is built only if it is new.
//!
//! Where nodes are interchangeable, a state has as many variants as there are ways to name them, and what can follow one
//! can follow all of them, renamed. With [`Bounds::symmetry`] the first variant found stands for all: it is found again by
//! the least fingerprint that any renaming gives it. Counterexamples are runs of the states that were really found.

mod bounds;
mod equivariance;
mod expand;
mod follow;
mod network;
mod report;
mod search;
mod state;
mod symmetry;
mod table;
mod trail;

pub use bounds::{Bounds, NetworkKind, Order};
pub use follow::{Exploration, Explore, explore, explore_recipe, is_symmetric};
pub use report::{Counterexample, Ending, Progress};
pub use search::{Explorer, Job};
pub use symmetry::NoSymmetry;
pub use trail::{Move, MoveKind};
