//! Truth on request: a search of bad futures, and what the clients saw.

use crate::steps::{click_text, ready};
use anyhow::Result;
use playground_tests::{Page, Visit};

/// Raft with three servers and no clients that forgets its votes, and the same as it should be.
pub(crate) const FORGETFUL: &str = "#v1.BHJhZnQDAW4DB2NsaWVudHMAEHR3aW4tZm9yZ2V0LXZvdGUBAQAAf18";
const CORRECT: &str = "#v1.BHJhZnQCAW4DB2NsaWVudHMAAQAA898";
/// As in a frame that may start no worker.
const NO_WORKER: &str = "window.Worker = class { constructor() { throw new Error('forbidden') } }";

/// Sets a bound, once the panel has come.
fn bound(page: &Page, id: &str, value: &str) -> Result<()> {
    page.wait_for(&format!("#bound-{id}"))?;
    page.eval(&format!(
        "const e = document.getElementById('bound-{id}'); e.value = '{value}'; \
         e.dispatchEvent(new Event('change', {{bubbles: true}}))"
    ))?;
    Ok(())
}

fn finds_two_leaders(page: &mut Page) -> Result<()> {
    page.key("x")?;
    page.click(".explore .start")?;
    page.wait_for(".outcome.broken")?;
    let said = page.text(".outcome.broken")?;
    assert!(
        said.starts_with(
            "Breaks within 8 steps: At most one leader is elected in a term (Raft Figure 3, §5.2). \
             n1 and n2 were both elected in term 1."
        ),
        "{said}"
    );
    assert_eq!(page.text(".readout b")?, "0", "it is stepped through from where the search began");
    assert_eq!(page.count(".top .lamp.broken")?, 0);
    for _ in 0..8 {
        page.key("ArrowRight")?;
    }
    page.wait_for(".top .lamp.broken")
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_bad_future_is_found_stepped_through_and_shared() {
    Visit::wide().still().run("bad-future", FORGETFUL, |page| {
        ready(page)?;
        finds_two_leaders(page)?;
        page.screenshot("bad-future")?;
        page.wait_until("return location.search.includes('step=8')")?;
        // Whoever opens the link sees the same step break the same property.
        page.reload()?;
        ready(page)?;
        page.wait_for(".caption.alarm")?;
        assert!(page.text(".caption.alarm")?.contains("n1 and n2 were both elected in term 1"));
        assert_eq!(page.text(".readout b")?, "8");
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn without_workers_the_page_searches_in_slices() {
    Visit::wide().still().run("bad-future-slices", FORGETFUL, |page| {
        ready(page)?;
        page.eval(NO_WORKER)?;
        finds_two_leaders(page)
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn every_future_of_the_correct_protocol_is_searched() {
    Visit::phone().still().run("no-bad-future", CORRECT, |page| {
        ready(page)?;
        page.key("x")?;
        bound(page, "timeouts", "1")?;
        bound(page, "crashes", "0")?;
        page.click(".explore .start")?;
        page.wait_for(".outcome.complete")?;
        let said = page.text(".outcome.complete")?;
        assert!(said.starts_with("Every future within these bounds was searched: "), "{said}");
        assert!(said.contains(" states. Nothing breaks."), "{said}");
        assert!(said.contains("At most 1 timeout, no crash, no loss, no double, 200,000 states."), "{said}");
        assert_eq!(page.eval("return document.documentElement.scrollWidth")?, 390);
        page.screenshot("no-bad-future-phone")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_search_pauses_goes_on_and_ends_at_once() {
    Visit::wide().still().run("cancel", "", |page| {
        ready(page)?;
        page.key("x")?;
        bound(page, "states", "2000000")?;
        page.click(".explore .start")?;
        page.wait_until("return /[1-9]/.test(document.querySelector('.under-way dd')?.textContent)")?;
        click_text(page, ".explore .press", "Pause")?;
        page.wait_until("return document.querySelector('.under-way b').textContent === 'Paused'")?;
        click_text(page, ".explore .press", "Go on")?;
        click_text(page, ".explore .press", "Cancel")?;
        page.wait_for(".outcome.cut-short")?;
        let said = page.text(".outcome.cut-short")?;
        assert!(said.starts_with("Cancelled at ") && said.contains(" known ones not looked at."), "{said}");
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn what_clients_saw_is_drawn_and_judged_step_by_step() {
    Visit::wide().still().run("history", "", |page| {
        ready(page)?;
        page.eval(
            "const e = document.querySelector('.scenario-pick'); e.value = 'twin-local-read'; \
             e.dispatchEvent(new Event('change', {bubbles: true}))",
        )?;
        page.wait_until("return document.querySelector('h1').textContent.includes('read locally')")?;
        page.key("h")?;
        page.wait_for(".verdict.explained")?;
        assert_eq!(page.text(".verdict")?, "Linearizable");
        for _ in 0..30 {
            page.key("ArrowRight")?;
            if page.count(".lamp.broken")? > 0 {
                break;
            }
        }
        page.wait_for(".verdict.unexplained")?;
        assert_eq!(page.text(".verdict")?, "Sequentially consistent, but not linearizable");
        assert_eq!(page.count(".op")?, 3);
        assert_eq!(page.count(".op.stuck .op-cross")?, 1);
        assert!(page.text(".history .because")?.starts_with("c1’s “get x → 1” can’t be placed."));
        page.screenshot("history")?;
        let step = page.text(".readout b")?;
        page.click(".op .op-words")?;
        page.wait_until(&format!("return document.querySelector('.readout b').textContent !== '{step}'"))?;
        page.wait_until("return document.querySelectorAll('.op').length === 1")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_history_goes_out_and_comes_in_and_a_bad_line_is_told() {
    Visit::wide().still().run("history-text", "", |page| {
        ready(page)?;
        page.key("h")?;
        click_text(page, ".history .press", "Export")?;
        page.wait_until("return document.querySelector('#history-written')?.value.startsWith('{:process')")?;
        click_text(page, ".history .press", "JSON lines")?;
        page.wait_until("return document.querySelector('#history-written').value.startsWith('{\"process')")?;
        let text = page.eval("return document.querySelector('#history-written').value")?;
        click_text(page, ".history .press", "Import")?;
        page.wait_for("#history-text")?;
        page.eval(
            "const e = document.querySelector('#history-model'); e.selectedIndex = 2; \
             e.dispatchEvent(new Event('change', {bubbles: true}))",
        )?;
        let paste = "document.querySelector('#history-text').value = arguments[0]";
        page.eval_with(paste, &[text])?;
        page.click(".history .judge")?;
        page.wait_for(".verdict.explained")?;
        page.wait_for(".op")?;
        let bad = "{:process 0, :type :invoke, :f :put, :value [x 1]}\n{:process 0, :type :okay, :f :put}";
        page.eval_with(paste, &[bad.into()])?;
        page.click(".history .judge")?;
        page.wait_for(".history-trouble")?;
        let said = page.text(".history-trouble")?;
        assert!(said.starts_with("line 2, column ") && said.contains("wanted "), "{said}");
        page.screenshot("history-import")
    });
}
