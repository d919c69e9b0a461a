//! The one component with state. It takes every request, keeps the run, and hands pictures down.

use crate::acts::fresh_seed;
use crate::ask::{Ask, Dialog};
use crate::bench::{self, FrameTimes};
use crate::controls::{transport, window};
use crate::dom;
use crate::driver::Driver;
use crate::embed;
use crate::inspect::events;
use crate::keys;
use crate::late::desk_wire::MEASURES;
use crate::late::host::Host;
use crate::layout::{self, Tab};
use crate::notice::{Notice, Weight};
use crate::opening::{self, Opening};
use crate::route::{PanelName, Presentation};
use crate::run::Run;
use crate::scene::{Intent, PaintGuard, Painter, Scene, Selection};
use crate::shelf;
use crate::speed::{SPEED_DEFAULT, SPEEDS, nearest};
use crate::stage::{Layout, hands};
use crate::theme::Theme;
use crate::trouble;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// Narrower than this there is no room beside the figure; `static/page.css` says the same.
const NARROW: &str = "(max-width: 999px)";

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
    pub(crate) inspect_open: bool,
    pub(crate) narrow: bool,
    pub(crate) log_from: Option<(usize, u64)>,
    pub(crate) events_seen: (u64, u64),
    events_at: Option<(u64, u64)>,
    pub(crate) host: Host,
    pub(crate) tab: Tab,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) link: String,
    pub(crate) ask: Callback<Ask>,
    pub(crate) intent: Callback<Intent>,
    pub(crate) driver: Driver,
    pub(crate) frame_times: Option<FrameTimes>,
    pub(crate) address_due: Option<Timeout>,
    pub(crate) hints_due: Option<Timeout>,
    listeners: Vec<EventListener>,
    _clock: PaintGuard,
}

/// Mounts the page over the static first scene.
pub fn start() {
    match dom::by_id("page") {
        Some(root) => shelf::take_over(&root, |root| yew::Renderer::<App>::with_root(root).render()),
        None => dom::warn("The document has no place for the page."),
    }
}

impl Component for App {
    type Message = Ask;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let Opening { presentation, run, notices, elsewhere } = opening::read();
        let ask = ctx.link().callback(|ask: Ask| ask);
        let painter = Painter::default();
        let theme = presentation.theme.unwrap_or_else(Theme::remembered);
        theme.wear();
        let app = Self {
            selection: Selection::Nothing,
            playing: false,
            speed: speed_of(&presentation),
            still: dom::is_still(),
            _clock: painter.register(transport::paint),
            painter,
            layout: Layout::default(),
            theme,
            letters: dom::remembered("letters").as_deref() != Some("off"),
            choice_open: dom::remembered("choice").as_deref() == Some("open"),
            inspect_open: !presentation.panels.is_empty(),
            narrow: dom::media(NARROW),
            log_from: None,
            events_seen: (0, 12),
            events_at: None,
            host: Host::new(&ask, if presentation.shows(PanelName::Measures, false) { MEASURES } else { 0 }),
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
        app.entitle();
        trouble::remember_link(&app.full_address());
        if (app.presentation.autoplay && !app.still) || app.presentation.bench {
            app.ask.emit(Ask::Play);
        }
        if let Some(fragment) = elsewhere {
            app.ask.emit(Ask::Load(fragment));
        }
        app
    }

