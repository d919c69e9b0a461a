//! The why line: one sentence for the step just taken, at a fixed place. The stage lets a screen reader hear it too.
//!
//! Draw it under the stage. Its height never changes. It says what the rules that
//! fired say, or the title of the step where no rule did; names in it select what they name.

use crate::dom;
use crate::scene::{Intent, Scene, Selection};
use crate::stage::svg::{literal, svg};
use crate::tag::{asks, button};
use playground_core::view::{Frame, Idle, Sentence, Span, StepView, WhyView};
use yew::prelude::*;

/// The sentence, its guards and its section.
pub fn draw(scene: &Scene) -> Html {
    let step = scene.frame.last.as_ref();
    let twin = twin_words(&scene.frame.twins);
    let fitting = fitting(step, letters_max().saturating_sub(twin.as_ref().map_or(0, String::len)));
    let why = step.and_then(|step| main_why(step, &fitting));
    let told = told(&scene.frame, &fitting);
    let twin = twin.map(|words| svg!("span", "class" = "why-twin"; vec![literal(&words)]));
    let mut spans: Vec<Html> = twin.into_iter().collect();
    spans.extend(told.iter().map(|span| draw_span(scene, span)));
    if let Some((step, more)) =
        step.map(|step| (step, step.whys.len() - fitting.len())).filter(|(_, more)| *more > 0)
    {
        let whole = asks(&scene.intent, Intent::Select(Selection::Step(step.step)));
        spans.push(button("why-link why-more", whole).text(format!("and {more} more")).done());
    }
    let guards = why.into_iter().flat_map(|why| &why.guards);
    let guards = guards.map(|guard| draw_guard(&guard.text, guard.holds)).collect();
    svg!("section", "class" = "why", "aria-label" = "What just happened, and why"; vec![
        svg!("p", "class" = "why-sentence"; spans),
        svg!("div", "class" = "why-grounds"; vec![
            svg!("ul", "class" = "why-guards"; guards),
            svg!("span", "class" = "why-section"; vec![literal(why.map_or("", |why| why.section))]),
        ]),
    ])
}

/// What stands before every sentence of a run that does without a rule: the reasons cite it all the same.
fn twin_words(twins: &[&'static str]) -> Option<String> {
    let first = twins.first()?;
    let is_narrow = letters_max() < TWIN_LETTERS_MIN;
    Some(match twins.len() {
        _ if is_narrow => "Broken twin".into(),
        1 => ["Broken twin: ", first].concat(),
        count => format!("{count} broken twins"),
    })
}

/// Where the sentence has less room than so many letters, a twin is not named.
const TWIN_LETTERS_MIN: usize = 110;

/// What a screen reader hears of the steps: each at rest, now and then one while time runs.
#[derive(Default)]
pub struct Heard {
    words: String,
    at_ms: f64,
}

impl Heard {
    /// Notes the step of a picture.
    pub fn note(&mut self, scene: &Scene) {
        let now_ms = dom::wall_ms();
        if !scene.playing || now_ms - self.at_ms >= HEARD_EVERY_MS {
            self.at_ms = now_ms;
            let fitting = fitting(scene.frame.last.as_ref(), letters_max());
            self.words = Sentence(told(&scene.frame, &fitting)).plain();
        }
    }

    /// The live region.
    pub fn draw(&self) -> Html {
        svg!("p", "class" = "unseen", "aria-live" = "polite"; vec![literal(&self.words)])
    }
}

/// While time runs a reader hears no more than one sentence in so many milliseconds.
const HEARD_EVERY_MS: f64 = 4_000.0;
/// About how wide a letter is, margins shared out.
const LETTER: f64 = 11.0;
/// No line is wider.
const WIDE: f64 = 860.0;

/// About how many letters two lines hold.
fn letters_max() -> usize {
    let width = dom::window().inner_width().ok().and_then(|width| width.as_f64());
    (width.unwrap_or(WIDE).min(WIDE) / LETTER) as usize * 2
}

fn draw_guard(text: &str, holds: bool) -> Html {
    // The text says what is the case, so the sign alone would deny it.
    let (class, sign, word_class, word) =
        if holds { ("guard holds", "✓", "unseen", "holds: ") } else { ("guard fails", "✗", "", "but ") };
    svg!("li", "class" = class; vec![
        svg!("span", "aria-hidden" = "true"; vec![literal(sign)]),
        svg!("span", "class" = word_class; vec![literal(word)]),
        literal(text),
    ])
}

/// The rule whose guards are shown, of those that are told: the one that makes the step worth finding, or else the last
/// that has any.
fn main_why<'a>(step: &'a StepView, told: &[usize]) -> Option<&'a WhyView> {
    let told = || told.iter().rev().map(|at| &step.whys[*at]);
    told().find(|why| why.is_main).or(told().find(|why| !why.guards.is_empty())).or(told().next())
}

