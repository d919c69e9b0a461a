//! A message: what it says, why it was sent, what becomes of it, and what can be done to it.

use super::{heading, name, sentence, verbs};
use crate::run::Shared;
use crate::scene::{Intent, Scene};
use playground_core::id::MessageId;
use playground_core::view::{FlightFate, Loss, MessageView, StrokeEnd, WhyView};
use yew::prelude::*;

/// The message.
pub(super) fn draw(scene: &Scene, session: &Shared, id: MessageId) -> Html {
    let Some(message) = session.look().message(id) else {
        return html! {
            <div class="inspected">
                { heading(html! { <>{ id.to_string() }</> }, &scene.intent) }
                <p>{ "At this step the message has not been sent yet." }</p>
            </div>
        };
    };
    let kind = scene.meta.messages.get(usize::from(message.kind));
    let title = html! {
        <>{ kind.map_or("message", |kind| kind.name) }<span class="role">{ id.to_string() }</span></>
    };
    let fields = message.fields.iter().map(|fact| {
        html! { <div><dt>{ fact.label }</dt><dd><span class="value">{ &fact.value }</span></dd></div> }
    });
    let to_cause = scene.intent.reform({
        let step = message.sent_step;
        move |_: MouseEvent| Intent::Seek(step)
    });
    html! {
        <div class="inspected">
            { heading(title, &scene.intent) }
            <p>
                { format!("{} → {}", name(&scene.frame, message.from), name(&scene.frame, message.to)) }
                { ", sent at " }{ message.sent_at.to_string() }{ ". " }
                { end(scene, &message) }
            </p>
            { verbs::message(scene, session, id) }
            <section class="panel">
                <h3>{ "Fields" }</h3>
                <dl class="facts">{ for fields }</dl>
            </section>
            <section class="panel">
                <h3>{ "Why it was sent" }</h3>
                if let Some(why) = &message.why {
                    { reason(why, &scene.intent) }
                }
                <button type="button" class="press" onclick={to_cause}>
                    { format!("Go to its cause, step {}", message.sent_step) }
                </button>
            </section>
        </div>
    }
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
        let (class, mark, word) = if guard.holds { ("guard holds", "✓", "holds: ") } else { ("guard fails", "✗", "fails: ") };
        html! {
            <li {class}><span aria-hidden="true">{ mark }</span><span class="hidden">{ word }</span>{ " " }{ &guard.text }</li>
        }
    });
    html! {
        <div class="reason">
            <p>{ sentence(&why.sentence, intent) }{ "." }</p>
            <ul class="guards">{ for guards }</ul>
            <p class="fine">{ why.section }</p>
        </div>
    }
}
