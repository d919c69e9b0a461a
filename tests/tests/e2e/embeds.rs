//! In a frame: fewer controls, a poster that waits, a page around that leads.

use crate::steps::{TOGGLE, ready, step};
use playground_tests::Visit;

const FRAME: Visit = Visit::wide().sized(720, 560).still();

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn an_embed_shows_stage_why_line_and_a_short_transport() {
    FRAME.run("embed", "?embed=1&controls=min", |page| {
        ready(page)?;
        page.wait_for(".why-sentence")?;
        page.wait_for(".full")?;
        for absent in [".top", ".inspector", ".choice", ".tabs", ".origin"] {
            assert_eq!(page.count(absent)?, 0, "{absent}");
        }
        assert_eq!(page.count(".journey .press")?, 4);
        let address = page.attribute(".full", "href")?.unwrap_or_default();
        assert!(address.contains("?step=174#v1."), "{address}");
        page.screenshot("embed")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn pause_stays_even_without_controls() {
    FRAME.run("embed-none", "?embed=1&controls=none", |page| {
        ready(page)?;
        assert_eq!(page.count(".journey .press")?, 1);
        page.click(TOGGLE)?;
        page.wait_until("return document.querySelector('.journey .primary').textContent === 'Pause'")?;
        page.wait_for(".full")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_poster_waits_for_a_click() {
    FRAME.run("embed-click", "?embed=1&load=click", |page| {
        page.wait_for("#run")?;
        assert_eq!(page.eval("return document.body.dataset.state")?, "waiting");
        let modules =
            "return performance.getEntriesByType('resource').filter(e => e.name.endsWith('.wasm')).length";
        assert_eq!(page.eval(modules)?, 0);
        page.click("#run")?;
        ready(page)?;
        assert_eq!(step(page)?, 174);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_page_around_leads_and_is_told() {
    Visit::wide().still().run("embed-talks", "hosts/talking.html", |page| {
        page.wait_until("return document.querySelector('#said').textContent.includes('\"type\":')")?;
        page.click("button[data-type=step]")?;
        page.wait_until("return document.querySelector('#said').textContent.includes('\"step\":175')")?;
        page.click("button[data-type=back]")?;
        page.wait_until("return document.querySelector('#said').textContent.includes('\"step\":174')")?;
        page.click("button[data-type=reset]")?;
        page.wait_until("return document.querySelector('#said').textContent.includes('\"step\":0')")?;
        page.click("button[data-type=play]")?;
        page.wait_until("return document.querySelector('#said').textContent.includes('\"playing\":true')")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_page_around_is_told_what_was_wrong_with_its_command() {
    Visit::wide().still().run("embed-refuses", "hosts/talking.html", |page| {
        page.wait_until("return document.querySelector('#said').textContent.includes('\"type\":')")?;
        for (message, wanted) in [
            ("{type: 'explode'}", "type must be play, pause"),
            ("{type: 'seek', step: 'far'}", "step must be a number"),
            ("{type: 'load', link: 'v1.garbage'}", "This link can't be opened"),
        ] {
            page.eval(&format!("run.contentWindow.postMessage({message}, location.origin)"))?;
            page.wait_until(&format!(
                "return document.querySelector('#said').textContent.includes({wanted:?})"
            ))?;
        }
        page.eval("run.contentWindow.postMessage({type: 'seek', step: 3}, location.origin)")?;
        page.wait_until("return document.querySelector('#said').textContent.includes('\"step\":3')")
    });
}
