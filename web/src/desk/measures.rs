//! Measures of the run up to the present step: each with its value, what theory says, and what exactly is counted; and
//! the messages sent, by kind. The worker opens the run for itself.

use super::{Ask, Desk, compare};
use crate::icons::Icon;
use crate::late::desk_wire::{MEASURES, Wish};
use crate::late::line::{Heard, Line};
use crate::late::wire::{Measured, MeasuredRow, Reply, Request, SentRow};
use crate::stage::flights::half_width;
use crate::tag::{Tag, button, div, tag, words};
use yew::prelude::*;

/// What can be asked of the measures.
#[derive(Debug, Clone, PartialEq)]
pub enum Measuring {
    /// What the worker says.
    Heard(Heard),
}

/// The measures and their panel.
#[derive(Default)]
pub(super) struct Measures {
    measured: Option<Measured>,
    trouble: Option<String>,
    /// The run has gone on since it was last measured.
    pub(super) is_stale: bool,
    is_waiting: bool,
    line: Option<Line>,
}

impl Measures {
    /// Forgets what was measured, and who is still measuring: the panel is closed, or another run is shown.
    pub(super) fn forget(&mut self) {
        *self = Self { is_stale: true, ..Self::default() };
    }
}

impl Desk {
    /// Has the run measured anew if it went on since.
    pub(super) fn keep_measures(&mut self) {
        if !self.shows(MEASURES)
            || !self.measures.is_stale
            || self.measures.is_waiting
            || self.link.is_empty()
        {
            return;
        }
        let ask = self.ask.clone();
        let heard = move || Callback::from(move |heard| ask.emit(Ask::Measure(Measuring::Heard(heard))));
        let line = self.measures.line.get_or_insert_with(|| Line::open(heard()));
        line.ask(&Request::Measure { link: self.link.clone() });
        (self.measures.is_stale, self.measures.is_waiting) = (false, true);
    }

    /// Takes the measures.
    pub(super) fn hear_measures(&mut self, Measuring::Heard(heard): Measuring) {
        let own = &mut self.measures;
        match heard.unpack() {
            Ok(Some(Reply::Measured(measured))) => (own.measured, own.trouble) = (Some(measured), None),
            Ok(Some(Reply::Refused(why))) => own.trouble = Some(why),
            Ok(_) => return,
            Err(why) => (own.line, own.trouble) = (None, Some(why)),
        }
        own.is_waiting = false;
    }
}

/// The panel.
pub(super) fn draw(desk: &Desk) -> Vec<Html> {
    let own = &desk.measures;
    let close = button("quiet", Ask::wish(&desk.ask, Wish::Close(MEASURES)))
        .set("aria-label", "Close the measures")
        .put(Icon::Close.draw());
    let head = div("header", "heading").key(0).put(words("h2", "Measures")).put(close).done();
    let mut all = vec![head];
    if let Some(why) = &own.trouble {
        let text = format!("The run could not be measured: {why}.");
        all.push(div("p", "lost").key(1).set("role", "alert").text(text).done());
    }
    let Some(measured) = &own.measured else {
        all.push(div("p", "fine").key(2).set("role", "status").text("Measuring").done());
        all.push(compare::draw(desk));
        return all;
    };
    let upto = format!("Of this run, from its beginning to step {}.", measured.step);
    all.push(div("p", "fine").key(2).text(upto).done());
    if !measured.rows.is_empty() {
        all.push(values(&measured.rows));
    }
    all.push(compare::draw(desk));
    all.push(sent(&measured.sent));
    all
}

fn head(heads: &[&'static str]) -> Tag {
    let heads = heads.iter().map(|head| tag("th").set("scope", "col").text(*head));
    tag("thead").put(tag("tr").all(heads))
}

/// The measures as a table. Under each stands what is counted and what theory says, over all columns.
fn values(rows: &[MeasuredRow]) -> Html {
    let has_theory = rows.iter().any(|row| !row.theory.is_empty());
    let heads: &[_] = if has_theory { &["measure", "here", "theory"] } else { &["measure", "here"] };
    let bodies = rows.iter().map(|row| {
        let value = match &*row.value {
            "" => div("td", "fine").text("none yet"),
            value => div("td", "value").text(value.to_owned()),
        };
        let values = tag("tr")
            .put(tag("th").set("scope", "row").text(row.title.clone()))
            .put(value)
            .put_if(has_theory.then(|| div("td", "value").text(row.theory.clone())));
        let formula = (!row.formula.is_empty()).then(|| {
            tag("p").text("Theory: ").put(div("span", "formula").text(row.formula.clone())).text(".")
        });
        let below = div("td", "counted").set("colspan", if has_theory { "3" } else { "2" });
        let below = below.put(words("p", row.text.clone())).put_if(formula);
        tag("tbody").put(values).put(tag("tr").put(below))
    });
    div("table", "measured").key(3).put(head(heads)).all(bodies).done()
}

/// Messages sent, by kind, each with its capsule.
fn sent(rows: &[SentRow]) -> Html {
    let lines = rows.iter().map(|row| {
        let count = div("td", "value").text(row.count.clone());
        let name =
            tag("th").set("scope", "row").put(div("span", "kind").put(capsule(row)).text(row.name.clone()));
        tag("tr").put(name).put(count)
    });
    let table = div("table", "measured").put(head(&["messages sent", "here"])).put(tag("tbody").all(lines));
    table.key(4).done()
}

/// A capsule as in the legend of the stage.
fn capsule(row: &SentRow) -> Html {
    let half = half_width(&row.code) as u64;
    let kind = if row.is_reply { "is-reply" } else { "is-request" };
    let class = format!("legend-mark tone-{} {kind}", row.tone);
    let body = div("rect", "body").set("x", format!("-{half}")).set("y", "-11").set("rx", "11");
    tag("svg")
        .set("class", class)
        .number("width", half * 2 + 2)
        .set("height", "24")
        .set("viewBox", format!("-{} -12 {} 24", half + 1, half * 2 + 2))
        .set("aria-hidden", "true")
        .put(body.number("width", half * 2).set("height", "22"))
        .put(tag("text").set("y", "4.5").text(row.code.clone()))
        .done()
}
