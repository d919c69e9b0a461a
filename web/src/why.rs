//! The why line: one sentence for the step just taken, at a fixed place. The stage lets a screen reader hear it too.
//!
//! Draw it under the stage. Its height never changes. It says what the rules that
//! fired say, or the title of the step where no rule did; names in it select what they name.

use crate::dom;
use crate::scene::{Intent, Scene, Selection};
use crate::stage::svg::{literal, svg};
use crate::tag::{asks, button};
use playground_core::view::{Frame, GuardView, Idle, Sentence, Span, StepView, WhyView};
use yew::prelude::*;

/// How much room the line has.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Width of the figure, in pixels.
    pub width: f64,
    /// Whether it is a frame, whose line is lower.
    pub is_frame: bool,
    /// Whether the grounds stand beside it although it is narrow, as in low frames: see stage.css.
    pub is_shared: bool,
}

impl Room {
    /// About how many letters there is room for: at the size they have, and smaller.
    fn letters(self, has_guards: bool, chip: usize) -> [usize; 2] {
        // Where the figure is wide the grounds stand beside the sentence: see page.css.
        let beside = if has_guards { 0.44 * (self.width - MARGINS) } else { SECTION };
        let is_beside = self.width >= BESIDE_FROM || self.is_shared;
        let column = (self.width - MARGINS - if is_beside { beside } else { 0.0 }).max(0.0);
        let chip = if chip > 0 { chip as f64 * CHIP_LETTER + CHIP_ENDS } else { 0.0 };
        let sizes = if self.is_frame { [(2.0, 8.2), (2.0, 7.2)] } else { [(2.0, 10.8), (3.0, 8.2)] };
        sizes.map(|(lines, letter)| ((lines * column - chip) / letter).max(0.0) as usize)
    }
}

/// From this width of the figure on the grounds stand beside the sentence.
const BESIDE_FROM: f64 = 900.0;
/// What is left and right of the sentence.
const MARGINS: f64 = 56.0;
/// About how wide the name of a section is.
const SECTION: f64 = 130.0;
/// How wide a letter of the chip is, and its ends.
const CHIP_LETTER: f64 = 7.2;
const CHIP_ENDS: f64 = 28.0;

/// The sentence, its guards and its section.
pub fn draw(scene: &Scene, room: Room) -> Html {
    let step = scene.frame.last.as_ref();
    let twin = twin_words(&scene.frame.twins, room);
    let has_guards = step.is_some_and(|step| step.whys.iter().any(|why| !why.guards.is_empty()));
    let [letters, small] = room.letters(has_guards, twin.as_ref().map_or(0, String::len));
    let all = step.map_or(0, |step| step.whys.len());
    let (mut fitting, mut class) = (told_first(step, letters), "why-sentence");
    let mut told = told_of(&scene.frame, &fitting);
    if fitting.len() < all || letters_of(&told) > letters {
        (fitting, class) = (told_first(step, small), "why-sentence is-long");
        told = told_of(&scene.frame, &fitting);
    }
    let why = step.and_then(|step| main_why(step, &fitting));
    let mut spans = Vec::new();
    if let Some(words) = twin {
        spans.push(svg!("span", "class" = "why-twin"; vec![literal(&words)]));
        // Read aloud, it is a sentence of its own.
        spans.push(svg!("span", "class" = "unseen"; vec![literal(". ")]));
    }
    spans.extend(told.iter().map(|span| draw_span(scene, span)));
    let more =
        step.map(|step| (step, all - fitting.len())).filter(|(_, more)| *more > 0).map(|(step, more)| {
            let whole = asks(&scene.intent, Intent::Select(Selection::Step(step.step)));
            button("why-link why-more", whole).text(format!("and {more} more")).done()
        });
    let guards = why.into_iter().flat_map(|why| &why.guards);
    let guards = guards.map(|guard| draw_guard(&guard.text, guard.holds)).collect();
    svg!("section", "class" = "why", "aria-label" = "What just happened, and why"; vec![
        svg!("p", "class" = class; spans),
        svg!("div", "class" = "why-grounds"; vec![
            svg!("ul", "class" = "why-guards"; guards),
            svg!("span", "class" = "why-section"; vec![literal(why.map_or("", |why| why.section))]),
            more.unwrap_or_default(),
        ]),
    ])
}

