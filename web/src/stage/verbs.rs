//! What can be done to the selected thing, as buttons beside it: select first, verbs second, only those that apply.

use super::flight::Route;
use super::geometry::Geometry;
use super::moving::shown_time;
use super::shape::{Lane, Point, Rect, within};
use super::svg::{literal, named, svg, tenths};
use super::words::name;
use crate::scene::{Scene, Selection};
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::{MessageId, NodeId};
use playground_core::protocol::{AT, ArgSpec, OperationSpec, TO};
use playground_core::session::Forecast;
use playground_core::view::{NodeFrame, Status};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// A verb and what it does.
#[derive(Debug, Clone, PartialEq)]
pub struct Verb {
    /// On the button: `Crash`.
    pub label: String,
    /// For a screen reader, where the label alone is too short: `Crash n2`.
    pub full: String,
    /// What is asked for.
    pub command: Command,
}

/// How much later a message arrives that is told to, in microseconds: enough to be overtaken.
const DELAY_US: u64 = 20_000;

/// The verbs that apply to what is selected, in the order of their use.
pub fn verbs(scene: &Scene) -> Vec<Verb> {
    match scene.selection {
        Selection::Node(id) => {
            scene.frame.nodes.get(id.index()).map_or_else(Vec::new, |node| node_verbs(scene, node))
        }
        Selection::Message(id) => message_verbs(scene, id),
        Selection::Link(from, to) => link_verbs(scene, from, to),
        Selection::Nothing | Selection::Step(_) => Vec::new(),
    }
}

fn node_verbs(scene: &Scene, node: &NodeFrame) -> Vec<Verb> {
    let (mut verbs, mut own) = (Vec::new(), Vec::new());
    if node.status == Status::Up {
        for (position, spec) in operations(scene).filter(|(_, spec)| spec.on == node.kind) {
            let args = defaults(scene, node, spec);
            let label = in_words(spec, &args);
            let command = Command::Operate { node: node.id, operation: position, args };
            own.extend(asking(scene, label, &node.name, command));
        }
        verbs.extend(requests(scene, node));
    }
    // Where others ask a node for what it is there for, its own operations are seldom wanted: they come last.
    if verbs.is_empty() {
        verbs.append(&mut own);
    }
    verbs.extend(faults(scene, node, 2));
    verbs.append(&mut own);
    verbs
}

/// What can go wrong with a node, and be mended: of its timers, so many can be fired.
pub fn faults(scene: &Scene, node: &NodeFrame, timers_max: usize) -> Vec<Verb> {
    let id = node.id;
    let verb = |label: &str, rest: &str, command: Command| {
        let full = [label, " ", &node.name, rest].concat();
        Verb { label: label.into(), full, command }
    };
    let crash = || verb("Crash", ": only its disk is left (c)", Command::Crash(id));
    let mut verbs = match node.status {
        Status::Crashed => vec![verb("Restart", " from its disk (c)", Command::Restart(id))],
        Status::Paused => vec![verb("Resume", "", Command::Resume(id)), crash()],
        Status::Up => vec![crash(), verb("Pause", ": messages wait at its door", Command::Pause(id))],
    };
    let others: Vec<NodeId> =
        scene.frame.nodes.iter().map(|other| other.id).filter(|other| *other != id).collect();
    let cut = scene.frame.cuts.iter().filter(|cut| cut.from == id || cut.to == id).count();
    let (from, ways) = (vec![id], Ways::Both);
    if node.status != Status::Crashed && cut < others.len() * 2 {
        let command = Command::Cut { from: from.clone(), to: others.clone(), ways, fate: CutFate::Lose };
        verbs.push(verb("Isolate", ": cut it off from all others", command));
    }
    if cut > 0 {
        verbs.push(verb("Rejoin", ": heal all its links", Command::Heal { from, to: others, ways }));
    }
    if node.status == Status::Up {
        for (timer, frame) in (0u8..).zip(&node.timers).take(timers_max) {
            let command = Command::Fire { node: id, timer };
            let label = ["Fire ", frame.label].concat();
            verbs.push(Verb { full: [&label, " of ", &node.name, " now"].concat(), label, command });
        }
    }
    verbs
}

