//! Work that takes long, done beside the page: searching futures, judging histories, reading them from text, measuring;
//! and the panels of [`crate::desk`], which show it.
//!
//! It lives in a module of its own, loaded when it is first wanted and run in a Web Worker. Where no worker can start (in
//! a frame without an origin, in an old browser) the same module runs in the page's thread, a few milliseconds at a time.
//! The desk in the page's thread and that module speak through a message port either way, in the words of [`wire`]; the
//! page itself knows only the desk, in the few words of [`desk_wire`].
//!
//! | module | where it runs |
//! |---|---|
//! | [`desk_wire`] | what the page and the desk say |
//! | [`host`] | in the page: its end of the desk |
//! | [`wire`] | what the desk and a worker say |
//! | [`line`](mod@line) | in the desk: the line to a worker |
//! | [`serve`], [`search`], [`judge`], [`compare`], [`measure`], `arrange` | in the worker |

mod arrange;
pub mod compare;
pub mod desk_wire;
pub mod host;
pub mod judge;
pub mod line;
pub mod measure;
pub mod search;
pub mod serve;
pub mod wire;
