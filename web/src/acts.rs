//! What the page does when it is asked: moving through the run, commanding it, showing another.

use crate::app::App;
use crate::ask::{Ask, Dialog};
use crate::controls::share::copy;
use crate::dom;
use crate::driver::Beat;
use crate::embed;
use crate::layout::{self, Tab};
use crate::notice::{Notice, Weight};
use crate::opening::{self, Opening, Unopened};
use crate::run::Run;
use crate::scene::{Intent, Selection};
use crate::shelf;
use crate::speed::SPEEDS;
use crate::stage::hands;
use crate::stage::verbs::{letter as verb_letter, link_verbs, verbs};
use crate::theme::Theme;
use crate::trouble;
use gloo_timers::callback::Timeout;
use playground_core::action::Command;
use playground_core::recipe::Recipe;
use playground_core::registry;
use playground_core::view::Idle;

/// How long after the last change the address bar follows: some browsers limit how often it may.
const ADDRESS_MS: u32 = 400;
/// How long a hint stays if nobody does anything.
const HINT_MS: u32 = 8_000;
/// Narrower than this there is room for one thing beside the figure.
const TIGHT: &str = "(max-width: 1279px)";
/// Notices kept.
const NOTICES_MAX: usize = 6;

impl App {
    /// Requests that change how the page looks, not the run.
    pub(crate) fn arrange(&mut self, ask: Ask) {
        match ask {
            Ask::Layout(layout) => self.layout = layout,
            Ask::Theme => {
                let at = Theme::ALL.iter().position(|theme| *theme == self.theme).unwrap_or(0);
                self.theme = Theme::ALL[(at + 1) % Theme::ALL.len()];
                self.theme.wear();
                self.theme.remember();
            }
            Ask::Letters(on) => {
                self.letters = on;
                dom::remember("letters", if on { "on" } else { "off" });
            }
            Ask::Fold => {
                self.choice_open = !self.choice_open;
                if self.choice_open && dom::media(TIGHT) {
                    self.inspect_open = false;
                    self.selection = Selection::Nothing;
                }
                dom::remember("choice", if self.choice_open { "open" } else { "folded" });
            }
            Ask::Inspect => {
                // What is open may be so for a selection: closing it puts that down too.
                let is_open = self.inspect_open || self.selection != Selection::Nothing;
                self.inspect_open = !is_open;
                self.selection = Selection::Nothing;
                self.make_room();
            }
            Ask::Narrow(narrow) => self.narrow = narrow,
            Ask::Tab(tab) => self.tab = tab,
            Ask::Log(from) => self.log_from = from,
            Ask::Dialog(dialog) => {
                if dialog == Some(Dialog::Share) {
                    self.pause();
                }
                self.dialog = dialog;
            }
            Ask::CopyLink => copy(self.full_address(), "link", &self.ask),
            Ask::Copied(what, true) => self.say(Notice::hint(format!(
                "The {what} is copied: it opens at step {}. What runs stays in the part after “#”, which no server sees.",
                self.run.frame.step
            ))),
            Ask::Copied(what, false) => {
                self.dialog = Some(Dialog::Share);
                self.say(Notice::hint(format!("The browser does not let this page copy: select the {what} and copy it.")));
            }
            Ask::CloseNotice(at) if at < self.notices.len() => {
                self.notices.remove(at);
            }
            Ask::Still(still) => self.still = still,
            Ask::Unreached => {
                // Nobody is coming for it any more.
                shelf::wanted();
                self.say(Notice::trouble(
                    "The other protocols could not be loaded: check the connection and choose again. This run is as it was.",
                ));
            }
            Ask::Partition => self.say(Notice::hint(
                "Draw a line across the stage, or choose the two sides under Network.",
            )),
            _ => {}
        }
    }

    pub(crate) fn intend(&mut self, intent: Intent) {
        match intent {
            Intent::Select(selection) => {
                self.selection = selection;
                self.log_from = None;
                if selection != Selection::Nothing {
                    self.tab = Tab::Inspect;
                    self.make_room();
                }
            }
            Intent::Command(command) => self.command(vec![command]),
            Intent::Commands(commands) => self.command(commands),
            Intent::Seek(step) => self.go(
                |run| {
                    run.seek(step);
                    true
                },
                "",
            ),
            Intent::Say(text) => self.say(Notice::hint(text)),
        }
    }

    /// Folds the choice where there is no room for it beside the inspector.
    pub(crate) fn make_room(&mut self) {
        if self.choice_open && dom::media(TIGHT) {
            self.choice_open = false;
        }
    }

