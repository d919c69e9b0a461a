//! What to run: protocol, scenario, broken twins, parameters, seed, network. Made from the registry alone.

use crate::ask::Ask;
use crate::controls::cut::CutForm;
use crate::controls::network::NetworkForm;
use crate::controls::params::{self, ParamsForm, value_of};
use crate::controls::pick::Pick;
use crate::controls::when;
use crate::scene::Scene;
use playground_core::protocol::Twin;
use playground_core::registry::{Entry, catalogue};
use playground_core::scenario::Scenario;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is chosen now.
#[derive(Properties)]
pub struct ChoiceProps {
    /// The picture.
    pub scene: Scene,
    /// The protocol.
    pub entry: &'static Entry,
    /// The scenario, if the run came from one.
    pub scenario: Option<&'static Scenario>,
    /// Parameters over the defaults.
    pub params: Vec<(String, u64)>,
    /// The seed.
    pub seed: u64,
    /// Where requests go.
    pub ask: Callback<Ask>,
}

impl PartialEq for ChoiceProps {
    fn eq(&self, other: &Self) -> bool {
        // The picture matters only for who is in it: the choice is not drawn anew at each step.
        let names =
            |props: &Self| props.scene.frame.nodes.iter().map(|node| node.name.clone()).collect::<Vec<_>>();
        std::ptr::eq(self.entry.meta, other.entry.meta)
            && self.scenario.map(|scenario| scenario.id) == other.scenario.map(|scenario| scenario.id)
            && (&self.params, self.seed, &self.ask) == (&other.params, other.seed, &other.ask)
            && self.scene.frame.manual == other.scene.frame.manual
            && self.scene.frame.cuts.is_empty() == other.scene.frame.cuts.is_empty()
            && names(self) == names(other)
    }
}

/// The choice.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let meta = props.entry.meta;
    let protocols: Vec<(AttrValue, AttrValue)> =
        catalogue().iter().map(|entry| (entry.meta.slug.into(), entry.meta.title.into())).collect();
    let on_protocol = props.ask.reform(Ask::Protocol);
    let seed = props.seed;
    let on_params = props.ask.reform(move |params| Ask::Afresh { params, seed });
    html! {
        <div class="choice-body">
            <section>
                <h2>{ "Protocol" }</h2>
                <Pick label="Protocol" options={protocols} value={meta.slug} on_pick={on_protocol} />
                <p class="fine">{ meta.summary }</p>
            </section>
            <section>
                <h2>{ "Scenario" }</h2>
                { scenarios(props) }
            </section>
            if !meta.twins.is_empty() {
                <section>
                    <h2>{ "Broken twins" }</h2>
                    <ul class="twins">{ for meta.twins.iter().map(|twin| twin_row(props, twin)) }</ul>
                </section>
            }
            <section>
                <h2>{ "Network" }</h2>
                <NetworkForm intent={props.scene.intent.clone()} manual={props.scene.frame.manual}
                    any_cut={!props.scene.frame.cuts.is_empty()} />
                <details>
                    <summary>{ "Cut between two sides" }</summary>
                    <CutForm frame={props.scene.frame.clone()} intent={props.scene.intent.clone()} />
                </details>
            </section>
            <section>
                <h2>{ "Parameters" }</h2>
                { seed_row(props) }
                { params::draw(&ParamsForm { specs: meta.params, changed: props.params.clone(), on_change: on_params }) }
            </section>
            <section class="sources">
                <h2>{ "Sources" }</h2>
                <ul>
                    { for meta.sources.iter().map(|source| html! {
                        <li><a href={source.url} target="_blank" rel="noopener noreferrer">{ source.title }</a></li>
                    }) }
                </ul>
            </section>
        </div>
    }
}

fn scenarios(props: &ChoiceProps) -> Html {
    let rows = props.entry.scenarios.iter().map(|scenario| {
        let is_chosen = props.scenario.is_some_and(|chosen| chosen.id == scenario.id);
        let onclick = props.ask.reform(move |_: MouseEvent| Ask::Scenario(scenario.id.into()));
        html! {
            <li>
                <button type="button" class="item" aria-pressed={if is_chosen { "true" } else { "false" }} {onclick}>
                    { scenario.title }
                </button>
                if is_chosen {
                    <p class="fine">{ scenario.caption }</p>
                }
            </li>
        }
    });
    html! {
        <ul class="scenarios">
            { for rows }
            if props.scenario.is_none() {
                <li><p class="fine">{ "This is a run of your own. Choose a scenario to begin a story." }</p></li>
            }
        </ul>
    }
}

/// A twin: switched on it runs the scenario made for it, or else afresh.
fn twin_row(props: &ChoiceProps, twin: &'static Twin) -> Html {
    let specs = props.entry.meta.params;
    let is_on = twin.params.iter().all(|(id, value)| {
        specs.iter().find(|spec| spec.id == *id).is_some_and(|spec| value_of(spec, &props.params) == *value)
    });
    let made_for_it = props
        .entry
        .scenarios
        .iter()
        .find(|scenario| !is_on && twin.params.iter().all(|param| scenario.params.contains(param)));
    let mut params: Vec<(String, u64)> = props
        .params
        .iter()
        .filter(|(id, _)| !twin.params.iter().any(|(other, _)| id == other))
        .cloned()
        .collect();
    if !is_on {
        params.extend(twin.params.iter().map(|(id, value)| ((*id).to_owned(), *value)));
    }
    let seed = props.seed;
    let onchange = props.ask.reform(move |_: Event| match made_for_it {
        Some(scenario) => Ask::Scenario(scenario.id.into()),
        None => Ask::Afresh { params: params.clone(), seed },
    });
    html! {
        <li>
            <label class="check">
                <input type="checkbox" checked={is_on} {onchange} />
                <span>{ twin.title }<small>{ format!("breaks {}", twin.breaks) }</small></span>
            </label>
        </li>
    }
}

fn seed_row(props: &ChoiceProps) -> Html {
    let params = props.params.clone();
    let onchange = when(&props.ask, move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>()?;
        let seed = input.value().trim().parse().ok()?;
        Some(Ask::Afresh { params: params.clone(), seed })
    });
    let on_fresh = props.ask.reform(|_: MouseEvent| Ask::FreshSeed);
    html! {
        <div class="row">
            <label for="seed">{ "Seed" }</label>
            <span class="measure">
                <input id="seed" type="number" min="0" value={props.seed.to_string()} {onchange} />
                <button type="button" class="quiet" onclick={on_fresh}>{ "Fresh" }</button>
            </span>
        </div>
    }
}
