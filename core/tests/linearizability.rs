//! Histories and their verdicts, each with a twin that differs in one answer.

mod histories_support;

use histories_support::{history, say};
use playground_core::history::Value;
use playground_core::linearizability::{Checker, Live, ModelKind, Spec, Verdict};

fn verdict(model: ModelKind, script: &str) -> String {
    let history = history(script);
    let verdict = Checker::judge(&history, &Spec::new(model), 1_000_000).expect("a history of the model");
    say(&history, &verdict)
}

fn check(model: ModelKind, script: &str, expected: &str) {
    assert_eq!(verdict(model, script), expected, "{script}");
}

#[test]
fn nothing_happened_and_that_is_fine() {
    for model in ModelKind::ALL {
        check(model, "", "yes: ");
    }
}

#[test]
fn a_read_during_a_write_may_see_either_value() {
    let script = |seen: &str| {
        format!(
            "0 invoke write 1\n0 ok write 1\n0 invoke write 2\n1 invoke read\n1 ok read {seen}\n0 ok write 2"
        )
    };
    check(ModelKind::Register, &script("1"), "yes: write 1; read → 1; write 2");
    check(ModelKind::Register, &script("2"), "yes: write 1; write 2; read → 2");
    check(ModelKind::Register, &script("3"), "no: read → 3 | write 1; write 2 | 2");
}

#[test]
fn a_read_after_a_write_must_not_be_stale() {
    check(
        ModelKind::Register,
        "0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read nil",
        "no: read → nil | write 1 | 1",
    );
}

#[test]
fn once_a_new_value_was_read_the_old_one_is_gone() {
    let script = |second: &str| {
        format!(
            "0 invoke write 1\n1 invoke read\n1 ok read 1\n1 invoke read\n1 ok read {second}\n0 ok write 1"
        )
    };
    check(ModelKind::Register, &script("1"), "yes: write 1; read → 1; read → 1");
    check(ModelKind::Register, &script("nil"), "no: read → nil | write 1; read → 1 | 1");
}

#[test]
fn an_unknown_write_may_take_effect_much_later_or_never() {
    let script = |seen: &str| {
        format!(
            "0 invoke write 1\n0 info write 1\n1 invoke read\n1 ok read nil\n1 invoke read\n1 ok read {seen}"
        )
    };
    check(ModelKind::Register, &script("nil"), "yes: read → nil; read → nil");
    check(ModelKind::Register, &script("1"), "yes: read → nil; write 1, unknown; read → 1");
    check(ModelKind::Register, &script("2"), "no: read → 2 | read → nil; write 1, unknown | 1");
}

#[test]
fn an_unknown_write_takes_effect_once() {
    check(
        ModelKind::Register,
        "0 invoke write 1\n0 info write 1\n1 invoke read\n1 ok read 1\n1 invoke write 2\n1 ok write 2\n1 invoke read\n\
         1 ok read 1",
        "no: read → 1 | write 1, unknown; read → 1; write 2 | 2",
    );
}

#[test]
fn a_failed_write_never_took_effect() {
    let script = |end: &str| format!("0 invoke write 1\n0 {end} write 1\n1 invoke read\n1 ok read 1");
    check(ModelKind::Register, &script("fail"), "no: read → 1 |  | nil");
    check(ModelKind::Register, &script("info"), "yes: write 1, unknown; read → 1");
}

#[test]
fn of_two_swaps_of_one_value_one_must_fail() {
    let script = |second: &str| {
        format!(
            "0 invoke write 1\n0 ok write 1\n0 invoke cas [1 2]\n1 invoke cas [1 3]\n0 ok cas [1 2]\n\
             1 {second} cas [1 3]"
        )
    };
    check(ModelKind::CasRegister, &script("fail"), "yes: write 1; cas 1 2");
    check(ModelKind::CasRegister, &script("ok"), "no: cas 1 3 | write 1; cas 1 2 | 2");
}

