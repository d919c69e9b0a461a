//! The why line: one sentence for the step just taken, at a fixed place, and the page's live region.
//!
//! Mount it under the stage: `<WhyLine scene={scene.clone()} />`. Its height never changes. It says what the rules that
//! fired say, or the title of the step where no rule did; names in it select what they name.

use crate::scene::{Intent, Scene, Selection};
use crate::stage::use_size;
use playground_core::view::{Frame, Idle, Sentence, Span, StepView, WhyView};
use yew::prelude::*;

/// What the why line says.
#[derive(Properties, PartialEq)]
pub struct WhyLineProps {
    /// The picture, whose last step is told.
    pub scene: Scene,
}

/// The sentence, its guards and its section.
#[component]
pub fn WhyLine(props: &WhyLineProps) -> Html {
    let scene = &props.scene;
    let section = use_node_ref();
    let width = use_size(&section).map_or(WIDE, |size| size.0);
    let told = told(&scene.frame, (width / LETTER).max(40.0) as usize * 2);
    let heard = use_heard(scene, &told);
    let last = scene.frame.last.as_ref();
    html! {
        <section class="why" ref={section} aria-label="What just happened, and why">
            <p class="why-sentence">
                { for told.iter().map(|span| draw_span(scene, span)) }
            </p>
            <div class="why-grounds">
                <ul class="why-guards">
                    { for last.and_then(main_why).into_iter().flat_map(|why| &why.guards).map(|guard| {
                        let (class, sign, word) =
                            if guard.holds { ("guard holds", "✓", "holds: ") } else { ("guard fails", "✗", "fails: ") };
                        html! {
                            <li {class}>
                                <span aria-hidden="true">{ sign }</span>
                                <span class="unseen">{ word }</span>
                                { &guard.text }
                            </li>
                        }
                    }) }
                </ul>
                <span class="why-section">{ last.and_then(main_why).map_or("", |why| why.section) }</span>
            </div>
            <p class="unseen" aria-live="polite">{ (*heard).clone() }</p>
        </section>
    }
}

/// About how wide a letter is, margins shared out.
const LETTER: f64 = 11.0;
/// The width to begin with, before it is measured.
const WIDE: f64 = 800.0;

/// The rule whose guards are shown: the last that fired, which is what the step came to.
fn main_why(step: &StepView) -> Option<&WhyView> {
    step.whys.iter().rev().find(|why| !why.guards.is_empty()).or(step.whys.last())
}

/// What the line says: of the rules that fired as many as fit, always the last ones; else what happened.
fn told(frame: &Frame, letters_max: usize) -> Vec<Span> {
    let Some(step) = &frame.last else {
        return vec![Span::Text("Nothing has happened yet: take a step, or press play.".into())];
    };
    let mut sentences: Vec<&Sentence> = Vec::new();
    let mut letters = 0;
    for why in step.whys.iter().rev() {
        letters += why.sentence.plain().chars().count() + 2;
        if letters > letters_max && !sentences.is_empty() {
            break;
        }
        sentences.insert(0, &why.sentence);
    }
    if sentences.is_empty() {
        sentences.push(&step.title);
    }
    let mut spans = Vec::new();
    for sentence in sentences {
        spans.extend(sentence.0.iter().cloned());
        if !sentence.plain().ends_with(['.', ':']) {
            spans.push(Span::Text(". ".into()));
        }
    }
    if let Some(idle) = idle_words(frame) {
        spans.push(Span::Text(idle));
    }
    spans
}

/// Why nothing more happens by itself.
fn idle_words(frame: &Frame) -> Option<String> {
    match frame.idle? {
        Idle::NothingPending => {
            Some("Nothing more happens by itself: no message is in flight, no timer runs.".into())
        }
        Idle::Held { messages: 1 } => Some("Nothing more happens by itself: one message is held.".into()),
        Idle::Held { messages } => {
            Some(format!("Nothing more happens by itself: {messages} messages are held."))
        }
    }
}

fn draw_span(scene: &Scene, span: &Span) -> Html {
    let link = |text: String, selection: Selection| {
        let intent = scene.intent.clone();
        let onclick = move |_| intent.emit(Intent::Select(selection));
        html! { <button type="button" class="why-link" {onclick}>{ text }</button> }
    };
    match span {
        Span::Text(text) => html! { { text } },
        Span::Node(id, name) => link(name.clone(), Selection::Node(*id)),
        Span::Message(id) => link(id.to_string(), Selection::Message(*id)),
    }
}

/// While time runs a reader hears no more than one sentence in so many milliseconds.
const HEARD_EVERY_MS: f64 = 4_000.0;

/// What the live region says: every step at rest, now and then while time runs.
#[hook]
fn use_heard(scene: &Scene, told: &[Span]) -> UseStateHandle<String> {
    let heard = use_state_eq(String::new);
    let last_at = use_mut_ref(|| f64::NEG_INFINITY);
    let words = Sentence(told.to_vec()).plain();
    let setter = heard.setter();
    use_effect_with((words, scene.playing), move |(words, playing)| {
        let now = js_sys::Date::now();
        if !playing || now - *last_at.borrow() >= HEARD_EVERY_MS {
            *last_at.borrow_mut() = now;
            setter.set(words.clone());
        }
    });
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground_core::time::Time;
    use playground_core::view::StepKind;

    fn text(words: &str) -> Sentence {
        Sentence(vec![Span::Text(words.into())])
    }

    fn frame(whys: &[&str]) -> Frame {
        let why = |words: &&str| WhyView { rule: "r", sentence: text(words), guards: vec![], section: "§1" };
        let last = StepView {
            step: 1,
            at: Time(0),
            node: None,
            kind: StepKind::Delivered,
            title: text("n1 receives Vote from n2"),
            whys: whys.iter().map(why).collect(),
            cause: None,
            message: None,
            sent: vec![],
            marks: vec![],
        };
        Frame {
            step: 1,
            head: 1,
            now: Time(0),
            next_at: None,
            idle: None,
            manual: false,
            nodes: vec![],
            flights: vec![],
            cuts: vec![],
            phases: vec![],
            last: Some(last),
            verdicts: vec![],
        }
    }

    fn plain(frame: &Frame) -> String {
        Sentence(told(frame, 150)).plain()
    }

    #[test]
    fn without_a_rule_the_line_says_what_happened() {
        assert_eq!(plain(&frame(&[])), "n1 receives Vote from n2. ");
    }

    #[test]
    fn the_last_rules_are_told_as_far_as_two_lines_reach() {
        assert_eq!(
            plain(&frame(&["n1 counts a vote", "n1 leads term 2"])),
            "n1 counts a vote. n1 leads term 2. "
        );
        let long = "x".repeat(140);
        assert_eq!(plain(&frame(&[&long, "n1 leads term 2"])), "n1 leads term 2. ");
    }

    #[test]
    fn a_run_that_can_make_no_progress_says_so() {
        let stuck = Frame { idle: Some(Idle::Held { messages: 3 }), ..frame(&[]) };
        assert!(plain(&stuck).ends_with("3 messages are held."));
    }
}
