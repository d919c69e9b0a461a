//! Stories of a Paxos cluster as text: what each step did, and why. Write them anew with
//! `UPDATE_EXPECT=1 cargo test -p playground-core --test paxos_scripts`, and read the difference.

mod raft_script;

macro_rules! scripts {
    ($($(#[$doc:meta])* $test:ident: $file:literal;)*) => {$(
        $(#[$doc])*
        #[test]
        fn $test() {
            check($file, include_str!(concat!("../src/protocols/paxos/testdata/", $file)));
        }
    )*};
}

scripts! {
    a_value_is_chosen_in_two_phases: "normal.txt";
    the_highest_reported_proposal_binds: "adoption.txt";
    a_lower_ballot_is_refused: "refusal.txt";
    a_crash_leaves_what_is_on_disk: "crash.txt";
    a_learner_asks_when_it_hears_nothing: "learner.txt";
    what_comes_twice_or_late_changes_nothing: "late.txt";
    an_operation_ends_with_what_is_chosen: "operations.txt";
    one_acceptor_chooses_alone: "single.txt";
    a_twin_differs_in_one_rule: "twins.txt";
}

fn check(file: &str, script: &str) {
    let played = raft_script::play(script);
    #[cfg(not(target_family = "wasm"))]
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocols/paxos/testdata/");
        std::fs::write(format!("{folder}{file}"), &played).unwrap();
        return;
    }
    for (line, (found, wanted)) in (1..).zip(played.lines().zip(script.lines())) {
        assert_eq!(found, wanted, "{file}, line {line}");
    }
    assert_eq!(played.lines().count(), script.lines().count(), "{file} is cut short");
}
