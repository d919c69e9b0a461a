//! The picture as plain data: what any front end draws, and nothing of how it is drawn.
//!
//! Architecture invariant: a front end knows panels, not protocols. Each enum here is closed, and each of its variants
//! has exactly one renderer. Everything in a [`Frame`] derives from one world at one step, so nothing in a picture can
//! contradict another part of it.

mod frame;
mod measure;
mod message;
mod panel;
mod step;

pub use frame::*;
pub use measure::*;
pub use message::*;
pub use panel::*;
pub use step::*;
