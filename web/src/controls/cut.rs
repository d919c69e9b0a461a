//! Cutting the network by menu: which nodes on which side, which ways, and what becomes of messages there.

use crate::controls::pick::Pick;
use crate::scene::Intent;
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::view::Frame;
use std::rc::Rc;
use yew::prelude::*;

/// Who could be cut off.
#[derive(Properties, PartialEq)]
pub struct CutFormProps {
    /// The picture, for the names.
    pub frame: Rc<Frame>,
    /// Where commands go.
    pub intent: Callback<Intent>,
}

/// The form.
#[component]
pub fn CutForm(props: &CutFormProps) -> Html {
    let side = use_state(Vec::<NodeId>::new);
    let ways = use_state(|| Ways::Both);
    let fate = use_state(|| CutFate::Lose);
    let boxes = props.frame.nodes.iter().map(|node| {
        let (id, side) = (node.id, side.clone());
        let is_in = side.contains(&id);
        let onchange = Callback::from(move |_: Event| {
            let mut chosen: Vec<NodeId> = side.iter().copied().filter(|other| *other != id).collect();
            if !is_in {
                chosen.push(id);
            }
            side.set(chosen);
        });
        html! { <label class="check"><input type="checkbox" checked={is_in} {onchange} />{ &node.name }</label> }
    });
    let rest: Vec<NodeId> =
        props.frame.nodes.iter().map(|node| node.id).filter(|id| !side.contains(id)).collect();
    let onclick = {
        let (from, to) = ((*side).clone(), rest.clone());
        let (ways, fate) = (*ways, *fate);
        props.intent.reform(move |_: MouseEvent| {
            if from.is_empty() || to.is_empty() {
                return Intent::Say("A cut needs a node on each side: choose some, not all.".into());
            }
            Intent::Command(Command::Cut { from: from.clone(), to: to.clone(), ways, fate })
        })
    };
    let on_ways = {
        let ways = ways.clone();
        Callback::from(move |word: String| ways.set(if word == "forth" { Ways::Forth } else { Ways::Both }))
    };
    let on_fate = {
        let fate = fate.clone();
        Callback::from(move |word: String| {
            fate.set(if word == "hold" { CutFate::Hold } else { CutFate::Lose })
        })
    };
    html! {
        <div class="cut-form">
            <fieldset class="names">
                <legend>{ "One side" }</legend>
                { for boxes }
            </fieldset>
            <Pick label="Which ways"
                options={vec![("both".into(), "both ways".into()), ("forth".into(), "only from this side".into())]}
                value={if *ways == Ways::Both { "both" } else { "forth" }} on_pick={on_ways} />
            <Pick label="What becomes of messages"
                options={vec![("lose".into(), "messages are lost".into()), ("hold".into(), "messages wait".into())]}
                value={if *fate == CutFate::Lose { "lose" } else { "hold" }} on_pick={on_fate} />
            <button type="button" class="press" {onclick}>{ "Cut here" }</button>
        </div>
    }
}