/// The operations of the protocol with their positions.
fn operations(scene: &Scene) -> impl Iterator<Item = (u8, &'static OperationSpec)> {
    (0u8..).zip(scene.meta.operations)
}

/// What a form begins with: each argument's default, but another member where the default is the one asked itself.
pub fn defaults(scene: &Scene, node: &NodeFrame, spec: &OperationSpec) -> Vec<u64> {
    let mut defaults = Vec::new();
    for arg in spec.args {
        let choices = choices(scene, node, arg);
        let is_offered = choices.is_empty() || choices.contains(&arg.default);
        defaults.push(if is_offered { arg.default } else { choices[0] });
    }
    defaults
}

/// The values that a list offers for an argument with words: of members only those there are, and another one where
/// another is wanted.
pub fn choices(scene: &Scene, node: &NodeFrame, arg: &ArgSpec) -> Vec<u64> {
    let is_there = |word: &str| scene.frame.nodes.iter().any(|node| node.name == word);
    let names_members = arg.words.iter().any(|word| is_there(word));
    let mut choices = Vec::new();
    for (value, word) in (0..=arg.max).zip(arg.words) {
        let is_open = arg.id == AT && value == 0;
        let is_meant = is_there(word) && (arg.id != TO || *word != node.name);
        if !names_members || is_open || is_meant {
            choices.push(value);
        }
    }
    choices
}

/// An operation as a form begins with it: `Put x 1`.
fn in_words(operation: &OperationSpec, args: &[u64]) -> String {
    let said = operation.args.iter().zip(args).filter(|(arg, _)| arg.id != AT);
    said.fold(operation.title.to_owned(), |said, (arg, value)| said + " " + &arg.show(*value))
}

/// A verb that asks for something; none where that would be refused. It says so where it would have to wait.
fn asking(scene: &Scene, label: String, name: &str, command: Command) -> Option<Verb> {
    let full = [&label, ": ", name].concat();
    let (label, full) = match scene.session.forecast(&command) {
        Forecast::Acts => (label, full),
        Forecast::Waits(why) => ([&label, ", later"].concat(), [&label, ", later: ", &why].concat()),
        Forecast::Fails(_) => return None,
    };
    Some(Verb { label, full, command })
}

/// Who asks for an operation that is sent to another: the first that runs and is free, or else the first that runs.
pub fn asker<'a>(
    scene: &'a Scene,
    node: &NodeFrame,
    operation: u8,
    spec: &OperationSpec,
) -> Option<(&'a NodeFrame, Command)> {
    let (at, value) = spec.at(&node.name).filter(|_| spec.on != node.kind)?;
    let mut first = None;
    for member in scene.frame.nodes.iter() {
        if member.kind == spec.on && member.status == Status::Up {
            let mut args = defaults(scene, member, spec);
            args[at] = value;
            let command = Command::Operate { node: member.id, operation, args };
            if scene.session.forecast(&command) == Forecast::Acts {
                return Some((member, command));
            }
            first = first.or(Some((member, command)));
        }
    }
    first
}

/// What another member can ask this node for: the first two such operations.
fn requests(scene: &Scene, node: &NodeFrame) -> Vec<Verb> {
    let asked = operations(scene).filter_map(|(operation, spec)| {
        let (member, command) = asker(scene, node, operation, spec)?;
        let Command::Operate { args, .. } = &command else { return None };
        let label = [&member.name, " asks: ", &in_words(spec, args)].concat();
        asking(scene, label, &node.name, command)
    });
    asked.take(2).collect()
}

/// What can be done to a message in flight.
pub fn message_verbs(scene: &Scene, id: MessageId) -> Vec<Verb> {
    if !scene.frame.flights.iter().any(|flight| flight.id == id) {
        return Vec::new();
    }
    [
        ("Deliver", " now", Command::Deliver(id)),
        ("Drop", " (d)", Command::Drop(id)),
        ("Duplicate", "", Command::Duplicate(id)),
        ("Delay 20 ms", "", Command::Delay { message: id, by_us: DELAY_US }),
    ]
    .into_iter()
    .map(|(label, rest, command)| {
        let full = [label, ": message ", &id.to_string(), rest].concat();
        Verb { label: label.into(), full, command }
    })
    .collect()
}

