//! The page's first module carries runs instead of scripts. They are what the scripts leave behind, or this fails; write
//! them anew with `UPDATE_EXPECT=1 cargo test -p playground-core --test kept`.

use playground_core::registry::{catalogue, first};
use std::fmt::Write;

const SOURCE: &str = include_str!("../src/protocols/kept.rs");

#[test]
fn what_is_kept_is_what_the_scripts_leave_behind() {
    let entry = &catalogue()[0];
    let mut lines = String::new();
    for scenario in entry.scenarios {
        let opened = entry.scenario(scenario.id).unwrap();
        let run = opened.session.recipe().to_bytes();
        writeln!(lines, "    (b\"{}\", {}),", run.escape_ascii(), opened.opens_at).unwrap();
    }
    let list = "&[Kept] = &[\n";
    let begins = SOURCE.find(list).expect("a list") + list.len();
    #[cfg(not(target_family = "wasm"))]
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let anew = format!("{}{lines}];\n", &SOURCE[..begins]);
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocols/kept.rs"), anew).unwrap();
        return;
    }
    assert_eq!(SOURCE[begins..].strip_suffix("];\n"), Some(lines.as_str()), "scripts changed");
}

#[test]
fn a_scenario_opens_alike_with_and_without_its_script() {
    let (played, kept) = (&catalogue()[0], &first()[0]);
    assert_eq!(kept.scenarios.len(), played.scenarios.len());
    for (scenario, words) in played.scenarios.iter().zip(kept.scenarios) {
        assert_eq!((words.id, words.title, words.caption), (scenario.id, scenario.title, scenario.caption));
        let (played, kept) = (played.scenario(scenario.id).unwrap(), kept.scenario(scenario.id).unwrap());
        assert_eq!(kept.opens_at, played.opens_at, "{}", scenario.id);
        assert_eq!(kept.session.recipe(), played.session.recipe(), "{}", scenario.id);
        assert_eq!(kept.session.fingerprint(), played.session.fingerprint(), "{}", scenario.id);
    }
    assert!(kept.scenario("no-such").is_err());
}
