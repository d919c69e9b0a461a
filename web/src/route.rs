//! The address of the page: how it is shown stands in the query, what it shows in the fragment.
//!
//! [`TABLE`] is the one place that knows the query: it makes the parser, the documentation ([`documentation`]) and the
//! tests. An unknown name is ignored with a warning on the console; a malformed value falls back to the default with a
//! notice. There is never a blank page. The fragment never reaches a server.

use crate::decode::{decode, thousandths};
use crate::speed::SPEED_BOUNDS;
use crate::theme::Theme;
use playground_core::recipe::Recipe;

/// Longest fragment that is looked at.
pub const FRAGMENT_BYTES_MAX: usize = 32 * 1024;
/// Longest query that is looked at.
const QUERY_BYTES_MAX: usize = 4 * 1024;

/// How the page is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Presentation {
    /// In a frame of another page.
    pub embed: bool,
    /// Which controls; unless the address says, all of them, and in a frame the few.
    pub controls: Option<Controls>,
    /// Which panels; empty for those that fit the place.
    pub panels: Vec<PanelName>,
    /// Whether the run plays by itself.
    pub autoplay: bool,
    /// Simulated seconds in a second; `None` for the default.
    pub speed: Option<f64>,
    /// Whether a poster waits for a click.
    pub load_on_click: bool,
    /// Colours; `None` for what the reader chose before.
    pub theme: Option<Theme>,
    /// Whether the page offers links out of itself.
    pub links: bool,
    /// The step to open at.
    pub step: Option<u64>,
    /// The origin that may send commands.
    pub host: Option<String>,
    /// Whether the page measures itself instead.
    pub bench: bool,
}

impl Default for Presentation {
    fn default() -> Self {
        Self {
            embed: false,
            controls: None,
            panels: Vec::new(),
            autoplay: false,
            speed: None,
            load_on_click: false,
            theme: None,
            links: true,
            step: None,
            host: None,
            bench: false,
        }
    }
}

impl Presentation {
    /// Whether a panel is to be shown, given whether it would be without being asked for.
    pub fn shows(&self, panel: PanelName, by_default: bool) -> bool {
        if self.panels.is_empty() { by_default } else { self.panels.contains(&panel) }
    }
}

/// Which controls are shown. Pause and “open in full” always stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controls {
    /// All.
    Full,
    /// Play, step, back.
    Min,
    /// None but pause.
    None,
}

/// A panel one can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelName {
    /// The figure.
    Stage,
    /// The scrubber.
    Timeline,
    /// The lanes.
    Spacetime,
    /// The inspector.
    State,
    /// The list of events.
    Log,
    /// Measures.
    Measures,
    /// Properties.
    Properties,
}

impl PanelName {
    const ALL: [(&'static str, Self); 7] = [
        ("stage", Self::Stage),
        ("timeline", Self::Timeline),
        ("spacetime", Self::Spacetime),
        ("state", Self::State),
        ("log", Self::Log),
        ("measures", Self::Measures),
        ("properties", Self::Properties),
    ];

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == word).map(|(_, panel)| *panel)
    }
}

/// One name of the query.
pub struct Field {
    /// The name.
    pub name: &'static str,
    /// The values, the default first.
    pub values: &'static str,
    /// What it does: for the documentation, which no page carries.
    #[cfg(not(target_arch = "wasm32"))]
    pub what: &'static str,
    /// A good value, for the tests and the documentation.
    pub example: &'static str,
    /// Takes a value; `false` if it is malformed, and then nothing has changed.
    take: fn(&mut Presentation, &str) -> bool,
}