/// What can be done to a link: each way as it stands, and both where they stand alike.
pub fn link_verbs(scene: &Scene, from: NodeId, to: NodeId) -> Vec<Verb> {
    let is_cut = |x, y| scene.frame.cuts.iter().any(|cut| (cut.from, cut.to) == (x, y));
    let verb = |label: String, command| Verb { full: label.clone(), label, command };
    let cut = |x, y, ways, fate| Command::Cut { from: vec![x], to: vec![y], ways, fate };
    let heal = |x, y, ways| Command::Heal { from: vec![x], to: vec![y], ways };
    let one = |x, y| {
        let way = [&name(scene, x), " → ", &name(scene, y)].concat();
        if is_cut(x, y) {
            verb(["Heal ", &way].concat(), heal(x, y, Ways::Forth))
        } else {
            verb(["Cut ", &way].concat(), cut(x, y, Ways::Forth, CutFate::Lose))
        }
    };
    let mut verbs = vec![one(from, to), one(to, from)];
    match (is_cut(from, to), is_cut(to, from)) {
        (false, false) => {
            verbs.push(verb("Cut both ways".into(), cut(from, to, Ways::Both, CutFate::Lose)));
            verbs.push(verb("Hold messages".into(), cut(from, to, Ways::Both, CutFate::Hold)));
        }
        (true, true) => verbs.push(verb("Heal both ways".into(), heal(from, to, Ways::Both))),
        _ => {}
    }
    verbs
}

/// A row of buttons: beside what is selected, or on a narrow stage under the drawing. They are real buttons, so that
/// words wrap and targets grow on touch screens; a script may place the row where a `style` attribute may not.
pub fn draw_verbs(scene: &Scene, class: &'static str) -> Html {
    let verbs = verbs(scene);
    if verbs.is_empty() {
        return Html::default();
    }
    let title = match scene.selection {
        Selection::Node(id) => name(scene, id),
        Selection::Message(id) => format!("message {id}"),
        Selection::Link(from, to) => format!("link {} – {}", name(scene, from), name(scene, to)),
        _ => String::new(),
    };
    let button = |(place, verb): (usize, &Verb)| {
        let place = place.to_string();
        let button = svg!("button", "type" = "button", "aria-label" = &verb.full, "data-verb" = &place;
            vec![literal(&verb.label)]);
        named(verb.label.as_str().into(), button)
    };
    let buttons = verbs.iter().enumerate().map(button).collect();
    let label = ["What can be done with ", &title].concat();
    svg!("div", "class" = class, "role" = "toolbar", "aria-label" = &label; buttons)
}

/// The row of buttons as it moves along with its thing.
pub struct Row {
    element: HtmlElement,
    selection: Selection,
    geometry: Rc<Geometry>,
    routes: Rc<Vec<Route>>,
    size: (f64, f64),
    /// The row's place from its thing.
    away: Point,
}

impl Row {
    /// Finds a place beside the thing. It is chosen once a step, else the row would leap about while messages pass.
    pub fn find(
        root: &Element,
        scene: &Scene,
        geometry: &Rc<Geometry>,
        routes: &Rc<Vec<Route>>,
    ) -> Option<Self> {
        let element: HtmlElement = root.query_selector(".verbs").ok()??.dyn_into().ok()?;
        let zoom = geometry.zoom;
        let size = (f64::from(element.offset_width()) / zoom, f64::from(element.offset_height()) / zoom);
        let (selection, start) = (scene.selection, shown_time(scene));
        let thing = thing(selection, geometry, routes, start)?;
        let others = routes.iter().filter(|route| selection != Selection::Message(route.id));
        let capsule = |route: &Route| (Rect::around(route.at(start), 44.0, 28.0), route.lane);
        let others: Vec<(Rect, Lane)> = others.take(40).map(capsule).collect();
        let at = beside(thing, size, geometry, &others);
        let away = Point::new(at.x - thing.x, at.y - thing.y);
        Some(Self { element, selection, geometry: geometry.clone(), routes: routes.clone(), size, away })
    }

