//! What a page around this one says and hears, as types of its own.
#![cfg(target_arch = "wasm32")]

use playground_core::recipe::Recipe;
use playground_core::registry::catalogue;
use playground_web::ask::Ask;
use playground_web::embed;
use playground_web::run::Run;
use playground_web::scene::Intent;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::{from_value, to_value};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// What a host may say.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Command<'a> {
    Play,
    Pause,
    Step,
    Back,
    Reset,
    Seek { step: f64 },
    Load { link: &'a str },
    Explode,
}

/// What it is told of a run.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    source: String,
    v: u8,
    r#type: String,
    step: u64,
    head: u64,
    playing: bool,
    violated: bool,
}

fn hears(command: &Command<'_>) -> Result<Ask, &'static str> {
    embed::command(&to_value(command).expect("an object"))
}

#[wasm_bindgen_test]
fn every_command_is_understood() {
    let simple = [
        (Command::Play, Ask::Play),
        (Command::Pause, Ask::Pause),
        (Command::Step, Ask::Step),
        (Command::Back, Ask::Back),
        (Command::Reset, Ask::Start),
        (Command::Seek { step: 12.0 }, Ask::Intent(Intent::Seek(12))),
        (Command::Load { link: "v1.x" }, Ask::Load("v1.x".to_owned())),
    ];
    for (command, ask) in simple {
        assert_eq!(hears(&command), Ok(ask));
    }
}

#[wasm_bindgen_test]
fn what_is_not_understood_is_answered_with_what_was_wanted() {
    let long = "x".repeat(40_001);
    for (command, wanted) in [
        (Command::Explode, "type must be play, pause, step, back, reset, seek or load"),
        (Command::Seek { step: -1.0 }, "seek: step must be a number, 0 or more"),
        (Command::Seek { step: f64::NAN }, "seek: step must be a number, 0 or more"),
        (Command::Load { link: &long }, "load: link must be text of at most 40,000 characters"),
    ] {
        assert_eq!(hears(&command), Err(wanted));
    }
    for senseless in [to_value(&7), to_value(&Option::<u8>::None), to_value(&["play"])] {
        assert!(embed::command(&senseless.expect("a value")).is_err());
    }
}

#[wasm_bindgen_test]
fn the_state_is_told_in_its_own_words() {
    let recipe = Recipe { seed: 7, length: 20, ..Recipe::new(catalogue()[0].meta.slug) };
    playground_web::shelf::stock(catalogue());
    let run = Run::open(&recipe, Some(12)).expect("a run");
    let told: State = from_value(embed::state(&run.frame, true)).expect("these fields and no others");
    let wanted = State {
        source: "quorum-playground".to_owned(),
        v: 1,
        r#type: "state".to_owned(),
        step: 12,
        head: 20,
        playing: true,
        violated: false,
    };
    assert_eq!(told, wanted);
}
