//! The protocols. Each is a folder; adding one adds one word to the list below.

use crate::explore::{Explore, explore_recipe};
use crate::measure::Measure;
use crate::protocol::Protocol;
use crate::registry::{Entry, Title};
use crate::scenario::Scenario;

mod kept;

/// Declares the module of each protocol and its entry in the catalogue, in this order.
macro_rules! protocols {
    ($first_module:ident :: $first:ident, $($module:ident :: $protocol:ident),* $(,)?) => {
        pub mod $first_module;
        $(pub mod $module;)*

        /// The protocol that a page opens with, alone: whoever names this list carries no other, and none of its scripts.
        pub(crate) static FIRST: &[Entry] =
            &[Entry::of::<$first_module::$first>().keeping(&WORDS, kept::KEPT)];
        static WORDS: [Scenario; $first_module::$first::SCENARIOS.len()] =
            Scenario::words($first_module::$first::SCENARIOS);

        /// Every protocol, in the order of the catalogue.
        pub(crate) static ALL: &[Entry] =
            &[Entry::of::<$first_module::$first>(), $(Entry::of::<$module::$protocol>()),*];

        /// What every protocol is called: words only, so that a list of them carries none of them.
        pub(crate) static TITLES: &[Title] =
            &[Title::of::<$first_module::$first>(), $(Title::of::<$module::$protocol>()),*];

        /// The measures of each, a list of its own for the same reason.
        pub(crate) static MEASURES: &[(&str, &[Measure])] = &[
            ($first_module::$first::META.slug, $first_module::$first::META.measures),
            $(($module::$protocol::META.slug, $module::$protocol::META.measures)),*
        ];

        /// How each is explored: a list of its own, so that a program that explores nothing carries none of it.
        pub(crate) static EXPLORERS: &[(&str, Explore)] = &[
            ($first_module::$first::META.slug, explore_recipe::<$first_module::$first>),
            $(($module::$protocol::META.slug, explore_recipe::<$module::$protocol>)),*
        ];
    };
}

protocols! {
    raft::Raft,
    paxos::Paxos,
    multi_paxos::MultiPaxos,
    pbft::Pbft,
    ping_pong::PingPong,
}