    /// Puts it where it belongs at a time.
    pub fn paint(&self, now_us: f64) {
        let Some(thing) = thing(self.selection, &self.geometry, &self.routes, now_us) else { return };
        let at = Point::new(thing.x + self.away.x, thing.y + self.away.y);
        let at = inside(at, self.size, &self.geometry);
        let zoom = self.geometry.zoom;
        let place =
            ["translate(", &tenths((at.x * zoom).floor()), "px,", &tenths((at.y * zoom).floor()), "px)"];
        let _ = self.element.style().set_property("transform", &place.concat());
    }
}

/// The box of what is selected.
fn thing(selection: Selection, geometry: &Geometry, routes: &[Route], now_us: f64) -> Option<Rect> {
    match selection {
        Selection::Node(id) => geometry.spot(id).map(super::geometry::Spot::disc),
        Selection::Message(id) => {
            let route = routes.iter().find(|route| route.id == id)?;
            Some(Rect::around(route.at(now_us), 52.0, 32.0))
        }
        Selection::Link(from, to) => {
            let (a, b) = (geometry.spot(from)?.center, geometry.spot(to)?.center);
            Some(Rect::around(a.mix(b, 0.5), 24.0, 24.0))
        }
        Selection::Nothing | Selection::Step(_) => None,
    }
}

/// The nearest place at which a row of a size is wholly on the stage.
fn inside(at: Point, (w, h): (f64, f64), geometry: &Geometry) -> Point {
    let fit = |place: f64, length: f64, row: f64| within(place, 4.0, length - row - 4.0);
    Point::new(fit(at.x, geometry.w, w), fit(at.y, geometry.h, h))
}

/// The ways between so many nodes are kept free, as far as that can be.
const SERVERS_MAX: usize = 7;

/// A place for a row of a size near a thing, the nearest of those where it covers least. `flying` is where the other
/// messages are and which way they go.
fn beside(thing: Rect, (w, h): (f64, f64), geometry: &Geometry, flying: &[(Rect, Lane)]) -> Point {
    let covered = |at: &Point| {
        let row = Rect { x: at.x, y: at.y, w, h };
        let spots = geometry.spots.iter().map(|spot| {
            let square = Rect::around(spot.center, spot.radius * 2.0, spot.radius * 2.0);
            row.shared(&square) * 3.0 + row.shared(&spot.disc()) + row.shared(&spot.block) * 2.0
        });
        let flying = flying
            .iter()
            .map(|(capsule, lane)| row.shared(capsule) * 2.0 + if lane.meets(&row) { 400.0 } else { 0.0 });
        let servers = || (0..SERVERS_MAX.min(geometry.spots.len())).map(NodeId::at);
        let ways = servers()
            .flat_map(|a| servers().map(move |b| (a, b)))
            .filter(|(a, b)| geometry.is_linked(*a, *b));
        let ways = ways.filter(|(a, b)| geometry.lane(*a, *b).meets(&row)).count();
        let (spots, flying) = (spots.sum::<f64>(), flying.sum::<f64>());
        (row.shared(&thing) * 9.0 + spots + flying) as u64 + ways as u64 * 25
    };
    let mut best = (u64::MAX, Point::default());
    // Ever further away, on all sides.
    for away in [4.0, 40.0, 80.0, 130.0] {
        let (left, right) = (thing.x - w - away, thing.x + thing.w + away);
        let (over, under) = (thing.y - h - away, thing.y + thing.h + away);
        let (middle_x, middle_y) = (thing.x + (thing.w - w) / 2.0, thing.y + (thing.h - h) / 2.0);
        for (x, y) in [
            (middle_x, under),
            (middle_x, over),
            (right, middle_y),
            (left, middle_y),
            (right, over),
            (left, over),
            (right, under),
            (left, under),
            (right, thing.y),
            (left, thing.y),
            (thing.x, under),
            (thing.x + thing.w - w, under),
        ] {
            let at = inside(Point::new(x, y), (w, h), geometry);
            let covered = covered(&at) + away as u64 * 3;
            if covered < best.0 {
                best = (covered, at);
            }
        }
    }
    best.1
}
