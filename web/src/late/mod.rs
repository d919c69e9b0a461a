//! Work that takes long, done beside the page: searching futures, judging histories, reading them from text.
//!
//! It lives in a module of its own, loaded when it is first wanted and run in a Web Worker. Where no worker can start (in
//! a frame without an origin, in an old browser) the same module runs in the page's thread, a few milliseconds at a time.
//! The page and that module speak through a message port either way, in the words of [`wire`].
//!
//! | module | where it runs |
//! |---|---|
//! | [`wire`] | what both say |
//! | `line` | in the page: the line to the module |
//! | [`serve`], [`search`], [`judge`], `arrange` | in the module |

mod arrange;
pub mod judge;
pub mod line;
pub mod search;
pub mod serve;
pub mod wire;
