//! Where everything stands. `static/page.css` places the same elements for a desk, a tablet, a phone and a frame.

use crate::app::App;
use crate::ask::{Ask, Dialog};
use crate::caption;
use crate::controls::choice::{self, Choice};
use crate::controls::share;
use crate::controls::transport::{self, Transport};
use crate::dom;
use crate::help;
use crate::icons::Icon;
use crate::inspect::events::{self, Events};
use crate::inspect::{self, Inspected, properties};
use crate::lanes::{LaneDiagram, Shown};
use crate::late::desk_wire::{HISTORY, MEASURES, SEARCH};
use crate::late::host::place;
use crate::notice;
use crate::ribbon;
use crate::route::{Controls, PanelName};
use crate::scene::Selection;
use crate::stage::{Layout, Stage};
use crate::tag::{button, div, quiet, tag};
use crate::why;
use yew::prelude::*;

/// A part of the page, where there is room for one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// What is selected.
    #[default]
    Inspect,
    /// The list of events.
    Events,
    /// The lanes.
    Lanes,
    /// What to run.
    Choose,
}

impl Tab {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Inspect, "inspect", "Inspect"),
        (Self::Events, "events", "Events"),
        (Self::Lanes, "lanes", "Lanes"),
        (Self::Choose, "choose", "Choose"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(tab, ..)| *tab == self).map_or("inspect", |(_, word, _)| word)
    }
}

/// The page.
pub(crate) fn view(app: &App) -> Html {
    let is_full = !app.presentation.embed;
    // What is folded is not drawn: the figure alone changes sixty times a second.
    let is_choosing = is_full && (app.choice_open || app.tab == Tab::Choose);
    let choice = div("aside", "choice").set("id", "choice").set("aria-label", "What to run");
    let choice = choice.put_if(is_choosing.then(|| choice_form(app))).done();
    div("div", "layout")
        .set_if(!is_full, "data-embed", "")
        .set("data-choice", if app.choice_open && is_full { "open" } else { "folded" })
        .set("data-side", if has_side(app) { "shown" } else { "none" })
        .set("data-tab", app.tab.word())
        .put_if(is_full.then(|| top(app)))
        .put_if(is_full.then_some(choice))
        .put(figure(app))
        .put_if(is_full.then(|| tabs(app)))
        // SUBTLE: what is not there leaves its place empty, else all before it would be drawn anew, and the focus lost.
        .put(if is_inspecting(app) { inspector(app) } else { Html::default() })
        .put(div("footer", "foot").put(notice::draw(&app.notices, &app.ask)).put(transport(app)))
        .put(dialog(app))
        .done()
}

fn shows(app: &App, panel: PanelName) -> bool {
    app.presentation.shows(panel, !app.presentation.embed)
}

fn has_side(app: &App) -> bool {
    let own = [PanelName::State, PanelName::Log, PanelName::Properties];
    own.into_iter().any(|panel| shows(app, panel)) || app.host.shows(MEASURES)
}

/// Whether the inspector is there: beside the figure only while it is wanted, below it always.
pub(crate) fn is_inspecting(app: &App) -> bool {
    let is_wanted =
        app.inspect_open || app.host.shows(SEARCH | MEASURES) || app.selection != Selection::Nothing;
    has_side(app) && (is_wanted || app.narrow || app.presentation.embed)
}

fn figure(app: &App) -> Html {
    let scene = app.scene();
    let title = app.presentation.embed.then(|| div("h1", "hidden").text(title(app)).done());
    // Space reaches the stage once a press by mouse is over: see `App::let_go`.
    let stage = div("div", "stage-box").set("id", "stage").set("tabindex", "-1");
    div("main", "figure")
        .put_if(title)
        .put(stage.put(html! { <Stage scene={scene.clone()} layout={app.layout} /> }))
        .put(div("div", "plate").put(caption::draw(app)).put(ribbon::draw(&scene)))
        .put(why::draw(&scene, why_room(app)))
        .put(lanes(app))
        .done()
}