/// What stands before every sentence of a run that does without a rule: the reasons cite it all the same.
fn twin_words(twins: &[&'static str], room: Room) -> Option<String> {
    let first = twins.first()?;
    Some(match twins.len() {
        _ if room.width < TWIN_NAMED_FROM => "Broken twin".into(),
        1 => ["Broken twin: ", first].concat(),
        count => format!("{count} broken twins"),
    })
}

/// Where the figure is narrower, a twin is not named.
const TWIN_NAMED_FROM: f64 = 560.0;

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
            let fitting = told_first(scene.frame.last.as_ref(), HEARD_LETTERS);
            self.words = Sentence(told_of(&scene.frame, &fitting)).plain();
        }
    }

    /// The live region.
    pub fn draw(&self) -> Html {
        svg!("p", "class" = "unseen", "aria-live" = "polite"; vec![literal(&self.words)])
    }
}

/// While time runs a reader hears no more than one sentence in so many milliseconds.
const HEARD_EVERY_MS: f64 = 4_000.0;
/// So many letters at once.
const HEARD_LETTERS: usize = 240;

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

/// The rule whose guards are shown, of those that are told: one that fired although it should not have, or else one that was
/// stopped, or else the one with the most to decide, and of equal ones the first, since that set off the others.
fn main_why<'a>(step: &'a StepView, told: &[usize]) -> Option<&'a WhyView> {
    let told = || told.iter().rev().map(|at| &step.whys[*at]);
    let matters = |why: &&WhyView| {
        let is_stopped = why.guards.iter().any(|guard| !guard.holds);
        (rank(why) == 3, is_stopped, why.guards.len(), why.is_main)
    };
    // Of equal ones the last looked at.
    told().filter(|why| !why.guards.is_empty()).max_by_key(matters).or_else(|| told().next())
}

/// How much a reason matters: most of all a rule that fired although a guard failed, and a lie; then what makes the step
/// worth finding, then what had to be decided.
fn rank(why: &WhyView) -> u8 {
    let is_unheeded = |guard: &GuardView| !guard.holds && guard.text.ends_with("not checked");
    match () {
        () if why.rule.starts_with("lie-") || why.guards.iter().any(is_unheeded) => 3,
        () if why.is_main => 2,
        () => u8::from(!why.guards.is_empty()),
    }
}

fn letters_of(spans: &[Span]) -> usize {
    let length = |span: &Span| match span {
        Span::Text(text) | Span::Node(_, text) => text.chars().count(),
        Span::Message(_) => 4,
    };
    spans.iter().map(length).sum()
}

/// Of the rules that fired as many as fit, by position: those that matter most first, of equal ones the earlier, which set
/// off the later; but of those that decide nothing the later.
#[inline(never)]
fn told_first(step: Option<&StepView>, letters_max: usize) -> Vec<usize> {
    let Some(step) = step else { return Vec::new() };
    let count = step.whys.len();
    let mut told: Vec<usize> = Vec::new();
    let mut letters = 0;
    for wanted in [3, 2, 1, 0] {
        for at in 0..count {
            let at = if wanted == 0 { count - 1 - at } else { at };
            let more = letters_of(&step.whys[at].sentence.0) + 2;
            if rank(&step.whys[at]) == wanted && (letters + more <= letters_max || told.is_empty()) {
                letters += more;
                told.push(at);
            }
        }
    }
    (0..count).filter(|at| told.contains(at)).collect()
}

