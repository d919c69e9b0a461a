//! Scenarios: named runs with a caption. A scenario is a script that plays a session and leaves a recipe behind; it can
//! do nothing a viewer could not do, so no picture is ever posed.

use crate::action::Command;
use crate::id::{MessageId, NodeId};
use crate::session::Session;
use crate::view::{FlightFrame, Frame, Lens};

/// A named run.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Stable name: `first-election`.
    pub id: &'static str,
    /// For a reader.
    pub title: &'static str,
    /// One or two sentences: what to watch for.
    pub caption: &'static str,
    /// Parameters over the defaults.
    pub params: &'static [(&'static str, u64)],
    /// The seed.
    pub seed: u64,
    /// Plays it.
    pub script: fn(&mut Director<'_>),
}

impl Scenario {
    /// The scenarios of a list without their scripts: for a catalogue that keeps what the scripts leave behind.
    pub(crate) const fn words<const N: usize>(all: &[Self]) -> [Self; N] {
        let mut words = [Self { id: "", title: "", caption: "", params: &[], seed: 0, script: |_| {} }; N];
        let mut at = 0;
        while at < N {
            words[at] = Self { script: |_| {}, ..all[at] };
            at += 1;
        }
        words
    }
}

/// Plays a session for a scenario or a test. Each method panics with a sentence when the run does not go as the script
/// says: a script is code, and the generic tests play every one.
pub struct Director<'a> {
    session: &'a mut dyn Session,
    opens_at: Option<u64>,
}

/// Steps any wait of a script may take.
const WAIT_STEPS_MAX: u64 = 200_000;

impl<'a> Director<'a> {
    /// Takes over a session at its present step.
    pub fn new(session: &'a mut dyn Session) -> Self {
        Self { session, opens_at: None }
    }

    /// The step the page opens at: the one marked, or else the beginning.
    pub fn opens_at(&self) -> u64 {
        self.opens_at.unwrap_or(0)
    }

    /// The page opens here.
    pub fn open_here(&mut self) {
        self.opens_at = Some(self.frame().step);
    }

    /// What is seen now.
    pub fn frame(&self) -> Frame {
        self.session.frame(&Lens::default())
    }

    /// The session itself.
    pub fn session(&mut self) -> &mut dyn Session {
        self.session
    }

    /// Takes one step.
    pub fn step(&mut self) {
        assert!(self.session.step(), "the script wants a step, but nothing can happen");
    }

    /// Runs for so many microseconds of simulated time, to the last step within them.
    pub fn run_for(&mut self, us: u64) {
        let until = self.frame().now.after(us);
        self.session.run_until(until, WAIT_STEPS_MAX);
    }

    /// Steps until the picture is as wanted; `wish` says in words what is waited for.
    pub fn until(&mut self, wish: &str, mut seen: impl FnMut(&Frame) -> bool) {
        for _ in 0..WAIT_STEPS_MAX {
            if seen(&self.frame()) {
                return;
            }
            assert!(self.session.step(), "the script waits for {wish}, but nothing can happen");
        }
        panic!("the script waited {WAIT_STEPS_MAX} steps in vain for {wish}");
    }

    /// Steps until a node's role is as wanted.
    pub fn until_role(&mut self, node: NodeId, role: &str) {
        let wish = format!("{node} to be {role}");
        self.until(&wish, |frame| frame.nodes[node.index()].view.role == role);
    }

    /// Does something, as a viewer would.
    pub fn command(&mut self, command: Command) {
        if let Err(refusal) = self.session.command(command) {
            panic!("the script's command after step {} was refused: {refusal}", self.session.present());
        }
    }

    /// Asks a node for an operation.
    pub fn operate(&mut self, node: NodeId, operation: u8, args: &[u64]) {
        self.command(Command::Operate { node, operation, args: args.to_vec() });
    }

    /// Fires a timer of a node by its label.
    pub fn fire(&mut self, node: NodeId, label: &str) {
        let frame = self.frame();
        let timers = &frame.nodes[node.index()].timers;
        let timer = timers.iter().position(|timer| timer.label == label);
        let timer = timer.unwrap_or_else(|| panic!("{node} has no timer “{label}”"));
        self.command(Command::Fire { node, timer: timer as u8 });
    }

    /// Messages in flight that a test picks out, by number.
    pub fn flights(&self, mut wanted: impl FnMut(&FlightFrame) -> bool) -> Vec<MessageId> {
        self.frame().flights.iter().filter(|flight| wanted(flight)).map(|flight| flight.id).collect()
    }

    /// Delivers every message now in flight that is wanted, by number; answers they cause are not among them.
    pub fn deliver(&mut self, wanted: impl FnMut(&FlightFrame) -> bool) -> usize {
        let ids = self.flights(wanted);
        for id in &ids {
            self.command(Command::Deliver(*id));
        }
        ids.len()
    }

    /// Loses every message now in flight that is not wanted any more.
    pub fn drop_messages(&mut self, unwanted: impl FnMut(&FlightFrame) -> bool) -> usize {
        let ids = self.flights(unwanted);
        for id in &ids {
            self.command(Command::Drop(*id));
        }
        ids.len()
    }
}
