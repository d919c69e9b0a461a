//! What makes time run. Wall time ends here: an animation frame says how long the last one took, and that becomes
//! simulated time. While nothing moves no frame is asked for.

use crate::dom;
use crate::run::Run;
use crate::scene::Painter;
use playground_core::session::Ran;
use playground_core::time::Time;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use yew::Callback;

/// Longest time one frame may stand for: on return from a hidden tab nothing leaps.
const FRAME_MS_MAX: f64 = 100.0;
/// Time a frame may spend in the engine.
const ENGINE_MS_MAX: f64 = 6.0;
/// Steps taken between two looks at the clock.
const STEPS_AT_ONCE: u64 = 64;
/// How long a single step is seen to take.
const TWEEN_MS: f64 = 250.0;

/// What moves.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Motion {
    /// Nothing.
    Rest,
    /// Time runs.
    Playing {
        /// When the last frame came.
        last_ms: Option<f64>,
    },
    /// The picture glides to the time of the next step, which is taken then.
    Gliding {
        /// From this simulated time.
        from_us: f64,
        /// To this one.
        to_us: f64,
        /// Since this wall time.
        begun_ms: Option<f64>,
    },
}

/// What an animation frame brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// Things moved; the step is the same.
    Moved,
    /// Steps were taken.
    Stepped,
    /// The run stopped by itself.
    Ended(Ran),
    /// A glide is over: take the step.
    Arrived,
}

/// The loop of animation frames.
pub struct Driver {
    motion: Motion,
    sim_us: f64,
    on_frame: Closure<dyn Fn(f64)>,
    asked: Option<i32>,
}

impl Driver {
    /// A driver at rest, which will call `on_frame` with wall time in milliseconds.
    pub fn new(on_frame: Callback<f64>) -> Self {
        let on_frame = Closure::new(move |wall_ms| on_frame.emit(wall_ms));
        Self { motion: Motion::Rest, sim_us: 0.0, on_frame, asked: None }
    }

    /// Whether a single step is being shown.
    pub fn is_gliding(&self) -> bool {
        matches!(self.motion, Motion::Gliding { .. })
    }

    /// Lets time run from where the picture stands.
    pub fn play(&mut self, painter: &Painter) {
        self.sim_us = painter.now_us();
        self.motion = Motion::Playing { last_ms: None };
        self.ask();
    }

    /// Stops whatever moves, where it is.
    pub fn rest(&mut self) {
        self.motion = Motion::Rest;
        self.unask();
    }

    /// Shows the way to the next step's time; `false` if there is no way to show.
    pub fn glide(&mut self, run: &Run, painter: &Painter) -> bool {
        let from_us = painter.now_us();
        let to_us = run.frame.next_at.map_or(from_us, |at| at.us() as f64);
        if to_us <= from_us {
            return false;
        }
        self.motion = Motion::Gliding { from_us, to_us, begun_ms: None };
        self.ask();
        true
    }

    /// One animation frame.
    pub fn beat(&mut self, wall_ms: f64, run: &mut Run, painter: &Painter, speed: f64) -> Beat {
        self.asked = None;
        match self.motion {
            Motion::Rest => Beat::Moved,
            Motion::Gliding { from_us, to_us, begun_ms } => {
                let begun_ms = begun_ms.unwrap_or(wall_ms);
                let part = (wall_ms - begun_ms) / TWEEN_MS;
                if part >= 1.0 {
                    self.motion = Motion::Rest;
                    painter.paint(to_us);
                    return Beat::Arrived;
                }
                self.motion = Motion::Gliding { from_us, to_us, begun_ms: Some(begun_ms) };
                painter.paint(from_us + (to_us - from_us) * part.max(0.0));
                self.ask();
                Beat::Moved
            }
            Motion::Playing { last_ms } => {
                let passed_ms = (wall_ms - last_ms.unwrap_or(wall_ms)).clamp(0.0, FRAME_MS_MAX);
                self.motion = Motion::Playing { last_ms: Some(wall_ms) };
                self.sim_us += passed_ms * 1_000.0 * speed;
                let beat = self.advance(run);
                painter.paint(self.sim_us);
                if !matches!(beat, Beat::Ended(_)) {
                    self.ask();
                }
                beat
            }
        }
    }

    /// Brings the run up to the time shown, within the frame's budget.
    fn advance(&mut self, run: &mut Run) -> Beat {
        let until = Time(self.sim_us as u64);
        match run.frame.next_at {
            None => return self.end(run, Ran::Idle),
            Some(at) if at > until => return Beat::Moved,
            Some(_) => {}
        }
        let begun_ms = dom::wall_ms();
        let ran = loop {
            // Time stops where the story ends; played on from there, it runs.
            let to_end = run.steps_to_end().filter(|steps| *steps > 0);
            let ran = run.session.look().run_until(until, to_end.unwrap_or(STEPS_AT_ONCE).min(STEPS_AT_ONCE));
            if to_end.is_some() && run.is_at_end() {
                run.picture();
                return self.end(run, Ran::Reached);
            }
            if ran != Ran::OutOfSteps || dom::wall_ms() - begun_ms > ENGINE_MS_MAX {
                break ran;
            }
        };
        run.picture();
        match ran {
            Ran::Reached => Beat::Stepped,
            Ran::OutOfSteps => {
                // The engine can't keep up: time runs as fast as it can, and the picture stays true.
                self.sim_us = run.frame.now.us() as f64;
                Beat::Stepped
            }
            Ran::Idle | Ran::Violated => self.end(run, ran),
        }
    }

    fn end(&mut self, run: &Run, ran: Ran) -> Beat {
        self.motion = Motion::Rest;
        self.sim_us = run.frame.now.us() as f64;
        Beat::Ended(ran)
    }

    fn ask(&mut self) {
        self.unask();
        self.asked = dom::window().request_animation_frame(self.on_frame.as_ref().unchecked_ref()).ok();
    }

    fn unask(&mut self) {
        if let Some(frame) = self.asked.take() {
            let _ = dom::window().cancel_animation_frame(frame);
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.unask();
    }
}
