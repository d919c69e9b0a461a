//! Time: a story opens paused, plays, stops, goes back and forth, and ends.

use crate::steps::{TOGGLE, at_step, flights, place, ready, step, texts, until_label};
use anyhow::Result;
use playground_tests::{Page, Visit};
use std::thread::sleep;
use std::time::{Duration, Instant};

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn it_opens_paused_in_mid_story_and_one_press_loses_the_uncommitted_entry() {
    Visit::wide().run("opening", "", |page| {
        ready(page)?;
        assert_eq!(page.text(TOGGLE)?, "Play");
        assert!(step(page)? > 100);
        assert!(flights(page)?.len() >= 3, "messages are drawn in flight");
        let moving = "return [...document.querySelectorAll('.flight')].map(e => e.getAttribute('transform'))";
        let before = texts(page, moving)?;
        sleep(Duration::from_millis(200));
        assert_eq!(texts(page, moving)?, before, "nothing moves at rest");

        until_label(page, 0, "n1, leader, term 1")?;
        let pressed = Instant::now();
        page.click(TOGGLE)?;
        until_label(page, 0, "n1, follower, term 3")?;
        assert!(pressed.elapsed() < Duration::from_secs(6), "{:?}", pressed.elapsed());
        // The entry of term 1 that no majority had is gone; the new leader's stand in its place.
        until_label(page, 0, "4 log entries, 4 committed")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn space_plays_after_a_button_was_used_by_mouse() {
    Visit::wide().run("space", "", |page| {
        ready(page)?;
        page.click(".journey .step")?;
        at_step(page, 175)?;
        page.key("Space")?;
        page.wait_until("return document.querySelector('.journey .primary').textContent === 'Pause'")?;
        page.key("Space")?;
        page.wait_until("return document.querySelector('.journey .primary').textContent === 'Play'")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_button_reached_by_keyboard_keeps_the_keyboard() {
    Visit::wide().still().run("tab", "", |page| {
        ready(page)?;
        page.eval("document.querySelector('.scrubber').focus()")?;
        for _ in 0..40 {
            page.key("Tab")?;
            if page.eval("return document.activeElement.matches('.journey .step')")? == true {
                page.key("Space")?;
                at_step(page, 175)?;
                page.key("Enter")?;
                at_step(page, 176)?;
                assert_eq!(page.text(TOGGLE)?, "Play");
                return Ok(());
            }
        }
        panic!("Tab never came to Step");
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn keys_step_and_go_back_and_find_what_matters() {
    Visit::wide().still().run("keys", "", |page| {
        ready(page)?;
        let opened = step(page)?;
        page.key("ArrowRight")?;
        at_step(page, opened + 1)?;
        page.key("ArrowLeft")?;
        page.key("ArrowLeft")?;
        at_step(page, opened - 1)?;
        page.key("Shift+ArrowLeft")?;
        let mark = step(page)?;
        assert!(mark < opened - 1);
        page.key("Shift+ArrowRight")?;
        assert!(step(page)? > mark);
        page.key("Home")?;
        at_step(page, 0)?;
        assert_eq!(page.attribute(".journey .back", "aria-disabled")?.as_deref(), Some("true"));
        page.click(".journey .back")?;
        page.wait_until("return document.querySelector('.notice')?.textContent.includes('beginning')")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_scrubber_takes_keys_and_the_mouse() {
    Visit::wide().still().run("scrubber", "", |page| {
        ready(page)?;
        page.eval("document.querySelector('.scrubber').focus()")?;
        page.key("End")?;
        at_step(page, 254)?;
        page.key("PageDown")?;
        at_step(page, 244)?;
        page.key("ArrowLeft")?;
        at_step(page, 243)?;
        assert_eq!(page.attribute(".scrubber", "aria-valuenow")?.as_deref(), Some("243"));
        let [x, y, width, height] = place(page, ".scrubber")?;
        let middle = y + height - 11.0;
        page.drag(&[(x + width * 0.75, middle), (x + width * 0.6, middle), (x + width / 2.0, middle)])?;
        page.wait_until("return Math.abs(document.querySelector('.readout b').textContent - 127) < 3")
    });
}

fn played_to_its_end(page: &Page) -> Result<()> {
    ready(page)?;
    page.key("Space")?;
    page.wait_for(".caption.over")
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_story_ends_with_what_was_decided_and_what_to_try() {
    Visit::wide().run("end", "?speed=1", |page| {
        played_to_its_end(page)?;
        at_step(page, 254)?;
        let said = page.text(".caption")?;
        assert!(said.contains("The story ends here.") && said.contains("4 commits"), "{said}");
        page.click(".caption .press:first-child")?;
        page.wait_until("return document.querySelector('.readout b').textContent < 254")?;
        page.wait_for(".caption.over")?;
        page.click(".caption .press:nth-child(2)")?;
        page.wait_until("return document.querySelector('h1').textContent.includes('twin')")
    });
}