    /// Does the first verb of what is selected that goes by a letter.
    pub(crate) fn do_verb(&mut self, letter: &'static str) {
        let scene = self.scene();
        // Whatever is selected, who stands on a link means that.
        let all = match hands::focused_link() {
            Some((from, to)) => link_verbs(&scene, from, to),
            None => verbs(&scene),
        };
        match all.into_iter().find(|verb| verb_letter(&verb.command) == letter) {
            Some(verb) => self.command(vec![verb.command]),
            None if self.selection == Selection::Nothing => self.say(Notice::hint(format!(
                "“{letter}” does nothing here: select a node by 1 to 9, or a message or a link by Tab and Enter."
            ))),
            None => self.say(Notice::hint(format!(
                "“{letter}” does nothing here to what is selected: what can be done stands beside it."
            ))),
        }
    }

    pub(crate) fn beat(&mut self, wall_ms: f64) -> bool {
        match self.driver.beat(wall_ms, &mut self.run, &self.painter, SPEEDS[self.speed]) {
            Beat::Moved => false,
            Beat::Stepped => true,
            Beat::Arrived => {
                self.take_step();
                true
            }
            Beat::Ended(_) => {
                self.playing = false;
                self.settled();
                self.painter.paint(self.run.frame.now.us() as f64);
                true
            }
        }
    }

    /// Counts a frame, where the page measures itself.
    pub(crate) fn measure(&mut self, wall_ms: f64) {
        let Some(times) = &mut self.frame_times else { return };
        times.begin(wall_ms);
        if times.is_done() {
            times.report(self.run.frame.nodes.len(), self.run.frame.flights.len());
            self.frame_times = None;
            self.ask.emit(Ask::Pause);
        }
    }

    pub(crate) fn play(&mut self) {
        self.finish_glide();
        self.playing = true;
        self.driver.play(&self.painter);
    }

    pub(crate) fn pause(&mut self) {
        self.finish_glide();
        self.driver.rest();
        if self.playing {
            self.playing = false;
            self.run.settle();
            self.settled();
        }
    }

    pub(crate) fn replay(&mut self) {
        let from = self.run.story.map_or(0, |story| story.0);
        self.go(
            |run| {
                run.seek(from);
                true
            },
            "",
        );
        self.play();
    }

    /// Takes one step, and shows the way there unless the reader prefers less motion.
    pub(crate) fn step(&mut self) {
        self.pause();
        if self.still || !self.driver.glide(&self.run, &self.painter) {
            self.take_step();
        }
    }

    pub(crate) fn finish_glide(&mut self) {
        if self.driver.is_gliding() {
            self.driver.rest();
            self.take_step();
        }
    }

    pub(crate) fn take_step(&mut self) {
        if !self.run.step() {
            self.say(Notice::hint(idle_words(self.run.frame.idle)));
        }
        self.moved();
    }

    /// Moves through the run; says `unmoved` if that was not possible.
    pub(crate) fn go(&mut self, journey: impl FnOnce(&mut Run) -> bool, unmoved: &str) {
        // A step that is still being shown was asked for: Back takes it back, not the one before it.
        self.finish_glide();
        self.driver.rest();
        self.playing = false;
        if !journey(&mut self.run) {
            self.say(Notice::hint(unmoved));
        }
        self.moved();
    }

    pub(crate) fn command(&mut self, commands: Vec<Command>) {
        self.finish_glide();
        let branches = self.run.session.look().branches().len();
        for command in commands {
            if let Err(refusal) = self.run.command(command) {
                let told = self.run.session.told(&refusal);
                self.say(Notice::hint(format!("Not possible: {told}.")));
                break;
            }
        }
        if self.run.session.look().branches().len() > branches {
            self.say(Notice::hint(
                "From here on this is another future. The one before is kept: choose it under Branch.",
            ));
        }
        // The picture does not leap back: what is in flight stays where it was seen.
        let (least, most) = (self.run.frame.now.us() as f64, self.run.frame.next_at.map(|at| at.us() as f64));
        let now_us = self.painter.now_us().min(most.unwrap_or(f64::MAX)).max(least);
        self.painter.paint(now_us);
        self.settled();
    }

    pub(crate) fn afresh(&mut self, params: Vec<(String, u64)>, seed: u64) {
        let recipe = Recipe { params, seed, ..Recipe::new(self.run.entry.meta.slug) };
        self.open(Run::open(&recipe, None));
    }

