//! The late module: searches futures and judges histories. `static/late.mjs` starts it, in a worker or in the page.

use playground_web::late::serve::Server;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MessagePort;

/// Serves a port until it is told to end: works for at most `slice_ms` at a time, so that messages get through and a page
/// in the same thread can draw.
#[wasm_bindgen]
pub fn serve(port: MessagePort, slice_ms: f64) {
    Server::start(port, slice_ms);
}

fn main() {}
