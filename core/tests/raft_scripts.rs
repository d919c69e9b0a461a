//! Stories of a Raft cluster as text: what each step did, and why. Write them anew with
//! `UPDATE_EXPECT=1 cargo test -p playground-core --test raft_scripts`, and read the difference.

mod raft_script;

macro_rules! scripts {
    ($($(#[$doc:meta])* $test:ident: $file:literal;)*) => {$(
        $(#[$doc])*
        #[test]
        fn $test() {
            check($file, include_str!(concat!("../src/protocols/raft/testdata/", $file)));
        }
    )*};
}

scripts! {
    a_majority_of_votes_makes_a_leader: "election.txt";
    a_vote_is_refused_for_a_reason: "votes.txt";
    a_command_is_replicated_committed_and_applied: "replication.txt";
    conflicting_logs_are_made_equal: "conflict.txt";
    an_old_message_takes_nothing_back: "stale.txt";
    a_crash_leaves_what_is_on_disk: "crash.txt";
    a_retried_command_takes_effect_once: "sessions.txt";
    a_server_asks_before_it_begins_a_term: "pre_vote.txt";
    a_leader_without_a_majority_steps_down: "check_quorum.txt";
    a_single_server_decides_alone: "single.txt";
    a_snapshot_stands_for_the_entries_it_covers: "snapshot.txt";
    a_read_waits_for_a_round_of_heartbeats: "read_index.txt";
    a_leader_hands_over: "transfer.txt";
    members_change_one_at_a_time: "members.txt";
    members_change_by_joint_consensus: "joint.txt";
    a_new_server_catches_up_or_is_given_up: "catch_up.txt";
    a_twin_says_what_it_does_not_heed: "twins.txt";
}

fn check(file: &str, script: &str) {
    let played = raft_script::play(script);
    #[cfg(not(target_family = "wasm"))]
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocols/raft/testdata/");
        std::fs::write(format!("{folder}{file}"), &played).unwrap();
        return;
    }
    for (line, (found, wanted)) in (1..).zip(played.lines().zip(script.lines())) {
        assert_eq!(found, wanted, "{file}, line {line}");
    }
    assert_eq!(played.lines().count(), script.lines().count(), "{file} is cut short");
}
