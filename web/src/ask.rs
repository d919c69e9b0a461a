//! What can be asked of the page, from a button, a key, another page or an animation frame.

use crate::layout::Tab;
use crate::scene::Intent;
use crate::stage::Layout;
use yew::{Callback, MouseEvent};

/// A request.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Something about the run, from the figure or the inspector.
    Intent(Intent),
    /// Play if it rests, rest if it plays.
    Toggle,
    /// Let time run.
    Play,
    /// Stop it.
    Pause,
    /// Take one step.
    Step,
    /// Go one step back.
    Back,
    /// Go to step 0.
    Start,
    /// Go on to the next interesting event.
    NextMark,
    /// Go back to the last one.
    PreviousMark,
    /// Choose a speed, by its position.
    Speed(usize),
    /// Open a protocol, by its slug.
    Protocol(String),
    /// Open a scenario of the present protocol, by its id.
    Scenario(String),
    /// Run afresh with these parameters, over the defaults, and this seed.
    Afresh {
        /// The parameters.
        params: Vec<(String, u64)>,
        /// The seed.
        seed: u64,
    },
    /// Run afresh with a seed nobody chose.
    FreshSeed,
    /// Turn to a branch.
    Branch(usize),
    /// Place the nodes otherwise.
    Layout(Layout),
    /// Go on to the next theme.
    Theme,
    /// What a single letter or digit asks for, if those are keys.
    Letter(Box<Ask>),
    /// Select a node by its position in the roster.
    Nth(usize),
    /// Do the verb of the selected thing that goes by this letter.
    Verb(&'static str),
    /// Go to the next link of the node.
    Links,
    /// Say how to draw a cut.
    Partition,
    /// Whether single letters are keys.
    Letters(bool),
    /// Open or fold the choice.
    Fold,
    /// Open the inspector or close it.
    Inspect,
    /// Open a panel of the desk or close it: its bit in `late::desk_wire`.
    Panel(u8),
    /// Tell the desk anew how the run stands.
    Tell {
        /// Stop it first.
        at_rest: bool,
    },
    /// Make a branch of what the desk found.
    Follow {
        /// The branch it begins on.
        branch: usize,
        /// The step it begins at.
        step: u64,
        /// The run that goes on from there.
        link: String,
    },
    /// Go back to where the story began, and play.
    Replay,
    /// Show a part of the page, where there is room for one only.
    Tab(Tab),
    /// Open a dialog, or close it.
    Dialog(Option<Dialog>),
    /// Copy the link to this step.
    CopyLink,
    /// How copying went: what was copied, and whether.
    Copied(&'static str, bool),
    /// Close a notice, by its position.
    CloseNotice(usize),
    /// The hints have been there long enough.
    HintsOver,
    /// An animation frame, at this wall time in milliseconds.
    Beat(f64),
    /// The address has changed.
    Address,
    /// Write the address bar.
    WriteAddress,
    /// Open a run from its link, as the page around asks.
    Load(String),
    /// The module with the other protocols did not come.
    Unreached,
    /// Whether the reader prefers less motion.
    Still(bool),
    /// Somebody scrolled the list of events.
    Scrolled,
    /// Show a log of the selected node from an entry on: which of its logs, and the entry; nothing for its newest.
    Log(Option<(usize, u64)>),
    /// Whether the page is too narrow for anything beside the figure.
    Narrow(bool),
}

impl Ask {
    /// A callback that asks for this whenever something is pressed.
    pub fn press(to: &Callback<Self>, asked: Self) -> Callback<MouseEvent> {
        to.reform(move |_: MouseEvent| asked.clone())
    }

    /// Whether somebody's hand may have asked for it, rather than a clock.
    pub fn is_by_hand(&self) -> bool {
        !matches!(
            self,
            Self::Beat(_)
                | Self::Scrolled
                | Self::WriteAddress
                | Self::HintsOver
                | Self::Copied(..)
                | Self::Dialog(_)
                | Self::Tell { .. }
                | Self::Follow { .. }
        )
    }
}

/// A dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// The keyboard map.
    Help,
    /// Links to copy.
    Share,
}
