//! Operations of the protocol as forms: one for each, made from its description. What is chosen is read when it is sent.

use crate::controls::pick::pick;
use crate::scene::{Intent, Scene};
use crate::tag::{button, div};
use playground_core::action::Command;
use playground_core::protocol::{ArgSpec, OperationSpec};
use playground_core::view::NodeFrame;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// The operations a node takes.
pub(super) fn operations(scene: &Scene, node: &NodeFrame) -> Html {
    let operations = scene.meta.operations.iter().enumerate();
    let forms = operations.filter(|(_, spec)| spec.on == node.kind).map(|(at, spec)| {
        let id = node.id;
        let on_press = scene.intent.reform(move |event: MouseEvent| {
            let form =
                event.target_dyn_into::<Element>().and_then(|button| button.closest(".operation").ok()?);
            Intent::Command(Command::Operate {
                node: id,
                operation: at as u8,
                args: read(spec, form.as_ref()),
            })
        });
        let fields = spec.args.iter().map(|arg| field(arg, spec.id));
        // Another node's form is another form.
        let form = div("div", "operation").key(u64::from(id.0) * 256 + at as u64);
        form.put(button("press", on_press).text(spec.title)).all(fields).done()
    });
    div("div", "operations").all(forms).done()
}

fn field(arg: &'static ArgSpec, operation: &str) -> Html {
    let label = format!("{operation}: {}", arg.id);
    if !arg.words.is_empty() {
        let options =
            (0..=arg.max.min(63)).map(|value| (value.to_string().into(), arg.show(value).into())).collect();
        return pick(label.into(), "arg", options, &arg.default.to_string(), &Callback::noop());
    }
    // An attribute and not a value: it is where the field begins, and then the reader's.
    div("input", "arg")
        .set("type", "number")
        .set("min", "0")
        .number("max", arg.max)
        .number("value", arg.default)
        .set("aria-label", label.clone())
        .set("title", label)
        .done()
}

/// The arguments as they stand in a form.
fn read(spec: &OperationSpec, form: Option<&Element>) -> Vec<u64> {
    let fields = form.and_then(|form| form.query_selector_all(".arg").ok());
    let text = |at: usize| {
        let field = fields.as_ref()?.item(at as u32)?;
        let text = match field.dyn_into::<HtmlInputElement>() {
            Ok(input) => input.value(),
            Err(field) => field.dyn_into::<HtmlSelectElement>().ok()?.value(),
        };
        text.trim().parse::<u64>().ok()
    };
    spec.args.iter().enumerate().map(|(at, arg)| text(at).unwrap_or(arg.default).min(arg.max)).collect()
}
