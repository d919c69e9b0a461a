//! The desk: panels that nobody needs at first, drawn by the late module in places that the page leaves empty.
//!
//! The page tells it how the run stands ([`Now`]) and hears what it wishes ([`Wish`]); both are plain bytes, since the two
//! modules share no memory. The work itself is done by workers of the same module, at the end of a [`crate::late::line`].
//! One small Yew app draws every open panel through a portal into the panel's place.
//!
//! One more panel is a bit in [`crate::late::desk_wire`], a place and a button in [`crate::layout`], and a module here with
//! what draws it.
//!
//! SUBTLE: two Yew apps of two modules meet in one document, the desk's places inside the page. Yew marks each element
//! that listens by the number of its tree, counted in each module from 1, and a tree leaves events of other numbers
//! alone. The page is one tree without portals, so its number is 1; here 1 is the app's own root, which is never in the
//! document, and each portal has a number of its own above it.

mod compare;
mod explore;
mod history;
mod measures;

use crate::dom;
use crate::late::desk_wire::{HISTORY, MEASURES, Now, SEARCH, Wish, place_of};
use crate::late::wire::unpack;
use compare::Comparing;
pub use explore::grouped;
use explore::{Exploring, Search};
use history::{History, Recounting};
use js_sys::{Function, Uint8Array};
use measures::Measuring;
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::prelude::*;
use yew::virtual_dom::{VList, VTag};

thread_local! {
    static DESK: RefCell<Option<AppHandle<Desk>>> = const { RefCell::new(None) };
    /// What the page hears wishes by.
    static PAGE: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Takes what the page says: a [`Now`], or nothing, which ends the desk with all it does and remembers.
pub fn hear(bytes: &[u8], page: Function) {
    if bytes.is_empty() {
        PAGE.take();
        if let Some(desk) = DESK.take() {
            desk.destroy();
        }
        return;
    }
    let Some(now) = unpack::<Now>(bytes) else { return };
    PAGE.replace(Some(page));
    DESK.with_borrow_mut(|desk| {
        if desk.is_none()
            && let Ok(root) = dom::document().create_element("div")
        {
            *desk = Some(yew::Renderer::<Desk>::with_root(root).render());
        }
        if let Some(desk) = desk {
            desk.send_message(Ask::Now(now));
        }
    });
}

/// Has the page do something.
fn wish(wish: Wish) {
    let page = PAGE.with_borrow(Clone::clone);
    if let Some(page) = page {
        let _ = page.call1(&JsValue::NULL, &Uint8Array::from(&*wish.pack()));
    }
}

/// What can be asked of the desk.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// How the run stands.
    Now(Now),
    /// Something of the page.
    Wish(Wish),
    /// Something about the search.
    Explore(Exploring),
    /// Something about what the clients saw.
    History(Recounting),
    /// Something about the measures.
    Measure(Measuring),
    /// Something about the comparison.
    Compare(Comparing),
}

impl Ask {
    /// A callback that asks for this whenever something is pressed.
    fn press(to: &Callback<Self>, asked: Self) -> Callback<MouseEvent> {
        to.reform(move |_: MouseEvent| asked.clone())
    }

    /// A callback that has the page do this whenever something is pressed.
    fn wish(to: &Callback<Self>, wish: Wish) -> Callback<MouseEvent> {
        Self::press(to, Self::Wish(wish))
    }

    /// Whether somebody's hand asked for it.
    fn is_by_hand(&self) -> bool {
        !matches!(
            self,
            Self::Now(_)
                | Self::Explore(Exploring::Heard(_))
                | Self::History(Recounting::Heard(_) | Recounting::Text(_))
                | Self::Measure(_)
                | Self::Compare(Comparing::Heard(_))
        )
    }
}

/// Where a panel is drawn now. A place drawn anew by the page is another one, and has another number.
#[derive(Default)]
struct Place {
    element: Option<Element>,
    number: u64,
}

/// What draws the inside of a panel.
type Draw = fn(&Desk) -> Vec<Html>;

/// The desk.
pub struct Desk {
    now: Now,
    /// The run up to a step at which its operations were as they are now.
    link: String,
    places: RefCell<[Place; 3]>,
    search: Search,
    history: History,
    measures: measures::Measures,
    comparison: compare::Comparison,
    ask: Callback<Ask>,
}

impl Component for Desk {
    type Message = Ask;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        Self {
            now: Now::default(),
            link: String::new(),
            places: RefCell::default(),
            search: Search::default(),
            history: History::default(),
            measures: measures::Measures::default(),
            comparison: compare::Comparison::default(),
            ask: ctx.link().callback(|ask: Ask| ask),
        }
    }

    fn update(&mut self, _: &Context<Self>, ask: Ask) -> bool {
        if ask.is_by_hand() {
            dom::let_go();
        }
        match ask {
            Ask::Now(now) => self.turn_to(now),
            Ask::Wish(asked) => {
                wish(asked);
                return false;
            }
            Ask::Explore(asked) => self.explore(asked),
            Ask::History(asked) => self.recount(asked),
            Ask::Measure(asked) => self.hear_measures(asked),
            Ask::Compare(asked) => self.compare(asked),
        }
        self.keep_history();
        self.keep_measures();
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let panels: [(u8, Draw); 3] =
            [(SEARCH, explore::draw), (HISTORY, history::draw), (MEASURES, measures::draw)];
        let mut places = self.places.borrow_mut();
        let mut root = VTag::new("div");
        for ((panel, draw), place) in panels.into_iter().zip(places.iter_mut()) {
            let found = dom::by_id(place_of(panel)).filter(|_| self.shows(panel));
            if found != place.element {
                place.number += 1;
                place.element.clone_from(&found);
            }
            let Some(host) = found else { continue };
            let key = place.number * 8 + u64::from(panel);
            let drawn = VList::with_children(draw(self), Some(key.into()));
            root.add_child(create_portal(drawn.into(), host));
        }
        root.into()
    }
}

impl Desk {
    fn shows(&self, panel: u8) -> bool {
        self.now.open & panel != 0
    }

    /// Takes over how the run stands. What ended with a panel or with a run is forgotten.
    fn turn_to(&mut self, now: Now) {
        let before = std::mem::replace(&mut self.now, now);
        let is_another = before.run != self.now.run;
        if let Some(link) = self.now.link.take() {
            self.link = link;
            if is_another {
                self.search.is_symmetric = None;
            }
            self.note_symmetry();
            self.measures.is_stale = true;
            if self.search.is_starting {
                self.start_search();
            }
        } else if self.link.is_empty() {
            // What the page said first was lost while this module was on its way.
            wish(Wish::Tell { at_rest: false });
        }
        let has_closed = |panel: u8| before.open & panel != 0 && !self.shows(panel);
        let closed = [SEARCH, HISTORY, MEASURES].map(has_closed);
        if is_another || (closed[0] && self.search.is_running()) {
            self.search.forget();
        }
        if closed[1] {
            self.history.close();
        } else if is_another {
            self.history.forget();
        }
        if closed[2] || is_another {
            self.measures.forget();
        }
    }
}