/// What the line says: of the rules that fired those that fit, told in the order in which they fired; else what happened.
#[inline(never)]
fn told_of(frame: &Frame, fitting: &[usize]) -> Vec<Span> {
    let Some(step) = &frame.last else {
        return vec![Span::Text("Nothing has happened yet: take a step, or press play.".into())];
    };
    let mut sentences: Vec<(usize, &Sentence)> =
        fitting.iter().map(|at| (*at, &step.whys[*at].sentence)).collect();
    if sentences.is_empty() {
        sentences.push((0, &step.title));
    }
    let mut spans = Vec::new();
    let mut next = 0;
    for (at, sentence) in sentences {
        // What is left out between two sentences is seen to be.
        if at > next && next > 0 {
            spans.push(Span::Text("… ".into()));
        }
        next = at + 1;
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

    fn plain(frame: &Frame, letters: usize) -> String {
        Sentence(told_of(frame, &told_first(frame.last.as_ref(), letters))).plain()
    }

    fn guard(text: &str, holds: bool) -> GuardView {
        GuardView { text: text.into(), holds }
    }

    #[test]
    fn without_a_rule_the_line_says_what_happened() {
        assert_eq!(plain(&frame(&[]), 150), "n1 receives Vote from n2. ");
    }

    #[test]
    fn rules_are_told_in_their_order_as_far_as_there_is_room() {
        assert_eq!(
            plain(&frame(&["n1 counts a vote", "n1 leads term 2"]), 150),
            "n1 counts a vote. n1 leads term 2. "
        );
        let long = "x".repeat(140);
        assert_eq!(plain(&frame(&[&long, "n1 leads term 2"]), 150), "n1 leads term 2. ");
        assert_eq!(plain(&frame(&["n1 waits", &long, "n1 leads"]), 40), "n1 waits. … n1 leads. ");
    }

    #[test]
    fn what_matters_most_is_told_and_its_guards_are_shown() {
        let mut frame = frame(&["n1 joins the move", "n1 sends its view-change", "n1 waits", "n1 answers"]);
        let step = frame.last.as_mut().expect("a step");
        step.whys[0].guards.push(guard("2 others, 2 needed", true));
        step.whys[2].guards.push(guard("3 are moving, 3 needed", true));
        let shown = |step: &StepView, letters| {
            let told = told_first(Some(step), letters);
            let main = main_why(step, &told).map(|why| why.sentence.plain());
            (told, main.unwrap_or_default())
        };
        assert_eq!(
            shown(step, 30),
            (vec![0, 2], "n1 joins the move".into()),
            "the cause before what follows"
        );
        step.whys[3].is_main = true;
        assert_eq!(shown(step, 32), (vec![0, 3], "n1 joins the move".into()), "what is marked has no guards");
        step.whys[2].guards.push(guard("it should wait for 4, not checked", false));
        assert_eq!(shown(step, 24), (vec![2, 3], "n1 waits".into()), "a rule that fired all the same");
    }

    #[test]
    fn room_is_counted_in_letters() {
        let desk = Room { width: 1440.0, is_frame: false, is_shared: false };
        let phone = Room { width: 390.0, ..desk };
        assert_eq!([desk.letters(true, 0), desk.letters(false, 0)], [[143, 283], [232, 458]]);
        assert_eq!([phone.letters(true, 0), phone.letters(true, 11)], [[61, 122], [51, 109]]);
        assert_eq!(twin_words(&["No pre-vote"], phone), Some("Broken twin".into()));
        assert_eq!(twin_words(&["No pre-vote"], desk), Some("Broken twin: No pre-vote".into()));
        assert_eq!(twin_words(&[], desk), None);
    }

    #[test]
    fn a_run_that_can_make_no_progress_says_so() {
        let stuck = Frame { idle: Some(Idle::Held { messages: 3 }), ..frame(&[]) };
        assert!(plain(&stuck, 150).ends_with("3 messages are held."));
    }
}
