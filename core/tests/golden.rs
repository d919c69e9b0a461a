//! Golden fingerprints: every scenario of every protocol ends in the same state on every target and at every
//! optimisation level. Run natively in debug and release and as wasm.
//!
//! A change here means that old links now show other runs. If that is meant, write the file anew with
//! `UPDATE_EXPECT=1 cargo test -p playground-core --test golden`, and say why in the commit.

use playground_core::registry::catalogue;
use playground_core::view::Lens;
use std::fmt::Write;

const GOLDEN: &str = include_str!("testdata/golden.txt");

#[test]
fn scenarios_end_in_the_same_state_everywhere() {
    let mut found = String::new();
    for entry in catalogue() {
        for scenario in entry.scenarios {
            let mut session = entry.scenario(scenario.id).unwrap().session;
            let length = session.recipe().length;
            session.seek(length / 2);
            let middle = session.fingerprint();
            session.seek(length);
            let frame = session.frame(&Lens::default());
            let (slug, id, at) = (entry.meta.slug, scenario.id, frame.now.us());
            let end = session.fingerprint();
            writeln!(found, "{slug} {id} steps={length} us={at} middle={middle:016x} end={end:016x}")
                .unwrap();
        }
    }
    #[cfg(not(target_family = "wasm"))]
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/testdata/golden.txt"), &found).unwrap();
        return;
    }
    assert_eq!(found, GOLDEN, "runs changed");
}