/// Of the rules that fired as many as fit, by position: what makes the step worth finding first, and the later ones first.
#[inline(never)]
fn fitting(step: Option<&StepView>, letters_max: usize) -> Vec<usize> {
    let Some(step) = step else { return Vec::new() };
    let places =
        |is_main: bool| (0..step.whys.len()).rev().filter(move |at| step.whys[*at].is_main == is_main);
    let mut told: Vec<usize> = Vec::new();
    let mut letters = 0;
    for at in places(true).chain(places(false)) {
        letters += step.whys[at].sentence.plain().chars().count() + 2;
        if letters > letters_max && !told.is_empty() {
            break;
        }
        told.push(at);
    }
    (0..step.whys.len()).filter(|at| told.contains(at)).collect()
}

/// What the line says: of the rules that fired those that fit, told in the order in which they fired; else what happened.
#[inline(never)]
fn told(frame: &Frame, fitting: &[usize]) -> Vec<Span> {
    let Some(step) = &frame.last else {
        return vec![Span::Text("Nothing has happened yet: take a step, or press play.".into())];
    };
    let mut sentences: Vec<&Sentence> = fitting.iter().map(|at| &step.whys[*at].sentence).collect();
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
        button("why-link", asks(&scene.intent, Intent::Select(selection))).text(text).done()
    };
    match span {
        Span::Text(text) => literal(text),
        Span::Node(id, name) => link(name.clone(), Selection::Node(*id)),
        Span::Message(id) => link(id.to_string(), Selection::Message(*id)),
    }
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
        let why = |words: &&str| WhyView {
            rule: "r",
            sentence: text(words),
            guards: vec![],
            section: "§1",
            is_main: false,
        };
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
            twins: vec![],
            nodes: vec![],
            flights: vec![],
            cuts: vec![],
            phases: vec![],
            last: Some(last),
            verdicts: vec![],
        }
    }

    fn plain(frame: &Frame) -> String {
        Sentence(told(frame, &fitting(frame.last.as_ref(), 150))).plain()
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
    fn the_grounds_are_those_of_a_rule_that_is_told() {
        let long = "x".repeat(160);
        let mut frame = frame(&["n1 loses an entry", &long, "n1 answers"]);
        let step = frame.last.as_mut().expect("a step");
        step.whys[0].is_main = true;
        for (why, section) in step.whys.iter_mut().zip(["§1", "§2", "§3"]) {
            why.section = section;
            why.guards.push(playground_core::view::GuardView { text: section.into(), holds: true });
        }
        let told = fitting(Some(step), 150);
        assert_eq!(told, [0, 2]);
        assert_eq!(
            main_why(step, &told).map(|why| why.section),
            Some("§1"),
            "it makes the step worth finding"
        );
        step.whys[0].is_main = false;
        let told = fitting(Some(step), 150);
        assert_eq!(told, [2], "the last, since the long one does not fit beside it");
        assert_eq!(main_why(step, &told).map(|why| why.section), Some("§3"), "not of one that is left out");
    }

    #[test]
    fn a_run_that_can_make_no_progress_says_so() {
        let stuck = Frame { idle: Some(Idle::Held { messages: 3 }), ..frame(&[]) };
        assert!(plain(&stuck).ends_with("3 messages are held."));
    }
}