    pub(crate) fn open(&mut self, opened: Result<Run, registry::OpenError>) {
        match opened {
            Ok(run) => self.show(run),
            Err(error) => self.say(Notice::trouble(format!("This run can't be opened: {error}."))),
        }
    }

    /// Opens a fragment, here or in the module that can.
    pub(crate) fn open_fragment(&mut self, fragment: &str) {
        match opening::open(fragment, None) {
            Ok(Some(run)) => self.show(run),
            Ok(None) => self.say(Notice::trouble("The link is empty.")),
            Err(Unopened::Elsewhere(_)) => self.fetch(fragment),
            Err(Unopened::Bad { why, .. }) => {
                self.say(Notice::trouble(format!("This link can't be opened: {why}.")));
            }
        }
    }

    /// Has the other module loaded, which takes the page over; this one goes on if it does not come.
    fn fetch(&mut self, fragment: &str) {
        let failed = self.ask.reform(|()| Ask::Unreached);
        match shelf::fetch(fragment) {
            Some(loaded) => {
                self.pause();
                self.say(Notice::hint("Loading the other protocols"));
                wasm_bindgen_futures::spawn_local(async move {
                    if wasm_bindgen_futures::JsFuture::from(loaded).await.is_err() {
                        failed.emit(());
                    }
                });
            }
            None => failed.emit(()),
        }
    }

    pub(crate) fn show(&mut self, run: Run) {
        self.driver.rest();
        self.playing = false;
        self.run = run;
        self.host.another();
        self.notices.clear();
        self.selection = Selection::Nothing;
        self.entitle();
        self.moved();
    }

    /// Names the tab after what runs in it.
    pub(crate) fn entitle(&self) {
        dom::document().set_title(&format!("{} – Quorum Playground", layout::title(self)));
    }

    /// The step has changed by a jump.
    pub(crate) fn moved(&mut self) {
        self.painter.paint(self.run.frame.now.us() as f64);
        self.settled();
    }

    /// Time rests: the link and, soon, the address bar follow.
    pub(crate) fn settled(&mut self) {
        self.link = self.run.link();
        trouble::remember_link(&self.full_address());
        let ask = self.ask.clone();
        self.address_due = Some(Timeout::new(ADDRESS_MS, move || ask.emit(Ask::WriteAddress)));
    }

    pub(crate) fn write_address(&mut self) {
        let (query, _) = dom::query_and_fragment();
        let kept = query
            .trim_start_matches('?')
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("step="));
        let step = format!("step={}", self.run.frame.step);
        let query: Vec<&str> = kept.chain([step.as_str()]).collect();
        dom::replace_address(&format!("?{}#{}", query.join("&"), self.link));
    }

    /// The reader put another fragment in the address bar.
    pub(crate) fn reread(&mut self) {
        let (_, fragment) = dom::query_and_fragment();
        if fragment.trim_start_matches('#') != self.link {
            let Opening { run, notices, elsewhere, .. } = opening::read();
            if let Some(fragment) = elsewhere {
                return self.fetch(&fragment);
            }
            self.show(run);
            notices.into_iter().for_each(|notice| self.say(notice));
        }
    }

    pub(crate) fn say(&mut self, notice: Notice) {
        if !notice.text.is_empty() && !self.notices.contains(&notice) {
            if notice.weight == Weight::Trouble {
                embed::tell_trouble(&notice.text);
            }
            self.notices.push(notice);
            let ask = self.ask.clone();
            self.hints_due = Some(Timeout::new(HINT_MS, move || ask.emit(Ask::HintsOver)));
            let over = self.notices.len().saturating_sub(NOTICES_MAX);
            self.notices.drain(..over);
        }
    }
}

/// A seed from 1 to 9,999: short enough to say aloud.
pub(crate) fn fresh_seed() -> u64 {
    getrandom::u32().map_or(1, |bits| u64::from(bits % 9_999) + 1)
}

/// Why nothing happens by itself.
pub(crate) fn idle_words(idle: Option<Idle>) -> String {
    match idle {
        None => String::new(),
        Some(Idle::NothingPending) => {
            "The run is at its end: no message is in flight and no timer runs.".into()
        }
        Some(Idle::Held { messages: 1 }) => {
            "One message waits: deliver it, heal the cut or resume the node.".into()
        }
        Some(Idle::Held { messages }) => {
            format!("{messages} messages wait: deliver one, heal the cut or resume the node.")
        }
    }
}
