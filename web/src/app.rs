//! The one component with state. It takes every request, keeps the run, and hands pictures down.

use crate::ask::{Ask, Dialog};
use crate::bench::FrameTimes;
use crate::controls::share::copy;
use crate::dom;
use crate::driver::{Beat, Driver};
use crate::embed;
use crate::keys;
use crate::layout::{self, Tab};
use crate::notice::{Notice, Weight};
use crate::opening::{self, Opening};
use crate::route::Presentation;
use crate::run::Run;
use crate::scene::{Intent, Painter, Scene, Selection};
use crate::speed::{SPEED_DEFAULT, SPEEDS, nearest};
use crate::stage::Layout;
use crate::theme::Theme;
use crate::trouble;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use playground_core::action::Command;
use playground_core::recipe::Recipe;
use playground_core::registry;
use playground_core::session::Ran;
use playground_core::view::{Idle, Status};
use yew::prelude::*;

/// How long after the last change the address bar follows: some browsers limit how often it may.
const ADDRESS_MS: u32 = 400;
/// How long a hint stays if nobody does anything.
const HINT_MS: u32 = 8_000;
/// Notices kept.
const NOTICES_MAX: usize = 6;

/// The page.
pub struct App {
    pub(crate) run: Run,
    pub(crate) presentation: Presentation,
    pub(crate) selection: Selection,
    pub(crate) playing: bool,
    pub(crate) speed: usize,
    pub(crate) still: bool,
    pub(crate) painter: Painter,
    pub(crate) layout: Layout,
    pub(crate) theme: Theme,
    pub(crate) letters: bool,
    pub(crate) choice_open: bool,
    pub(crate) tab: Tab,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) link: String,
    pub(crate) ask: Callback<Ask>,
    pub(crate) intent: Callback<Intent>,
    driver: Driver,
    frame_times: Option<FrameTimes>,
    address_due: Option<Timeout>,
    hints_due: Option<Timeout>,
    listeners: Vec<EventListener>,
}

/// Mounts the page over the static first scene.
pub fn start() {
    match dom::by_id("page") {
        Some(root) => {
            yew::Renderer::<App>::with_root(root).render();
        }
        None => dom::warn("The document has no place for the page."),
    }
}

impl Component for App {
    type Message = Ask;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let Opening { presentation, run, notices } = opening::read();
        let ask = ctx.link().callback(|ask: Ask| ask);
        let theme = presentation.theme.unwrap_or_else(Theme::remembered);
        theme.wear();
        let app = Self {
            selection: Selection::Nothing,
            playing: false,
            speed: presentation.speed.map_or(SPEED_DEFAULT, nearest),
            still: dom::is_still(),
            painter: Painter::default(),
            layout: Layout::default(),
            theme,
            letters: dom::remembered("letters").as_deref() != Some("off"),
            choice_open: dom::media("(min-width: 1400px)"),
            tab: Tab::default(),
            dialog: None,
            notices,
            link: run.link(),
            intent: ask.reform(Ask::Intent),
            driver: Driver::new(ask.reform(Ask::Beat)),
            frame_times: presentation.bench.then(FrameTimes::default),
            address_due: None,
            hints_due: None,
            listeners: listeners(&ask, presentation.host.as_deref()),
            ask,
            run,
            presentation,
        };
        app.painter.paint(app.run.frame.now.us() as f64);
        trouble::remember_link(&app.full_address());
        if (app.presentation.autoplay && !app.still) || app.presentation.bench {
            app.ask.emit(Ask::Play);
        }
        app
    }

    fn update(&mut self, _: &Context<Self>, ask: Ask) -> bool {
        if !matches!(ask, Ask::Beat(_) | Ask::WriteAddress | Ask::Copied(..) | Ask::CloseNotice(_)) {
            self.notices.retain(|notice| notice.weight == Weight::Trouble);
        }
        match ask {
            Ask::Letter(_) if !self.letters => false,
            Ask::Letter(ask) => self.answer(*ask),
            ask => self.answer(ask),
        }
    }

    fn view(&self, _: &Context<Self>) -> Html {
        layout::view(self)
    }

    fn rendered(&mut self, _: &Context<Self>, first: bool) {
        if first {
            if let Some(body) = dom::document().body() {
                let _ = body.set_attribute("data-state", "ready");
            }
            embed::tell_ready();
        }
        embed::tell_state(&self.run.frame, self.playing);
        if let Some(times) = self.frame_times.as_mut().filter(|_| self.playing) {
            times.end();
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.listeners.clear();
    }
}

