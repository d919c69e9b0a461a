//! An interpreter for scripts of a cluster: a command a line, and under it, after `>`, what it did.
//!
//! Messages wait until a command delivers them, and no time passes unless a command says so. The commands:
//!
//! | command | does |
//! |---|---|
//! | `params n=3 seed=1 …` | opens a cluster, of Raft unless `protocol=…` says otherwise; must come first |
//! | `fire n1 election timeout` | fires a timer |
//! | `deliver n1->n2 RV` | delivers the oldest message of this kind on this link |
//! | `drop n1->n2 RV`, `copy n1->n2 RV` | loses it, or sends a second one |
//! | `settle` | delivers all that is in flight, and what that causes, oldest first |
//! | `quietly settle` | any command, but only the state of the logs is told, or each node's headline |
//! | `crash n1`, `restart n1` | |
//! | `clock n1 200` | lets its clock jump ahead by so many milliseconds |
//! | `lies n1 equivocates` | makes a node Byzantine |
//! | `op c1 put x 3` | asks a client for an operation; keys are words, servers are names |
//! | `logs` | each server's role, term and log; `?` marks what it does not know to be committed, `!` what is doomed |
//! | `state n1` | a node's facts and tables |
//! | `flights` | what is in flight |
//! | `verdicts` | the broken properties |

use playground_core::action::Command;
use playground_core::id::NodeId;
use playground_core::protocol::ArgSpec;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::session::Session;
use playground_core::view::{
    CellState, FlightFrame, Frame, Lens, MemberKind, NodeFrame, Panel, Status, StepView,
};
use std::fmt::Write;

/// Runs a script and returns it with what its commands did.
pub(crate) fn play(script: &str) -> String {
    let mut stage: Option<Stage> = None;
    let mut told = String::new();
    for line in script.lines().filter(|line| !line.starts_with('>')) {
        told += line;
        told += "\n";
        let command = line.split('#').next().unwrap_or_default().trim();
        if command.is_empty() {
            continue;
        }
        let did = match (&mut stage, command.split_once(' ').unwrap_or((command, ""))) {
            (_, ("params", rest)) => {
                stage = Some(Stage::open(rest));
                String::new()
            }
            (Some(stage), ("quietly", rest)) => {
                stage.run(rest);
                stage.logs()
            }
            (Some(stage), _) => stage.run(command),
            (None, _) => panic!("a script begins with params, not with “{line}”"),
        };
        for line in did.lines() {
            writeln!(told, "> {line}").unwrap();
        }
    }
    told
}

struct Stage {
    session: Box<dyn Session>,
}

impl Stage {
    fn open(params: &str) -> Self {
        let mut recipe = Recipe { seed: 1, ..Recipe::new("raft") };
        for (id, value) in params.split_whitespace().filter_map(|pair| pair.split_once('=')) {
            match value {
                "on" => recipe.params.push((id.into(), 1)),
                slug if id == "protocol" => recipe.protocol = slug.into(),
                _ if id == "seed" => recipe.seed = value.parse().unwrap(),
                _ => recipe.params.push((id.into(), value.parse().unwrap())),
            }
        }
        let mut session = open(&recipe).unwrap_or_else(|error| panic!("params {params}: {error}"));
        session.command(Command::Manual(true)).unwrap();
        Self { session }
    }

    fn frame(&self) -> Frame {
        self.session.frame(&Lens { log_entries_max: 64, log_from: Some(1) })
    }

    fn node(&self, name: &str) -> NodeId {
        let frame = self.frame();
        let found = frame.nodes.iter().find(|node| node.name == name);
        found.unwrap_or_else(|| panic!("there is no node “{name}”")).id
    }

