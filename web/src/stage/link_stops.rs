//! The links of one node as stops of the keyboard: unseen until one has the focus, and never in the way of a pointer.
//!
//! They are those of the node at which Tab stops. Each is named by its way, and says whether it is cut.

use super::geometry::Geometry;
use super::link_path;
use super::lit::Lit;
use super::svg::{group, keyed, svg};
use super::words::name;
use crate::scene::{Scene, Selection};
use playground_core::id::NodeId;
use yew::prelude::*;

/// So many links of a node are stops.
const LINKS_MAX: usize = 40;

/// The links of a node. Tab stops at the selected one, or at the first.
pub fn draw_link_stops(scene: &Scene, geometry: &Geometry, node: NodeId) -> Html {
    let others = scene.frame.nodes.iter().map(|other| other.id);
    let others = others.filter(|other| *other != node && geometry.is_linked(node, *other)).take(LINKS_MAX);
    let others: Vec<NodeId> = others.collect();
    let selected = others.iter().find(|other| scene.selection == Selection::Link(node, **other));
    let stop = selected.or(others.first()).copied();
    let draw = |other: &NodeId| {
        let (line, lit) = (link_path(scene, geometry, node, *other), Lit::Link(node, *other).text());
        let is_selected = Some(other) == selected;
        let tabindex = if Some(*other) == stop { "0" } else { "-1" };
        let path = svg!(
            "path",
            "class" = "link-stop",
            "d" = &line,
            "role" = "button",
            "tabindex" = tabindex,
            "aria-label" = &describe(scene, node, *other),
            "aria-pressed" = is_selected
        );
        keyed(u64::from(node.0) << 16 | u64::from(other.0), svg!("g", "data-lit" = &lit; vec![path]))
    };
    group("link-stops", others.iter().map(draw).collect())
}

/// `link n1 → n3, cut; back open`
fn describe(scene: &Scene, from: NodeId, to: NodeId) -> String {
    let state = |x, y| match scene.frame.cuts.iter().find(|cut| (cut.from, cut.to) == (x, y)) {
        None => "open",
        Some(cut) if cut.holds => "cut, messages wait",
        Some(_) => "cut",
    };
    let (forth, back) = (state(from, to), state(to, from));
    let way = ["link ", &name(scene, from), " → ", &name(scene, to), ", ", forth].concat();
    if forth == back { [&way, " both ways"].concat() } else { [&way, "; back ", back].concat() }
}
