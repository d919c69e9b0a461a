//! The one transport: always there, never dead.

use crate::ask::{Ask, Dialog};
use crate::controls::branch;
use crate::controls::pick::Pick;
use crate::controls::press::Press;
use crate::controls::when;
use crate::icons::Icon;
use crate::route::Controls;
use crate::run::Shared;
use crate::scene::Scene;
use crate::speed::{SPEEDS, words};
use playground_core::registry::Entry;
use playground_core::scenario::Scenario;
use playground_core::time::{MS, Time};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the transport shows.
pub struct Transport {
    /// The picture.
    pub scene: Scene,
    /// The session, for its branches.
    pub session: Shared,
    /// The protocol.
    pub entry: &'static Entry,
    /// The scenario, if the run came from one.
    pub scenario: Option<&'static Scenario>,
    /// The seed.
    pub seed: u64,
    /// Position of the speed.
    pub speed: usize,
    /// How much of it to show.
    pub controls: Controls,
    /// Where requests go.
    pub ask: Callback<Ask>,
}

/// Time, speed, scenario, seed and share in one row.
pub fn draw(props: &Transport) -> Html {
    let frame = &props.scene.frame;
    let is_full = props.controls == Controls::Full;
    html! {
        <div class="transport" role="group" aria-label="Time and run">
            { journey(props) }
            <div class="readout">
                <span><span class="spelled">{ "step " }</span><b>{ frame.step }</b>{ format!(" of {}", frame.head) }</span>
                <span class="when">{ glance(frame.now) }</span>
            </div>
            if props.controls != Controls::None {
                { speed(props) }
            }
            if is_full {
                { branch::draw(&props.session, &props.ask) }
                { origin(props) }
            }
        </div>
    }
}

/// A time at a glance: the digits that change too fast to be read are left out.
fn glance(at: Time) -> String {
    let grain = if at.us() < 10 * MS { 1 } else { MS };
    Time(at.us() / grain * grain).to_string()
}

/// Back, play, step, and from event to event.
fn journey(props: &Transport) -> Html {
    let frame = &props.scene.frame;
    let press = |icon: Icon,
                 word: &'static str,
                 title: &'static str,
                 asked: Ask,
                 refusal: Option<String>,
                 class: &'static str| {
        let on_press = props.ask.reform(move |_: MouseEvent| asked.clone());
        let refusal = refusal.map(AttrValue::from);
        Press { icon: Some(icon), refusal, class, ..Press::new(word, title, on_press) }
            .draw(&props.scene.intent)
    };
    let at_start = (frame.step == 0).then(|| "this is the beginning".to_owned());
    let at_end = frame.next_at.is_none().then(|| crate::acts::idle_words(frame.idle));
    let (icon, word, title) = if props.scene.playing {
        (Icon::Pause, "Pause", "Pause (Space)")
    } else {
        (Icon::Play, "Play", "Play (Space)")
    };
    let toggle =
        press(icon, word, title, Ask::Toggle, at_end.clone().filter(|_| !props.scene.playing), "primary");
    if props.controls == Controls::None {
        return html! { <div class="journey">{ toggle }</div> };
    }
    let is_full = props.controls == Controls::Full;
    html! {
        <div class="journey">
            if is_full {
                { press(Icon::Start, "Start", "Start: go to step 0 (Home)", Ask::Start, at_start.clone(), "start") }
            }
            { press(Icon::Back, "Back", "Back: undo one step (←)", Ask::Back, at_start.clone(), "") }
            { toggle }
            { press(Icon::Step, "Step", "Step: take one step (→)", Ask::Step, at_end.clone(), "step") }
            if is_full {
                { press(Icon::Previous, "Previous", "Previous event of interest (Shift ←)", Ask::PreviousMark, at_start, "previous") }
            }
            { press(Icon::Next, "Next", "Next event of interest (Shift →)", Ask::NextMark, at_end, "next") }
        </div>
    }
}

fn speed(props: &Transport) -> Html {
    let on_input = props.ask.reform(|event: InputEvent| {
        let at = event.target_dyn_into::<HtmlInputElement>().and_then(|input| input.value().parse().ok());
        Ask::Speed(at.unwrap_or_default())
    });
    let on_pick = props.ask.reform(|at: String| Ask::Speed(at.parse().unwrap_or_default()));
    let said = words(SPEEDS[props.speed]);
    let options: Vec<(AttrValue, AttrValue)> =
        (0..SPEEDS.len()).map(|at| (at.to_string().into(), words(SPEEDS[at]).into())).collect();
    html! {
        <div class="speed">
            <span class="speed-words" aria-hidden="true">{ &said }</span>
            <input
                type="range"
                min="0"
                max={(SPEEDS.len() - 1).to_string()}
                step="1"
                value={props.speed.to_string()}
                aria-label="Speed"
                aria-valuetext={said}
                title="Speed: simulated time in real time"
                oninput={on_input}
            />
            <Pick label="Speed" class="speed-pick" {options} value={props.speed.to_string()} {on_pick} />
        </div>
    }
}

/// Which run this is: scenario, seed, and how to pass it on.
fn origin(props: &Transport) -> Html {
    let mut options: Vec<(AttrValue, AttrValue)> =
        props.entry.scenarios.iter().map(|scenario| (scenario.id.into(), scenario.title.into())).collect();
    let value: AttrValue = match props.scenario {
        Some(scenario) => scenario.id.into(),
        None => {
            options.insert(0, (AttrValue::default(), "Your own run".into()));
            AttrValue::default()
        }
    };
    let on_pick = when(&props.ask, |id: String| (!id.is_empty()).then_some(Ask::Scenario(id)));
    let press = |icon: Icon, word: String, more: &'static str, asked: Ask, class: &'static str| {
        let on_press = props.ask.reform(move |_: MouseEvent| asked.clone());
        Press { icon: Some(icon), class, ..Press::new(word, more, on_press) }.draw(&props.scene.intent)
    };
    html! {
        <div class="origin">
            <Pick label="Scenario" class="scenario-pick" {options} {value} {on_pick} />
            { press(Icon::Dice, format!("Seed {}", props.seed), "run afresh with another", Ask::FreshSeed, "seed") }
            { press(Icon::Share, "Share".into(), "links to this step (l copies one)", Ask::Dialog(Some(Dialog::Share)), "share") }
        </div>
    }
}
