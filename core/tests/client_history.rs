//! The lamp of linearizable histories against the slow way: every order of small histories, tried one by one.

use playground_core::registry::find;
use playground_core::toolkit::client_history::{ClientHistory, ClientSeen};
use playground_core::toolkit::registers::{Answer, Call};
use playground_core::view::Lens;

/// A command of a small history: when it was asked for, when it was answered, and what.
#[derive(Debug, Clone)]
struct Asked {
    call: Call,
    from: usize,
    answered: Option<(usize, Answer)>,
}

/// Whether some order explains a history: each command once, those without an answer perhaps never.
fn is_explained(all: &[Asked], done: u32, value: u32) -> bool {
    let is_open = |at: usize| done >> at & 1 == 0;
    if (0..all.len()).all(|at| !is_open(at) || all[at].answered.is_none()) {
        return true;
    }
    let must_wait = |at: usize| {
        (0..all.len()).any(|other| {
            is_open(other) && all[other].answered.is_some_and(|(returned, _)| returned < all[at].from)
        })
    };
    (0..all.len()).filter(|at| is_open(*at) && !must_wait(*at)).any(|at| {
        let (next, answer) = all[at].call.on(value);
        all[at].answered.is_none_or(|(_, own)| own == answer) && is_explained(all, done | 1 << at, next)
    })
}

/// A generator of its own: what is judged must not depend on what it judges.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn call(&mut self) -> Call {
        match self.below(4) {
            0 => Call::Put { key: 0, value: self.below(3) as u32 },
            1 => Call::Get { key: 0 },
            2 => Call::Add { key: 0, by: 1 },
            _ => Call::Cas { key: 0, expected: self.below(3) as u32, value: self.below(3) as u32 },
        }
    }

    /// An answer such as this call may have, often one that some machine would give.
    fn answer(&mut self, call: Call) -> Answer {
        call.on(self.below(4) as u32).1
    }
}

const CLIENTS: usize = 3;

fn told(waits: Option<(u32, Call)>, answer: Option<Answer>) -> Option<ClientSeen> {
    Some(ClientSeen { waits, answer })
}

/// Plays a history by chance and judges it both ways after each answer. Whether it ended in one that has no order.
fn play(dice: &mut Dice) -> bool {
    let (mut history, mut all) = (ClientHistory::default(), Vec::<Asked>::new());
    let mut waits: [Option<usize>; CLIENTS] = [None; CLIENTS];
    for now in 0..24 {
        let client = dice.below(CLIENTS as u64) as usize;
        match waits[client] {
            None if all.len() < 9 => {
                let call = dice.call();
                waits[client] = Some(all.len());
                all.push(Asked { call, from: now, answered: None });
                history.observe(client, told(Some((now as u32, call)), None));
            }
            Some(_) if dice.below(8) == 0 => {
                waits[client] = None;
                history.observe(client, None);
                assert_eq!(history.verdict(Some(client)), Ok(()), "a crash is no answer");
            }
            Some(at) => {
                let answer = dice.answer(all[at].call);
                all[at].answered = Some((now, answer));
                waits[client] = None;
                history.observe(client, told(None, Some(answer)));
                let verdict = history.verdict(Some(client));
                assert_eq!(verdict.is_ok(), is_explained(&all, 0, 0), "{all:#?} {verdict:?}");
                assert_eq!(history.verdict(None), Ok(()));
                if verdict.is_err() {
                    return true;
                }
            }
            None => {}
        }
    }
    false
}

#[test]
fn it_finds_what_trying_every_order_finds() {
    let mut dice = Dice(7);
    let broken = (0..6_000).filter(|_| play(&mut dice)).count();
    assert!((1_000..5_900).contains(&broken), "both kinds are tried: {broken} of 6000 have no order");
}

#[test]
fn a_stale_read_is_told_with_what_it_should_have_been() {
    let mut history = ClientHistory::default();
    let (put, get) = (Call::Put { key: 1, value: 7 }, Call::Get { key: 1 });
    history.observe(0, told(Some((1, put)), None));
    history.observe(0, told(None, Some(Answer::Done)));
    history.observe(1, told(Some((1, get)), None));
    history.observe(1, told(None, Some(Answer::Value(0))));
    assert_eq!(history.verdict(Some(0)), Ok(()), "another one was answered");
    let stale = history.verdict(Some(1));
    assert_eq!(
        stale,
        Err("c2 is answered “0” to “y ?”: in whatever order, one machine would have answered 7".into())
    );
    history.forget_news();
    assert_eq!(history.verdict(Some(1)), Ok(()), "it is told once");
}

#[test]
fn a_read_under_way_may_see_either_value_and_not_go_back() {
    let mut history = ClientHistory::default();
    let (put, get) = (Call::Put { key: 0, value: 7 }, Call::Get { key: 0 });
    history.observe(0, told(Some((1, put)), None));
    for (number, answer, is_fine) in [(1, 0, true), (2, 7, true), (3, 0, false)] {
        history.observe(1, told(Some((number, get)), None));
        history.observe(1, told(None, Some(Answer::Value(answer))));
        assert_eq!(history.verdict(Some(1)).is_ok(), is_fine, "read {number} sees {answer}");
    }
}

#[test]
fn the_write_of_a_crashed_client_may_come_at_any_later_time_but_once() {
    let mut history = ClientHistory::default();
    let read = |history: &mut ClientHistory, number, answer| {
        history.observe(1, told(Some((number, Call::Get { key: 0 })), None));
        history.observe(1, told(None, Some(Answer::Value(answer))));
        history.verdict(Some(1)).is_ok()
    };
    history.observe(0, told(Some((1, Call::Add { key: 0, by: 5 })), None));
    history.observe(0, None);
    assert!(read(&mut history, 1, 0), "not yet");
    assert!(read(&mut history, 2, 5), "now");
    assert!(read(&mut history, 3, 5));
    assert!(!read(&mut history, 4, 10), "not twice");
}

#[test]
fn what_cannot_be_judged_any_more_breaks_nothing() {
    let mut history = ClientHistory::default();
    for number in 1..=9 {
        history.observe(0, told(Some((number, Call::Put { key: 0, value: number })), None));
        history.observe(0, None);
    }
    history.observe(1, told(Some((1, Call::Get { key: 0 })), None));
    history.observe(1, told(None, Some(Answer::Value(99))));
    assert_eq!(history.verdict(Some(1)), Ok(()), "nine lost writes are more than are judged");
    history.observe(1, told(Some((2, Call::Get { key: 1 })), None));
    history.observe(1, told(None, Some(Answer::Value(99))));
    assert!(history.verdict(Some(1)).is_err(), "another register is");
}

/// Scenarios in which clients see that a rule is missing.
fn seen_by_clients(slug: &str) -> Vec<&'static str> {
    let entry = find(slug).unwrap();
    let is_broken = |id: &str| {
        let mut session = entry.scenario(id).unwrap().session;
        session.seek(session.recipe().length);
        let verdicts = session.frame(&Lens::default()).verdicts;
        verdicts.iter().any(|verdict| verdict.id == "linearizable-history" && !verdict.holds)
    };
    entry.scenarios.iter().map(|scenario| scenario.id).filter(|id| is_broken(id)).collect()
}

#[test]
fn clients_see_what_twins_break_and_nothing_else() {
    assert_eq!(seen_by_clients("raft"), ["twin-local-read", "twin-lease-read"]);
    assert_eq!(seen_by_clients("multi-paxos"), ["twin-skip-phase-1"]);
    assert_eq!(seen_by_clients("pbft"), ["twin-first-reply"]);
}
