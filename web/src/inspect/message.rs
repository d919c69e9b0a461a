//! A message: what it says, why it was sent, what becomes of it, and what can be done to it.

use super::{fact, headed, name, panel, sentence, verbs};
use crate::panels;
use crate::run::Shared;
use crate::scene::{Intent, Scene};
use crate::tag::{asks, button, div, tag, words};
use playground_core::id::MessageId;
use playground_core::view::{FlightFate, Loss, MessageView, StrokeEnd, WhyView};
use yew::prelude::*;

/// The message.
pub(super) fn draw(scene: &Scene, session: &Shared, id: MessageId) -> Html {
    let intent = &scene.intent;
    let Some(message) = session.look().message(id) else {
        let text = "At this step the message has not been sent yet.";
        return headed(id.to_string(), "", intent).put(words("p", text)).done();
    };
    let kind = scene.meta.messages.get(usize::from(message.kind));
    let fields = message.fields.iter().map(|field| fact(field.label, panels::value(&field.value, None)));
    let to_cause = button("press", asks(intent, Intent::Seek(message.sent_step)));
    let to_cause = to_cause.text(format!("Go to its cause, step {}", message.sent_step)).done();
    let way = format!(
        "{} → {}, sent at {}. {}",
        name(&scene.frame, message.from),
        name(&scene.frame, message.to),
        message.sent_at,
        end(scene, &message)
    );
    let why: Vec<Html> =
        message.why.iter().map(|why| reason(why, intent)).chain(std::iter::once(to_cause)).collect();
    headed(kind.map_or("message", |kind| kind.name), id.to_string(), intent)
        .put(words("p", way))
        .put(verbs::message(scene, id))
        .put(panel("Fields", vec![div("dl", "facts").all(fields).done()]))
        .put(panel("Why it was sent", why))
        .done()
}

/// What becomes of it, or became.
fn end(scene: &Scene, message: &MessageView) -> String {
    match message.end {
        StrokeEnd::Delivered { at, step } => format!("Delivered at {at}, step {step}."),
        StrokeEnd::Lost { at, step, how } => {
            let how = match how {
                Loss::Chance => "lost by the network's chance",
                Loss::Cut => "lost at a cut",
                Loss::Down => "lost: its receiver was down",
                Loss::Hand => "dropped by hand",
            };
            format!("It was {how} at {at}, step {step}.")
        }
        StrokeEnd::InFlight { arrives_at } => {
            let flight = scene.frame.flights.iter().find(|flight| flight.id == message.id);
            match flight.map(|flight| flight.fate) {
                Some(FlightFate::Dies { at, at_cut: true }) => format!("It will be lost at a cut at {at}."),
                Some(FlightFate::Dies { at, at_cut: false }) => format!("The network will lose it at {at}."),
                Some(FlightFate::HeldByHand) => "It waits for your hand.".into(),
                Some(FlightFate::HeldAtCut) => "It waits at a cut.".into(),
                Some(FlightFate::HeldAtDoor) => "It waits at the door of a paused node.".into(),
                Some(FlightFate::Arrives) | None => format!("It arrives at {arrives_at}."),
            }
        }
    }
}

/// A reason: its sentence, its guards with their values, its section.
pub(crate) fn reason(why: &WhyView, intent: &Callback<Intent>) -> Html {
    let guards = why.guards.iter().map(|guard| {
        let (class, mark, word_class, word) = if guard.holds {
            ("guard holds", "✓ ", "hidden", "holds: ")
        } else {
            ("guard fails", "✗ ", "", "but ")
        };
        div("li", class)
            .put(tag("span").set("aria-hidden", "true").text(mark))
            .put(div("span", word_class).text(word))
            .text(guard.text.clone())
            .done()
    });
    div("div", "reason")
        .put(sentence(&why.sentence, intent).text("."))
        .put(div("ul", "guards").all(guards))
        .put(div("p", "fine").text(why.section))
        .done()
}
