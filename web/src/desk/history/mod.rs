//! The history of the clients: what they asked and were told, as bars, and the order that explains it or the operation
//! that has no place in any. Of the run up to the present step, or read from text.

mod bars;
mod panel;
mod save;

pub(super) use panel::draw;

use super::{Ask, Desk, wish};
use crate::dom;
use crate::late::desk_wire::{HISTORY, Wish};
use crate::late::line::{Heard, Line};
use crate::late::wire::{Judged, Reply, Request};
use playground_core::history::INPUT_BYTES_MAX;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlTextAreaElement};
use yew::Callback;

/// What can be asked of the history.
#[derive(Debug, Clone, PartialEq)]
pub enum Recounting {
    /// Show a side of it.
    Side(Side),
    /// Judge imports against another model, by its position.
    Model(usize),
    /// Judge what was pasted.
    Pasted,
    /// Judge what a file holds.
    Chosen(File),
    /// Its text has been read.
    Text(String),
    /// Write the run's history as JSON lines, or else as EDN.
    Write(bool),
    /// Put what was written on the clipboard.
    Copy,
    /// Save what was written as a file.
    Save,
    /// What the judge says.
    Heard(Heard),
}

/// The sides of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// The history of the run.
    #[default]
    Run,
    /// One from outside.
    Import,
    /// The run's as text.
    Export,
}

/// What the last judgement was asked for: branch, operations, and those that returned.
type Asked = (usize, (usize, usize));

/// The history and its panel.
#[derive(Default)]
pub(super) struct History {
    pub(super) side: Side,
    pub(super) model: usize,
    /// Of the run, and of what was imported.
    pub(super) run: Option<Rc<Judged>>,
    pub(super) imported: Option<Rc<Judged>>,
    /// The run's history as text, and whether as JSON lines.
    pub(super) written: Option<(String, bool)>,
    pub(super) trouble: Option<String>,
    pub(super) is_waiting: bool,
    line: Option<Line>,
    asked: Option<Asked>,
}

impl History {
    /// Forgets what was judged, and who is still judging it: another run is shown.
    pub(super) fn forget(&mut self) {
        (self.run, self.asked, self.written) = (None, None, None);
        (self.line, self.is_waiting) = (None, false);
    }

    /// Forgets everything but the model: the panel is closed.
    pub(super) fn close(&mut self) {
        *self = Self { model: self.model, ..Self::default() };
    }

    fn ask(&mut self, request: &Request, ask: &Callback<Ask>) {
        let ask = ask.clone();
        let heard = move || Callback::from(move |heard| ask.emit(Ask::History(Recounting::Heard(heard))));
        self.line.get_or_insert_with(|| Line::open(heard())).ask(request);
        self.is_waiting = true;
    }
}

impl Desk {
    /// Does what is asked of the history.
    pub(super) fn recount(&mut self, asked: Recounting) {
        match asked {
            Recounting::Side(side) => {
                (self.history.side, self.history.trouble) = (side, None);
                if side == Side::Export {
                    self.write_history(false);
                }
            }
            Recounting::Model(model) => self.history.model = model,
            Recounting::Pasted => {
                let area =
                    dom::by_id("history-text").and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok());
                self.import(area.map(|area| area.value()).unwrap_or_default());
            }
            Recounting::Chosen(file) => self.read(&file),
            Recounting::Text(text) => self.import(text),
            Recounting::Write(as_json) => self.write_history(as_json),
            Recounting::Copy => {
                if let Some((text, _)) = self.history.written.clone() {
                    save::copy(text);
                }
            }
            Recounting::Save => {
                if let Some((text, as_json)) = &self.history.written {
                    let name = if *as_json { "history.jsonl" } else { "history.edn" };
                    if save::save(text, name).is_none() {
                        wish(Wish::Say("This browser lets the page save no file: copy the text.".into()));
                    }
                }
            }
            Recounting::Heard(heard) => self.hear_judge(heard),
        }
    }

    fn hear_judge(&mut self, heard: Heard) {
        let history = &mut self.history;
        match heard.unpack() {
            Ok(Some(Reply::Ready)) => return,
            Ok(Some(Reply::Judged(judged))) => {
                let place = if judged.is_run { &mut history.run } else { &mut history.imported };
                *place = Some(Rc::new(judged));
            }
            Ok(Some(Reply::Exported { text, as_json })) => history.written = Some((text, as_json)),
            Ok(Some(Reply::Refused(why))) => history.trouble = Some(why),
            Ok(_) => {}
            Err(why) => {
                (history.line, history.asked) = (None, None);
                history.trouble = Some(format!("The judge has failed: {why}."));
            }
        }
        history.is_waiting = false;
    }

    /// Has the run judged anew if its clients asked for something or were answered since. Called after each change.
    pub(super) fn keep_history(&mut self) {
        if !self.shows(HISTORY) || self.history.is_waiting || self.history.side != Side::Run {
            return;
        }
        let now = (self.now.branch, self.now.operations);
        if self.history.asked == Some(now) || self.link.is_empty() {
            return;
        }
        let link = self.link.clone();
        self.history.asked = Some(now);
        self.history.ask(&Request::Judge { link }, &self.ask);
    }

    fn write_history(&mut self, as_json: bool) {
        let link = self.link.clone();
        self.history.ask(&Request::Export { link, as_json }, &self.ask);
    }

    fn import(&mut self, text: String) {
        (self.history.trouble, self.history.imported) = (None, None);
        if text.trim().is_empty() {
            self.history.trouble = Some("line 1: wanted an event, found nothing".into());
            return;
        }
        let model = self.history.model;
        self.history.ask(&Request::Import { text, model }, &self.ask);
    }

    /// Reads a file, unless it is larger than what is judged.
    fn read(&mut self, file: &File) {
        if file.size() > INPUT_BYTES_MAX as f64 {
            let most = INPUT_BYTES_MAX >> 20;
            self.history.trouble = Some(format!("{}: wanted at most {most} MB, found more", file.name()));
            return;
        }
        let (ask, text) = (self.ask.clone(), file.text());
        spawn_local(async move {
            let text = JsFuture::from(text).await.ok().and_then(|text| text.as_string());
            ask.emit(Ask::History(Recounting::Text(text.unwrap_or_default())));
        });
    }
}
