//! The page's end of the desk: which panels are open, what the desk is told, and what becomes of its wishes.
//!
//! `static/boot.mjs` leaves one function in the page. It is told how the run stands while a panel is open, loads the desk
//! when it is first told, and keeps what was said last until the desk listens.

use super::desk_wire::{MEASURES, Now, Wish, place_of};
use super::wire::pack;
use crate::app::App;
use crate::ask::Ask;
use crate::dom;
use crate::layout::Tab;
use crate::notice::Notice;
use crate::scene::Intent;
use crate::tag::div;
use js_sys::{Function, Reflect, Uint8Array};
use playground_core::recipe::Recipe;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use yew::{Callback, Html};

/// What `static/boot.mjs` leaves in the page: it takes bytes, and a function that hears wishes.
const DESK: &str = "playgroundDesk";
/// What a page leaves for the one that takes over: which panels were open.
const OPEN: &str = "playgroundOpen";
/// How often measures follow a run that plays.
const MEASURE_MS: f64 = 500.0;

/// The panels, as the page knows them.
pub struct Host {
    /// Those that are open, as bits.
    open: u8,
    /// Number of the run shown.
    run: u32,
    /// What the desk was last told, but for the link; whether that came with it, and when one last did.
    told: Option<Now>,
    is_linked: bool,
    linked_ms: f64,
    /// The desk wants to be told, whatever it knows already.
    is_asked: bool,
    wish: Closure<dyn FnMut(JsValue)>,
}

impl Host {
    /// With those panels open that were so in the page before, or that the address names.
    pub fn new(ask: &Callback<Ask>, asked_for: u8) -> Self {
        let ask = ask.clone();
        let wish = Closure::new(move |bytes: JsValue| {
            let bytes = bytes.unchecked_into::<Uint8Array>().to_vec();
            if let Some(wish) = Wish::unpack(&bytes) {
                ask.emit(asked(wish));
            }
        });
        let open = Reflect::get(&dom::window(), &OPEN.into()).ok().and_then(|open| open.as_f64());
        let open = open.map_or(asked_for, |open| open as u8);
        Self { open, run: 0, told: None, is_linked: false, linked_ms: 0.0, is_asked: false, wish }
    }

    /// Whether a panel is open.
    pub fn shows(&self, panel: u8) -> bool {
        self.open & panel != 0
    }

    /// Opens a panel or closes it. Of those that share a place one is open at a time.
    pub fn toggle(&mut self, panel: u8, rivals: u8) {
        self.open = if self.shows(panel) { self.open & !panel } else { self.open & !rivals | panel };
    }

    /// Another run is shown.
    pub fn another(&mut self) {
        self.run += 1;
    }

    /// The desk ends: another module takes the page over.
    pub fn end(&mut self) {
        // Nobody has loaded the desk if it was never told anything.
        if self.told.is_some() {
            self.tell(&[]);
        }
        let _ = Reflect::set(&dom::window(), &OPEN.into(), &self.open.into());
    }

    fn tell(&self, bytes: &[u8]) {
        let desk = Reflect::get(&dom::window(), &DESK.into()).ok();
        if let Some(desk) = desk.and_then(|desk| desk.dyn_into::<Function>().ok()) {
            let _ = desk.call2(&JsValue::NULL, &Uint8Array::from(bytes), self.wish.as_ref());
        }
    }
}

/// Where a panel is drawn: the page leaves it empty.
pub fn place(panel: u8, class: &'static str, label: &'static str) -> Html {
    div("section", class)
        .key(u64::from(panel))
        .set("id", place_of(panel))
        .set("data-desk", "")
        .set("aria-label", label)
        .done()
}

/// A wish as a request.
fn asked(wish: Wish) -> Ask {
    match wish {
        Wish::Seek(step) => Ask::Intent(Intent::Seek(step)),
        Wish::Step => Ask::Step,
        Wish::Tell { at_rest } => Ask::Tell { at_rest },
        Wish::Follow { branch, step, link } => Ask::Follow { branch, step, link },
        Wish::Say(text) => Ask::Intent(Intent::Say(text)),
        Wish::CopyLink => Ask::CopyLink,
        Wish::Close(panel) => Ask::Panel(panel),
        Wish::Open(link) => Ask::Load(link),
    }
}

impl App {
    /// Tells the desk how the run stands, if that has changed and a panel is open or was so when it was last told.
    pub(crate) fn tell_desk(&mut self) {
        let host = &mut self.host;
        if host.open == 0 && host.told.as_ref().is_none_or(|told| told.open == 0) {
            return;
        }
        let session = self.run.session.look();
        let operations = session.operations();
        let ended = operations.iter().filter(|own| own.returned.is_some()).count();
        let mut now = Now {
            open: host.open,
            run: host.run,
            branch: session.branch(),
            step: session.present(),
            operations: (operations.len(), ended),
            link: None,
        };
        let is_asked = std::mem::take(&mut host.is_asked);
        if !is_asked && host.told.as_ref() == Some(&now) && (self.playing || host.is_linked) {
            return;
        }
        let is_same = host.told.as_ref().is_some_and(|told| {
            (told.run, told.branch, told.operations) == (now.run, now.branch, now.operations)
        });
        let wall_ms = dom::wall_ms();
        host.told = Some(now.clone());
        let is_due = host.shows(MEASURES) && wall_ms > host.linked_ms + MEASURE_MS;
        host.is_linked = is_asked || !self.playing || !is_same || is_due;
        if host.is_linked {
            host.linked_ms = wall_ms;
            now.link = Some(session.recipe_here().to_link());
        }
        drop(session);
        host.tell(&pack(&now));
    }

    /// Opens a panel of the desk or closes it.
    pub(crate) fn toggle_panel(&mut self, panel: u8) {
        use super::desk_wire::{HISTORY, SEARCH};
        self.host.toggle(panel, if panel == HISTORY { 0 } else { SEARCH | MEASURES });
        if self.host.shows(panel) && panel == HISTORY {
            self.tab = Tab::Lanes;
        } else if self.host.shows(panel) {
            self.tab = Tab::Inspect;
            self.make_room();
        }
    }

    /// Has the desk told anew how the run stands, whatever it knows already.
    pub(crate) fn tell_anew(&mut self, at_rest: bool) {
        if at_rest {
            self.pause();
        }
        self.host.is_asked = true;
    }

    /// Makes a branch of a run that the desk found, from the step that they share, and shows its beginning.
    pub(crate) fn follow(&mut self, branch: usize, step: u64, link: &str) {
        self.pause();
        let is_done = Recipe::from_link(link).is_ok_and(|recipe| {
            let mut session = self.run.session.look();
            if session.branch() != branch {
                session.switch(branch);
            }
            let rest = recipe.commands.into_iter().filter(|(at, _)| *at >= step);
            let mut is_done = true;
            for (at, command) in rest {
                is_done &= session.seek(at) == at && session.command(command).is_ok();
            }
            is_done &= session.seek(recipe.length) == recipe.length;
            session.seek(step);
            is_done
        });
        self.run.settle();
        self.moved();
        self.say(Notice::hint(if is_done {
            "The bad future is a branch of its own now: step through it."
        } else {
            "The way that was found can’t be gone here."
        }));
    }
}
