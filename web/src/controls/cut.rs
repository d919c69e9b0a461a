//! Cutting the network by menu: which nodes on which side, which ways, and what becomes of messages there.
//!
//! The form is the browser's own: what is chosen is read when it is sent.

use crate::controls::pick::pick;
use crate::scene::{Intent, Scene};
use crate::tag::{button, div, tag, words};
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// The form.
pub(super) fn draw(scene: &Scene) -> Html {
    let boxes = scene.frame.nodes.iter().map(|node| {
        let field = tag("input").set("type", "checkbox").done();
        div("label", "check").put(field).text(node.name.clone()).done()
    });
    let on_press = scene.intent.reform(|event: MouseEvent| {
        let form = event.target_dyn_into::<Element>().and_then(|button| button.closest(".cut-form").ok()?);
        form.map_or(Intent::Say(String::new()), |form| read(&form))
    });
    let choice = |label: &'static str, options: [(&'static str, &'static str); 2]| {
        let all = options.map(|(value, shown)| (value.into(), shown.into())).to_vec();
        pick(label.into(), "", all, options[0].0, &Callback::noop())
    };
    div("div", "cut-form")
        .put(div("fieldset", "names").put(words("legend", "One side")).all(boxes))
        .put(choice("Which ways", [("both", "both ways"), ("forth", "only from this side")]))
        .put(choice("What becomes of messages", [("lose", "messages are lost"), ("hold", "messages wait")]))
        .put(button("press", on_press).text("Cut here"))
        .done()
}

/// What the form asks for.
fn read(form: &Element) -> Intent {
    let nth = |selector: &str| {
        let found = form.query_selector_all(selector).ok();
        let count = found.as_ref().map_or(0, |list| list.length());
        (0..count).filter_map(move |at| found.as_ref()?.item(at)).collect::<Vec<_>>()
    };
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for (at, field) in nth("input").into_iter().enumerate() {
        let is_in = field.dyn_into::<HtmlInputElement>().is_ok_and(|field| field.checked());
        if is_in { &mut from } else { &mut to }.push(NodeId::at(at));
    }
    let picked = |word: &str| {
        nth("select")
            .into_iter()
            .any(|field| field.dyn_into::<HtmlSelectElement>().is_ok_and(|field| field.value() == word))
    };
    if from.is_empty() || to.is_empty() {
        return Intent::Say("A cut needs a node on each side: choose some, not all.".into());
    }
    let ways = if picked("forth") { Ways::Forth } else { Ways::Both };
    let fate = if picked("hold") { CutFate::Hold } else { CutFate::Lose };
    Intent::Command(Command::Cut { from, to, ways, fate })
}
