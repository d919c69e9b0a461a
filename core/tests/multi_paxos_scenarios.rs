//! The scenarios of Multi-Paxos: each plays, and shows what its caption says.

use playground_core::id::NodeId;
use playground_core::registry::find;
use playground_core::session::Session;
use playground_core::trace::MarkKind;
use playground_core::view::{Answer, CellState, Frame, Lens, LogView, Panel};

struct Play {
    session: Box<dyn Session>,
    opens_at: u64,
    length: u64,
}

fn play(id: &str) -> Play {
    let opened = find("multi-paxos").unwrap().scenario(id).unwrap();
    let length = opened.session.recipe().length;
    Play { opens_at: opened.opens_at, length, session: opened.session }
}

impl Play {
    fn at(&mut self, step: u64) -> Frame {
        assert_eq!(self.session.seek(step), step);
        self.session.frame(&Lens { log_entries_max: 64, log_from: Some(1) })
    }

    fn opening(&mut self) -> Frame {
        self.at(self.opens_at)
    }

    fn end(&mut self) -> Frame {
        self.at(self.length)
    }

    /// The first step from the opening on at which a node said a sentence, and the picture after it.
    fn when(&mut self, said: &str) -> Frame {
        let steps = self.session.steps(self.opens_at + 1..self.length + 1);
        let says = |step: &&playground_core::view::StepView| {
            step.whys.iter().any(|why| why.sentence.plain() == said)
        };
        let step = steps.iter().find(says).unwrap_or_else(|| panic!("nobody says “{said}”")).step;
        self.at(step)
    }

    fn marks(&self, kind: MarkKind) -> usize {
        self.session.marks().iter().filter(|mark| mark.kind == kind).count()
    }
}

fn log(frame: &Frame, number: usize) -> &LogView {
    let panels = &frame.nodes[number - 1].view.panels;
    panels.iter().find_map(|panel| if let Panel::Log(log) = panel { Some(log) } else { None }).unwrap()
}

/// A server's log in short: `1:x ← 1` with `?` for accepted, `~` for chosen but not known to be, `!` for doomed, `gap`.
fn cells(frame: &Frame, number: usize) -> Vec<String> {
    let cell = |cell: &playground_core::view::LogCell| match cell.state {
        CellState::Committed => format!("{}:{}", cell.term, cell.text),
        CellState::Uncommitted => format!("{}:{}?", cell.term, cell.text),
        CellState::Doomed => format!("{}:{}!", cell.term, cell.text),
        CellState::Gap => "gap".into(),
        CellState::Unaware => format!("{}:{}~", cell.term, cell.text),
        CellState::Betrayed => format!("{}:{}, betrayed", cell.term, cell.text),
    };
    log(frame, number).cells.iter().map(cell).collect()
}

fn value(frame: &Frame, number: usize, key: &str) -> String {
    let panels = &frame.nodes[number - 1].view.panels;
    let rows = panels.iter().find_map(|panel| match panel {
        Panel::Table { title: "State machine", rows, .. } => Some(rows),
        _ => None,
    });
    rows.and_then(|rows| rows.iter().find(|row| row[0] == key)).map(|row| row[1].clone()).unwrap()
}

fn role(frame: &Frame, number: usize) -> &'static str {
    frame.nodes[number - 1].view.role
}

/// Ids of the broken properties, by the step that broke them.
fn broken(frame: &Frame) -> Vec<&'static str> {
    let mut broken: Vec<_> =
        frame.verdicts.iter().filter_map(|v| v.broken_at.map(|step| (step, v.id))).collect();
    broken.sort_unstable();
    broken.into_iter().map(|(_, id)| id).collect()
}

#[test]
fn a_correct_protocol_breaks_no_property_and_stories_are_short() {
    for scenario in find("multi-paxos").unwrap().scenarios {
        let mut play = play(scenario.id);
        assert!(play.length < 300, "{} takes {} steps", scenario.id, play.length);
        assert!(play.length >= play.opens_at + 15, "{} ends as soon as it opens", scenario.id);
        if !scenario.params.iter().any(|(id, value)| id.starts_with("twin-") && *value == 1) {
            assert_eq!(broken(&play.end()), Vec::<&str>::new(), "{}", scenario.id);
        }
    }
}

