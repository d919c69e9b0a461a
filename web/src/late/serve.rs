//! The late module's end of the line: takes requests, works in slices of time, answers.

use super::compare;
use super::judge;
use super::line::{bytes_of, send};
use super::measure;
use super::search::Search;
use super::wire::{Reply, Request, pack, unpack};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::MessagePort;

/// Serves one port.
pub struct Server {
    port: MessagePort,
    slice_ms: f64,
    search: Option<Search>,
    is_paused: bool,
    /// The next slice.
    due: Option<Timeout>,
    listener: Option<EventListener>,
}

impl Server {
    /// Listens, and says so.
    pub fn start(port: MessagePort, slice_ms: f64) {
        let server =
            Self { port: port.clone(), slice_ms, search: None, is_paused: false, due: None, listener: None };
        let server = Rc::new(RefCell::new(server));
        let to = server.clone();
        let listener = EventListener::new(&port, "message", move |event| {
            let bytes = bytes_of(event);
            if bytes.is_empty() {
                to.borrow_mut().end();
            } else if let Some(request) = unpack(&bytes) {
                take(&to, request);
            }
        });
        server.borrow_mut().listener = Some(listener);
        port.start();
        server.borrow().answer(&Reply::Ready);
    }

    fn answer(&self, reply: &Reply) {
        send(&self.port, &pack(reply));
    }

    fn end(&mut self) {
        (self.search, self.due) = (None, None);
        self.port.close();
        // The listener holds the server and the server the listener: let go of one, but not while it runs.
        if let Some(listener) = self.listener.take() {
            Timeout::new(0, move || drop(listener)).forget();
        }
    }
}

fn take(server: &Rc<RefCell<Server>>, request: Request) {
    match request {
        Request::Search { link, bounds } => match Search::begin(&link, bounds) {
            Ok(search) => {
                let mut own = server.borrow_mut();
                own.search = Some(search);
                own.is_paused = false;
                drop(own);
                slice(server);
            }
            Err(why) => server.borrow().answer(&Reply::Refused(why)),
        },
        Request::Pause => {
            let mut own = server.borrow_mut();
            (own.is_paused, own.due) = (true, None);
            if let Some(reply) = own.search.as_ref().map(Search::report) {
                own.answer(&reply);
            }
        }
        Request::Resume => {
            server.borrow_mut().is_paused = false;
            slice(server);
        }
        Request::Judge { link } => server.borrow().answer(&judge::run(&link)),
        Request::Import { text, model } => server.borrow().answer(&judge::import(&text, model)),
        Request::Measure { link } => server.borrow().answer(&measure::run(&link)),
        Request::Compare { script, contestant, faulty, seed } => {
            server.borrow().answer(&compare::run(script, contestant, faulty, seed));
        }
        Request::Export { link, as_json } => server.borrow().answer(&judge::export(&link, as_json)),
    }
}

/// Searches for one slice, reports, and comes back after whatever else waits in this thread.
fn slice(server: &Rc<RefCell<Server>>) {
    let mut own = server.borrow_mut();
    let slice_ms = own.slice_ms;
    let Some(search) = own.search.as_mut() else { return };
    let goes_on = search.work(slice_ms);
    let replies = search.replies();
    replies.iter().for_each(|reply| own.answer(reply));
    let again = server.clone();
    own.due = (goes_on && !own.is_paused).then(|| Timeout::new(0, move || slice(&again)));
    if !goes_on {
        own.search = None;
    }
}
