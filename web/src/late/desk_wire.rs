//! What the page and its desk say to each other, as bytes: the page how the run stands, the desk what it wishes.
//!
//! The page's module is what everybody loads first, so its side is thin: it writes a [`Now`] and reads a [`Wish`], which
//! is four plain values whatever it means.

use super::wire::{pack, unpack};
use serde::{Deserialize, Serialize};

/// The panel of the search, as a bit of [`Now::open`].
pub const SEARCH: u8 = 1;
/// The panel of what the clients saw.
pub const HISTORY: u8 = 2;
/// The panel of measures.
pub const MEASURES: u8 = 4;

/// The id of the element that a panel is drawn into.
pub const fn place_of(panel: u8) -> &'static str {
    match panel {
        SEARCH => "desk-search",
        HISTORY => "desk-history",
        _ => "desk-measures",
    }
}

/// How the run and the panels stand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Now {
    /// The panels that are open, as bits.
    pub open: u8,
    /// Which run: each one shown has a number of its own.
    pub run: u32,
    /// The present branch.
    pub branch: usize,
    /// The present step.
    pub step: u64,
    /// Client operations invoked up to the present step, and those of them that ended.
    pub operations: (usize, usize),
    /// The run up to the present step. Without it, the last one told is still good for judging: no operation has begun
    /// or ended since.
    pub link: Option<String>,
}

/// What the desk wishes of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Go to a step.
    Seek(u64),
    /// Take one step.
    Step,
    /// Say anew how the run stands, link and all.
    Tell {
        /// Stop it first.
        at_rest: bool,
    },
    /// Make a branch that begins at a step of another one and goes on as a run does that shares that beginning.
    Follow {
        /// The branch it begins on.
        branch: usize,
        /// The step it begins at.
        step: u64,
        /// The run.
        link: String,
    },
    /// Tell the reader something.
    Say(String),
    /// Copy the link to the present step.
    CopyLink,
    /// Close a panel.
    Close(u8),
    /// Show another run.
    Open(String),
}

/// What is sent of a wish: which, two numbers, a text.
type Flat = (u8, u64, u64, String);

impl Wish {
    /// As bytes.
    pub fn pack(self) -> Vec<u8> {
        let flat: Flat = match self {
            Self::Seek(step) => (0, step, 0, String::new()),
            Self::Step => (1, 0, 0, String::new()),
            Self::Tell { at_rest } => (2, u64::from(at_rest), 0, String::new()),
            Self::Follow { branch, step, link } => (3, branch as u64, step, link),
            Self::Say(text) => (4, 0, 0, text),
            Self::CopyLink => (5, 0, 0, String::new()),
            Self::Close(panel) => (6, u64::from(panel), 0, String::new()),
            Self::Open(link) => (7, 0, 0, link),
        };
        pack(&flat)
    }

    /// From bytes; `None` if they are none.
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let (which, first, step, text): Flat = unpack(bytes)?;
        Some(match which {
            0 => Self::Seek(first),
            1 => Self::Step,
            2 => Self::Tell { at_rest: first == 1 },
            3 => Self::Follow { branch: usize::try_from(first).ok()?, step, link: text },
            4 => Self::Say(text),
            5 => Self::CopyLink,
            6 => Self::Close(u8::try_from(first).ok()?),
            7 => Self::Open(text),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wish_is_heard_as_it_was_said() {
        let all = [
            Wish::Seek(u64::MAX),
            Wish::Step,
            Wish::Tell { at_rest: false },
            Wish::Tell { at_rest: true },
            Wish::Follow { branch: 2, step: 178, link: "v1.x".into() },
            Wish::Say("The history is copied.".into()),
            Wish::CopyLink,
            Wish::Close(MEASURES),
            Wish::Open("v1.x".into()),
        ];
        for wish in all {
            assert_eq!(Wish::unpack(&wish.clone().pack()), Some(wish));
        }
        assert_eq!(Wish::unpack(&pack(&(8u8, 0u64, 0u64, ""))), None);
        assert_eq!(Wish::unpack(&[]), None);
    }

    #[test]
    fn how_the_run_stands_is_heard_as_it_was_said() {
        let now =
            Now { open: HISTORY, step: 5, operations: (2, 1), link: Some("v1.x".into()), ..Now::default() };
        assert_eq!(unpack::<Now>(&pack(&now)), Some(now));
    }
}