impl App {
    /// What every part of the page draws by.
    pub(crate) fn scene(&self) -> Scene {
        Scene {
            frame: self.run.frame.clone(),
            meta: self.run.entry.meta,
            selection: self.selection,
            playing: self.playing,
            still: self.still,
            intent: self.intent.clone(),
            painter: self.painter.clone(),
        }
    }

    /// The address of the full page at this step.
    pub(crate) fn full_address(&self) -> String {
        format!("{}?step={}#{}", dom::address(), self.run.frame.step, self.link)
    }

    /// Does what is asked; `true` if the page is to be drawn anew.
    fn answer(&mut self, ask: Ask) -> bool {
        match ask {
            Ask::Beat(wall_ms) => {
                self.measure(wall_ms);
                let redraw = self.beat(wall_ms);
                if let Some(times) = self.frame_times.as_mut().filter(|_| !redraw) {
                    times.end();
                }
                return redraw;
            }
            Ask::Intent(intent) => self.intend(intent),
            Ask::Toggle if self.playing => self.pause(),
            Ask::Toggle | Ask::Play => self.play(),
            Ask::Pause => self.pause(),
            Ask::Step => self.step(),
            Ask::Back => self.go(|run| run.back(), "This is the beginning."),
            Ask::Start => self.go(
                |run| {
                    run.seek(0);
                    true
                },
                "",
            ),
            Ask::NextMark => self.go(Run::next_mark, "Nothing interesting happens within 20,000 steps."),
            Ask::PreviousMark => self.go(Run::previous_mark, "Nothing interesting happened before."),
            Ask::Speed(at) => self.speed = at.min(SPEEDS.len() - 1),
            Ask::Protocol(slug) => self.open(registry::find(&slug).and_then(Run::first)),
            Ask::Scenario(id) => self.open(Run::scenario(self.run.entry, &id)),
            Ask::Afresh { params, seed } => self.afresh(params, seed),
            Ask::FreshSeed => self.afresh(self.run.recipe().params, fresh_seed()),
            Ask::Branch(at) => self.go(
                |run| {
                    run.switch(at);
                    true
                },
                "",
            ),
            Ask::Nth(at) => {
                if let Some(node) = self.run.frame.nodes.get(at) {
                    self.intend(Intent::Select(Selection::Node(node.id)));
                }
            }
            Ask::Crash => self.crash_selected(),
            Ask::Drop => match self.selection {
                Selection::Message(id) if self.run.is_in_flight(id) => self.command(vec![Command::Drop(id)]),
                _ => self.say(Notice::hint("Select a message in flight first, then d drops it.")),
            },
            Ask::Load(link) => match opening::open_link(&link, None) {
                Ok(run) => self.show(run),
                Err(why) => self.say(Notice::trouble(format!("This link can't be opened: {why}."))),
            },
            Ask::Address => self.reread(),
            Ask::WriteAddress => {
                self.write_address();
                return false;
            }
            other => self.arrange(other),
        }
        true
    }