/// What the columns beside the figure take: see page.css.
fn why_room(app: &App) -> why::Room {
    let window = dom::window();
    let px = |length: Result<wasm_bindgen::JsValue, _>| {
        length.ok().and_then(|length: wasm_bindgen::JsValue| length.as_f64()).unwrap_or(0.0)
    };
    let (whole, height) = (px(window.inner_width()), px(window.inner_height()));
    let is_frame = app.presentation.embed;
    let mut width = whole;
    if !app.narrow && !is_frame {
        width -= if is_inspecting(app) { SIDE } else { 0.0 };
        width -= if app.choice_open { CHOICE } else { 0.0 };
    }
    why::Room { width, is_frame, is_shared: is_frame && height <= 500.0 && height > 400.0 }
}

/// Widths of the inspector and of the choice, at most. Pixels.
const SIDE: f64 = 328.0;
const CHOICE: f64 = 264.0;

fn inspector(app: &App) -> Html {
    let aside = div("aside", "inspector").set("id", "inspector").set("aria-label", "Inspector");
    if app.host.shows(SEARCH) {
        return aside.put(place(SEARCH, "explore", "Find a bad future")).done();
    }
    let measures = app.host.shows(MEASURES).then(|| place(MEASURES, "measures", "Measures"));
    // Below what the address names, if it does; else in the place of everything.
    if measures.is_some() && app.presentation.panels.is_empty() {
        return aside.put_if(measures).done();
    }
    let scene = app.scene();
    let shown =
        shows(app, PanelName::Properties).then(|| properties::draw(&scene, &app.run.session.look().goals()));
    let state = shows(app, PanelName::State).then(|| {
        let inspected = Inspected {
            scene: scene.clone(),
            before: app.run.before.clone(),
            session: app.run.session.clone(),
            story: caption::story(app),
            log_from: app.log_from,
            ask: app.ask.clone(),
        };
        inspect::draw(&inspected)
    });
    let events = shows(app, PanelName::Log).then(|| {
        events::draw(&Events {
            scene: scene.clone(),
            session: app.run.session.clone(),
            seen: app.events_seen,
            ask: app.ask.clone(),
        })
    });
    aside
        .put_if(shown)
        .put_if((!app.presentation.embed).then(|| tools(app)))
        .put_if(state)
        .put_if(events)
        .put_if(measures)
        .done()
}

/// What judges the run as a whole.
fn tools(app: &App) -> Html {
    let tool =
        |panel: u8, word: &'static str| button("press", Ask::press(&app.ask, Ask::Panel(panel))).text(word);
    div("div", "tools")
        .put(tool(HISTORY, "What the clients saw"))
        .put(tool(SEARCH, "Find a bad future"))
        .put(tool(MEASURES, "Measures"))
        .done()
}

/// What runs: the protocol, and the scenario if it came from one.
pub(crate) fn title(app: &App) -> String {
    let protocol = app.run.entry.meta.title;
    app.run.scenario.map_or(protocol.to_owned(), |scenario| format!("{protocol} · {}", scenario.title))
}

fn top(app: &App) -> Html {
    let (word, other) = match app.layout {
        Layout::Ring => ("Ring", Layout::Line),
        Layout::Line => ("Line", Layout::Ring),
    };
    let to = |asked: Ask| Ask::press(&app.ask, asked);
    let choose = quiet(Icon::Choose, "Choose", "Choose what to run".into(), to(Ask::Fold))
        .truth("aria-expanded", app.choice_open)
        .set("aria-controls", "choice")
        .done();
    let theme = format!("{}: colours, as auto, light, dark, projector or contrast", app.theme.word());
    let panel = |panel: u8, icon: Icon, word: &'static str, title: &'static str| {
        quiet(icon, word, title.into(), to(Ask::Panel(panel))).truth("aria-expanded", app.host.shows(panel))
    };
    let left = div("div", "top-left")
        .put(choose)
        .put(panel(SEARCH, Icon::Search, "Find a bad future", "Find a bad future (x)"))
        .put(panel(HISTORY, Icon::History, "History", "History: what the clients saw (h)"))
        .put(panel(MEASURES, Icon::Measures, "Measures", "Measures of the run (m)"))
        .done();
    let right = div("div", "top-right")
        .put_if(has_side(app).then(|| inspect_button(app)))
        .put(div("span", "wide").put(quiet(
            Icon::Place,
            word,
            format!("{word}: how the nodes are placed").into(),
            to(Ask::Layout(other)),
        )))
        .put(quiet(Icon::Theme, app.theme.word(), theme.into(), to(Ask::Theme)))
        .put(div("span", "share-top").put(quiet(
            Icon::Share,
            "",
            "Share".into(),
            to(Ask::Dialog(Some(Dialog::Share))),
        )))
        .put(quiet(Icon::Help, "Help", "Help: keys (?)".into(), to(Ask::Dialog(Some(Dialog::Help)))));
    let meta = app.run.entry.meta;
    let separator = if app.run.scenario.is_some() { " · " } else { "" };
    let title =
        tag("h1").set("title", title(app)).put(div("span", "protocol").text(meta.title).text(separator));
    let title = match app.run.scenario {
        Some(scenario) => title.text(scenario.title),
        None => title,
    };
    div("header", "top").put(left).put(title).put(right).done()
}

