//! The line from the desk to a worker of the same module.

use super::serve::Server;
use super::wire::{READY, Reply, Request, pack, unpack};
use crate::dom;
use gloo_events::EventListener;
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use web_sys::{
    ErrorEvent, Event, MessageChannel, MessageEvent, MessagePort, Worker, WorkerOptions, WorkerType,
};
use yew::Callback;

/// The script that starts the module, in a worker or in the page.
const SCRIPT: &str = "late.mjs";
/// How long the module works at a time where it has no thread of its own.
const SLICE_MS: f64 = 6.0;

/// What comes down the line.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// An answer, still packed: a request is cloned on its way through the desk.
    Reply(Rc<[u8]>),
    /// The module could not be loaded or has died, and why.
    Lost(String),
}

impl Heard {
    /// What was answered; `None` if it is no answer.
    ///
    /// # Errors
    /// The module is lost, and why.
    #[inline(never)]
    pub fn unpack(self) -> Result<Option<Reply>, String> {
        match self {
            Self::Reply(bytes) => Ok(unpack(&bytes)),
            Self::Lost(why) => Err(why),
        }
    }
}

/// A line to a worker, which starts with it. Dropping it ends whatever is done there, at once.
pub struct Line(Rc<RefCell<Inner>>);

struct Inner {
    port: Option<MessagePort>,
    worker: Option<Worker>,
    /// Asked before the module listened.
    waiting: Vec<Vec<u8>>,
    is_ready: bool,
    listeners: Vec<EventListener>,
    heard: Callback<Heard>,
}

impl Line {
    /// Opens a line.
    pub fn open(heard: Callback<Heard>) -> Self {
        let inner =
            Inner { port: None, worker: None, waiting: vec![], is_ready: false, listeners: vec![], heard };
        let line = Self(Rc::new(RefCell::new(inner)));
        if start_worker(&line.0).is_none() {
            start_here(&line.0);
        }
        line
    }

    /// Asks for something; the answers come to who opened the line.
    pub fn ask(&self, request: &Request) {
        let mut inner = self.0.borrow_mut();
        let bytes = pack(request);
        if !inner.is_ready {
            inner.waiting.push(bytes);
        } else if let Some(port) = &inner.port {
            send(port, &bytes);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut inner = self.0.borrow_mut();
        inner.hang_up();
    }
}

impl Inner {
    fn hang_up(&mut self) {
        self.listeners.clear();
        if let Some(worker) = self.worker.take() {
            worker.terminate();
        }
        if let Some(port) = self.port.take() {
            // For a module in this page: an empty message is the last one.
            send(&port, &[]);
            port.close();
        }
    }
}

/// Puts bytes into a port.
pub fn send(port: &MessagePort, bytes: &[u8]) {
    let _ = port.post_message(&Uint8Array::from(bytes));
}

/// The bytes of a message.
pub fn bytes_of(event: &Event) -> Vec<u8> {
    let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
    data.and_then(|data| data.dyn_into::<Uint8Array>().ok()).map_or_else(Vec::new, |bytes| bytes.to_vec())
}

/// A fresh channel whose one end is listened to; returns the other.
fn channel(inner: &Rc<RefCell<Inner>>) -> Option<MessagePort> {
    let channel = MessageChannel::new().ok()?;
    let near = channel.port1();
    let weak = Rc::downgrade(inner);
    let listener = EventListener::new(&near, "message", move |event| hear(&weak, event));
    near.start();
    let mut inner = inner.borrow_mut();
    inner.port = Some(near);
    inner.listeners.push(listener);
    Some(channel.port2())
}

fn hear(inner: &Weak<RefCell<Inner>>, event: &Event) {
    let Some(inner) = inner.upgrade() else { return };
    let bytes = bytes_of(event);
    let heard = {
        let mut inner = inner.borrow_mut();
        if bytes == READY {
            inner.is_ready = true;
            let waiting = std::mem::take(&mut inner.waiting);
            if let Some(port) = &inner.port {
                waiting.iter().for_each(|bytes| send(port, bytes));
            }
        }
        inner.heard.clone()
    };
    heard.emit(Heard::Reply(bytes.into()));
}

/// The script's address. The page may lie under any path, so it is taken from where the page says it lies.
fn address() -> String {
    let base = dom::document().base_uri().ok().flatten().unwrap_or_default();
    let base = base.split(['?', '#']).next().unwrap_or_default();
    format!("{}{SCRIPT}", &base[..base.rfind('/').map_or(0, |slash| slash + 1)])
}

/// Starts a worker; `None` where that is not possible.
fn start_worker(inner: &Rc<RefCell<Inner>>) -> Option<()> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&address(), &options).ok()?;
    let far = channel(inner)?;
    let weak = Rc::downgrade(inner);
    let on_error = EventListener::new(&worker, "error", move |event| {
        let Some(inner) = weak.upgrade() else { return };
        if inner.borrow().is_ready {
            let why = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
            lose(&inner, &why);
        } else {
            // It never began, so nothing is lost: this thread does the work itself.
            inner.borrow_mut().hang_up();
            start_here(&inner);
        }
    });
    worker.post_message_with_transfer(&far, &Array::of1(&far)).ok()?;
    let mut inner = inner.borrow_mut();
    inner.listeners.push(on_error);
    inner.worker = Some(worker);
    Some(())
}

fn lose(inner: &Rc<RefCell<Inner>>, why: &str) {
    let heard = inner.borrow().heard.clone();
    heard.emit(Heard::Lost(why.to_owned()));
}

/// Serves the line in this thread, in slices.
fn start_here(inner: &Rc<RefCell<Inner>>) {
    match channel(inner) {
        Some(far) => Server::start(far, SLICE_MS),
        None => lose(inner, "this browser has no message channels"),
    }
}
