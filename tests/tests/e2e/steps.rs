//! What the stories have in common: where things are on the page, and how a reader does this or that.

use anyhow::{Context, Result, bail, ensure};
use playground_tests::Page;
use serde_json::{Value, json};

/// The button that plays and pauses.
pub(crate) const TOGGLE: &str = ".journey .primary";

/// Waits until the figure is drawn.
pub(crate) fn ready(page: &Page) -> Result<()> {
    page.wait_for(".stage-svg .node")
}

/// The step shown.
pub(crate) fn step(page: &Page) -> Result<u64> {
    Ok(page.text(".readout b")?.parse()?)
}

/// Waits until a step is shown.
pub(crate) fn at_step(page: &Page, step: u64) -> Result<()> {
    let shown = format!("return document.querySelector('.readout b').textContent === '{step}'");
    page.wait_until(&shown).with_context(|| format!("step {step}"))
}

/// What a screen reader hears of each node, in order.
pub(crate) fn labels(page: &Page) -> Result<Vec<String>> {
    texts(
        page,
        "return [...document.querySelectorAll('.node > [role=button]')].map(e => e.getAttribute('aria-label'))",
    )
}

/// The numbers of the messages in flight.
pub(crate) fn flights(page: &Page) -> Result<Vec<String>> {
    texts(page, "return [...document.querySelectorAll('.flight')].map(e => e.dataset.lit.slice(1))")
}

/// A list of texts, as a script returns it.
pub(crate) fn texts(page: &Page, script: &str) -> Result<Vec<String>> {
    let list = page.eval(script)?;
    let list = list.as_array().context("a list")?;
    Ok(list.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect())
}

/// Waits until the label of the `at`-th node, counted from 0, says something.
pub(crate) fn until_label(page: &Page, at: usize, words: &str) -> Result<()> {
    let script = format!(
        "return document.querySelectorAll('.node > [role=button]')[{at}].getAttribute('aria-label').includes('{words}')"
    );
    page.wait_until(&script)
}

/// Waits until nothing matches.
pub(crate) fn until_gone(page: &Page, selector: &str) -> Result<()> {
    page.wait_until(&format!("return !document.querySelector(\"{selector}\")"))
}

/// The place of the first match: left, top, width, height.
pub(crate) fn place(page: &Page, selector: &str) -> Result<[f64; 4]> {
    let script = "const r = document.querySelector(arguments[0]).getBoundingClientRect(); \
                  return [r.x, r.y, r.width, r.height]";
    let place = page.eval_with(script, &[json!(selector)])?;
    let at = |at: usize| place[at].as_f64().context("a place");
    Ok([at(0)?, at(1)?, at(2)?, at(3)?])
}

/// Opens the choice.
pub(crate) fn choose(page: &Page) -> Result<()> {
    page.click(".top-left button")?;
    page.wait_for(".choice-body")
}

/// How long an element may take to appear, and how often it is looked for.
const APPEARS_WITHIN_MS: u64 = 10_000;
const APPEARS_EVERY_MS: u64 = 50;

/// Clicks the first of the matching elements whose text or name begins with some words, once there is one: what a step
/// before asked for may take a frame or two to be drawn.
pub(crate) fn click_text(page: &Page, selector: &str, words: &str) -> Result<()> {
    let mark = "document.querySelectorAll('[data-story]').forEach(e => delete e.dataset.story); \
                const e = [...document.querySelectorAll(arguments[0])].find(e => e.textContent.startsWith(arguments[1]) \
                || (e.getAttribute('aria-label') ?? '').startsWith(arguments[1])); \
                if (e) e.dataset.story = ''; return !!e";
    for _ in 0..APPEARS_WITHIN_MS / APPEARS_EVERY_MS {
        if page.eval_with(mark, &[json!(selector), json!(words)])? == Value::Bool(true) {
            return page.click("[data-story]");
        }
        std::thread::sleep(std::time::Duration::from_millis(APPEARS_EVERY_MS));
    }
    bail!("no `{selector}` says “{words}”")
}

/// The rules of accessibility the page breaks, as one text for a failed test.
pub(crate) fn axe(page: &Page) -> Result<()> {
    let broken = page.axe_violations()?;
    ensure!(broken.is_empty(), "accessibility: {broken:#?}");
    Ok(())
}
