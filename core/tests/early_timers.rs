//! A timer that a hand fires has not run out: no reason may say that it has. The same timer left alone does run out, and
//! then the reason says so.

use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::session::Session;
use playground_core::view::{Lens, WhyView};

/// Steps until a timer runs, at most.
const STEPS_MAX: u64 = 20_000;

/// A run in which one of a protocol's timers comes to fire.
struct Case {
    slug: &'static str,
    params: &'static [(&'static str, u64)],
    /// Done first: nodes that crash, and an operation at a node.
    crashed: &'static [u16],
    asked: Option<(u16, &'static [u64])>,
    label: &'static str,
    rule: &'static str,
    by_itself: &'static str,
}

const ELECTION: &str = "no leader heard for an election timeout";
const CASES: [Case; 7] = [
    Case {
        slug: "raft",
        params: &[],
        crashed: &[],
        asked: None,
        label: "election timeout",
        rule: "stand",
        by_itself: ELECTION,
    },
    Case {
        slug: "raft",
        params: &[("pre-vote", 1)],
        crashed: &[],
        asked: None,
        label: "election timeout",
        rule: "ask-pre-votes",
        by_itself: ELECTION,
    },
    Case {
        slug: "raft",
        params: &[("check-quorum", 1), ("heartbeat-ms", 400)],
        crashed: &[],
        asked: None,
        label: "leader heard",
        rule: "leader-silent",
        by_itself: "no leader heard for a shortest election timeout",
    },
    Case {
        slug: "multi-paxos",
        params: &[],
        crashed: &[],
        asked: None,
        label: "leader timeout",
        rule: "begin-ballot",
        by_itself: "no leader heard for a leader timeout",
    },
    Case {
        slug: "paxos",
        params: &[("propose-within-ms", 0)],
        crashed: &[2, 3, 4],
        asked: Some((0, &[0])),
        label: "ballot timeout",
        rule: "timed-out",
        by_itself: "waited for a ballot timeout",
    },
    Case {
        slug: "paxos",
        params: &[("propose-within-ms", 0)],
        crashed: &[2, 3, 4],
        asked: Some((0, &[0])),
        label: "back-off",
        rule: "try-again",
        by_itself: "waited as long as it drew",
    },
    Case {
        slug: "pbft",
        params: &[("request-timeout-ms", 20)],
        crashed: &[0],
        asked: Some((4, &[0, 1, 0])),
        label: "view change",
        rule: "time-out",
        by_itself: "its timer ran out before that came",
    },
];

fn begin(case: &Case) -> Box<dyn Session> {
    let params = case.params.iter().map(|(id, value)| ((*id).into(), *value)).collect();
    let mut session = open(&Recipe { params, seed: 1, ..Recipe::new(case.slug) }).unwrap();
    for node in case.crashed {
        session.command(Command::Crash(NodeId(*node))).unwrap();
    }
    if let Some((node, args)) = case.asked {
        let args = args.to_vec();
        session.command(Command::Operate { node: NodeId(node), operation: 0, args }).unwrap();
    }
    session
}

/// The reason of a rule in the step just taken.
fn why(session: &dyn Session, rule: &str) -> Option<WhyView> {
    session.frame(&Lens::default()).last?.whys.into_iter().find(|why| why.rule == rule)
}

/// The node and the position of a timer, once one with that label runs.
fn timer_of(session: &mut dyn Session, label: &str) -> Command {
    for _ in 0..STEPS_MAX {
        for node in session.frame(&Lens::default()).nodes {
            if let Some(timer) = node.timers.iter().position(|timer| timer.label == label) {
                return Command::Fire { node: node.id, timer: timer as u8 };
            }
        }
        assert!(session.step(), "nothing happens any more");
    }
    panic!("no timer “{label}”");
}

#[test]
fn a_reason_never_says_that_a_timer_fired_by_hand_has_run_out() {
    for case in CASES {
        let mut session = begin(&case);
        let fire = timer_of(&mut *session, case.label);
        session.command(fire).unwrap();
        let why = why(&*session, case.rule).unwrap_or_else(|| panic!("{} by hand", case.rule));
        let last = why.guards.last().unwrap();
        assert!(!last.holds && last.text.starts_with("a hand"), "{}: {}", case.rule, last.text);
        let said = why.sentence.plain();
        for claim in ["for a while", "too long", "long enough", "hears no leader"] {
            assert!(!said.contains(claim), "{said}");
        }
    }
}

