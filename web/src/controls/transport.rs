//! The one transport: always there, never dead.

use crate::ask::{Ask, Dialog};
use crate::controls::branch;
use crate::controls::pick::{numbered, pick};
use crate::controls::press::Press;
use crate::controls::when;
use crate::dom;
use crate::icons::Icon;
use crate::route::Controls;
use crate::run::Shared;
use crate::scene::Scene;
use crate::speed::{SPEEDS, short, words};
use crate::tag::{div, tag, text_of};
use playground_core::registry::Entry;
use playground_core::scenario::Scenario;
use playground_core::time::{MS, Time};
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
    let step = tag("span")
        .put(div("span", "spelled").text("step "))
        .put(tag("b").text(frame.step.to_string()))
        .text(format!(" of {}", frame.head))
        .done();
    let when = div("span", "when").set("id", WHEN).text(glance(props.scene.painter.now_us())).done();
    let shown = div("div", "transport")
        .set("role", "group")
        .set("aria-label", "Time and run")
        .put(journey(props))
        .put(div("div", "readout").put(step).put(when))
        .put_if((props.controls != Controls::None).then(|| speed(props)));
    if is_full {
        shown.put(branch::draw(&props.session, &props.ask)).put(origin(props)).done()
    } else {
        shown.done()
    }
}

/// Id of the time shown.
const WHEN: &str = "when";

/// A time at a glance, in microseconds: the digits that change too fast to be read are left out.
fn glance(at_us: f64) -> String {
    let at_us = at_us as u64;
    let grain = if at_us < 10 * MS { 1 } else { MS };
    Time(at_us / grain * grain).to_string()
}

/// Shows the time of the picture, which runs on between two steps.
pub fn paint(now_us: f64) {
    // SUBTLE: the text's own node is kept, since the page's tree knows it.
    if let Some(text) = dom::by_id(WHEN).and_then(|place| place.first_child()) {
        let now = glance(now_us);
        if text.node_value().as_deref() != Some(now.as_str()) {
            text.set_node_value(Some(&now));
        }
    }
}

/// A button of the transport.
fn press(props: &Transport, icon: Icon, word: &str, title: &str, asked: Ask, class: &'static str) -> Press {
    let on_press = Ask::press(&props.ask, asked);
    Press { icon: Some(icon), class, ..Press::new(word.to_owned(), title.to_owned(), on_press) }
}

/// Back, play, step, and from event to event.
fn journey(props: &Transport) -> Html {
    let frame = &props.scene.frame;
    let at_start = (frame.step == 0).then(|| AttrValue::from("this is the beginning"));
    let at_end = frame.next_at.is_none().then(|| AttrValue::from(crate::acts::idle_words(frame.idle)));
    let (icon, word, title) = if props.scene.playing {
        (Icon::Pause, "Pause", "Pause (Space)")
    } else {
        (Icon::Play, "Play", "Play (Space)")
    };
    let draw = |press: Press, refusal: &Option<AttrValue>| {
        Press { refusal: refusal.clone(), ..press }.draw(&props.scene.intent)
    };
    let back = press(props, Icon::Back, "Back", "Back: undo one step (←)", Ask::Back, "back");
    let step = press(props, Icon::Step, "Step", "Step: take one step (→)", Ask::Step, "step");
    let next = press(props, Icon::Next, "Next", "Next event of interest (Shift →)", Ask::NextMark, "next");
    let toggle = press(props, icon, word, title, Ask::Toggle, "primary");
    let toggle = draw(toggle, if props.scene.playing { &None } else { &at_end });
    let row = div("div", "journey");
    match props.controls {
        Controls::None => row.put(toggle).done(),
        Controls::Min => row
            .put(draw(back, &at_start))
            .put(toggle)
            .put(draw(step, &at_end))
            .put(draw(next, &at_end))
            .done(),
        Controls::Full => {
            let start = press(props, Icon::Start, "Start", "Start: go to step 0 (Home)", Ask::Start, "start");
            let title = "Previous event of interest (Shift ←)";
            let previous = press(props, Icon::Previous, "Previous", title, Ask::PreviousMark, "previous");
            row.put(draw(start, &at_start))
                .put(draw(back, &at_start))
                .put(toggle)
                .put(draw(step, &at_end))
                .put(draw(previous, &at_start))
                .put(draw(next, &at_end))
                .done()
        }
    }
}

fn speed(props: &Transport) -> Html {
    let set = props.ask.reform(|at: String| Ask::Speed(at.parse().unwrap_or_default()));
    let on_input = set.reform(|event: InputEvent| text_of(&event));
    let said = words(props.speed);
    let value = props.speed.to_string();
    let all: Vec<String> = (0..SPEEDS.len()).map(short).collect();
    let options = numbered(all.iter().map(String::as_str));
    let range = tag("input")
        .set("type", "range")
        .set("min", "0")
        .number("max", SPEEDS.len() as u64 - 1)
        .set("step", "1")
        .value(value.clone().into())
        .set("aria-label", "Speed")
        .set("aria-valuetext", said.clone())
        .set("title", "Speed: simulated time in real time")
        .on_input(on_input)
        .done();
    div("div", "speed")
        .put(div("span", "speed-words").set("aria-hidden", "true").text(said))
        .put(range)
        .put(pick("Speed".into(), "speed-pick", options, &value, &set))
        .done()
}

/// Which run this is: scenario, seed, and how to pass it on.
fn origin(props: &Transport) -> Html {
    let mut options: Vec<(AttrValue, AttrValue)> =
        props.entry.scenarios.iter().map(|scenario| (scenario.id.into(), scenario.title.into())).collect();
    let value = props.scenario.map_or("", |scenario| scenario.id);
    if value.is_empty() {
        options.insert(0, (AttrValue::default(), "Your own run".into()));
    }
    let on_pick = when(&props.ask, |id: String| (!id.is_empty()).then_some(Ask::Scenario(id)));
    let seed = format!("Seed {}", props.seed);
    let seed = press(props, Icon::Dice, &seed, "run afresh with another", Ask::FreshSeed, "seed");
    let asked = Ask::Dialog(Some(Dialog::Share));
    let share = press(props, Icon::Share, "Share", "links to this step (l copies one)", asked, "share");
    div("div", "origin")
        .put(pick("Scenario".into(), "scenario-pick", options, value, &on_pick))
        .put(seed.draw(&props.scene.intent))
        .put(share.draw(&props.scene.intent))
        .done()
}
