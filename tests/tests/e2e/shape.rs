//! The shape of the page: widths, room, themes, motion, accessibility.

use crate::steps::{at_step, axe, choose, place, ready};
use anyhow::{Result, ensure};
use playground_tests::{Page, Visit};

/// The parts that stand under each other at every width.
const PARTS: [&str; 6] = [".top", ".stage-box", ".plate", ".why", ".tabs", ".foot"];

/// The document is exactly as wide as the screen, and no part lies over another or beyond its edge.
fn fits(page: &Page, width: u32, height: u32) -> Result<()> {
    let wide = page.eval("return document.documentElement.scrollWidth")?;
    ensure!(wide == width, "the document is {wide} wide on a screen of {width}");
    let mut bottom = 0.0;
    for part in PARTS {
        if page.eval_with(
            "return document.querySelector(arguments[0])?.getClientRects().length ?? 0",
            &[part.into()],
        )? == 0
        {
            continue;
        }
        let [x, y, w, h] = place(page, part)?;
        ensure!(x >= 0.0 && x + w <= f64::from(width) + 0.5, "{part} ends at {} of {width}", x + w);
        ensure!(y >= bottom - 0.5, "{part} begins at {y}, over what ends at {bottom}");
        ensure!(y + h <= f64::from(height) + 0.5, "{part} ends at {} of {height}", y + h);
        bottom = y + h;
    }
    Ok(())
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn every_width_is_exact_and_nothing_lies_over_anything() {
    Visit::wide().still().run("widths", "", |page| {
        ready(page)?;
        for (width, height) in [(1440, 900), (1280, 720), (1024, 768), (768, 1024), (600, 800)] {
            page.become_viewer(&Visit::wide().still().sized(width, height))?;
            page.wait_until(&format!("return innerWidth === {width}"))?;
            fits(page, width, height)?;
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn phones_of_390_and_320_are_exact() {
    Visit::phone().still().run("phones", "", |page| {
        ready(page)?;
        for (width, height) in [(390, 844), (320, 640)] {
            page.become_viewer(&Visit::phone().still().sized(width, height))?;
            page.wait_until(&format!("return innerWidth === {width}"))?;
            fits(page, width, height)?;
            for tab in 1..=4 {
                page.tap(&format!(".tabs button:nth-child({tab})"))?;
                fits(page, width, height)?;
            }
        }
        Ok(())
    });
}

/// The middles of the discs whose names begin with a letter, from top to bottom of the screen.
fn heights(page: &Page, letter: &str) -> Result<Vec<f64>> {
    let script = "return [...document.querySelectorAll('.node')] \
        .filter(e => e.querySelector('.node-name').textContent.startsWith(arguments[0])) \
        .map(e => { const r = e.querySelector('.disc').getBoundingClientRect(); return r.y + r.height / 2 })";
    let list = page.eval_with(script, &[letter.into()])?;
    Ok(list.as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect())
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn bands_stand_apart_so_that_messages_flow_down() {
    Visit::wide().still().run("bands", "#paxos", |page| {
        page.wait_until("return document.querySelector('h1')?.textContent.startsWith('Paxos')")?;
        ready(page)?;
        for (width, height) in [(1440, 900), (1024, 768), (390, 844)] {
            page.become_viewer(&Visit::wide().still().sized(width, height))?;
            page.wait_until(&format!("return innerWidth === {width}"))?;
            let low = |list: Vec<f64>| list.into_iter().fold(0.0, f64::max);
            let (proposers, learners) = (low(heights(page, "p")?), low(heights(page, "l")?));
            for acceptor in heights(page, "a")? {
                ensure!(proposers + 60.0 < acceptor && acceptor + 60.0 < learners, "at {width}");
            }
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_phone_shows_logs_and_roles_and_keeps_the_verbs_off_the_stage() {
    Visit::phone().still().run("phone-truth", "", |page| {
        ready(page)?;
        assert_eq!(page.count(".node .log")?, 5);
        assert!(page.count(".node .role")? >= 5, "each server says its role");
        page.tap("[data-lit=n2] > [role=button]")?;
        page.wait_for(".verbs")?;
        let [_, y, _, h] = place(page, ".stage-figure")?;
        assert!(place(page, ".verbs")?[1] >= y + h - 0.5);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_stage_is_the_page() {
    Visit::wide().still().run("stage-share", "", |page| {
        ready(page)?;
        let [.., w, h] = place(page, ".stage-box")?;
        let share = w * h / (1440.0 * 900.0);
        assert!(share >= 0.6, "the stage has {share:.3} of the screen");
        let [_, top, ..] = place(page, ".stage-box")?;
        assert!(top <= 44.0, "{top} px over the stage");
        page.click("[data-lit=n0] > [role=button]")?;
        page.wait_for(".inspector")?;
        let [x, _, w, _] = place(page, ".stage-box")?;
        assert!(x + w <= place(page, ".inspector")?[0] + 0.5, "the inspector stands beside the stage");
        fits(page, 1440, 900)?;
        choose(page)?;
        fits(page, 1440, 900)
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn themes_are_worn_and_remembered() {
    Visit::wide().still().run("themes", "", |page| {
        ready(page)?;
        let ground = "return getComputedStyle(document.documentElement).backgroundColor";
        let light = page.eval(ground)?;
        page.become_viewer(&Visit::wide().still().dark())?;
        let dark = page.eval(ground)?;
        assert_ne!(light, dark, "the system's wish counts");
        page.click(".top-right button[aria-label^=auto]")?;
        page.wait_until("return document.documentElement.dataset.theme === 'light'")?;
        assert_eq!(page.eval(ground)?, light);
        page.reload()?;
        ready(page)?;
        assert_eq!(page.eval(ground)?, light);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn who_wants_less_motion_gets_jumps() {
    Visit::wide().still().run("still", "", |page| {
        ready(page)?;
        page.eval(
            "window.frames_asked = 0; const ask = requestAnimationFrame; \
                   window.requestAnimationFrame = f => { window.frames_asked += 1; return ask(f); }",
        )?;
        page.key("ArrowRight")?;
        at_step(page, 175)?;
        assert_eq!(page.eval("return window.frames_asked")?, 0);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_page_is_accessible() {
    Visit::wide().still().run("axe", "", |page| {
        ready(page)?;
        axe(page)?;
        page.key("1")?;
        page.wait_for(".verbs")?;
        axe(page)?;
        choose(page)?;
        axe(page)?;
        page.become_viewer(&Visit::wide().still().dark())?;
        axe(page)?;
        page.key("?")?;
        page.wait_for("dialog[open]")?;
        axe(page)
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_phone_is_accessible_by_day_and_by_night() {
    Visit::phone().still().run("axe-phone", "", |page| {
        ready(page)?;
        axe(page)?;
        page.become_viewer(&Visit::phone().still().dark())?;
        page.tap("[data-lit=n2] > [role=button]")?;
        page.wait_for(".inspected .heading")?;
        axe(page)
    });
}
