//! Links come from strangers: valid ones reopen, all others get a sentence.

mod support;

use data_encoding::BASE64URL_NOPAD;
use playground_core::action::{Command, CutFate, Ways};
use playground_core::fingerprint::Fingerprint;
use playground_core::id::{MessageId, NodeId};
use playground_core::kernel::LinkProfile;
use playground_core::recipe::{COMMANDS_MAX, LINK_CHARS_MAX, Recipe};
use playground_core::registry::{OpenError, open};
use playground_core::view::Lens;
use std::hash::Hasher;
use support::Chance;

/// A recipe that uses every kind of command.
fn rich() -> Recipe {
    let nodes = vec![NodeId(0), NodeId(1)];
    let commands = [
        Command::Link { from: None, to: Some(NodeId(1)), profile: LinkProfile::constant(5_000) },
        Command::Deliver(MessageId(1)),
        Command::Drop(MessageId(2)),
        Command::Duplicate(MessageId(3)),
        Command::Delay { message: MessageId(4), by_us: 12 },
        Command::Fire { node: NodeId(0), timer: 0 },
        Command::Crash(NodeId(1)),
        Command::Restart(NodeId(1)),
        Command::Pause(NodeId(1)),
        Command::Resume(NodeId(1)),
        Command::Cut { from: nodes.clone(), to: vec![NodeId(1)], ways: Ways::Forth, fate: CutFate::Hold },
        Command::Heal { from: nodes, to: vec![], ways: Ways::Both },
        Command::HealAll,
        Command::ClockJump { node: NodeId(0), by_us: -7 },
        Command::ClockDrift { node: NodeId(0), ppm: -200 },
        Command::Byzantine { node: NodeId(1), behaviour: 0 },
        Command::Manual(true),
        Command::Operate { node: NodeId(0), operation: 0, args: vec![1, 2] },
        Command::Answer { node: NodeId(1), answers: vec![2, 0, 1] },
    ];
    let commands: Vec<_> = commands.into_iter().enumerate().map(|(at, c)| (at as u64 * 3, c)).collect();
    Recipe {
        params: vec![("patience".into(), 50)],
        seed: u64::MAX,
        commands,
        length: 90,
        ..Recipe::new("ping-pong")
    }
}

/// Links of version 1 that were once shared. They must open for ever, so lines are only ever added.
const GOLDEN: &str = include_str!("testdata/links_v1.txt");

#[test]
fn links_of_version_1_still_mean_what_they_meant() {
    let recipes =
        [Recipe::new("ping-pong"), Recipe { length: 40, seed: 7, ..Recipe::new("ping-pong") }, rich()];
    let golden: Vec<&str> = GOLDEN.lines().filter(|line| !line.is_empty()).collect();
    let links: Vec<String> = recipes.iter().map(Recipe::to_link).collect();
    assert!(golden.len() >= recipes.len(), "add the lines\n{}", links.join("\n"));
    for (line, recipe) in golden.iter().zip(&recipes) {
        assert_eq!(Recipe::from_link(line).as_ref(), Ok(recipe));
    }
}

#[test]
fn a_link_carries_every_kind_of_command() {
    let recipe = rich();
    assert_eq!(Recipe::from_link(&recipe.to_link()), Ok(recipe.clone()));
    assert_eq!(Recipe::from_link(&format!("#{}", recipe.to_link())), Ok(recipe));
}

#[test]
fn three_hundred_actions_fit_in_two_thousand_characters() {
    let mut chance = Chance::new(3);
    let commands = (0..300)
        .map(|at| {
            let command = match chance.below(4) {
                0 => Command::Deliver(MessageId(at * 2 + chance.below(6))),
                1 => Command::Drop(MessageId(at * 2 + chance.below(6))),
                2 => Command::Crash(NodeId(chance.below(5) as u16)),
                _ => Command::Restart(NodeId(chance.below(5) as u16)),
            };
            (at * 3 + chance.below(3), command)
        })
        .collect();
    let recipe = Recipe { commands, length: 1_000, ..Recipe::new("raft") };
    let link = recipe.to_link();
    assert!(link.len() < 2_000, "{} characters", link.len());
    assert_eq!(Recipe::from_link(&link), Ok(recipe));
}

#[test]
fn each_way_to_be_wrong_has_its_own_sentence() {
    let good = Recipe { length: 40, ..Recipe::new("ping-pong") }.to_link();
    let is = |link: &str, wanted: &str| {
        let error = Recipe::from_link(link).unwrap_err().to_string();
        assert!(error.contains(wanted), "{link:?} says “{error}”, wanted “{wanted}”");
    };
    is("", "does not begin with a version");
    is("hello", "does not begin with a version");
    is("v9.AAAA", "of version “v9”");
    is("v1.A*AA", "character 4");
    is(&good[..good.len() - 4], "cut short");
    is(&good.replace("ABAC", "ABAD"), "checksum does not fit");
    is("v1.AA", "cut short");
    is(&with_checksum(b"\x09ping"), "cut short");
    is(&with_checksum(&[payload(&Recipe::new("ping-pong")), vec![0; 3]].concat()), "3 bytes follow the run");
    is("v1z.AAAA", "of version “v1z”");
    is(&"v1.".to_owned().repeat(LINK_CHARS_MAX), "at most 32768 are read");
    let unordered =
        Recipe { commands: vec![(5, Command::HealAll), (5, Command::HealAll)], length: 9, ..rich() };
    is(&unordered.to_link(), "out of order");
    let beyond = Recipe { commands: vec![(9, Command::HealAll)], length: 9, ..rich() };
    is(&beyond.to_link(), "out of order");
    is(&Recipe::new("ping\u{202e}pong").to_link(), "a name with characters");
    is(&Recipe::new(&"p".repeat(65)).to_link(), "65 characters in a name");
    is(&Recipe { length: u64::MAX, ..rich() }.to_link(), "steps, at most");
    let many = (0..=COMMANDS_MAX as u64).map(|at| (at, Command::HealAll)).collect();
    is(&Recipe { commands: many, length: 9_000, ..rich() }.to_link(), "5001 commands");
    let wide =
        Command::Cut { from: vec![NodeId(0); 2_000], to: vec![], ways: Ways::Both, fate: CutFate::Lose };
    is(&Recipe { commands: vec![(0, wide)], length: 9, ..rich() }.to_link(), "2000 items in a command");
}

