//! Stories of a Multi-Paxos cluster as text: what each step did, and why. Write them anew with
//! `UPDATE_EXPECT=1 cargo test -p playground-core --test multi_paxos_scripts`, and read the difference.

mod raft_script;

macro_rules! scripts {
    ($($(#[$doc:meta])* $test:ident: $file:literal;)*) => {$(
        $(#[$doc])*
        #[test]
        fn $test() {
            check($file, include_str!(concat!("../src/protocols/multi_paxos/testdata/", $file)));
        }
    )*};
}

scripts! {
    phase_1_is_done_once_and_phase_2_for_each_command: "normal.txt";
    a_new_leader_adopts_what_it_is_told_of_and_fills_gaps: "takeover.txt";
    a_higher_ballot_pre_empts_a_lower_one: "duel.txt";
    a_window_bounds_what_is_open: "window.txt";
    what_was_accepted_at_another_ballot_proves_nothing: "catch_up.txt";
    a_crash_leaves_what_is_on_disk: "crash.txt";
    a_retried_command_takes_effect_once: "sessions.txt";
    what_comes_too_late_changes_nothing: "late.txt";
    a_single_server_decides_alone: "single.txt";
}

fn check(file: &str, script: &str) {
    let played = raft_script::play(script);
    #[cfg(not(target_family = "wasm"))]
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocols/multi_paxos/testdata/");
        std::fs::write(format!("{folder}{file}"), &played).unwrap();
        return;
    }
    for (line, (found, wanted)) in (1..).zip(played.lines().zip(script.lines())) {
        assert_eq!(found, wanted, "{file}, line {line}");
    }
    assert_eq!(played.lines().count(), script.lines().count(), "{file} is cut short");
}
