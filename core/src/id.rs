//! Names of things in a run. Each is a newtype and prints short: `n3`, `#17`, `op4`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A node of the cluster, counted from 0 and printed from 1: `NodeId(2)` is `n3`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct NodeId(pub u16);

impl NodeId {
    /// The position in the roster, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The node at a position of the roster.
    ///
    /// # Panics
    /// Past 65,535: no roster is that long.
    pub fn at(index: usize) -> Self {
        Self(u16::try_from(index).expect("a roster has at most 65,535 nodes"))
    }
}

/// A message, numbered from 1 in the order in which a run sends them. Equal recipes number equally.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct MessageId(pub u64);

/// A client operation, numbered from 1 in the order of invocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct OperationId(pub u64);

macro_rules! prints {
    ($($name:ident: |$id:ident| $format:literal, $value:expr;)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $id = self;
                write!(f, $format, $value)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

prints! {
    NodeId: |id| "n{}", u32::from(id.0) + 1;
    MessageId: |id| "#{}", id.0;
    OperationId: |id| "op{}", id.0;
}