    fn update(&mut self, _: &Context<Self>, ask: Ask) -> bool {
        if !matches!(
            ask,
            Ask::Beat(_)
                | Ask::WriteAddress
                | Ask::Copied(..)
                | Ask::CloseNotice(_)
                | Ask::Panel(_)
                | Ask::Tell { .. }
                | Ask::Follow { .. }
        ) {
            self.notices.retain(|notice| notice.weight == Weight::Trouble);
        }
        if ask.is_by_hand() {
            dom::let_go();
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
        window::show();
        transport::paint(self.painter.now_us());
        if !self.playing {
            self.follow_events();
        }
        embed::tell_state(&self.run.frame, self.playing);
        self.tell_desk();
        if let Some(times) = self.frame_times.as_mut().filter(|_| self.playing) {
            times.end();
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.listeners.clear();
        self.host.end();
    }
}

impl App {
    /// What every part of the page draws by.
    pub(crate) fn scene(&self) -> Scene {
        Scene {
            frame: self.run.frame.clone(),
            meta: self.run.entry.meta,
            session: self.run.session.clone(),
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

    /// The list of events shows the present step, when that has changed or the list has just come.
    fn follow_events(&mut self) {
        let now = (self.run.frame.step, self.run.frame.head);
        let step = (self.events_at != Some(now)).then_some(now.0);
        let seen = events::follow(step, now.1);
        self.events_at = seen.map(|_| now);
        if seen.is_some_and(|seen| seen != self.events_seen) {
            self.ask.emit(Ask::Scrolled);
        }
    }

    /// Does what is asked; `true` if the page is to be drawn anew.
    fn answer(&mut self, ask: Ask) -> bool {
        match ask {
            Ask::Beat(wall_ms) => {
                self.measure(wall_ms);
                // Now that all is laid out anyway: after drawing it would be laid out once more.
                if self.playing {
                    self.follow_events();
                }
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
            Ask::Replay => self.replay(),
            Ask::Panel(panel) => self.toggle_panel(panel),
            Ask::Tell { at_rest } => self.tell_anew(at_rest),
            Ask::Follow { branch, step, link } => self.follow(branch, step, &link),
            Ask::NextMark => self.go(Run::next_mark, "Nothing interesting happens within 20,000 steps."),
            Ask::PreviousMark => self.go(Run::previous_mark, "Nothing interesting happened before."),
            Ask::Speed(at) => self.speed = at.min(SPEEDS.len() - 1),
            Ask::Protocol(slug) => self.open_fragment(&slug),
            Ask::Scenario(id) => self.open(Run::scenario(self.run.entry, &id)),
            Ask::Afresh { params, seed } => self.afresh(params, seed),
            Ask::FreshSeed => self.afresh(self.run.recipe.params.clone(), fresh_seed()),
            Ask::Branch(at) => self.go(
                |run| {
                    run.switch(at);
                    true
                },
                "",
            ),
            Ask::Nth(at) => {
                if let Some(node) = self.run.frame.nodes.get(at) {
                    hands::focus_node(node.id);
                    self.intend(Intent::Select(Selection::Node(node.id)));
                }
            }
            Ask::Verb(letter) => self.do_verb(letter),
            Ask::Links => {
                if !hands::next_link() {
                    self.say(Notice::hint("Nothing is linked here: select a node, by 1 to 9."));
                }
            }
            Ask::Load(link) => self.open_fragment(&link),
            Ask::Address => self.reread(),
            Ask::Scrolled => {
                let seen = events::follow(None, self.run.frame.head).unwrap_or(self.events_seen);
                return std::mem::replace(&mut self.events_seen, seen) != seen;
            }
            Ask::WriteAddress => {
                self.write_address();
                return false;
            }
            other => self.arrange(other),
        }
        true
    }
}

fn speed_of(presentation: &Presentation) -> usize {
    let by_default = if presentation.bench { nearest(bench::SPEED) } else { SPEED_DEFAULT };
    presentation.speed.map_or(by_default, nearest)
}

fn listeners(ask: &Callback<Ask>, host: Option<&str>) -> Vec<EventListener> {
    let hash = ask.clone();
    let on_hash = EventListener::new(&dom::window(), "hashchange", move |_| hash.emit(Ask::Address));
    let mut all = vec![on_hash, keys::listen(ask)];
    all.extend(embed::listen(ask, host));
    all.extend(watch(dom::STILL, ask.reform(Ask::Still)));
    all.extend(watch(NARROW, ask.reform(Ask::Narrow)));
    all
}

/// Tells when a media query begins to hold or ceases to.
fn watch(query: &'static str, changed: Callback<bool>) -> Option<EventListener> {
    let list = dom::window().match_media(query).ok().flatten()?;
    Some(EventListener::new(&list, "change", move |_| changed.emit(dom::media(query))))
}
