//! Operations of the protocol as forms: one for each, made from its description. What is chosen is read when it is sent.

use crate::controls::pick::pick;
use crate::controls::press::Press;
use crate::scene::{Intent, Scene};
use crate::stage::verbs::{asker, choices, defaults};
use crate::tag::{div, tag, words};
use playground_core::action::Command;
use playground_core::protocol::{ArgSpec, OperationSpec};
use playground_core::session::Forecast;
use playground_core::view::{MemberKind, NodeFrame, Status};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// The operations a node takes, and folded those that others can ask of it.
pub(super) fn operations(scene: &Scene, node: &NodeFrame) -> Html {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for (operation, spec) in (0u8..).zip(scene.meta.operations) {
        if spec.on == node.kind {
            let command = Command::Operate { node: node.id, operation, args: defaults(scene, node, spec) };
            own.push(form(scene, node, spec, command, None));
        } else if let Some((member, command)) =
            asker(scene, node, operation, spec).filter(|_| node.status != Status::Crashed)
        {
            others.push(form(scene, member, spec, command, spec.at(&node.name).map(|(at, _)| at)));
        }
    }
    let asks = (!others.is_empty())
        .then(|| tag("details").put(words("summary", "What others can ask it")).all(others));
    let forms = div("div", "operations");
    // What a server can be told is for the few who run it: its state comes first.
    let forms = match node.kind {
        MemberKind::Server if own.len() > 1 => {
            forms.put(tag("details").put(words("summary", "What it can be told")).all(own).done())
        }
        _ => forms.all(own),
    };
    forms.put_if(asks).done()
}

/// One operation of a member as a form that begins with the arguments of a command. The argument at `fixed` is not
/// asked for: it is the node that the form stands at.
fn form(
    scene: &Scene,
    member: &NodeFrame,
    spec: &'static OperationSpec,
    command: Command,
    fixed: Option<usize>,
) -> Html {
    let forecast = scene.session.forecast(&command, scene.playing);
    let Command::Operate { node, operation, args } = command else { return Html::default() };
    let word = match fixed {
        None => spec.title.to_owned(),
        Some(_) => [&member.name, " asks: ", spec.title].concat(),
    };
    let asked = args.clone();
    let on_press = scene.intent.reform(move |event: MouseEvent| {
        let form = event.target_dyn_into::<Element>().and_then(|button| button.closest(".operation").ok()?);
        let args = read(spec, form.as_ref(), &asked, fixed);
        Intent::Command(Command::Operate { node, operation, args })
    });
    let fields = spec.args.iter().zip(&args).enumerate().filter(|(at, _)| Some(*at) != fixed);
    let fields = fields.map(|(_, (arg, value))| field(arg, *value, &choices(scene, member, arg), spec.id));
    // Another choice of members may not be refused: then the reason only stands there.
    let may_differ =
        member.status == Status::Up && spec.args.iter().any(|arg| arg.words.contains(&member.name.as_str()));
    let (refusal, note) = match forecast {
        Forecast::Acts => (None, None),
        Forecast::Waits(why) => (None, Some(why)),
        Forecast::Fails(why) => ((!may_differ).then(|| why.clone().into()), Some(why)),
    };
    let press = Press { refusal, ..Press::new(word, "", on_press) }.draw(&scene.intent);
    let note = note.map(|why| div("p", "fine").text([&why, "."].concat()));
    // Another node's form is another form.
    let form = div("div", "operation").key(u64::from(member.id.0) * 256 + u64::from(operation));
    form.put(press).all(fields).put_if(note).done()
}

fn field(arg: &'static ArgSpec, value: u64, choices: &[u64], operation: &str) -> Html {
    let label = [operation, ": ", arg.id].concat();
    let field = if arg.words.is_empty() {
        // An attribute and not a value: it is where the field begins, and then the reader's.
        div("input", "arg")
            .set("type", "number")
            .set("min", "0")
            .number("max", arg.max)
            .number("value", value)
            .set("aria-label", label.clone())
            .set("title", label)
            .done()
    } else {
        let options =
            choices.iter().map(|value| (value.to_string().into(), arg.show(*value).into())).collect();
        pick(label.into(), "arg", options, &value.to_string(), &Callback::noop())
    };
    tag("label").put(div("span", "fine").text(arg.id)).put(field).done()
}

/// The arguments as they stand in a form; those it does not ask for are as they are.
fn read(spec: &OperationSpec, form: Option<&Element>, asked: &[u64], fixed: Option<usize>) -> Vec<u64> {
    let fields = form.and_then(|form| form.query_selector_all(".arg").ok());
    let text = |at: usize| {
        let field = fields.as_ref()?.item(at as u32)?;
        let text = match field.dyn_into::<HtmlInputElement>() {
            Ok(input) => input.value(),
            Err(field) => field.dyn_into::<HtmlSelectElement>().ok()?.value(),
        };
        // What is no number is as far out of bounds as a number can be: the refusal says what was wanted.
        Some(text.trim().parse().unwrap_or(u64::MAX))
    };
    let mut args = asked.to_vec();
    let open = args.iter_mut().zip(spec.args).enumerate().filter(|(at, _)| Some(*at) != fixed);
    for (field, (_, (value, _))) in open.enumerate() {
        *value = text(field).unwrap_or(*value);
    }
    args
}