#[test]
fn a_swap_that_found_something_else_is_an_observation() {
    let script = |value: &str| {
        let text = format!(
            "0 invoke write {value}\n0 ok write {value}\n0 invoke cas [1 2]\n0 fail cas [1 2], :error :mismatch"
        );
        verdict(ModelKind::CasRegister, &text)
    };
    assert_eq!(script("3"), "yes: write 3; cas 1 2, failed");
    assert_eq!(script("1"), "no: cas 1 2, failed | write 1 | 1");
}

#[test]
fn keys_are_judged_each_by_itself() {
    let script = |seen: &str| {
        format!(
            "0 invoke put [x 1]\n1 invoke put [y 2]\n0 ok put [x 1]\n1 ok put [y 2]\n0 invoke get [y nil]\n\
             0 ok get [y {seen}]"
        )
    };
    check(ModelKind::Kv, &script("2"), "yes: put :x 1; put :y 2; get :y → 2");
    check(ModelKind::Kv, &script("1"), "no: get :y → 1 | put :y 2 | 2");
}

#[test]
fn an_early_stop_needs_no_verdict_on_the_other_keys() {
    // Forty concurrent writes, none of which is read: with a read of something else, no order, and no way to see it fast.
    let mut script = String::new();
    for client in 0..40 {
        script += &format!("{client} invoke put [1 {client}]\n");
    }
    for client in 0..40 {
        script += &format!("{client} ok put [1 {client}]\n");
    }
    script += "0 invoke get [1 nil]\n0 ok get [1 99]\n";
    let hard = history(&script);
    let mut alone = Checker::new(&hard, &Spec::new(ModelKind::Kv)).expect("a history of the model");
    assert!(!alone.run(20_000).is_done);
    script += "0 invoke put [2 1]\n0 ok put [2 1]\n0 invoke get [2 nil]\n0 ok get [2 5]\n";
    let both = history(&script);
    let mut checker = Checker::new(&both, &Spec::new(ModelKind::Kv)).expect("a history of the model");
    let progress = checker.run(20_000);
    assert_eq!((progress.objects, progress.explained, progress.is_done), (2, 0, true));
    assert_eq!(say(&both, checker.verdict().expect("it is done")), "no: get 2 → 5 | put 2 1 | 1");
}

#[test]
fn appended_texts_and_lists_grow_in_the_order_of_the_appends() {
    let script = |seen: &str| {
        format!(
            "0 invoke append [1 \"a\"]\n1 invoke append [1 \"b\"]\n0 ok append [1 \"a\"]\n1 ok append [1 \"b\"]\n\
             0 invoke get [1 nil]\n0 ok get [1 {seen}]"
        )
    };
    check(ModelKind::Kv, &script("\"ba\""), "yes: append 1 b; append 1 a; get 1 → ba");
    check(ModelKind::Kv, &script("[\"b\" \"a\"]"), "yes: append 1 b; append 1 a; get 1 → [b a]");
    // To blame is the read, though the search sees it coming and tries neither append.
    check(ModelKind::Kv, &script("\"ca\""), "no: get 1 → ca | append 1 a; append 1 b | ab");
}

#[test]
fn an_addition_may_tell_the_sum() {
    let script = |sum: i64| {
        format!("0 invoke add [1 2]\n0 ok add [1 [2 2]]\n0 invoke add [1 3]\n0 ok add [1 [3 {sum}]]")
    };
    check(ModelKind::Kv, &script(5), "yes: add 1 2 → [2 2]; add 1 3 → [3 5]");
    check(ModelKind::Kv, &script(3), "no: add 1 3 → [3 3] | add 1 2 → [2 2] | 2");
}

#[test]
fn two_cannot_hold_a_lock() {
    let script = |order: [&str; 3]| {
        format!("0 invoke acquire\n0 ok acquire\n{}\n{}\n{}", order[0], order[1], order[2]) + "\n0 ok release"
    };
    let fair = ["0 invoke release", "1 invoke acquire", "1 ok acquire"];
    check(ModelKind::Mutex, &script(fair), "yes: acquire; release; acquire");
    let unfair = ["1 invoke acquire", "1 ok acquire", "0 invoke release"];
    check(ModelKind::Mutex, &script(unfair), "no: acquire | acquire | held");
}