#[test]
fn a_new_leader_adopts_half_finished_slots_and_fills_the_gap() {
    let mut play = play("half-finished-slots");
    let opening = play.opening();
    assert_eq!(role(&opening, 1), "crashed");
    assert_eq!(cells(&opening, 1), ["1:x ← 1~", "1:x ← 7~", "1:z ← 7?", "1:y ← 7~"]);
    assert_eq!(cells(&opening, 2), ["1:x ← 1"]);
    assert_eq!(cells(&opening, 3), ["1:x ← 1", "1:x ← 7~", "gap", "1:y ← 7~"]);
    let fills = play.when("n2 fills the gap at slot 3 with a no-op, at ballot 2");
    assert_eq!(cells(&fills, 2), ["1:x ← 1", "2:x ← 7~", "2:no-op?", "2:y ← 7~"]);
    let ring = fills.nodes[1].view.quorum.as_ref().unwrap();
    assert_eq!((ring.purpose.as_str(), ring.told().as_str()), ("slot 2 accepted", "1 of 3, 2 needed"));
    assert_eq!(ring.notches[0].answer, Answer::Unreachable);
    let tracks: Vec<_> = fills.phases.iter().map(|track| (track.title.as_str(), track.current)).collect();
    assert_eq!(
        tracks,
        [("ballot 2", Some(2)), ("slot 2", Some(0)), ("slot 3", Some(0)), ("slot 4", Some(0))]
    );
    let back = play.when("n1 hears that slot 1 is chosen, but not that it is the command it accepted there");
    assert_eq!(cells(&back, 1)[2], "1:z ← 7!", "what n1 accepted in slot 3 will be overwritten");
    let end = play.end();
    for number in 1..=3 {
        assert_eq!(
            cells(&end, number).iter().map(|cell| cell.split_once(':').unwrap().1).collect::<Vec<_>>(),
            ["x ← 1", "x ← 7", "no-op", "y ← 7", "z ← 7"],
            "n{number}"
        );
    }
}

#[test]
fn a_stable_leader_needs_one_round_trip_a_command() {
    let mut play = play("normal-case");
    play.end();
    let measures = play.session.measures();
    let of = |id: &str| measures.values.iter().find(|measure| measure.id == id).unwrap();
    // Phase 1 takes 4 messages once, phase 2 another 4 for each of 3 commands.
    let per_slot = of("messages-per-slot");
    assert_eq!((per_slot.value.unwrap().0, per_slot.theory.unwrap().0), (16_000 / 3, 4_000));
    let per_command = of("messages-per-command");
    assert_eq!((per_command.value.unwrap().0, per_command.theory.unwrap().0), (4_000, 4_000));
    let takeover = of("messages-per-takeover");
    assert_eq!((takeover.value, takeover.theory.unwrap().0), (takeover.theory, 4_000));
    assert_eq!(of("ballots-per-leader").value, of("ballots-per-leader").theory);
}

#[test]
fn a_window_keeps_a_command_waiting_and_a_newer_slot_waits_for_an_older_one() {
    let mut play = play("window");
    let waits = play.when("n1 does not apply slot 2 yet: slot 1 is not chosen");
    assert_eq!(cells(&waits, 1), ["1:z ← 3?", "1:x ← 1"]);
    assert_eq!(cells(&waits, 2), ["gap", "1:x ← 1~"]);
    assert_eq!(value(&waits, 1, "x"), "0", "chosen, and not applied");
    let tracks: Vec<_> = waits.phases.iter().map(|track| track.current).collect();
    assert_eq!(tracks, [Some(2), Some(0), Some(1)]);
    assert_eq!(cells(&play.end(), 3), ["1:z ← 3", "1:x ← 1", "1:y ← 2"]);
}

#[test]
fn duelling_leaders_choose_nothing_until_one_waits() {
    let mut play = play("duel");
    let decided = play.session.marks().iter().find(|mark| mark.kind == MarkKind::Decided).unwrap().step;
    let before = play.session.marks().iter().filter(|mark| mark.step < decided);
    let lost = before.filter(|mark| mark.kind == MarkKind::Lost).count();
    assert_eq!((play.marks(MarkKind::Elected), lost), (5, 4), "each but the last is pre-empted");
    let end = play.end();
    assert_eq!(
        [1, 2, 3].map(|number| cells(&end, number)),
        [const { ["7:x ← 2", "7:x ← 1"] }; 3].map(Vec::from)
    );
}

