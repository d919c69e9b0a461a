//! Hands: crash, cut, drop and deliver, by mouse, by touch and by keyboard. Back undoes each.

use crate::steps::{choose, click_text, flights, labels, place, ready, step, until_gone, until_label};
use playground_tests::Visit;

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_node_is_crashed_and_started_by_mouse() {
    Visit::wide().still().run("crash-mouse", "", |page| {
        ready(page)?;
        page.click("[data-lit=n1] > [role=button]")?;
        page.wait_for(".verbs")?;
        assert!(page.text(".inspected .heading")?.starts_with("n2"));
        let opened = step(page)?;
        click_text(page, "[data-verb]", "Crash")?;
        until_label(page, 1, "crashed")?;
        assert!(page.text(".inspected")?.contains("the crash wiped it"));
        click_text(page, "[data-verb]", "Restart")?;
        until_label(page, 1, "follower")?;
        page.key("ArrowLeft")?;
        until_label(page, 1, "crashed")?;
        page.key("ArrowLeft")?;
        until_label(page, 1, "follower")?;
        assert_eq!(step(page)?, opened);
        page.click(".inspected .heading button")?;
        until_gone(page, ".inspector")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_node_is_crashed_and_started_by_keyboard() {
    Visit::wide().still().run("crash-keys", "", |page| {
        ready(page)?;
        page.key("2")?;
        page.wait_for(".node.is-selected")?;
        page.key("c")?;
        until_label(page, 1, "crashed")?;
        page.key("c")?;
        until_label(page, 1, "follower")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_cut_is_chosen_in_the_menu_and_healed() {
    Visit::wide().still().run("cut-menu", "", |page| {
        ready(page)?;
        choose(page)?;
        click_text(page, "summary", "Cut between")?;
        click_text(page, ".cut-form .press", "Cut here")?;
        page.wait_until(
            "return document.querySelector('.notice')?.textContent.includes('a node on each side')",
        )?;
        click_text(page, ".cut-form .check", "n1")?;
        click_text(page, ".cut-form .check", "n2")?;
        click_text(page, ".cut-form .press", "Cut here")?;
        page.wait_for(".fence")?;
        click_text(page, ".network .press", "Heal all")?;
        until_gone(page, ".fence")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_line_across_the_stage_cuts_what_it_crosses() {
    Visit::wide().still().run("cut-line", "", |page| {
        ready(page)?;
        let [x, _, width, _] = place(page, ".stage-svg")?;
        // Between n1 at the top and all others.
        let between = (page.center("[data-lit=n0]")?.1 + page.center("[data-lit=n1]")?.1) / 2.0;
        page.drag(&[(x + width * 0.2, between), (x + width / 2.0, between), (x + width * 0.8, between)])?;
        page.wait_for(".fence")?;
        page.screenshot("cut")?;
        page.key("ArrowLeft")?;
        until_gone(page, ".fence")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_finger_cuts_on_a_phone() {
    Visit::phone().still().run("cut-touch", "", |page| {
        ready(page)?;
        let [x, _, width, _] = place(page, ".stage-svg")?;
        // Between n5 and n4.
        let heights =
            (page.center("[data-lit=n4] > [role=button]")?, page.center("[data-lit=n3] > [role=button]")?);
        let between = (heights.0.1 + heights.1.1) / 2.0;
        page.drag_as("touch", &[(x + 8.0, between), (x + width / 2.0, between), (x + width - 8.0, between)])?;
        page.wait_for(".fence")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_message_is_dropped() {
    Visit::wide().still().run("drop", "", |page| {
        ready(page)?;
        let before = flights(page)?;
        let id = before.first().expect("a message in flight");
        page.click(&format!("[data-lit=m{id}] > [role=button]"))?;
        page.wait_for(".inspected .heading")?;
        assert!(page.text(".inspected")?.contains("Why it was sent"));
        page.key("d")?;
        until_gone(page, &format!("[data-lit=m{id}].flight"))?;
        assert_eq!(flights(page)?.len(), before.len() - 1);
        page.key("d")?;
        page.wait_until("return document.querySelector('.notice')?.textContent.includes('does nothing here')")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn in_manual_mode_nothing_arrives_but_by_hand() {
    Visit::wide().still().run("manual", "?speed=16", |page| {
        ready(page)?;
        choose(page)?;
        click_text(page, ".network .check", "Deliver by hand")?;
        page.wait_until("return document.querySelector('.network input').checked")?;
        let held = flights(page)?;
        let before = labels(page)?;
        page.key("Shift+ArrowRight")?;
        for id in &held {
            assert!(flights(page)?.contains(id), "{id} waits");
        }
        page.click(&format!("[data-lit=m{}] > [role=button]", held[0]))?;
        click_text(page, ".verbs [data-verb]", "Deliver")?;
        until_gone(page, &format!("[data-lit=m{}].flight", held[0]))?;
        assert_ne!(labels(page)?, before);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn on_a_phone_the_verbs_under_the_figure_do_what_they_say() {
    Visit::phone().still().run("docked-verbs", "", |page| {
        crate::steps::ready(page)?;
        page.eval(
            "document.querySelector('.node[data-lit=n3]').dispatchEvent(new MouseEvent('click', {bubbles: true}))",
        )?;
        page.wait_for(".verbs.is-docked button")?;
        crate::steps::click_text(page, ".verbs.is-docked button", "Crash")?;
        crate::steps::until_label(page, 3, "crashed")
    });
}

/// Whether the row of verbs lies on nothing that must be read.
const CLEAR: &str = "const of = e => e.getBoundingClientRect(); const row = of(document.querySelector('.verbs')); \
    const things = document.querySelectorAll('.node .disc, .node .role, .node .log, .flight:not(.is-selected) .body'); \
    return row.width > 0 && ![...things].some(e => { const r = of(e); return r.left < row.right - 1 \
        && row.left < r.right - 1 && r.top < row.bottom - 1 && row.top < r.bottom - 1 })";

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_row_of_verbs_covers_no_node_no_words_and_no_message() {
    Visit::wide().still().run("verbs-clear", "", |page| {
        ready(page)?;
        for width in [1440, 1024, 768] {
            page.become_viewer(&Visit::wide().still().sized(width, 800))?;
            for node in 1..=5 {
                page.key(&node.to_string())?;
                page.wait_for(&format!(".node.is-selected[data-lit=n{}]", node - 1))?;
                page.wait_until(CLEAR)?;
            }
            page.eval("document.querySelector('.flight [role=button]').focus()")?;
            page.key("Enter")?;
            page.wait_for(".flight.is-selected")?;
            page.wait_until(CLEAR)?;
        }
        Ok(())
    });
}
