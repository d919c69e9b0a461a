//! The protocols. Each is a folder; adding one adds one word to the list below.

use crate::explore::{Explore, explore_recipe};
use crate::protocol::Protocol;
use crate::registry::Entry;

/// Declares the module of each protocol and its entry in the catalogue, in this order.
macro_rules! protocols {
    ($($module:ident :: $protocol:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// Every protocol, in the order of the catalogue.
        pub(crate) static ALL: &[Entry] = &[$(Entry::of::<$module::$protocol>()),*];

        /// How each is explored: a list of its own, so that a program that explores nothing carries none of it.
        pub(crate) static EXPLORERS: &[(&str, Explore)] =
            &[$(($module::$protocol::META.slug, explore_recipe::<$module::$protocol>)),*];
    };
}

protocols! {
    raft::Raft,
    ping_pong::PingPong,
}
