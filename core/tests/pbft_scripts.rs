//! Stories of a PBFT cluster as text: what each step did, and why. Write them anew with
//! `UPDATE_EXPECT=1 cargo test -p playground-core --test pbft_scripts`, and read the difference.

mod raft_script;

macro_rules! scripts {
    ($($(#[$doc:meta])* $test:ident: $file:literal;)*) => {$(
        $(#[$doc])*
        #[test]
        fn $test() {
            check($file, include_str!(concat!("../src/protocols/pbft/testdata/", $file)));
        }
    )*};
}

scripts! {
    a_request_is_prepared_committed_and_executed: "normal.txt";
    what_a_liar_sends_is_rejected_for_a_reason: "rejects.txt";
    a_request_takes_effect_once: "retransmission.txt";
    a_new_view_keeps_what_may_be_committed: "view_change.txt";
    a_gap_is_filled_with_a_null_request: "null_request.txt";
    a_checkpoint_moves_the_watermarks: "checkpoint.txt";
    a_proof_that_proves_nothing_is_rejected: "bad_proofs.txt";
    what_comes_early_or_late_is_kept_once_or_not_at_all: "two_views.txt";
    a_primary_that_starves_a_client_is_deposed: "patience.txt";
    who_fell_behind_is_sent_what_it_lacks: "catch_up.txt";
    a_crash_leaves_what_was_signed: "crash.txt";
}

fn check(file: &str, script: &str) {
    let played = raft_script::play(script);
    #[cfg(not(target_family = "wasm"))]
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocols/pbft/testdata/");
        std::fs::write(format!("{folder}{file}"), &played).unwrap();
        return;
    }
    for (line, (found, wanted)) in (1..).zip(played.lines().zip(script.lines())) {
        assert_eq!(found, wanted, "{file}, line {line}");
    }
    assert_eq!(played.lines().count(), script.lines().count(), "{file} is cut short");
}
