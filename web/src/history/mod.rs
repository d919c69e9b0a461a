//! The history of the clients: what they asked and were told, as bars, and the order that explains it or the operation
//! that has no place in any. Of the run up to the present step, or read from text.

mod bars;
mod panel;
mod save;

pub(crate) use panel::draw;

use crate::app::App;
use crate::ask::Ask;
use crate::dom;
use crate::late::line::{Heard, Line};
use crate::late::wire::{Judged, Reply, Request};
use crate::layout::Tab;
use crate::notice::Notice;
use playground_core::history::INPUT_BYTES_MAX;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlTextAreaElement};
use yew::Callback;

/// What can be asked of the history.
#[derive(Debug, Clone, PartialEq)]
pub enum Recounting {
    /// Open the panel, or close it.
    Toggle,
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
type Asked = (usize, usize, usize);

/// The history and its panel.
#[derive(Default)]
pub struct History {
    /// Whether the panel is there.
    pub is_open: bool,
    pub(crate) side: Side,
    pub(crate) model: usize,
    /// Of the run, and of what was imported.
    pub(crate) run: Option<Rc<Judged>>,
    pub(crate) imported: Option<Rc<Judged>>,
    /// The run's history as text, and whether as JSON lines.
    pub(crate) written: Option<(String, bool)>,
    pub(crate) trouble: Option<String>,
    pub(crate) is_waiting: bool,
    line: Option<Line>,
    asked: Option<Asked>,
}

impl History {
    /// Forgets what was judged: another run is shown.
    pub(crate) fn forget(&mut self) {
        (self.run, self.asked, self.written) = (None, None, None);
    }

    fn ask(&mut self, request: &Request, ask: &Callback<Ask>) {
        let ask = ask.clone();
        let heard = move || Callback::from(move |heard| ask.emit(Ask::History(Recounting::Heard(heard))));
        self.line.get_or_insert_with(|| Line::open(heard())).ask(request);
        self.is_waiting = true;
    }
}

impl App {
    /// Does what is asked of the history.
    pub(crate) fn recount(&mut self, asked: Recounting) {
        match asked {
            Recounting::Toggle => {
                self.history.is_open = !self.history.is_open;
                self.tab = if self.history.is_open { Tab::Lanes } else { self.tab };
                if !self.history.is_open {
                    self.history = History { model: self.history.model, ..History::default() };
                }
            }
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
                    save::copy(text, &self.intent);
                }
            }
            Recounting::Save => {
                if let Some((text, as_json)) = &self.history.written {
                    let name = if *as_json { "history.jsonl" } else { "history.edn" };
                    if save::save(text, name).is_none() {
                        self.say(Notice::hint("This browser lets the page save no file: copy the text."));
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
    pub(crate) fn keep_history(&mut self) {
        if !self.history.is_open || self.history.is_waiting || self.history.side != Side::Run {
            return;
        }
        let (now, link) = {
            let session = self.run.session.look();
            let operations = session.operations();
            let returned = operations.iter().filter(|own| own.returned.is_some()).count();
            let now = (session.branch(), operations.len(), returned);
            if self.history.asked == Some(now) {
                return;
            }
            (now, session.recipe_here().to_link())
        };
        self.history.asked = Some(now);
        self.history.ask(&Request::Judge { link }, &self.ask);
    }

    fn write_history(&mut self, as_json: bool) {
        let link = self.run.session.look().recipe_here().to_link();
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
