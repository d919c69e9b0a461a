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
    let mut all = of_selected(scene);
    // Each letter is that of the first verb it could be meant for.
    for at in 0..all.len() {
        let own = letter(&all[at].command);
        if all[..at].iter().all(|verb| letter(&verb.command) != own) {
            all[at].full += &[" (", own, ")"].concat();
        }
    }
    all
}

/// The key that does a verb while its thing is selected.
pub const fn letter(command: &Command) -> &'static str {
    match command {
        Command::Crash(_) | Command::Restart(_) => "c",
        Command::Pause(_) | Command::Resume(_) => "z",
        Command::Cut { .. } => "i",
        Command::Heal { .. } | Command::HealAll => "r",
        Command::Fire { .. } => "f",
        Command::Operate { .. } => "o",
        Command::Drop(_) => "d",
        Command::Deliver(_) => "g",
        Command::Duplicate(_) => "u",
        Command::Delay { .. } => "y",
        _ => "",
    }
}

fn of_selected(scene: &Scene) -> Vec<Verb> {
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
    let crash = || verb("Crash", ": only its disk is left", Command::Crash(id));
    let mut verbs = match node.status {
        Status::Crashed => vec![verb("Restart", " from its disk", Command::Restart(id))],
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
    let (label, full) = match scene.session.forecast(&command, scene.playing) {
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
            if scene.session.forecast(&command, scene.playing) == Forecast::Acts {
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
        ("Deliver", Command::Deliver(id)),
        ("Drop", Command::Drop(id)),
        ("Duplicate", Command::Duplicate(id)),
        ("Delay 20 ms", Command::Delay { message: id, by_us: DELAY_US }),
    ]
    .into_iter()
    .map(|(label, command)| {
        let full = [label, ": message ", &id.to_string()].concat();
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

/// A row of buttons, placed by [`Row`]. They are real buttons, so that words wrap and targets grow on touch screens; a
/// script may place the row where a `style` attribute may not.
pub fn draw_verbs(scene: &Scene) -> Html {
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
    svg!("div", "class" = "verbs", "role" = "toolbar", "aria-label" = &label; buttons)
}

/// The row of buttons: beside its thing, with which it moves, where it covers nothing; else docked under the drawing,
/// over the legend.
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
    /// Finds a place beside the thing, and docks the row where there is none. It is chosen once a step, else the row
    /// would leap about while messages pass.
    ///
    /// While time runs the size is that of the row before, if it belonged to the same thing: to measure is to lay out.
    pub fn find(
        root: &Element,
        scene: &Scene,
        geometry: &Rc<Geometry>,
        routes: &Rc<Vec<Route>>,
        before: &mut Option<(Selection, (f64, f64))>,
    ) -> Option<Self> {
        let row = root.parent_element()?.query_selector(".verbs").ok()??;
        let element: HtmlElement = row.dyn_into().ok()?;
        let dock = |is: bool| element.class_list().toggle_with_force(DOCKED, is);
        let (selection, start) = (scene.selection, shown_time(scene));
        let thing = thing(selection, geometry, routes, start);
        // What flies while time runs soon flies elsewhere, and so does all around it.
        let is_passing = scene.playing && matches!(selection, Selection::Message(_));
        let has_room = !geometry.is_narrow() && !is_passing;
        let known = before.filter(|(of, _)| *of == selection && (scene.playing || !has_room));
        let (_, size) = known.unwrap_or_else(|| {
            let _ = dock(false);
            let px = |length: i32| f64::from(length) / geometry.zoom;
            (selection, (px(element.offset_width()), px(element.offset_height())))
        });
        *before = Some((selection, size));
        let others = routes.iter().filter(|route| selection != Selection::Message(route.id));
        let capsule = |route: &Route| (Rect::around(route.at(start), 44.0, 28.0), route.lane);
        let others: Vec<(Rect, Lane)> = others.take(FLYING_MAX).map(capsule).collect();
        let found = thing.filter(|_| has_room).and_then(|thing| {
            let at = beside(thing, size, geometry, &others)?;
            Some(Point::new(at.x - thing.x, at.y - thing.y))
        });
        let _ = dock(found.is_none());
        let Some(away) = found else {
            let _ = element.style().remove_property("transform");
            return None;
        };
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

/// The class of a row that is docked.
const DOCKED: &str = "is-docked";
/// So many messages are kept free.
const FLYING_MAX: usize = 40;

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

/// A place for a row of a size near a thing, at which it covers no node, no words and no message; of those the one
/// nearest to it that leaves most ways free. `flying` is where the other messages are and which way they go.
fn beside(thing: Rect, (w, h): (f64, f64), geometry: &Geometry, flying: &[(Rect, Lane)]) -> Option<Point> {
    let free = |row: &Rect| {
        let mut spots = geometry.spots.iter();
        row.is_inside(geometry.w, geometry.h)
            && !row.overlaps(&thing)
            && spots.all(|spot| !row.overlaps(&spot.disc()) && !row.overlaps(&spot.block))
            && flying.iter().all(|(capsule, _)| !row.overlaps(capsule))
    };
    let mut best = (u64::MAX, None);
    // Ever further away, on all sides. Places at which it would lie on the thing are not free.
    for away in [4.0, 24.0, 48.0] {
        let places = |from: f64, length: f64, row: f64| {
            let slack = length - row;
            [from + slack / 2.0, from + length + away, from - row - away, from, from + slack]
        };
        for x in places(thing.x, thing.w, w) {
            for y in places(thing.y, thing.h, h) {
                let at = inside(Point::new(x, y), (w, h), geometry);
                let row = Rect { x: at.x, y: at.y, w, h };
                let ways = flying.iter().filter(|(_, lane)| lane.meets(&row)).count();
                let cost = ways as u64 * 40 + away as u64;
                if cost < best.0 && free(&row) {
                    best = (cost, Some(at));
                }
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Layout;
    use crate::stage::geometry::Roster;
    use playground_core::view::MemberKind;

    #[test]
    fn a_row_stands_beside_a_node_or_nowhere_but_never_on_another() {
        let mut kinds = vec![MemberKind::Server; 5];
        kinds.push(MemberKind::Client);
        let roster = Roster { rows: vec![0; 6], kinds, has_log: true };
        let found = |w, h, size| {
            let geometry = Geometry::new(&roster, Layout::Ring, w, h, h < 420.0).with_ends_apart();
            let rows = geometry.spots.iter().filter_map(|spot| {
                let at = beside(spot.disc(), size, &geometry, &[])?;
                Some(Rect { x: at.x, y: at.y, w: size.0, h: size.1 })
            });
            let rows: Vec<Rect> = rows.collect();
            let covers = |row: &Rect| {
                geometry.spots.iter().any(|spot| row.overlaps(&spot.disc()) || row.overlaps(&spot.block))
            };
            assert!(!rows.iter().any(covers));
            rows.len()
        };
        assert_eq!(found(1_440.0, 546.0, (236.0, 76.0)), 6, "on a desk there is room for a short row");
        assert_eq!(found(728.0, 317.0, (236.0, 290.0)), 0, "and on a small stage none for a high one");
    }
}
