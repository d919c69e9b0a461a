//! Operations of the protocol as forms: one for each, made from its description.

use crate::controls::pick::Pick;
use crate::controls::when;
use crate::scene::{Intent, Scene};
use playground_core::action::Command;
use playground_core::id::NodeId;
use playground_core::protocol::{ArgSpec, OperationSpec};
use playground_core::view::NodeFrame;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The operations a node takes.
pub(super) fn operations(scene: &Scene, node: &NodeFrame) -> Html {
    let operations = scene.meta.operations.iter().enumerate();
    let forms = operations.filter(|(_, spec)| spec.on == node.kind).map(|(at, spec)| {
        html! { <OperationForm key={at} {spec} position={at as u8} id={node.id} intent={scene.intent.clone()} /> }
    });
    html! { <div class="operations">{ for forms }</div> }
}

#[derive(Properties)]
struct OperationFormProps {
    spec: &'static OperationSpec,
    position: u8,
    id: NodeId,
    intent: Callback<Intent>,
}

impl PartialEq for OperationFormProps {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.spec, other.spec) && self.id == other.id && self.intent == other.intent
    }
}

/// One operation: a field for each argument, and its verb.
#[component]
fn OperationForm(props: &OperationFormProps) -> Html {
    let spec = props.spec;
    let args = use_state(|| spec.args.iter().map(|arg| arg.default).collect::<Vec<u64>>());
    let fields = spec.args.iter().enumerate().map(|(at, arg)| {
        let args = args.clone();
        let value = args.get(at).copied().unwrap_or(arg.default);
        let set = Callback::from(move |value: u64| {
            let mut all = (*args).clone();
            all[at] = value;
            args.set(all);
        });
        field(arg, value, &set, spec.id)
    });
    let onclick = {
        let (node, operation, args) = (props.id, props.position, (*args).clone());
        props.intent.reform(move |_: MouseEvent| {
            Intent::Command(Command::Operate { node, operation, args: args.clone() })
        })
    };
    html! {
        <div class="operation">
            <button type="button" class="press" {onclick}>{ spec.title }</button>
            { for fields }
        </div>
    }
}

fn field(arg: &'static ArgSpec, value: u64, set: &Callback<u64>, operation: &str) -> Html {
    let label = format!("{operation}: {}", arg.id);
    if !arg.words.is_empty() {
        let options: Vec<(AttrValue, AttrValue)> =
            (0..=arg.max.min(63)).map(|value| (value.to_string().into(), arg.show(value).into())).collect();
        let on_pick = set.reform(|text: String| text.parse().unwrap_or(0));
        return html! { <Pick {label} {options} value={value.to_string()} {on_pick} /> };
    }
    let onchange = when(set, move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>()?;
        let wanted = input.value().trim().parse::<u64>().unwrap_or(value).min(arg.max);
        input.set_value(&wanted.to_string());
        Some(wanted)
    });
    html! {
        <input type="number" min="0" max={arg.max.to_string()} value={value.to_string()} aria-label={label.clone()}
            title={label} {onchange} />
    }
}
