//! The page of Quorum Playground.
//!
//! | module | what it knows |
//! |---|---|
//! | [`app`] | the one component with state: takes every request, keeps the run |
//! | [`acts`], [`layout`] | what it does then, and where everything stands |
//! | [`tag`] | elements made by function calls |
//! | [`run`] | a session with the pictures of its present and last step |
//! | [`driver`] | animation frames while something moves; wall time ends there |
//! | [`route`] | the address: presentation in the query, the run in the fragment |
//! | [`shelf`] | which protocols this module carries, and the way to the module that carries the others |
//! | [`scene`] | what the parts of the page share |
//! | [`stage`], [`lanes`], [`why`], [`ribbon`], [`caption`] | the figure |
//! | [`controls`] | transport, choice, network, sharing |
//! | [`inspect`], [`panels`] | what is selected, in words; a renderer for each kind of panel |
//! | [`late`] | the module, loaded late, that searches, judges and measures; the page's end of it |
//! | [`desk`] | the panels that module draws: a search of bad futures, what the clients saw, measures |
//! | [`keys`], [`help`], [`theme`], [`embed`] | the keyboard, its map, colours, and living in a frame |
//!
//! Architecture invariant: nothing here names a protocol. What is shown comes from a `Frame`, what can be chosen from
//! the registry.

pub mod acts;
pub mod app;
pub mod ask;
pub mod bench;
pub mod caption;
pub mod controls;
mod decode;
pub mod desk;
pub mod dom;
pub mod driver;
pub mod embed;
pub mod help;
pub mod icons;
pub mod inspect;
pub mod keys;
pub mod lanes;
pub mod late;
pub mod layout;
pub mod notice;
pub mod opening;
pub mod panels;
pub mod ribbon;
pub mod route;
pub mod run;
pub mod scene;
pub mod shelf;
pub mod speed;
pub mod stage;
pub mod tag;
pub mod theme;
pub mod trouble;
pub mod why;