/// Opens the inspector and closes it; its lamps say how the properties stand.
fn inspect_button(app: &App) -> Html {
    let verdicts = &app.run.frame.verdicts;
    let title = format!("Inspect: {}", properties::said(verdicts));
    button("quiet inspect", Ask::press(&app.ask, Ask::Inspect))
        .set("title", title.clone())
        .set("aria-label", title)
        .truth("aria-expanded", is_inspecting(app))
        .put(properties::lamps(verdicts))
        .put(div("span", "word").text("Inspect"))
        .done()
}

fn choice_form(app: &App) -> Html {
    choice::draw(&Choice {
        scene: app.scene(),
        entry: app.run.entry,
        scenario: app.run.scenario,
        recipe: app.run.recipe.clone(),
        ask: app.ask.clone(),
    })
}

fn lanes(app: &App) -> Html {
    let scene = app.scene();
    let marks = app.run.marks.clone();
    // The history stands where the lanes stand, under the same scrubber.
    let has_history = app.host.shows(HISTORY);
    let shown = if has_history {
        None
    } else if app.presentation.shows(PanelName::Spacetime, !app.presentation.embed) {
        Some(Shown { lanes: app.run.lanes.clone(), window: app.run.window })
    } else if app.presentation.shows(PanelName::Timeline, true) {
        None
    } else {
        return Html::default();
    };
    div("div", "lanes-box")
        .put(html! { <LaneDiagram {scene} {shown} {marks} /> })
        .put_if(has_history.then(|| place(HISTORY, "history", "What the clients saw")))
        .done()
}

fn transport(app: &App) -> Html {
    let usual = if app.presentation.embed { Controls::Min } else { Controls::Full };
    let controls = app.presentation.controls.unwrap_or(usual);
    let shown = Transport {
        scene: app.scene(),
        session: app.run.session.clone(),
        entry: app.run.entry,
        scenario: app.run.scenario,
        seed: app.run.recipe.seed,
        speed: app.speed,
        controls,
        ask: app.ask.clone(),
    };
    let full = || {
        div("a", "full")
            .set("href", app.full_address())
            .set("target", "_blank")
            .set("rel", "noopener")
            .set("title", "Open the full page at this step")
            .put(Icon::Full.draw())
            .put(div("span", "word").text("Open in full"))
            .done()
    };
    div("div", "foot-row").put(transport::draw(&shown)).put_if(app.presentation.embed.then(full)).done()
}

fn tabs(app: &App) -> Html {
    let buttons = Tab::ALL.iter().map(|(tab, _, word)| {
        button("tab", Ask::press(&app.ask, Ask::Tab(*tab)))
            .truth("aria-pressed", app.tab == *tab)
            .text(*word)
            .done()
    });
    div("nav", "tabs").set("aria-label", "Parts of the page").all(buttons).done()
}

fn dialog(app: &App) -> Html {
    match app.dialog {
        None => Html::default(),
        Some(Dialog::Help) => help::draw(app.letters, &app.ask),
        Some(Dialog::Share) => share::draw(&app.full_address(), &title(app), &app.ask),
    }
}
