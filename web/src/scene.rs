//! What the parts of the page share: what is selected, what the hands ask for, and the clock they all paint by.

use crate::run::Shared;
use playground_core::action::Command;
use playground_core::id::{MessageId, NodeId};
use playground_core::protocol::Meta;
use playground_core::view::Frame;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::prelude::*;

/// What is selected. One thing at a time, the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Selection {
    /// Nothing.
    #[default]
    Nothing,
    /// A node.
    Node(NodeId),
    /// A message, in flight or long gone.
    Message(MessageId),
    /// A directed link.
    Link(NodeId, NodeId),
    /// A step of the run.
    Step(u64),
}

/// What somebody asked for, from wherever on the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// Select something.
    Select(Selection),
    /// Do something to the run, now.
    Command(Command),
    /// Several things as one gesture, such as a cut drawn through many links.
    Commands(Vec<Command>),
    /// Go to a step and pause.
    Seek(u64),
    /// Say something to the reader, such as why a gesture did nothing.
    Say(String),
}

/// Everything a part of the page needs to draw itself. Cheap to clone and to compare.
#[derive(Clone)]
pub struct Scene {
    /// The picture at the present step.
    pub frame: Rc<Frame>,
    /// The protocol.
    pub meta: &'static Meta,
    /// The session, to ask what a command would come to.
    pub session: Shared,
    /// What is selected.
    pub selection: Selection,
    /// Whether time runs.
    pub playing: bool,
    /// Whether the reader asked for less motion.
    pub still: bool,
    /// Where requests go.
    pub intent: Callback<Intent>,
    /// The clock to paint by.
    pub painter: Painter,
}

impl PartialEq for Scene {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.frame, &other.frame)
            && std::ptr::eq(self.meta, other.meta)
            && self.selection == other.selection
            && self.playing == other.playing
            && self.still == other.still
    }
}

/// A function that moves what moves, given the simulated time in microseconds, fractions included.
type Paint = Box<dyn Fn(f64)>;

/// The clock all moving parts paint by. The driver calls [`Painter::paint`] once per animation frame while time runs,
/// and once after each jump; parts register what to do then. What is painted is attributes of elements the part has
/// rendered itself, so that no virtual tree is compared sixty times a second.
#[derive(Clone, Default)]
pub struct Painter {
    now_us: Rc<Cell<f64>>,
    parts: Rc<RefCell<Vec<(u32, Paint)>>>,
    next: Rc<Cell<u32>>,
}

impl Painter {
    /// The simulated time shown now, in microseconds: between the present step and the next.
    pub fn now_us(&self) -> f64 {
        self.now_us.get()
    }

    /// Shows a time.
    pub fn paint(&self, now_us: f64) {
        self.now_us.set(now_us);
        for (_, paint) in self.parts.borrow().iter() {
            paint(now_us);
        }
    }

    /// Registers a part; it is painted from now on until the guard is dropped.
    #[must_use]
    pub fn register(&self, paint: impl Fn(f64) + 'static) -> PaintGuard {
        let id = self.next.get();
        self.next.set(id + 1);
        self.parts.borrow_mut().push((id, Box::new(paint)));
        PaintGuard { painter: self.clone(), id }
    }
}

/// Keeps a part registered with a [`Painter`].
pub struct PaintGuard {
    painter: Painter,
    id: u32,
}

impl Drop for PaintGuard {
    fn drop(&mut self) {
        self.painter.parts.borrow_mut().retain(|(id, _)| *id != self.id);
    }
}