#[test]
fn a_recipe_that_fits_no_run_says_where() {
    let refused = |recipe: &Recipe| open(recipe).map(|_| ()).unwrap_err();
    let error = refused(&Recipe::new("no-such-protocol"));
    assert!(
        error.to_string().starts_with("there is no protocol “no-such-protocol”: wanted one of"),
        "{error}"
    );
    let with = |id: &str, value| Recipe { params: vec![(id.into(), value)], ..Recipe::new("ping-pong") };
    assert_eq!(refused(&with("colour", 1)).to_string(), "there is no parameter “colour”");
    assert_eq!(
        refused(&with("patience", 0)).to_string(),
        "parameter “patience” can't be “0”: wanted a whole number from 1 to 10000"
    );
    let commands = vec![(2, Command::Crash(NodeId(0))), (4, Command::Crash(NodeId(7)))];
    let error = refused(&Recipe { commands, length: 9, ..Recipe::new("ping-pong") });
    assert!(matches!(error, OpenError::Command { position: 2, step: 4, .. }), "{error:?}");
    assert_eq!(error.to_string(), "command 2, at step 4: there is no node n8");
}

/// The fragment for a payload, its checksum right: what a careful attacker sends.
fn with_checksum(payload: &[u8]) -> String {
    let mut hasher = Fingerprint::default();
    hasher.write(payload);
    let sum = (hasher.finish() as u16).to_le_bytes();
    format!("v1.{}", BASE64URL_NOPAD.encode(&[payload, &sum].concat()))
}

/// The payload of a recipe, without its checksum.
fn payload(recipe: &Recipe) -> Vec<u8> {
    postcard::to_allocvec(recipe).unwrap()
}

/// A mutation of a link: characters changed, removed, added, swapped, doubled.
fn mutate(link: &str, chance: &mut Chance) -> String {
    const LETTERS: &[u8] = b"ABCDEFabcdefxyz0189-_.#v=%\x00\xc3";
    let mut bytes = link.as_bytes().to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() as u64) as usize;
        let letter = LETTERS[chance.below(LETTERS.len() as u64) as usize];
        match chance.below(5) {
            0 if !bytes.is_empty() => bytes[at] = letter,
            1 if !bytes.is_empty() => drop(bytes.remove(at)),
            2 => bytes.insert(at, letter),
            3 => bytes.truncate(at),
            _ => bytes.extend_from_within(at..),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn ten_thousand_mutated_links_open_no_other_run() {
    let seeds = [rich().to_link(), Recipe { length: 40, ..Recipe::new("ping-pong") }.to_link()];
    let mut chance = Chance::new(11);
    let (mut read, mut changed) = (0, 0);
    for round in 0..10_000 {
        let seed = &seeds[round % seeds.len()];
        let link = mutate(seed, &mut chance);
        changed += u32::from(link != *seed);
        let another = |recipe: Recipe| recipe.to_link() != *seed;
        read += u32::from(Recipe::from_link(&link).is_ok_and(another));
    }
    // One in 65,536 passes a checksum of two bytes.
    assert!(changed > 9_000 && read <= 2, "{read} of {changed} damaged links open another run");
}

#[test]
fn ten_thousand_mutated_payloads_open_or_are_refused_without_a_panic() {
    let seeds = [payload(&rich()), payload(&Recipe { length: 40, ..Recipe::new("ping-pong") })];
    let mut chance = Chance::new(13);
    let mut opened = 0;
    for round in 0..10_000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..=chance.below(3) {
            let at = chance.below(bytes.len() as u64) as usize;
            bytes[at] = chance.next() as u8;
        }
        if let Ok(recipe) = Recipe::from_link(&with_checksum(&bytes)) {
            let short = Recipe { length: recipe.length.min(2_000), ..recipe };
            if let Ok(mut session) = open(&short) {
                opened += 1;
                session.seek(5);
                session.frame(&Lens::default());
            }
        }
    }
    assert!(opened > 100, "some mutations still are runs, but only {opened} opened");
}

#[test]
fn ten_thousand_random_payloads_are_refused_without_a_panic() {
    let mut chance = Chance::new(17);
    for _ in 0..10_000 {
        let bytes: Vec<u8> = (0..chance.below(80)).map(|_| chance.next() as u8).collect();
        if let Ok(recipe) = Recipe::from_link(&with_checksum(&bytes)) {
            recipe.check().expect("what is read is within its caps");
        }
    }
}
