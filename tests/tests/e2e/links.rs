//! Links: what is copied opens the same step of the same run; what is broken opens the first run and says why.

use crate::steps::{labels, place, ready, step, until_gone};
use anyhow::{Context, Result};
use playground_tests::{Page, Visit};

fn shared_link(page: &Page) -> Result<String> {
    page.click(".origin .share")?;
    page.wait_for("#share-link")?;
    let link = page.eval("return document.querySelector('#share-link').value")?;
    Ok(link.as_str().context("a link")?.to_owned())
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_copied_link_opens_the_same_step_of_the_same_run() {
    Visit::wide().still().run("link", "", |page| {
        ready(page)?;
        page.key("2")?;
        page.key("c")?;
        for _ in 0..9 {
            page.key("ArrowRight")?;
        }
        let (told, seen, why) = (step(page)?, labels(page)?, page.text(".why-sentence")?);
        assert_eq!(told, 184);
        let link = shared_link(page)?;
        assert!(link.len() < 400, "{} characters", link.len());
        page.goto("about:blank")?;
        page.goto(&link)?;
        ready(page)?;
        assert_eq!((step(page)?, labels(page)?, page.text(".why-sentence")?), (told, seen, why));
        assert_eq!(page.count(".notice.trouble")?, 0);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_link_to_a_scenario_keeps_its_name_and_caption() {
    Visit::wide().still().run("named-link", "", |page| {
        ready(page)?;
        let (title, caption) = (page.text("h1")?, page.text(".caption")?);
        let link = shared_link(page)?;
        page.goto("about:blank")?;
        page.goto(&link)?;
        ready(page)?;
        assert_eq!((page.text("h1")?, page.text(".caption")?), (title, caption));
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_address_follows_at_rest_and_survives_a_reload() {
    Visit::wide().still().run("address", "?theme=dark", |page| {
        ready(page)?;
        page.key("ArrowRight")?;
        page.wait_until(
            "return location.search === '?theme=dark&step=175' && location.hash.startsWith('#v1')",
        )?;
        page.reload()?;
        ready(page)?;
        assert_eq!(step(page)?, 175);
        Ok(())
    });
}

/// What is wrong with each is said, the link is kept, and the first run stands there.
#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_bad_link_opens_the_first_run_and_says_why() {
    let hostile = "v1.%3Cimg%20src=x%20onerror=alert(1)%3E";
    let long = format!("v1.{}", "A".repeat(40_000));
    Visit::wide().still().run("bad-links", "", |page| {
        ready(page)?;
        let opened = page.eval("return location.href")?;
        let home = opened.as_str().context("an address")?.split('#').next().unwrap_or_default();
        let home = home.split('?').next().unwrap_or_default().to_owned();
        for bad in
            ["v1.AAAA", "v1.", "v9.AAAA", "v1z.////", "%F0%9F", "no-link-at-all", hostile, long.as_str()]
        {
            page.goto("about:blank")?;
            page.goto(&format!("{home}#{bad}"))?;
            ready(page).with_context(|| bad.chars().take(20).collect::<String>())?;
            let said = page.text(".notice.trouble p")?;
            assert!(said.starts_with("This link can't be opened: "), "{said}");
            assert!(page.text("h1")?.contains("Partitioned leader"));
            let kept = page.eval("return document.querySelector('.exhibit').value.length")?;
            assert!(kept.as_u64() >= Some(3.min(bad.len() as u64)), "{kept}");
            assert_eq!(page.count(".layout img")?, 0);
        }
        // It covers nothing, and is not about the next run.
        let [_, y, _, h] = place(page, ".notice.trouble")?;
        let [_, lanes, _, lanes_h] = place(page, ".lanes-box")?;
        assert!(lanes + lanes_h <= y + 0.5 && y + h <= place(page, ".transport")?[1] + 0.5);
        let pick = "const e = document.querySelector('.scenario-pick'); e.value = 'first-election'; \
                    e.dispatchEvent(new Event('change', {bubbles: true}))";
        page.eval(pick)?;
        until_gone(page, ".notice.trouble")?;
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn settings_that_cannot_be_read_fall_back_to_their_defaults() {
    let query = "?speed=fast&theme=%3Cb%3Ex&step=-1&controls=all";
    Visit::wide().still().run("bad-settings", query, |page| {
        ready(page)?;
        assert_eq!(page.count(".notice.trouble")?, 1);
        let said = page.text(".notice.trouble p")?;
        for name in ["speed=fast (wanted", "theme=<b>x (wanted", "step=-1 (wanted", "controls=all (wanted"] {
            assert!(said.contains(name), "{said}");
        }
        assert_eq!(page.count(".notice b")?, 0);
        assert_eq!(page.text(".speed-words")?, "slow 1:30");
        Ok(())
    });
}