    /// Requests that change how the page looks, not the run.
    fn arrange(&mut self, ask: Ask) {
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
            Ask::Fold => self.choice_open = !self.choice_open,
            Ask::Tab(tab) => self.tab = tab,
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
            Ask::Partition => self.say(Notice::hint(
                "Draw a line across the stage: it cuts the links it crosses. Or choose the two sides under Network.",
            )),
            _ => {}
        }
    }

    fn intend(&mut self, intent: Intent) {
        match intent {
            Intent::Select(selection) => {
                self.selection = selection;
                if selection != Selection::Nothing {
                    self.tab = Tab::Inspect;
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

    fn crash_selected(&mut self) {
        let Selection::Node(id) = self.selection else {
            return self.say(Notice::hint("Select a node first, by 1 to 9, then c crashes or starts it."));
        };
        let is_down = self.run.frame.nodes.get(id.index()).is_some_and(|node| node.status == Status::Crashed);
        self.command(vec![if is_down { Command::Restart(id) } else { Command::Crash(id) }]);
    }

    fn beat(&mut self, wall_ms: f64) -> bool {
        match self.driver.beat(wall_ms, &mut self.run, &self.painter, SPEEDS[self.speed]) {
            Beat::Moved => false,
            Beat::Stepped => true,
            Beat::Arrived => {
                self.take_step();
                true
            }
            Beat::Ended(ran) => {
                self.playing = false;
                self.settled();
                self.painter.paint(self.run.frame.now.us() as f64);
                if ran == Ran::Idle {
                    self.say(Notice::hint(idle_words(self.run.frame.idle)));
                }
                true
            }
        }
    }

    /// Counts a frame, where the page measures itself.
    fn measure(&mut self, wall_ms: f64) {
        let Some(times) = &mut self.frame_times else { return };
        times.begin(wall_ms);
        if times.is_done() {
            times.report(self.run.frame.nodes.len(), self.run.frame.flights.len());
            self.frame_times = None;
            self.ask.emit(Ask::Pause);
        }
    }

    fn play(&mut self) {
        self.finish_glide();
        self.playing = true;
        self.driver.play(&self.painter);
    }

    fn pause(&mut self) {
        self.finish_glide();
        self.driver.rest();
        if self.playing {
            self.playing = false;
            self.run.settle();
            self.settled();
        }
    }

    /// Takes one step, and shows the way there unless the reader prefers less motion.
    fn step(&mut self) {
        self.pause();
        if self.still || !self.driver.glide(&self.run, &self.painter) {
            self.take_step();
        }
    }

    fn finish_glide(&mut self) {
        if self.driver.is_gliding() {
            self.driver.rest();
            self.take_step();
        }
    }

    fn take_step(&mut self) {
        if !self.run.step() {
            self.say(Notice::hint(idle_words(self.run.frame.idle)));
        }
        self.moved();
    }

    /// Moves through the run; says `unmoved` if that was not possible.
    fn go(&mut self, journey: impl FnOnce(&mut Run) -> bool, unmoved: &str) {
        self.driver.rest();
        self.playing = false;
        if !journey(&mut self.run) {
            self.say(Notice::hint(unmoved));
        }
        self.moved();
    }

    fn command(&mut self, commands: Vec<Command>) {
        self.finish_glide();
        let branches = self.run.session.look().branches().len();
        for command in commands {
            if let Err(refusal) = self.run.command(command) {
                self.say(Notice::hint(format!("Not possible: {refusal}.")));
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

    fn afresh(&mut self, params: Vec<(String, u64)>, seed: u64) {
        let recipe = Recipe { params, seed, ..Recipe::new(self.run.entry.meta.slug) };
        self.open(Run::open(&recipe, None));
    }

    fn open(&mut self, opened: Result<Run, registry::OpenError>) {
        match opened {
            Ok(run) => self.show(run),
            Err(error) => self.say(Notice::trouble(format!("This run can't be opened: {error}."))),
        }
    }

    fn show(&mut self, run: Run) {
        self.driver.rest();
        self.playing = false;
        self.run = run;
        self.selection = Selection::Nothing;
        self.moved();
    }

    /// The step has changed by a jump.
    fn moved(&mut self) {
        self.painter.paint(self.run.frame.now.us() as f64);
        self.settled();
    }

    /// Time rests: the link and, soon, the address bar follow.
    fn settled(&mut self) {
        self.link = self.run.link();
        trouble::remember_link(&self.full_address());
        let ask = self.ask.clone();
        self.address_due = Some(Timeout::new(ADDRESS_MS, move || ask.emit(Ask::WriteAddress)));
    }

    fn write_address(&mut self) {
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
    fn reread(&mut self) {
        let (_, fragment) = dom::query_and_fragment();
        if fragment.trim_start_matches('#') != self.link {
            let Opening { run, notices, .. } = opening::read();
            self.show(run);
            notices.into_iter().for_each(|notice| self.say(notice));
        }
    }

    fn say(&mut self, notice: Notice) {
        if !notice.text.is_empty() && !self.notices.contains(&notice) {
            self.notices.push(notice);
            let ask = self.ask.clone();
            self.hints_due = Some(Timeout::new(HINT_MS, move || ask.emit(Ask::HintsOver)));
            let over = self.notices.len().saturating_sub(NOTICES_MAX);
            self.notices.drain(..over);
        }
    }
}

fn listeners(ask: &Callback<Ask>, host: Option<&str>) -> Vec<EventListener> {
    let hash = ask.clone();
    let on_hash = EventListener::new(&dom::window(), "hashchange", move |_| hash.emit(Ask::Address));
    let mut all = vec![on_hash, keys::listen(ask)];
    all.extend(embed::listen(ask, host));
    if let Ok(Some(list)) = dom::window().match_media("(prefers-reduced-motion: reduce)") {
        let ask = ask.clone();
        all.push(EventListener::new(&list.clone(), "change", move |_| ask.emit(Ask::Still(dom::is_still()))));
    }
    all
}

/// A seed from 1 to 9,999: short enough to say aloud.
fn fresh_seed() -> u64 {
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
