//! The same commands and faults on several protocols, side by side. A worker plays one after the other.

use super::{Ask, Desk};
use crate::controls::pick::{numbered, pick};
use crate::late::compare::LABELS;
use crate::late::desk_wire::Wish;
use crate::late::line::{Heard, Line};
use crate::late::wire::{Compared, Reply, Request};
use crate::tag::{button, div, tag, words};
use playground_core::compare::{CONTESTANTS, FAULTY_MAX, SCRIPTS};
use yew::prelude::*;

/// What can be asked of the comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparing {
    /// Take another script, by its position.
    Script(usize),
    /// Tolerate so many faulty servers.
    Faulty(u64),
    /// Begin.
    Start,
    /// Give up.
    Cancel,
    /// What the worker says.
    Heard(Heard),
}

/// The comparison.
#[derive(Default)]
pub(super) struct Comparison {
    script: usize,
    /// How many servers beyond one may be faulty.
    more_faulty: u64,
    rows: Vec<Compared>,
    trouble: Option<String>,
    /// To the worker, while it plays.
    line: Option<Line>,
}

impl Comparison {
    fn faulty(&self) -> u64 {
        self.more_faulty + 1
    }

    fn ask_for_next(&self) {
        let request = Request::Compare {
            script: self.script,
            contestant: self.rows.len(),
            faulty: self.faulty(),
            seed: 1,
        };
        if let Some(line) = &self.line {
            line.ask(&request);
        }
    }

    fn begin(&mut self) {
        (self.line, self.trouble) = (None, None);
        self.rows.clear();
    }
}

impl Desk {
    /// Does what is asked of the comparison.
    pub(super) fn compare(&mut self, asked: Comparing) {
        let own = &mut self.comparison;
        match asked {
            Comparing::Script(script) => {
                own.begin();
                own.script = script.min(SCRIPTS.len() - 1);
            }
            Comparing::Faulty(faulty) => {
                own.begin();
                own.more_faulty = faulty.clamp(1, FAULTY_MAX) - 1;
            }
            Comparing::Start => {
                own.begin();
                let ask = self.ask.clone();
                let heard = move |heard| ask.emit(Ask::Compare(Comparing::Heard(heard)));
                own.line = Some(Line::open(Callback::from(heard)));
                own.ask_for_next();
            }
            Comparing::Cancel => own.line = None,
            Comparing::Heard(heard) => match heard.unpack() {
                Ok(Some(Reply::Compared(row))) => {
                    own.rows.push(row);
                    if own.rows.len() < CONTESTANTS.len() {
                        own.ask_for_next();
                    } else {
                        own.line = None;
                    }
                }
                Ok(Some(Reply::Refused(why))) | Err(why) => (own.line, own.trouble) = (None, Some(why)),
                Ok(_) => {}
            },
        }
    }
}

/// The comparison as a part of the panel of measures.
pub(super) fn draw(desk: &Desk) -> Html {
    let (own, ask) = (&desk.comparison, &desk.ask);
    let press = |class: &'static str, word: &'static str, asked: Comparing| {
        button(class, Ask::press(ask, Ask::Compare(asked))).text(word)
    };
    let position = |text: String| text.parse().unwrap_or(0);
    let scripts = numbered(SCRIPTS.iter().map(|script| script.title));
    let on_script = ask.reform(move |text: String| Ask::Compare(Comparing::Script(position(text))));
    let faulty = (1..=FAULTY_MAX).map(|count| {
        let words = if count == 1 {
            "tolerating one faulty server".into()
        } else {
            format!("tolerating {count} faulty servers")
        };
        (AttrValue::from(count.to_string()), AttrValue::from(words))
    });
    let on_faulty = ask.reform(move |text: String| Ask::Compare(Comparing::Faulty(position(text) as u64)));
    let is_playing = own.line.is_some();
    let start = if is_playing {
        press("press", "Cancel", Comparing::Cancel)
    } else {
        press("press primary", "Compare", Comparing::Start)
    };
    let said = match (is_playing, own.rows.len()) {
        (true, at) => format!("Playing {}", CONTESTANTS.get(at).map_or("", |next| next.title)),
        (false, 0) => String::new(),
        (false, done) if done < CONTESTANTS.len() => "Not played to the end.".into(),
        _ => "Done. A protocol’s name opens its run.".into(),
    };
    let trouble = own.trouble.as_ref().map(|why| {
        div("p", "lost").set("role", "alert").text(format!("The protocols could not be compared: {why}."))
    });
    div("section", "compare")
        .key(5)
        .put(words("h3", "The same on several protocols"))
        .put(pick("Script".into(), "", scripts, &own.script.to_string(), &on_script))
        .put(div("p", "fine").text(SCRIPTS[own.script].caption))
        .put(pick("Size".into(), "", faulty.collect(), &own.faulty().to_string(), &on_faulty))
        .put(div("div", "press-row").put(start))
        .put(div("p", "fine").set("role", "status").text(said))
        .put_if(trouble)
        .put_if((!own.rows.is_empty()).then(|| table(&own.rows, ask)))
        .done()
}

/// A column for each protocol, a row for each value.
fn table(rows: &[Compared], ask: &Callback<Ask>) -> Html {
    let heads = rows.iter().map(|row| {
        let title = format!("Open the run of {}", row.title);
        let open = button("link", Ask::wish(ask, Wish::Open(row.link.clone()))).set("title", title);
        let broken =
            (!row.broken.is_empty()).then(|| div("p", "lost").text(format!("breaks {}", row.broken)));
        tag("th").set("scope", "col").put(open.text(row.title.clone())).put_if(broken)
    });
    let head = tag("thead").put(tag("tr").put(tag("td")).all(heads));
    let lines = LABELS.iter().enumerate().map(|(at, (label, text))| {
        let name = tag("th").set("scope", "row").set("title", *text).text(*label);
        let values = rows.iter().map(|row| match row.values.get(at).map_or("", String::as_str) {
            "" => div("td", "fine").text("none"),
            value => div("td", "value").text(value.to_owned()),
        });
        tag("tr").put(name).all(values)
    });
    let counted =
        LABELS.iter().map(|(label, text)| tag("div").put(words("dt", *label)).put(words("dd", *text)));
    let help = tag("details").put(words("summary", "What is counted")).put(tag("dl").all(counted));
    let table = div("table", "measured compared").put(head).put(tag("tbody").all(lines));
    div("div", "compared-frame").put(table).put(help).done()
}
