//! The desk: panels that come late, in places of the page.

use crate::judging::FORGETFUL;
use crate::steps::{axe, click_text, ready, step, until_gone};
use anyhow::Result;
use playground_tests::{Page, Visit};

/// As where the network fails once the page is there.
const NO_NETWORK: &str = "window.real = window.fetch; \
    window.fetch = (what, ...rest) => String(what).includes('explorer_bg') \
        ? Promise.reject(new TypeError('offline')) : window.real(what, ...rest)";

fn is_expanded(page: &Page, word: &str) -> Result<bool> {
    let button = format!(
        "return [...document.querySelectorAll('.top-left button')].find(b => b.textContent === '{word}').ariaExpanded"
    );
    Ok(page.eval(&button)? == "true")
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_panel_opens_and_closes_and_opens_again_as_it_was_left() {
    Visit::wide().still().run("desk", "", |page| {
        ready(page)?;
        let loads =
            "return performance.getEntriesByType('resource').filter(e => e.name.includes('explorer')).length";
        assert_eq!(page.eval(loads)?, 0, "nobody has asked for it");
        click_text(page, ".top-left button", "Find a bad future")?;
        page.wait_for(".explore .start")?;
        assert!(is_expanded(page, "Find a bad future")?);
        page.eval(
            "const e = document.getElementById('bound-crashes'); e.value = '3'; \
             e.dispatchEvent(new Event('change', {bubbles: true}))",
        )?;
        page.click(".explore .heading button")?;
        until_gone(page, ".explore")?;
        assert!(!is_expanded(page, "Find a bad future")?);
        page.key("x")?;
        page.wait_for("#bound-crashes")?;
        assert_eq!(page.eval("return document.getElementById('bound-crashes').value")?, "3");
        // A press in one of the two modules is heard by that one only.
        page.key("h")?;
        page.wait_for(".verdict.explained")?;
        let before = step(page)?;
        click_text(page, ".history .press", "Import")?;
        page.wait_for("#history-text")?;
        page.click(".journey .step")?;
        page.wait_until(&format!(
            "return document.querySelector('.readout b').textContent === '{}'",
            before + 1
        ))?;
        page.wait_until(&format!(
            "return document.querySelector('.explore').textContent.includes('step {}:')",
            before + 1
        ))?;
        assert_eq!((page.count("#history-text")?, page.count(".explore .start")?), (1, 1));
        axe(page)
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn what_cannot_be_loaded_says_so_and_comes_when_it_can() {
    Visit::wide().still().run("desk-missing", "", |page| {
        ready(page)?;
        page.eval(NO_NETWORK)?;
        page.key("x")?;
        page.wait_for(".explore .note + .press")?;
        assert_eq!(
            page.text(".explore [role=status]")?,
            "This part could not be loaded: check the connection."
        );
        page.screenshot("desk-missing")?;
        // Nothing else is the worse for it.
        page.key("ArrowRight")?;
        page.wait_until("return document.querySelector('.readout b').textContent === '175'")?;
        page.key("h")?;
        page.wait_for(".history .note + .press")?;
        page.click(".explore .note + .press")?;
        page.wait_for(".explore .note + .press")?;
        page.eval("window.fetch = window.real")?;
        page.click(".explore .note + .press")?;
        page.wait_for(".explore .start")?;
        page.wait_for(".verdict.explained")?;
        assert_eq!(page.count(".note")?, 0);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn measures_are_those_of_the_present_step_with_theory_beside_them() {
    let tell = |page: &mut Page| -> Result<()> {
        ready(page)?;
        page.key("m")?;
        page.wait_for(".measured")?;
        page.wait_until("return document.querySelector('.measures').textContent.includes('to step 174.')")?;
        axe(page)
    };
    let row = "return [...document.querySelectorAll('.measured tr')].find(r => r.cells[0].textContent === arguments[0])";
    Visit::wide().still().run("measures", "", |page| {
        tell(page)?;
        page.screenshot("measures")?;
        let theory = format!("{row}.cells[2].textContent");
        assert_eq!(page.eval_with(&theory, &["Replication messages per command".into()])?, "8", "2 (n − 1)");
        let requests = format!("{row}.cells[1].textContent");
        let votes = "RVRequestVote";
        assert_ne!(page.eval_with(&requests, &[votes.into()])?, "0");
        page.key("Home")?;
        page.wait_until("return document.querySelector('.measures').textContent.includes('to step 0.')")?;
        assert_eq!(page.eval_with(&requests, &[votes.into()])?, "0");
        assert_eq!(page.eval_with(&requests, &["Availability".into()])?, "none yet");
        page.key("m")?;
        until_gone(page, ".measures")
    });
    Visit::phone().dark().still().run("measures-phone", "", |page| {
        tell(page)?;
        assert_eq!(page.eval("return document.documentElement.scrollWidth")?, 390);
        page.screenshot("measures-phone-dark")
    });
    Visit::wide().sized(720, 700).still().run("measures-embed", "?embed=1&panel=stage,measures", |page| {
        page.wait_for(".measured")?;
        assert_eq!(page.count(".event-list")?, 0);
        page.screenshot("measures-embed")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn an_open_desk_goes_over_to_the_module_that_takes_over() {
    Visit::wide().still().run("desk-taken-over", "", |page| {
        ready(page)?;
        page.key("h")?;
        page.wait_for(".verdict.explained")?;
        page.eval("location.hash = '#paxos'")?;
        page.wait_until("return document.querySelector('h1').textContent.startsWith('Paxos')")?;
        page.wait_for(".history .verdict")?;
        page.wait_for(".history .because")?;
        assert_eq!(page.count(".history")?, 1);
        page.key("m")?;
        page.wait_for(".measured")?;
        page.click(".history .quiet")?;
        until_gone(page, ".history")?;
        page.key("h")?;
        page.wait_for(".history .because")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn what_is_found_in_the_past_of_a_run_is_a_branch_of_its_own() {
    Visit::wide().still().run("bad-future-of-the-past", FORGETFUL, |page| {
        ready(page)?;
        for _ in 0..3 {
            page.key("ArrowRight")?;
        }
        for _ in 0..2 {
            page.key("ArrowLeft")?;
        }
        page.wait_until("return document.querySelector('.readout b').textContent === '1'")?;
        page.key("x")?;
        page.click(".explore .start")?;
        page.wait_for(".outcome.broken")?;
        page.wait_for(".branch")?;
        assert_eq!(step(page)?, 1);
        click_text(page, ".outcome .press", "To where it breaks")?;
        page.wait_for(".top .lamp.broken")?;
        page.wait_for(".caption.alarm")
    });
}
