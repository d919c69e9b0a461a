//! Any text as a history in each format: read or refused with a place, never a panic; what is read survives a round trip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use playground_core::history::{Format, read, write};

fuzz_target!(|text: &str| {
    for format in [Format::Edn, Format::JsonLines] {
        if let Ok(history) = read(text, format) {
            let again = read(&write(&history, format), format).expect("what is written is read");
            assert_eq!(again.operations().len(), history.operations().len());
        }
    }
});
