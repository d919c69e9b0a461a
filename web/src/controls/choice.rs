//! What to run: protocol, scenario, broken twins, parameters, seed, network. Made from the registry alone.

use crate::ask::Ask;
use crate::controls::params::{self, ParamsForm, value_of};
use crate::controls::pick::pick;
use crate::controls::{cut, network};
use crate::inspect::properties;
use crate::scene::Scene;
use crate::tag::{button, div, number_field, said, tag, words};
use playground_core::protocol::Twin;
use playground_core::recipe::Recipe;
use playground_core::registry::{Entry, titles};
use playground_core::scenario::Scenario;
use std::rc::Rc;
use yew::prelude::*;

/// What is chosen now.
pub struct Choice {
    /// The picture.
    pub scene: Scene,
    /// The protocol.
    pub entry: &'static Entry,
    /// The scenario, if the run came from one.
    pub scenario: Option<&'static Scenario>,
    /// The run.
    pub recipe: Rc<Recipe>,
    /// Where requests go.
    pub ask: Callback<Ask>,
}

/// The choice.
pub(crate) fn draw(props: &Choice) -> Html {
    let meta = props.entry.meta;
    let protocols = titles().iter().map(|title| (title.slug.into(), title.title.into())).collect();
    let on_protocol = props.ask.reform(Ask::Protocol);
    let seed = props.recipe.seed;
    let on_change = props.ask.reform(move |params| Ask::Afresh { params, seed });
    let form = ParamsForm { specs: meta.params, changed: props.recipe.params.clone(), on_change };
    let sources = meta.sources.iter().map(|source| {
        let link = tag("a").set("href", source.url).set("target", "_blank").set("rel", "noopener noreferrer");
        tag("li").put(link.text(source.title)).done()
    });
    let twins = meta.twins.iter().map(|twin| twin_row(props, twin));
    let profile = network::profile_at(&props.recipe, props.scene.frame.step);
    let cut =
        tag("details").put(words("summary", "Cut between two sides")).put(cut::draw(&props.scene)).done();
    let protocol = vec![
        pick("Protocol".into(), "", protocols, meta.slug, &on_protocol),
        div("p", "fine").text(meta.summary).done(),
    ];
    let twins = div("ul", "twins").all(twins).done();
    div("div", "choice-body")
        .put(section("Protocol", protocol))
        .put(section("Scenario", vec![scenarios(props)]))
        .put_if((!meta.twins.is_empty()).then(|| section("Broken twins", vec![twins])))
        .put(section("Network", vec![network::draw(&props.scene, &profile), cut]))
        .put(section("Parameters", vec![seed_row(props), params::draw(&form)]))
        .put(div("section", "sources").put(words("h2", "Sources")).put(tag("ul").all(sources)))
        .done()
}

fn section(title: &'static str, parts: Vec<Html>) -> Html {
    tag("section").put(words("h2", title)).all(parts).done()
}

fn scenarios(props: &Choice) -> Html {
    let rows = props.entry.scenarios.iter().map(|scenario| {
        let is_chosen = props.scenario.is_some_and(|chosen| chosen.id == scenario.id);
        let on_press = Ask::press(&props.ask, Ask::Scenario(scenario.id.into()));
        let row = button("item", on_press).truth("aria-pressed", is_chosen).text(scenario.title).done();
        tag("li").put(row).put_if(is_chosen.then(|| div("p", "fine").text(scenario.caption))).done()
    });
    let own = || {
        let text = "This is a run of your own. Choose a scenario to begin a story.";
        tag("li").put(div("p", "fine").text(text)).done()
    };
    div("ul", "scenarios").all(rows).put_if(props.scenario.is_none().then(own)).done()
}

/// A twin: switched on it runs the scenario made for it, or else afresh.
fn twin_row(props: &Choice, twin: &'static Twin) -> Html {
    let specs = props.entry.meta.params;
    let is_on = twin.params.iter().all(|(id, value)| {
        specs
            .iter()
            .find(|spec| spec.id == *id)
            .is_some_and(|spec| value_of(spec, &props.recipe.params) == *value)
    });
    let made_for_it = props
        .entry
        .scenarios
        .iter()
        .find(|scenario| !is_on && twin.params.iter().all(|param| scenario.params.contains(param)));
    let mut params: Vec<(String, u64)> = props
        .recipe
        .params
        .iter()
        .filter(|(id, _)| !twin.params.iter().any(|(other, _)| id == other))
        .cloned()
        .collect();
    if !is_on {
        params.extend(twin.params.iter().map(|(id, value)| ((*id).to_owned(), *value)));
    }
    let seed = props.recipe.seed;
    let on_change = props.ask.reform(move |_: Event| match made_for_it {
        Some(scenario) => Ask::Scenario(scenario.id.into()),
        None => Ask::Afresh { params: params.clone(), seed },
    });
    let more = words("small", ["Breaks: ", properties::prose(&props.scene.frame, twin.breaks)].concat());
    let field = tag("input").set("type", "checkbox").checked(is_on).on_change(on_change).done();
    let label = div("label", "check").put(field).put(tag("span").text(twin.title).put(more)).done();
    tag("li").put(label).done()
}

fn seed_row(props: &Choice) -> Html {
    let params = props.recipe.params.clone();
    let on_change = props.ask.reform(move |seed: u64| Ask::Afresh { params: params.clone(), seed });
    let field = number_field("seed".into(), props.recipe.seed, (0, u64::MAX), on_change).done();
    let fresh = button("quiet", Ask::press(&props.ask, Ask::FreshSeed)).text("Fresh").done();
    div("div", "row")
        .put(tag("label").set("for", "seed").text("Seed"))
        .put(div("span", "measure").put(field).put(fresh))
        .put(said())
        .done()
}
