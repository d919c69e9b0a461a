//! The late module. In a worker it searches futures, judges histories and measures runs (`static/late.mjs`); in the page
//! it draws the panels that show that (`static/boot.mjs`).

use js_sys::Function;
use playground_web::desk;
use playground_web::late::serve::Server;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MessagePort;

/// Serves a port until it is told to end: works for at most `slice_ms` at a time, so that messages get through.
#[wasm_bindgen]
pub fn serve(port: MessagePort, slice_ms: f64) {
    Server::start(port, slice_ms);
}

/// Takes what the page tells the desk, and the function by which it hears wishes; without bytes, ends the desk.
#[wasm_bindgen(js_name = desk)]
pub fn tell_desk(bytes: &[u8], page: Function) {
    desk::hear(bytes, page);
}

fn main() {}
