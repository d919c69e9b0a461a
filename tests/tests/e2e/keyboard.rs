//! Keys reach everything: links too, and the focus is never lost on the way.

use crate::steps::{click_text, flights, ready, until_gone, until_label};
use anyhow::{Context, Result, bail};
use playground_tests::{Page, Visit};

/// What a screen reader says of what has the focus: its name, or its text; nothing if nothing has it.
const FOCUSED: &str = "const e = document.activeElement; \
    return e === document.body ? '' : (e.getAttribute('aria-label') ?? e.textContent)";

fn until_focused(page: &Page, words: &str) -> Result<()> {
    let script = format!("return (() => {{ {FOCUSED} }})().startsWith('{words}')");
    page.wait_until(&script)
        .with_context(|| format!("the focus is on “{}”", page.eval(FOCUSED).unwrap_or_default()))
}

/// Goes by Tab until something has the focus.
fn tab_to(page: &Page, words: &str) -> Result<()> {
    for _ in 0..30 {
        page.key("Tab")?;
        if page.eval(FOCUSED)?.as_str().unwrap_or_default().starts_with(words) {
            return Ok(());
        }
    }
    bail!("Tab never comes to “{words}”")
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_node_keeps_the_focus_when_the_inspector_opens_and_verbs_give_it_back() {
    Visit::wide().still().run("focus-stays", "", |page| {
        ready(page)?;
        tab_to(page, "n1, ")?;
        assert_eq!(page.count(".inspector")?, 0);
        page.key("Enter")?;
        page.wait_for(".inspected .heading")?;
        until_focused(page, "n1, ")?;
        // Once more goes to what can be done, and a verb that is gone gives the focus back.
        page.key("Enter")?;
        page.wait_until("return document.activeElement.closest('.verbs')")?;
        for _ in 0..8 {
            if page.eval(FOCUSED)?.as_str().unwrap_or_default().starts_with("Crash") {
                break;
            }
            page.key("Tab")?;
        }
        page.key("Enter")?;
        until_label(page, 0, "crashed")?;
        until_focused(page, "n1, ")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn links_are_named_stops_and_are_cut_and_healed_by_keyboard() {
    Visit::wide().still().run("links-by-keyboard", "", |page| {
        ready(page)?;
        // The first scene has a cut of its own.
        page.key("Home")?;
        page.wait_until("return !document.querySelector('.fence')")?;
        page.key("1")?;
        page.wait_for(".node.is-selected")?;
        page.key("k")?;
        until_focused(page, "link n1 → n2, open both ways")?;
        page.key("k")?;
        until_focused(page, "link n1 → n3, open both ways")?;
        page.screenshot("link-focused")?;
        page.key("Enter")?;
        page.wait_for(".link-selected")?;
        until_focused(page, "link n1 → n3")?;
        page.key("Enter")?;
        until_focused(page, "Cut n1 → n3")?;
        page.key("Enter")?;
        page.wait_for(".tick")?;
        until_focused(page, "link n1 → n3, cut; back open")?;
        page.key("ArrowRight")?;
        until_focused(page, "link n1 → n4, open both ways")?;
        page.key("ArrowLeft")?;
        page.key("Enter")?;
        until_focused(page, "Heal n1 → n3")?;
        page.key("Enter")?;
        until_focused(page, "link n1 → n3, open both ways")?;
        assert_eq!(page.count(".tick")?, 0);
        // Another node has other links.
        page.key("4")?;
        until_focused(page, "n4, ")?;
        // It stands in the map of keys.
        page.key("?")?;
        assert!(page.text(".keys")?.contains("links of the selected node"));
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn every_verb_of_what_is_selected_has_a_letter() {
    Visit::wide().still().run("letters", "#raft/leader-crash", |page| {
        ready(page)?;
        page.key("1")?;
        page.wait_for(".verbs")?;
        page.key("z")?;
        until_label(page, 0, "paused")?;
        page.key("z")?;
        page.wait_until("return !document.querySelector('.node > [role=button]').getAttribute('aria-label').includes('paused')")?;
        page.key("i")?;
        page.wait_for(".fence")?;
        page.key("r")?;
        until_gone(page, ".fence")?;
        page.key("f")?;
        page.wait_until("return /still leads/.test(document.querySelector('.why-sentence').textContent)")?;
        page.key("c")?;
        until_label(page, 0, "crashed")?;
        page.key("c")?;
        page.wait_until("return !document.querySelector('.node > [role=button]').getAttribute('aria-label').includes('crashed')")?;
        // A message, by its name.
        let before = flights(page)?;
        page.eval("document.querySelector('.flight [role=button]').focus()")?;
        page.key("Enter")?;
        page.wait_for(".flight.is-selected")?;
        page.key("u")?;
        page.wait_until(&format!("return document.querySelectorAll('.flight').length === {}", before.len() + 1))?;
        page.key("d")?;
        page.wait_until(&format!("return document.querySelectorAll('.flight').length === {}", before.len()))?;
        // On a link it means the link, not the node that is selected.
        page.key("1")?;
        page.key("k")?;
        until_focused(page, "link n1 → n2")?;
        page.key("i")?;
        page.wait_for(".tick")?;
        assert!(page.text(".why-sentence")?.starts_with("Messages from n1 to n2 are lost"));
        // What does nothing says so.
        page.key("Escape")?;
        page.key("g")?;
        page.wait_until("return /“g” does nothing here/.test(document.body.textContent)")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn links_come_after_their_node_in_the_order_of_tab() {
    Visit::wide().still().run("links-by-tab", "", |page| {
        ready(page)?;
        tab_to(page, "n1, ")?;
        page.key("ArrowRight")?;
        until_focused(page, "n2, ")?;
        page.key("Tab")?;
        until_focused(page, "link n2 → n1")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_time_shown_runs_on_between_two_events() {
    Visit::wide().run("time-runs", "?speed=0.001", |page| {
        ready(page)?;
        let seen = "return [document.querySelector('.readout b').textContent, document.querySelector('.when').textContent]";
        page.key(" ")?;
        let mut times = Vec::new();
        let mut first = page.eval(seen)?;
        for _ in 0..600 {
            let now = page.eval(seen)?;
            if now[0] != first[0] {
                // Too short a step, or too slow a machine: the next one will do.
                times.clear();
                first = now.clone();
            }
            if times.last() != Some(&now[1]) {
                times.push(now[1].clone());
            }
            if times.len() > 3 {
                break;
            }
        }
        page.key(" ")?;
        assert!(times.len() > 2, "during one step the page shows {times:?}");
        // At rest it is the time at which the picture stands.
        click_text(page, ".journey .press", "Step")?;
        page.wait_until(&format!("return document.querySelector('.readout b').textContent !== {}", first[0]))
    });
}