/// Every name of the query.
pub const TABLE: &[Field] = &[
    Field {
        name: "embed",
        values: "0, 1",
        #[cfg(not(target_arch = "wasm32"))]
        what: "Stage, why line and a short transport, for a frame in another page.",
        example: "1",
        take: |p, text| assign(&mut p.embed, flag(text)),
    },
    Field {
        name: "controls",
        values: "full, min, none",
        #[cfg(not(target_arch = "wasm32"))]
        what: "Which controls are shown; pause and “open in full” always stay.",
        example: "min",
        take: |p, text| {
            let value = match text {
                "full" => Some(Controls::Full),
                "min" => Some(Controls::Min),
                "none" => Some(Controls::None),
                _ => None,
            };
            assign(&mut p.controls, value.map(Some))
        },
    },
    Field {
        name: "panel",
        values: "any of stage, timeline, spacetime, state, log, measures, properties",
        #[cfg(not(target_arch = "wasm32"))]
        what: "Which panels are shown, separated by commas.",
        example: "stage,log",
        take: |p, text| assign(&mut p.panels, text.split(',').map(PanelName::parse).collect()),
    },
    Field {
        name: "autoplay",
        values: "0, 1",
        #[cfg(not(target_arch = "wasm32"))]
        what: "Plays without being asked, unless the reader prefers less motion.",
        example: "1",
        take: |p, text| assign(&mut p.autoplay, flag(text)),
    },
    Field {
        name: "speed",
        values: "0.001 to 16",
        #[cfg(not(target_arch = "wasm32"))]
        what: "Simulated seconds in a second.",
        example: "0.1",
        take: |p, text| {
            let speed = thousandths(text).map(|speed| speed as f64 / 1_000.0);
            let speed = speed.filter(|speed| (SPEED_BOUNDS.0..=SPEED_BOUNDS.1).contains(speed));
            speed.is_some() && assign(&mut p.speed, Some(speed))
        },
    },
    Field {
        name: "load",
        values: "auto, click",
        #[cfg(not(target_arch = "wasm32"))]
        what: "With click, a poster and a Run button come first.",
        example: "click",
        take: |p, text| assign(&mut p.load_on_click, one_of(text, "auto", "click")),
    },
    Field {
        name: "theme",
        values: "auto, light, dark, projector, contrast",
        #[cfg(not(target_arch = "wasm32"))]
        what: "Colours.",
        example: "dark",
        take: |p, text| {
            let theme = Theme::parse(text);
            theme.is_some() && assign(&mut p.theme, Some(theme))
        },
    },
    Field {
        name: "links",
        values: "1, 0",
        #[cfg(not(target_arch = "wasm32"))]
        what: "With 0 the page offers no links out of itself.",
        example: "0",
        take: |p, text| assign(&mut p.links, flag(text)),
    },
    Field {
        name: "step",
        values: "a whole number, 0 or more",
        #[cfg(not(target_arch = "wasm32"))]
        what: "The step to open at.",
        example: "12",
        take: |p, text| {
            // A number that is too large is beyond the end of every run, like many that are not.
            let is_whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_whole && assign(&mut p.step, Some(Some(text.parse().unwrap_or(u64::MAX))))
        },
    },
    Field {
        name: "host",
        values: "an origin",
        #[cfg(not(target_arch = "wasm32"))]
        what: "The page that may send commands, as scheme, host and port.",
        example: "https://course.example",
        take: |p, text| {
            let is_origin = ["https://", "http://"].iter().any(|scheme| {
                text.strip_prefix(scheme).is_some_and(|host| !host.is_empty() && !host.contains('/'))
            });
            is_origin && assign(&mut p.host, Some(Some(text.into())))
        },
    },
    Field {
        name: "bench",
        values: "0, 1",
        #[cfg(not(target_arch = "wasm32"))]
        what: "Measures the engine and the drawing in this browser.",
        example: "1",
        take: |p, text| assign(&mut p.bench, flag(text)),
    },
];

/// So much of a value is shown to who wrote it.
const VALUE_CHARS_MAX: usize = 40;
/// Slips that are shown one by one.
const SLIPS_TOLD_MAX: usize = 8;

/// What was wrong with values, in one notice however many there are; `None` if nothing was.
pub fn told(slips: &[String]) -> Option<String> {
    let shown = &slips[..slips.len().min(SLIPS_TOLD_MAX)];
    let mut list = shown.join("; ");
    match slips.len() - shown.len() {
        _ if slips.is_empty() => return None,
        0 => {}
        more => list += &["; and ", &more.to_string(), " more"].concat(),
    }
    Some(
        ["Settings of the address that can't be read, so that their defaults are used: ", &list, "."]
            .concat(),
    )
}

/// What was wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slip {
    /// No such name: for the console.
    Unknown(String),
    /// A value that can't be read, and what was wanted: for the reader.
    Malformed(String),
}

/// Reads a query, with or without its `?`.
pub fn read(query: &str) -> (Presentation, Vec<Slip>) {
    let mut presentation = Presentation::default();
    let mut slips = Vec::new();
    let query = query.trim_start_matches('?');
    if query.len() > QUERY_BYTES_MAX {
        slips.push(Slip::Malformed("all of them, since the address is too long".into()));
        return (presentation, slips);
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, "1"));
        let (name, value) = (decode(name), decode(value));
        match TABLE.iter().find(|field| field.name == name) {
            None => slips.push(Slip::Unknown(name)),
            Some(field) if (field.take)(&mut presentation, &value) => {}
            Some(field) => {
                let value: String = value.chars().take(VALUE_CHARS_MAX).collect();
                slips.push(Slip::Malformed([&name, "=", &value, " (wanted ", field.values, ")"].concat()));
            }
        }
    }
    (presentation, slips)
}

