//! End-to-end tests of the built site. Run by `cargo xtask test`; see the crate's documentation.

mod choosing;
mod desk;
mod embeds;
mod hands;
mod judging;
mod keyboard;
mod links;
mod pictures;
mod protocols;
mod shape;
mod smoke;
mod steps;
mod time;
mod trouble;
mod truth;
mod words;
