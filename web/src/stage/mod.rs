//! The stage: the figure of the run, where machines stand and messages fly.
//!
//! Mount it once, in a box that gives it its size (it fills its parent):
//! `<Stage scene={scene.clone()} layout={Layout::Ring} />`. Import `static/stage.css`.
//!
//! Each step is rendered once; what moves between steps is moved by [`crate::scene::Painter`], by attributes of
//! elements that stay. Nothing here has a selection of its own: what the hands do goes out as requests (`Intent`).

pub mod arrange;
pub mod draft;
pub mod ends;
pub mod fence;
pub mod flight;
pub mod flights;
pub mod geometry;
pub mod gesture;
pub mod hands;
pub mod legend;
pub mod lit;
pub mod measure;
pub mod node;
pub mod place;
pub mod ring;
pub mod shape;
pub mod torn_log;
pub mod verbs;
pub mod words;

pub use flights::{kind_class, shown_time};
pub use measure::use_size;
pub use words::name;

use crate::scene::{Scene, Selection};
use fence::{FenceMarks, Fences};
use flight::{routes, unfolded};
use flights::Flights;
use geometry::{Geometry, Roster};
use hands::{Hands, use_hands};
use legend::{Legend, use_kinds};
use node::NodeMark;
use playground_core::id::NodeId;
use playground_core::view::MemberKind;
use std::rc::Rc;
use verbs::Verbs;
use yew::prelude::*;

/// How the nodes are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Around a ring.
    #[default]
    Ring,
    /// Side by side.
    Line,
}

/// What the stage draws.
#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// The picture, the selection and the clock.
    pub scene: Scene,
    /// How the nodes are placed.
    pub layout: Layout,
}

/// A stage narrower or lower than this is a phone's.
const COMPACT_BELOW: (f64, f64) = (560.0, 420.0);

/// The figure of the run.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let figure = use_node_ref();
    let size = use_size(&figure);
    let kinds = use_kinds(&props.scene.frame);
    let roster = Roster::of(&props.scene.frame);
    let geometry = use_memo((roster, props.layout, size_key(size)), |(roster, layout, _)| {
        size.map(|(w, h)| {
            let zoom = measure::text_scale(&figure);
            let (w, h) = (w / zoom, h / zoom);
            let compact = w < COMPACT_BELOW.0 || h < COMPACT_BELOW.1;
            Rc::new(Geometry::new(roster, *layout, w, h, compact).zoomed(zoom))
        })
    });
    let folded = use_state_eq(|| 0);
    html! {
        <div class="stage">
            <div class="stage-figure" ref={figure}>
                if let Some(geometry) = &*geometry {
                    <Figure scene={props.scene.clone()} geometry={geometry.clone()} folded={folded.setter()} />
                }
            </div>
            <Legend scene={props.scene.clone()} {kinds} folded={*folded} />
        </div>
    }
}

fn size_key(size: Option<(f64, f64)>) -> Option<(u32, u32)> {
    size.map(|(w, h)| (w as u32, h as u32))
}

#[derive(Properties)]
struct FigureProps {
    scene: Scene,
    geometry: Rc<Geometry>,
    folded: UseStateSetter<usize>,
}

impl PartialEq for FigureProps {
    fn eq(&self, other: &Self) -> bool {
        self.scene == other.scene && Rc::ptr_eq(&self.geometry, &other.geometry)
    }
}