#[test]
fn a_partitioned_leader_does_not_take_its_own_command_for_the_chosen_one() {
    let mut play = play("partitioned-leader");
    let opening = play.opening();
    assert!(opening.cuts.is_empty(), "the cut is healed");
    assert_eq!([1, 4].map(|number| role(&opening, number)), ["leader", "leader"]);
    assert_eq!(cells(&opening, 1), ["1:x ← 1", "1:x ← 7!"]);
    assert_eq!(cells(&opening, 4), ["1:x ← 1", "4:x ← 9"]);
    let unsure =
        play.when("n1 hears that slot 2 is chosen, but not that it is the command it accepted there");
    assert_eq!((role(&unsure, 1), cells(&unsure, 1)[1].as_str()), ("follower", "1:x ← 7!"));
    assert_eq!(cells(&play.end(), 1), ["1:x ← 1", "4:x ← 9", "4:x ← 7"]);
}

#[test]
fn a_follower_that_was_down_catches_up_four_commands_at_a_time() {
    let mut play = play("catch-up");
    let opening = play.opening();
    assert_eq!((log(&opening, 1).last_index, log(&opening, 3).last_index), (8, 1));
    let half = play.when("n3 hears from n1 what was chosen, up to slot 5");
    assert_eq!(log(&half, 3).last_index, 5);
    assert_eq!(log(&play.end(), 3).last_index, 8);
    assert_eq!(play.session.measures().sent[6..8], [2, 2], "two questions, two answers");
}

#[test]
fn without_phase_1_a_second_command_is_chosen() {
    let mut play = play("twin-skip-phase-1");
    // Both are drawn as chosen: what the client was answered by is about to be lost nowhere.
    let answered = play.when("c2 has its answer from n3: command 1 took effect, and the value is 2");
    assert_eq!(cells(&answered, 1), ["1:x + 1, betrayed"]);
    assert_eq!(cells(&answered, 2), ["3:x + 2~"]);
    assert_eq!(cells(&answered, 3), ["3:x + 2, betrayed"]);
    let end = play.end();
    assert_eq!(broken(&end)[..2], ["chosen-stays", "agreement"]);
    assert_eq!((value(&end, 1, "x"), value(&end, 3, "x")), ("1".into(), "2".into()));
}

#[test]
fn a_forgotten_promise_lets_a_late_proposal_be_chosen() {
    let mut play = play("twin-forget-promise");
    play.when("n3 starts as a follower; no promise is on its disk");
    let end = play.end();
    assert_eq!(broken(&end)[..2], ["chosen-stays", "agreement"]);
    assert_eq!((value(&end, 1, "x"), value(&end, 2, "x")), ("1".into(), "2".into()));
}

#[test]
fn what_was_accepted_at_another_ballot_is_not_what_was_chosen() {
    let mut play = play("twin-learn-any-ballot");
    let learns = play.when("n1 learns that all slots up to 1 are chosen");
    let why = learns.last.unwrap().whys.into_iter().find(|why| why.rule == "learn").unwrap();
    assert_eq!(
        (why.guards[0].text.as_str(), why.guards[0].holds),
        ("not all accepted at the leader's ballot 2: not checked", false)
    );
    let end = play.end();
    assert_eq!(broken(&end), ["applied-in-order", "learned-is-chosen"]);
    assert_eq!((value(&end, 1, "x"), value(&end, 2, "x")), ("1".into(), "2".into()));
}

#[test]
fn over_a_gap_servers_end_in_different_states() {
    let mut play = play("twin-apply-over-gap");
    let applies = play.when("n1 applies slot 2 at once, over the gap at 1");
    assert_eq!(value(&applies, 1, "x"), "2");
    let end = play.end();
    assert_eq!(broken(&end), ["applied-in-order"]);
    assert_eq!([1, 2, 3].map(|number| value(&end, number, "x")), ["1", "2", "2"]);
    assert!(end.nodes.iter().all(|node| node.id == NodeId(0) || node.view.role != "leader"));
}