    fn run(&mut self, command: &str) -> String {
        let words: Vec<&str> = words_of(command);
        match words.as_slice() {
            ["fire", name, label @ ..] => {
                let (node, label) = (self.node(name), label.join(" "));
                let timers = &self.frame().nodes[node.index()].timers;
                let timer = timers.iter().position(|timer| timer.label == label);
                let timer = timer.unwrap_or_else(|| panic!("{name} has no timer “{label}”: {timers:?}"));
                self.tell(Command::Fire { node, timer: timer as u8 })
            }
            ["deliver", link, kind] => {
                let id = self.find(link, kind).id;
                self.tell(Command::Deliver(id))
            }
            ["drop", link, kind] => {
                let id = self.find(link, kind).id;
                self.tell(Command::Drop(id))
            }
            ["copy", link, kind] => {
                let id = self.find(link, kind).id;
                self.tell(Command::Duplicate(id))
            }
            ["settle"] => self.settle(),
            ["crash", name] => self.tell(Command::Crash(self.node(name))),
            ["restart", name] => self.tell(Command::Restart(self.node(name))),
            ["clock", name, ms] => {
                let by_us = 1_000 * ms.parse::<i64>().unwrap_or_else(|_| panic!("“{ms}” is no number"));
                self.tell(Command::ClockJump { node: self.node(name), by_us })
            }
            ["lies", name, behaviour @ ..] => {
                let (node, behaviour) = (self.node(name), behaviour.join(" "));
                let at = self.session.meta().behaviours.iter().position(|known| known.name == behaviour);
                let at = at.unwrap_or_else(|| panic!("nobody can do “{behaviour}”"));
                self.tell(Command::Byzantine { node, behaviour: at as u8 + 1 })
            }
            ["op", name, operation, args @ ..] => {
                let command = self.operation(name, operation, args);
                self.tell(command)
            }
            ["logs"] => self.logs(),
            ["state", name] => self.state(name),
            ["flights"] => self.flights(),
            ["verdicts"] => self.verdicts(),
            _ => panic!("what is “{command}”?"),
        }
    }

    /// The oldest message of a kind on a link.
    fn find(&self, link: &str, code: &str) -> FlightFrame {
        let (from, to) = link.split_once("->").unwrap_or_else(|| panic!("a link is n1->n2, not {link}"));
        let (from, to) = (self.node(from), self.node(to));
        let frame = self.frame();
        let found = frame.flights.iter().find(|f| (f.from, f.to) == (from, to) && self.code(f) == code);
        found.cloned().unwrap_or_else(|| panic!("no {code} on {link}, only\n{}", self.flights()))
    }