#[test]
fn a_timer_that_ran_out_is_said_to_have_run_out() {
    for case in CASES {
        let mut session = begin(&case);
        let why = (0..STEPS_MAX).find_map(|_| {
            assert!(session.step(), "{}: nothing happens any more", case.rule);
            why(&*session, case.rule)
        });
        let why = why.unwrap_or_else(|| panic!("{} never fires", case.rule));
        let last = why.guards.last().unwrap();
        assert_eq!((last.holds, last.text.as_str()), (true, case.by_itself), "{}", case.rule);
    }
}

/// A Raft cluster with check-quorum that n1 leads and of which all have answered it.
fn led_by_n1() -> Box<dyn Session> {
    let params = vec![("check-quorum".into(), 1), ("clients".into(), 0)];
    let mut session = open(&Recipe { params, seed: 1, ..Recipe::new("raft") }).unwrap();
    session.command(Command::Fire { node: NodeId(0), timer: 0 }).unwrap();
    session.run_until(playground_core::time::Time(150_000), STEPS_MAX);
    assert_eq!(session.frame(&Lens::default()).nodes[0].view.role, "leader");
    session
}

/// The last guard of a rule, once it is told; first, a hand fires the timer before its time, if it is to.
fn last_guard(session: &mut dyn Session, label: &str, rule: &str, is_early: bool) -> (bool, String) {
    if is_early {
        let fire = timer_of(session, label);
        session.command(fire).unwrap();
    }
    for _ in 0..STEPS_MAX {
        if let Some(last) = why(session, rule).and_then(|why| why.guards.into_iter().last()) {
            return (last.holds, last.text);
        }
        assert!(session.step(), "nothing happens any more");
    }
    panic!("{rule} never fires");
}

/// What is done before a timer fires.
type Hands = fn(&mut dyn Session);

/// Leaders' timers, which do not run before somebody leads.
#[test]
fn a_leaders_timer_says_whether_a_hand_fired_it() {
    let cut_off = |session: &mut dyn Session| {
        let (from, to) = (vec![NodeId(0)], (1..5).map(NodeId).collect());
        session.command(Command::Cut { from, to, ways: Ways::Both, fate: CutFate::Lose }).unwrap();
    };
    let nothing: Hands = |_| {};
    // Hands over to n5, which is down.
    let hand_over = |session: &mut dyn Session| {
        session.command(Command::Crash(NodeId(4))).unwrap();
        session.command(Command::Operate { node: NodeId(0), operation: 5, args: vec![4] }).unwrap();
    };
    // Removes n5, which is down, and is to bring it up to date again.
    let catch_up = |session: &mut dyn Session| {
        session.command(Command::Crash(NodeId(4))).unwrap();
        session.command(Command::Operate { node: NodeId(0), operation: 6, args: vec![3, 4] }).unwrap();
        session.run_until(playground_core::time::Time(250_000), STEPS_MAX);
        session.command(Command::Operate { node: NodeId(0), operation: 6, args: vec![4, 4] }).unwrap();
    };
    let cases: [(Hands, &str, &str, &str); 4] = [
        (nothing, "quorum check", "kept-quorum", "a longest election timeout since its last check"),
        (cut_off, "quorum check", "lost-quorum", "a longest election timeout since its last check"),
        (hand_over, "hand-over timeout", "transfer-aborted", "a shortest election timeout since it began"),
        (catch_up, "catch-up timeout", "unavailable", "round 1 began 3 s ago"),
    ];
    for (first, label, rule, by_itself) in cases {
        for is_early in [false, true] {
            let mut session = led_by_n1();
            // What was heard before the last check does not count.
            if rule == "lost-quorum" {
                let fire = timer_of(&mut *session, label);
                session.command(fire).unwrap();
            }
            first(&mut *session);
            let by_hand = "a hand fired its timer before its time";
            let told = if is_early { (false, by_hand.to_owned()) } else { (true, by_itself.to_owned()) };
            assert_eq!(last_guard(&mut *session, label, rule, is_early), told, "{rule}");
        }
    }
}

/// A backup that executed what it waited for stops its timer; so none runs that has nothing to wait for.
#[test]
fn a_replica_that_waits_for_nothing_has_no_timer_to_fire() {
    let mut session = open(&Recipe { seed: 1, ..Recipe::new("pbft") }).unwrap();
    session.command(Command::Operate { node: NodeId(4), operation: 0, args: vec![0, 1, 0] }).unwrap();
    session.run_until(playground_core::time::Time(200_000), STEPS_MAX);
    let frame = session.frame(&Lens::default());
    assert!(frame.nodes.iter().all(|node| node.timers.iter().all(|timer| timer.label != "view change")));
}