#[test]
fn a_queue_gives_back_in_the_order_of_entering() {
    let script = |first: i64, second: &str| {
        format!(
            "0 invoke enqueue 1\n0 ok enqueue 1\n0 invoke enqueue 2\n0 ok enqueue 2\n1 invoke dequeue\n\
             1 ok dequeue {first}\n1 invoke dequeue\n1 ok dequeue {second}"
        )
    };
    let entered = "enqueue 1; enqueue 2";
    check(ModelKind::Queue, &script(1, "2"), &format!("yes: {entered}; dequeue → 1; dequeue → 2"));
    check(ModelKind::Queue, &script(2, "1"), &format!("no: dequeue → 2 | {entered} | [1 2]"));
    check(ModelKind::Queue, &script(1, "1"), &format!("no: dequeue → 1 | {entered}; dequeue → 1 | [2]"));
    check(ModelKind::Queue, &script(1, "nil"), &format!("no: dequeue → nil | {entered}; dequeue → 1 | [2]"));
}

#[test]
fn a_counter_counts_every_addition_once() {
    let script = |seen: i64| {
        format!("0 invoke add 2\n1 invoke add 3\n0 ok add 2\n1 info add 3\n0 invoke read\n0 ok read {seen}")
    };
    check(ModelKind::Counter, &script(2), "yes: add 2; read → 2");
    check(ModelKind::Counter, &script(5), "yes: add 2; add 3, unknown; read → 5");
    check(ModelKind::Counter, &script(8), "no: read → 8 | add 2; add 3, unknown | 5");
    check(ModelKind::Counter, &script(3), "no: read → 3 | add 2; add 3, unknown | 5");
}

#[test]
fn consensus_decides_once_on_a_value_that_was_proposed() {
    let script = |first: i64, second: i64| {
        format!(
            "0 invoke propose 1\n1 invoke propose 2\n2 invoke propose 3\n0 ok propose {first}\n1 ok propose {second}"
        )
    };
    check(ModelKind::Consensus, &script(1, 1), "yes: propose 1; propose 2 → 1");
    check(ModelKind::Consensus, &script(2, 2), "yes: propose 2; propose 1 → 2");
    check(ModelKind::Consensus, &script(3, 3), "yes: propose 3, unknown; propose 1 → 3; propose 2 → 3");
    check(ModelKind::Consensus, &script(1, 2), "no: propose 2 | propose 1 | 1");
    check(ModelKind::Consensus, &script(4, 4), "no: propose 1 → 4 | propose 3, unknown | 3");
}

#[test]
fn a_set_loses_nothing_and_makes_up_nothing() {
    let script = |seen: &str| {
        format!("0 invoke add 1\n0 ok add 1\n1 invoke add 2\n0 invoke read\n0 ok read {seen}\n1 ok add 2")
    };
    check(ModelKind::Set, &script("#{1}"), "yes: add 1; read → [1]; add 2");
    check(ModelKind::Set, &script("[2 1]"), "yes: add 1; add 2; read → [2 1]");
    check(ModelKind::Set, &script("#{2}"), "no: read → [2] | add 1 | [1]");
    check(ModelKind::Set, &script("#{1 9}"), "no: read → [1 9] | add 1; add 2 | [1 2]");
}

#[test]
fn what_is_there_at_first_can_be_said() {
    let judged = |model: ModelKind, initial: Value, script: &str| {
        let history = history(script);
        let spec = Spec { initial: Some(initial), ..Spec::new(model) };
        Checker::judge(&history, &spec, 1_000)
            .map(|verdict| say(&history, &verdict))
            .map_err(|e| e.to_string())
    };
    let read = "0 invoke read\n0 ok read 7";
    assert_eq!(judged(ModelKind::Register, Value::Int(7), read), Ok("yes: read → 7".into()));
    assert_eq!(judged(ModelKind::Register, Value::Int(8), read), Ok("no: read → 7 |  | 8".into()));
    assert_eq!(judged(ModelKind::Counter, Value::Int(7), read), Ok("yes: read → 7".into()));
    assert_eq!(
        judged(ModelKind::Counter, Value::text("x"), read),
        Err("wanted a whole number as initial value, found x".into())
    );
    let list = Value::list([Value::Int(7)]);
    assert_eq!(
        judged(ModelKind::Queue, list.clone(), "0 invoke dequeue\n0 ok dequeue 7"),
        Ok("yes: dequeue → 7".into())
    );
    assert_eq!(judged(ModelKind::Set, list, "0 invoke read\n0 ok read [7]"), Ok("yes: read → [7]".into()));
    let release = "0 invoke release\n0 ok release";
    assert_eq!(judged(ModelKind::Mutex, Value::text("held"), release), Ok("yes: release".into()));
    assert_eq!(judged(ModelKind::Mutex, Value::text("free"), release), Ok("no: release |  | free".into()));
}

