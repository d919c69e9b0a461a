//! The network as a form: how long messages take, how many are lost or doubled, and who delivers them.
//!
//! The form keeps nothing: it shows what the run's own commands have made of the network by the present step, so Back
//! and links show the truth.

use crate::controls::pick::{numbered, pick};
use crate::controls::when;
use crate::scene::{Intent, Scene};
use crate::tag::{asks, button, check, div, is_checked, number_field, said, tag, words};
use playground_core::action::Command;
use playground_core::kernel::{Latency, LinkProfile, Shape};
use playground_core::recipe::Recipe;
use playground_core::time::MS;
use yew::prelude::*;

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

/// What every link is like at a step.
pub(crate) fn profile_at(recipe: &Recipe, step: u64) -> LinkProfile {
    let done = recipe.commands.iter().rev().filter(|(after, _)| *after < step);
    let set = done.into_iter().find_map(|(_, command)| match command {
        Command::Link { from: None, to: None, profile } => Some(profile.clone()),
        _ => None,
    });
    set.unwrap_or_default()
}

/// The form. Each change is a step of the run, so Back undoes it.
pub(super) fn draw(scene: &Scene, profile: &LinkProfile) -> Html {
    let intent = &scene.intent;
    let (manual, any_cut) = (scene.frame.manual, !scene.frame.cuts.is_empty());
    let on_manual = intent.reform(|event: Event| Intent::Command(Command::Manual(is_checked(&event))));
    let set = intent
        .reform(|profile: LinkProfile| Intent::Command(Command::Link { from: None, to: None, profile }));
    let at = LATENCIES.iter().position(|(_, shape)| profile.latency == Latency(vec![(1, *shape)]));
    let mut options = numbered(LATENCIES.iter().map(|(words, _)| *words));
    if at.is_none() {
        options.insert(0, (AttrValue::default(), "of this scenario".into()));
    }
    let base = profile.clone();
    let on_latency = when(&set, move |text: String| {
        let (_, shape) = LATENCIES.get(text.parse::<usize>().ok()?)?;
        Some(LinkProfile { latency: Latency(vec![(1, *shape)]), ..base.clone() })
    });
    let base = profile.clone();
    let on_order = set.reform(move |event: Event| LinkProfile { fifo: is_checked(&event), ..base.clone() });
    let chosen = at.map(|at| at.to_string()).unwrap_or_default();
    let by_hand = check("Deliver by hand", manual, on_manual);
    let latency = pick("Latency of every link".into(), "", options, &chosen, &on_latency);
    let heal = || button("press", asks(intent, Intent::Command(Command::HealAll))).text("Heal all").done();
    div("div", "network")
        .put(by_hand.set("title", "Nothing is delivered unless you deliver it"))
        .put(div("div", "row").put(words("span", "Latency")).put(latency))
        .put(percent(&set, profile, "Loss", "network-loss", |profile| &mut profile.loss_permille))
        .put(percent(&set, profile, "Copies", "network-copies", |profile| &mut profile.duplicate_permille))
        .put(check("In order on each link", profile.fifo, on_order))
        .put_if(any_cut.then(heal))
        .done()
}

/// A field for a share of all messages.
fn percent(
    set: &Callback<LinkProfile>,
    profile: &LinkProfile,
    title: &'static str,
    id: &'static str,
    place: fn(&mut LinkProfile) -> &mut u16,
) -> Html {
    let mut profile = profile.clone();
    let value = u64::from(*place(&mut profile) / 10);
    let on_change = set.reform(move |percent: u64| {
        let mut profile = profile.clone();
        *place(&mut profile) = percent as u16 * 10;
        profile
    });
    let field = number_field(id.into(), value, (0, 100), on_change).done();
    div("div", "row")
        .put(tag("label").set("for", id).text(title))
        .put(div("span", "measure").put(field).put(div("span", "unit").text("%")))
        .put(said())
        .done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_shows_what_the_run_has_made_of_the_network() {
        let slow = LinkProfile { loss_permille: 100, ..LinkProfile::default() };
        let command = Command::Link { from: None, to: None, profile: slow.clone() };
        let recipe = Recipe { commands: vec![(4, command)], length: 9, ..Recipe::new("raft") };
        assert_eq!(profile_at(&recipe, 4), LinkProfile::default());
        assert_eq!(profile_at(&recipe, 5), slow);
    }
}