    fn code(&self, flight: &FlightFrame) -> &'static str {
        self.session.meta().messages[usize::from(flight.kind)].code
    }

    fn operation(&self, name: &str, operation: &str, args: &[&str]) -> Command {
        let specs = self.session.meta().operations;
        let at = specs.iter().position(|spec| spec.id == operation).unwrap();
        let value = |(spec, word): (&ArgSpec, &&str)| {
            let known = spec.words.iter().position(|known| known == word).map(|at| at as u64);
            known.or_else(|| word.parse().ok()).unwrap_or_else(|| panic!("{} is not {word}", spec.id))
        };
        let args = specs[at].args.iter().zip(args).map(value).collect();
        Command::Operate { node: self.node(name), operation: at as u8, args }
    }

    /// Does a command and tells what came of it.
    fn tell(&mut self, command: Command) -> String {
        let said = format!("{command:?}");
        self.session.command(command).unwrap_or_else(|refusal| panic!("{said}: {refusal}"));
        let frame = self.frame();
        let step = frame.last.as_ref().unwrap();
        let mut told = String::new();
        for why in &step.whys {
            writeln!(told, "{} — {}", why.sentence.plain(), why.section).unwrap();
            for guard in &why.guards {
                writeln!(told, "  {} {}", if guard.holds { "✓" } else { "✗" }, guard.text).unwrap();
            }
        }
        told + &self.sent(&frame, step)
    }

    fn sent(&self, frame: &Frame, step: &StepView) -> String {
        let mut told = String::new();
        for flight in frame.flights.iter().filter(|flight| step.sent.contains(&flight.id)) {
            writeln!(told, "  {}", self.line(frame, flight)).unwrap();
        }
        told
    }

    fn line(&self, frame: &Frame, flight: &FlightFrame) -> String {
        let name = |id: NodeId| &frame.nodes[id.index()].name;
        format!("{}->{} {}: {}", name(flight.from), name(flight.to), self.code(flight), flight.summary)
    }

    fn flights(&self) -> String {
        let frame = self.frame();
        frame.flights.iter().map(|flight| self.line(&frame, flight) + "\n").collect()
    }

    fn settle(&mut self) -> String {
        let mut told = String::new();
        for _ in 0..1_000 {
            let frame = self.frame();
            let is_down = |id: NodeId| frame.nodes[id.index()].status == Status::Crashed;
            let Some(flight) = frame.flights.first() else { return told };
            if is_down(flight.to) {
                self.session.command(Command::Drop(flight.id)).unwrap();
                continue;
            }
            writeln!(told, "{}", self.line(&frame, flight)).unwrap();
            for line in self.tell(Command::Deliver(flight.id)).lines() {
                if !line.starts_with(' ') {
                    writeln!(told, "  {line}").unwrap();
                }
            }
        }
        panic!("the cluster does not settle");
    }

    fn logs(&self) -> String {
        let frame = self.frame();
        let servers = frame.nodes.iter().filter(|node| node.kind == MemberKind::Server);
        servers.map(|node| log_line(node) + "\n").collect()
    }

    fn state(&self, name: &str) -> String {
        let frame = self.frame();
        let view = &frame.nodes[self.node(name).index()].view;
        let mut told = format!("{}\n", view.role);
        for panel in &view.panels {
            match panel {
                Panel::Facts { title, facts, .. } => {
                    let facts: Vec<_> = facts.iter().map(|f| format!("{} {}", f.label, f.value)).collect();
                    writeln!(told, "{title}: {}", facts.join(", ")).unwrap();
                }
                Panel::Table { title, columns, rows, .. } => {
                    let rows: Vec<_> = rows.iter().map(|row| row.join(" ")).collect();
                    writeln!(told, "{title} ({}): {}", columns.join(" "), rows.join(", ")).unwrap();
                }
                Panel::Quorum(ring) => {
                    writeln!(told, "{}: {}", ring.purpose, ring.told()).unwrap();
                }
                Panel::Log(_) => {}
            }
        }
        told
    }

    fn verdicts(&self) -> String {
        let frame = self.frame();
        let broken = frame.verdicts.iter().filter_map(|verdict| {
            verdict.witness.as_ref().map(|witness| format!("{} is broken: {witness}\n", verdict.id))
        });
        let broken: String = broken.collect();
        if broken.is_empty() { "all properties hold\n".into() } else { broken }
    }
}

/// The words of a command; what stands in quotes is one.
fn words_of(command: &str) -> Vec<&str> {
    let parts = command.split('"').enumerate();
    parts
        .flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
        .collect()
}

fn log_line(node: &NodeFrame) -> String {
    let headline = node.view.headline.as_ref();
    let term = headline.map_or(String::new(), |fact| format!("{} {}", fact.label, fact.value));
    let log =
        node.view.panels.iter().find_map(|panel| if let Panel::Log(log) = panel { Some(log) } else { None });
    if log.is_none() {
        return format!("{} {}: {term}", node.name, node.view.role);
    }
    let cells = log.iter().flat_map(|log| &log.cells).map(|cell| {
        let state = match cell.state {
            CellState::Committed => "",
            CellState::Uncommitted | CellState::Unaware => "?",
            CellState::Doomed | CellState::Betrayed => "!",
            CellState::Gap => return " [gap]".into(),
        };
        format!(" [{} {}]{state}", cell.term, cell.text)
    });
    format!("{} {} in {term}:{}", node.name, node.view.role, cells.collect::<String>())
}