#[test]
fn a_register_that_already_holds_too_much_is_refuted_at_once() {
    let history = history("0 invoke get [1 nil]\n0 ok get [1 \"b\"]");
    let spec = Spec { initial: Some(Value::text("a")), ..Spec::new(ModelKind::Kv) };
    let verdict = Checker::judge(&history, &spec, 10).expect("a history of the model");
    assert_eq!(say(&history, &verdict), "no: get 1 → b |  | a");
}

#[test]
fn an_operation_that_the_model_does_not_know_is_named() {
    let misfit = |model: ModelKind, script: &str| {
        Checker::new(&history(script), &Spec::new(model)).err().expect("a misfit").to_string()
    };
    let cas = "0 invoke read\n0 ok read nil\n0 invoke cas [1 2]\n0 ok cas [1 2]";
    assert_eq!(misfit(ModelKind::Register, cas), "line 3: wanted read or write, found cas");
    assert_eq!(misfit(ModelKind::Kv, "0 invoke get 3"), "line 1: wanted [key value] for get, found 3");
    assert_eq!(
        misfit(ModelKind::CasRegister, "0 invoke cas 3\n0 ok cas 3"),
        "line 1: wanted [old new] for cas, found 3"
    );
    assert_eq!(
        misfit(ModelKind::Kv, "0 invoke get [1 nil]\n0 ok get [2 5]"),
        "line 1: wanted the answer [1 value] for get, found [2 5]"
    );
}

#[test]
fn a_bound_cuts_the_search_short_and_slices_add_up() {
    let mut script = String::new();
    for client in 0..12 {
        script += &format!("{client} invoke write {client}\n");
    }
    for client in 0..12 {
        script += &format!("{client} ok write {client}\n");
    }
    let history = history(&(script + "0 invoke read\n0 ok read 99"));
    let spec = Spec::new(ModelKind::Register);
    assert_eq!(Checker::judge(&history, &spec, 1_000), Ok(Verdict::CutShort));
    let whole = Checker::judge(&history, &spec, u64::MAX).expect("a history of the model");
    let mut sliced = Checker::new(&history, &spec).expect("a history of the model");
    while !sliced.run(777).is_done {}
    assert_eq!(sliced.verdict(), Some(&whole));
}

#[test]
fn a_growing_history_is_followed_and_going_back_too() {
    let script = "0 invoke put [1 1]\n0 ok put [1 1]\n1 invoke put [2 5]\n1 ok put [2 5]\n0 invoke get [1 nil]\n\
                  0 ok get [1 2]\n";
    let lines: Vec<&str> = script.lines().collect();
    let mut live = Live::new(Spec::new(ModelKind::Kv));
    let mut told = vec![];
    for len in [1, 2, 3, 4, 5, 6, 4] {
        let history = history(&lines[..len].join("\n"));
        told.push(say(&history, live.follow(&history).expect("a history of the model")));
    }
    let other = history(&script.replace("[1 2]", "[1 1]"));
    told.push(say(&other, live.follow(&other).expect("a history of the model")));
    assert_eq!(
        told,
        [
            "yes: ",
            "yes: put 1 1",
            "yes: put 1 1",
            "yes: put 1 1; put 2 5",
            "yes: put 1 1; put 2 5",
            "no: get 1 → 2 | put 1 1 | 1",
            "yes: put 1 1; put 2 5",
            "yes: put 1 1; put 2 5; get 1 → 1",
        ]
    );
}