/// What a fragment holds.
pub enum Content {
    /// Nothing: the page chooses.
    Nothing,
    /// A run.
    Run(Box<Recipe>),
    /// A protocol by its name, perhaps with one of its scenarios: `#raft/figure-8`, short enough to say aloud.
    Named {
        /// The protocol.
        slug: String,
        /// The scenario; without it, the first.
        scenario: Option<String>,
    },
    /// Something that can't be opened, kept for a report, and why.
    Bad {
        /// The fragment as it came.
        link: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Reads a fragment, with or without its `#`.
pub fn read_fragment(fragment: &str) -> Content {
    let link = fragment.trim_start_matches('#');
    if link.is_empty() {
        return Content::Nothing;
    }
    let bad = |why: String| {
        let end = link.char_indices().nth(4_000).map_or(link.len(), |(at, _)| at);
        Content::Bad { link: link[..end].into(), why }
    };
    if link.len() > FRAGMENT_BYTES_MAX {
        return bad(format!("it is {} bytes long, and at most {FRAGMENT_BYTES_MAX} are read", link.len()));
    }
    let (slug, scenario) = link.split_once('/').map_or((link, None), |(slug, id)| (slug, Some(id)));
    if is_name(slug) && scenario.is_none_or(is_name) {
        return Content::Named { slug: slug.into(), scenario: scenario.map(Into::into) };
    }
    match Recipe::from_link(link) {
        Ok(recipe) => Content::Run(Box::new(recipe)),
        Err(error) => bad(error.to_string()),
    }
}

/// Whether a word could be the name of a protocol or a scenario: no link could, since it has a dot.
fn is_name(word: &str) -> bool {
    let is_short = (1..=64).contains(&word.len());
    is_short && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The query as a table in Markdown, for the README.
#[cfg(not(target_arch = "wasm32"))]
pub fn documentation() -> String {
    let mut text = String::from("| name | values, first is default | what it does |\n|---|---|---|\n");
    for Field { name, values, what, .. } in TABLE {
        text += &format!("| `{name}` | {values} | {what} |\n");
    }
    text
}

fn assign<T>(place: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *place = value;
            true
        }
        None => false,
    }
}

fn flag(text: &str) -> Option<bool> {
    one_of(text, "0", "1")
}

fn one_of(text: &str, no: &str, yes: &str) -> Option<bool> {
    (text == no || text == yes).then_some(text == yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_read_and_changes_something() {
        for field in TABLE {
            let (presentation, slips) = read(&format!("?{}={}", field.name, field.example));
            assert_eq!(slips, [], "{}", field.name);
            assert_ne!(presentation, Presentation::default(), "{}={}", field.name, field.example);
        }
    }

    #[test]
    #[cfg(not(target_arch = "wasm32"))]
    fn every_field_is_documented() {
        for field in TABLE {
            assert!(documentation().contains(&format!("| `{}` |", field.name)));
        }
    }

    #[test]
    fn a_malformed_value_gives_the_default_and_a_sentence() {
        for field in TABLE {
            let (presentation, slips) = read(&format!("{}=%F0%9F", field.name));
            assert_eq!(presentation, Presentation::default(), "{}", field.name);
            assert!(matches!(slips.as_slice(), [Slip::Malformed(_)]), "{}: {slips:?}", field.name);
        }
    }

    #[test]
    fn many_slips_are_one_notice_of_bounded_length() {
        let list = |count: usize| vec!["x=1 (wanted 0)".to_owned(); count];
        assert_eq!(told(&[]), None);
        assert!(
            told(&list(8)).is_some_and(|told| told.matches("x=1").count() == 8 && !told.contains("more"))
        );
        assert!(told(&list(12)).is_some_and(|told| told.ends_with("x=1 (wanted 0); and 4 more.")));
        let long = format!("step=-{}", "9".repeat(3_000));
        assert!(matches!(&read(&long).1[..], [Slip::Malformed(told)] if told.chars().count() < 100));
    }

    #[test]
    fn an_unknown_name_is_only_a_slip() {
        let (presentation, slips) = read("?utm_source=x&embed=1");
        assert!(presentation.embed);
        assert_eq!(slips, [Slip::Unknown("utm_source".into())]);
    }

    #[test]
    fn a_step_beyond_every_number_is_the_end() {
        let (presentation, slips) = read("step=99999999999999999999");
        assert_eq!((presentation.step, slips), (Some(u64::MAX), vec![]));
        assert!(matches!(read("step=").1[..], [Slip::Malformed(_)]));
    }

    #[test]
    fn values_out_of_range_are_malformed() {
        for query in
            ["speed=0", "speed=17", "speed=NaN", "step=-1", "panel=stage,lasers", "host=evil.example"]
        {
            assert!(matches!(read(query).1.as_slice(), [Slip::Malformed(_)]), "{query}");
        }
    }
}