/// The drawing, once its size is known.
#[component]
fn Figure(props: &FigureProps) -> Html {
    let (scene, geometry) = (&props.scene, &props.geometry);
    let key = (Rc::as_ptr(&scene.frame), Rc::as_ptr(geometry));
    let drawn = use_memo(key, |_| {
        let fences = Fences::of(&scene.frame, geometry);
        let routes = Rc::new(routes(&scene.frame, geometry, &fences));
        (fences, routes)
    });
    let (fences, routes) = &*drawn;
    let hands = use_hands(scene, geometry, routes);
    let unfolded = Rc::new(unfolded(&scene.frame.flights, scene.playing, &hands.gazes));
    let folded = unfolded.iter().filter(|shown| !**shown).count();
    {
        let setter = props.folded.clone();
        use_effect_with(folded, move |folded| setter.set(*folded));
    }
    let endings = ends::use_endings(scene, routes);
    let (w, h) = (geometry.w, geometry.h);
    html! {
        <>
            <svg class={classes!("stage-svg", geometry.compact.then_some("is-compact"), hands.stroke.as_ref().map(|_| "is-drawing"))}
                viewBox={format!("0 0 {w:.1} {h:.1}")} width={(w * geometry.zoom).to_string()} height={(h * geometry.zoom).to_string()}
                ref={hands.svg.clone()} role="group" aria-label={label(scene)}
                onclick={hands.onclick.clone()} onkeydown={hands.onkeydown.clone()}
                onfocusin={hands.onfocusin.clone()} onfocusout={hands.onfocusout.clone()}
                onpointerdown={hands.onpointerdown.clone()} onpointermove={hands.onpointermove.clone()}
                onpointerup={hands.onpointerup.clone()} onpointercancel={hands.onpointercancel.clone()}
                onpointerover={hands.onpointerover.clone()} onpointerleave={hands.onpointerleave.clone()}>
                <defs>
                    <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <rect class="hatch-ground" width="7" height="7" />
                        <path class="hatch-line" d="M0 0V7" />
                    </pattern>
                </defs>
                <rect class="ground" width={w.to_string()} height={h.to_string()} />
                <FenceMarks fences={fences.clone()} ground={true} />
                { links(scene, geometry) }
                <FenceMarks fences={fences.clone()} />
                { nodes(scene, geometry, &hands) }
                { ends::draw_endings(scene, geometry, &endings) }
                <Flights scene={scene.clone()} geometry={geometry.clone()} routes={routes.clone()} {unfolded} />
                { gesture::preview(hands.stroke.as_ref(), &scene.frame, geometry) }
            </svg>
            <Verbs scene={scene.clone()} geometry={geometry.clone()} routes={routes.clone()} />
        </>
    }
}

/// What a screen reader hears of the whole figure.
fn label(scene: &Scene) -> String {
    let frame = &scene.frame;
    let messages = match frame.flights.len() {
        0 => "no message in flight".into(),
        1 => "1 message in flight".into(),
        count => format!("{count} messages in flight"),
    };
    format!("{}: {} nodes, {messages}", scene.meta.title, frame.nodes.len())
}

fn nodes(scene: &Scene, geometry: &Rc<Geometry>, hands: &Hands) -> Html {
    html! {
        <g class="nodes">
            { for (0..scene.frame.nodes.len()).map(|index| html! {
                <NodeMark key={index} scene={scene.clone()} {index} geometry={geometry.clone()}
                    tab_stop={hands.tab_stop == NodeId::at(index)} />
            }) }
        </g>
    }
}

/// With more members than this links at rest are not drawn.
const LINKS_SHOWN_MAX: usize = 9;

/// The links at rest, faint, and the selected one.
fn links(scene: &Scene, geometry: &Geometry) -> Html {
    let count = if geometry.spots.len() <= LINKS_SHOWN_MAX { geometry.spots.len() } else { 0 };
    let pairs = (0..count).flat_map(|b| (0..b).map(move |a| (NodeId::at(a), NodeId::at(b))));
    let both_clients = |a: NodeId, b: NodeId| {
        let is_client = |id: NodeId| geometry.spot(id).is_some_and(|spot| spot.kind == MemberKind::Client);
        is_client(a) && is_client(b)
    };
    html! {
        <g class="links">
            { for pairs.filter(|(a, b)| !both_clients(*a, *b)).map(|(a, b)| {
                let path = link_path(geometry, a, b);
                html! {
                    <g key={format!("{}-{}", a.0, b.0)} class="link" data-lit={format!("l{}-{}", a.0, b.0)}>
                        <path class="link-hit" d={path.clone()} />
                        <path class="link-line" d={path} />
                    </g>
                }
            }) }
            if let Selection::Link(a, b) = scene.selection {
                <path class="link-selected" d={link_path(geometry, a, b)} />
            }
        </g>
    }
}

/// A link at rest: straight around a ring, an arch over a line.
fn link_path(geometry: &Geometry, a: NodeId, b: NodeId) -> String {
    let (Some(from), Some(to)) = (geometry.spot(a), geometry.spot(b)) else {
        return String::new();
    };
    let servers = from.kind == MemberKind::Server && to.kind == MemberKind::Server;
    match geometry.layout {
        Layout::Line if servers => geometry.lane(a, b).path(),
        _ => shape::Lane::between(from.center, from.reach, to.center, to.reach, 0.0).path(),
    }
}
