//! The network as a form: how long messages take, how many are lost or doubled, and who delivers them.

use crate::controls::pick::Pick;
use crate::controls::when;
use crate::scene::Intent;
use playground_core::action::Command;
use playground_core::kernel::{Latency, LinkProfile, Shape};
use playground_core::time::MS;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// How the network stands.
#[derive(Properties, PartialEq)]
pub struct NetworkFormProps {
    /// Where commands go.
    pub intent: Callback<Intent>,
    /// Whether messages wait for a hand.
    pub manual: bool,
    /// Whether any link is cut.
    pub any_cut: bool,
}

const fn ms(count: u32) -> u32 {
    count * MS as u32
}

/// The latencies one can choose by name.
const LATENCIES: [(&str, Shape); 6] = [
    ("10 – 20 ms", Shape::Uniform { min_us: ms(10), max_us: ms(20) }),
    ("15 ms, always", Shape::Constant { us: ms(15) }),
    ("1 – 2 ms, one room", Shape::Uniform { min_us: ms(1), max_us: ms(2) }),
    ("50 ± 10 ms, a continent", Shape::Normal { mean_us: ms(50), sd_us: ms(10) }),
    ("from 10 ms, often late", Shape::Exponential { floor_us: ms(10), mean_us: ms(15) }),
    ("from 10 ms, heavy tail", Shape::Pareto { scale_us: ms(10), alpha_centi: 150 }),
];

/// The form. Each change is a step of the run, so Back undoes it.
#[component]
pub fn NetworkForm(props: &NetworkFormProps) -> Html {
    let chosen = use_state(|| (0_usize, LinkProfile::default()));
    let set = {
        let (chosen, intent) = (chosen.clone(), props.intent.clone());
        Callback::from(move |(at, profile): (usize, LinkProfile)| {
            intent.emit(Intent::Command(Command::Link { from: None, to: None, profile: profile.clone() }));
            chosen.set((at, profile));
        })
    };
    let (at, profile) = (chosen.0, chosen.1.clone());
    let options: Vec<(AttrValue, AttrValue)> = LATENCIES
        .iter()
        .enumerate()
        .map(|(at, (words, _))| (at.to_string().into(), (*words).into()))
        .collect();
    let on_latency = set.reform({
        let profile = profile.clone();
        move |text: String| {
            let at = text.parse::<usize>().unwrap_or(0).min(LATENCIES.len() - 1);
            (at, LinkProfile { latency: Latency(vec![(1, LATENCIES[at].1)]), ..profile.clone() })
        }
    });
    let on_loss = percent(&set, at, &profile, |profile, permille| profile.loss_permille = permille);
    let on_copies = percent(&set, at, &profile, |profile, permille| profile.duplicate_permille = permille);
    let on_order = set.reform({
        let profile = profile.clone();
        move |event: Event| (at, LinkProfile { fifo: is_checked(&event), ..profile.clone() })
    });
    let on_manual = props.intent.reform(|event: Event| Intent::Command(Command::Manual(is_checked(&event))));
    let on_heal = props.intent.reform(|_: MouseEvent| Intent::Command(Command::HealAll));
    html! {
        <div class="network">
            <label class="check" title="Nothing is delivered unless you deliver it">
                <input type="checkbox" checked={props.manual} onchange={on_manual} />
                { "Deliver by hand" }
            </label>
            <div class="row">
                <span>{ "Latency" }</span>
                <Pick label="Latency of every link" {options} value={at.to_string()} on_pick={on_latency} />
            </div>
            { share_row("Loss", "loss", profile.loss_permille, on_loss) }
            { share_row("Copies", "copies", profile.duplicate_permille, on_copies) }
            <label class="check">
                <input type="checkbox" checked={profile.fifo} onchange={on_order} />
                { "In order on each link" }
            </label>
            if props.any_cut {
                <button type="button" class="press" onclick={on_heal}>{ "Heal all" }</button>
            }
        </div>
    }
}

fn share_row(title: &'static str, id: &'static str, permille: u16, onchange: Callback<Event>) -> Html {
    let id = format!("network-{id}");
    html! {
        <div class="row">
            <label for={id.clone()}>{ title }</label>
            <span class="measure">
                <input {id} type="number" min="0" max="100" value={(permille / 10).to_string()} {onchange} />
                <span class="unit">{ "%" }</span>
            </span>
        </div>
    }
}

/// A callback that reads a percentage into a profile.
fn percent(
    set: &Callback<(usize, LinkProfile)>,
    at: usize,
    profile: &LinkProfile,
    put: fn(&mut LinkProfile, u16),
) -> Callback<Event> {
    let profile = profile.clone();
    when(set, move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>()?;
        let mut profile = profile.clone();
        put(&mut profile, input.value().trim().parse::<u16>().ok()?.min(100) * 10);
        Some((at, profile))
    })
}

fn is_checked(event: &Event) -> bool {
    event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked())
}
