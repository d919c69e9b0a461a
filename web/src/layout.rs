//! Where everything stands. `static/page.css` places the same elements for a desk, a tablet, a phone and a frame.

use crate::app::App;
use crate::ask::{Ask, Dialog};
use crate::controls::choice::Choice;
use crate::controls::share;
use crate::controls::transport::{self, Transport};
use crate::help;
use crate::icons::Icon;
use crate::inspect::events::Events;
use crate::inspect::{self, Inspected, properties};
use crate::lanes::{LaneDiagram, Scrubber};
use crate::notice;
use crate::ribbon::PhaseRibbon;
use crate::route::{Controls, PanelName};
use crate::stage::{Layout, Stage};
use crate::why::WhyLine;
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
    let scene = app.scene();
    let shown = |panel: PanelName| app.presentation.shows(panel, !app.presentation.embed);
    let has_side = shown(PanelName::State) || shown(PanelName::Log) || shown(PanelName::Properties);
    let is_embedded = app.presentation.embed;
    html! {
        <div
            class="layout"
            data-embed={is_embedded.then_some("")}
            data-choice={if app.choice_open && !is_embedded { "open" } else { "folded" }}
            data-side={if has_side { "shown" } else { "none" }}
            data-tab={app.tab.word()}
        >
            if !is_embedded {
                { top(app) }
                <aside class="choice" id="choice" aria-label="What to run">
                    { choice(app) }
                </aside>
            }
            <main class="figure">
                if is_embedded {
                    <h1 class="hidden">{ title(app) }</h1>
                }
                { properties::alarm(&scene) }
                <div class="stage-box"><Stage scene={scene.clone()} layout={app.layout} /></div>
                <PhaseRibbon scene={scene.clone()} />
                <WhyLine scene={scene.clone()} />
                { lanes(app) }
            </main>
            if !is_embedded {
                { tabs(app) }
            }
            if has_side {
                <aside class="inspector" aria-label="Inspector">
                    if shown(PanelName::Properties) {
                        { properties::draw(&scene) }
                    }
                    if shown(PanelName::State) {
                        { inspect::draw(&inspected(app)) }
                    }
                    if shown(PanelName::Log) {
                        <Events scene={scene.clone()} session={app.run.session.clone()} />
                    }
                </aside>
            }
            <footer class="foot">
                { notice::draw(&app.notices, &app.ask) }
                { transport(app) }
            </footer>
            { dialog(app) }
        </div>
    }
}

fn inspected(app: &App) -> Inspected {
    Inspected { scene: app.scene(), before: app.run.before.clone(), session: app.run.session.clone() }
}

/// What runs: the protocol, and the scenario if it came from one.
pub(crate) fn title(app: &App) -> String {
    let protocol = app.run.entry.meta.title;
    app.run.scenario.map_or(protocol.to_owned(), |scenario| format!("{protocol} · {}", scenario.title))
}

fn top(app: &App) -> Html {
    let fold = app.ask.reform(|_: MouseEvent| Ask::Fold);
    let theme = app.ask.reform(|_: MouseEvent| Ask::Theme);
    let help = app.ask.reform(|_: MouseEvent| Ask::Dialog(Some(Dialog::Help)));
    let share = app.ask.reform(|_: MouseEvent| Ask::Dialog(Some(Dialog::Share)));
    let is_open = app.choice_open;
    let (word, other) = match app.layout {
        Layout::Ring => ("Ring", Layout::Line),
        Layout::Line => ("Line", Layout::Ring),
    };
    let place = app.ask.reform(move |_: MouseEvent| Ask::Layout(other));
    html! {
        <header class="top">
            <button type="button" class="quiet fold" onclick={fold} aria-expanded={if is_open { "true" } else { "false" }}
                aria-controls="choice">
                { Icon::Choose.draw() }<span class="word">{ "Choose" }</span>
            </button>
            <h1>{ title(app) }</h1>
            <p class="brand">{ "Quorum Playground" }</p>
            <button type="button" class="quiet share-top" onclick={share} aria-label="Share">{ Icon::Share.draw() }</button>
            <button type="button" class="quiet wide" onclick={place} title="Place the nodes in a ring or in a line">
                { Icon::Place.draw() }<span class="word">{ word }</span>
            </button>
            <button type="button" class="quiet" onclick={theme} title="Colours: auto, light, dark, projector, contrast"
                aria-label={format!("Colours: {}", app.theme.word())}>
                { Icon::Theme.draw() }<span class="word">{ app.theme.word() }</span>
            </button>
            <button type="button" class="quiet" onclick={help} aria-label="Help: keys (?)">
                { Icon::Help.draw() }<span class="word">{ "Help" }</span>
            </button>
        </header>
    }
}

fn choice(app: &App) -> Html {
    let recipe = app.run.recipe();
    html! {
        <Choice scene={app.scene()} entry={app.run.entry} scenario={app.run.scenario} params={recipe.params}
            seed={recipe.seed} ask={app.ask.clone()} />
    }
}

fn lanes(app: &App) -> Html {
    let scene = app.scene();
    let marks = app.run.marks.clone();
    let by_default = !app.presentation.embed;
    if app.presentation.shows(PanelName::Spacetime, by_default) {
        html! {
            <div class="lanes-box">
                <LaneDiagram {scene} lanes={app.run.lanes.clone()} window={app.run.window} {marks} />
            </div>
        }
    } else if app.presentation.shows(PanelName::Timeline, true) {
        html! { <div class="lanes-box"><Scrubber {scene} {marks} /></div> }
    } else {
        Html::default()
    }
}

fn transport(app: &App) -> Html {
    let controls = match (app.presentation.embed, app.presentation.controls) {
        (true, Controls::Full) => Controls::Min,
        (_, controls) => controls,
    };
    let shown = Transport {
        scene: app.scene(),
        session: app.run.session.clone(),
        entry: app.run.entry,
        scenario: app.run.scenario,
        seed: app.run.recipe().seed,
        speed: app.speed,
        controls,
        ask: app.ask.clone(),
    };
    html! {
        <div class="foot-row">
            { transport::draw(&shown) }
            if app.presentation.embed {
                <a class="full" href={app.full_address()} target="_blank" rel="noopener" title="Open the full page at this step">
                    { Icon::Full.draw() }<span class="word">{ "Open in full" }</span>
                </a>
            }
        </div>
    }
}

fn tabs(app: &App) -> Html {
    let buttons = Tab::ALL.iter().map(|(tab, _, word)| {
        let tab = *tab;
        let onclick = app.ask.reform(move |_: MouseEvent| Ask::Tab(tab));
        html! {
            <button type="button" aria-pressed={if app.tab == tab { "true" } else { "false" }} {onclick}>{ word }</button>
        }
    });
    html! { <nav class="tabs" aria-label="Parts of the page">{ for buttons }</nav> }
}

fn dialog(app: &App) -> Html {
    match app.dialog {
        None => Html::default(),
        Some(Dialog::Help) => help::draw(app.letters, &app.ask),
        Some(Dialog::Share) => share::draw(&app.full_address(), &title(app), &app.ask),
    }
}
