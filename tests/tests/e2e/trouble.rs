//! States people forget: no scripts, no WebAssembly, no origin, and a page that has stopped.

use crate::steps::{ready, step};
use anyhow::{Context, Result};
use playground_tests::{Page, Visit};

/// Opens a page of the same site that holds nothing but a sandboxed frame with the page in it, and goes into the frame.
fn enter_sandbox(page: &mut Page) -> Result<()> {
    let home = page.eval("return location.href.split('hosts/')[0]")?;
    let frame = format!(
        "document.querySelector('main').innerHTML = '<iframe sandbox=\"allow-scripts\" id=\"box\" width=\"900\" height=\"640\" src=\"{}index.html?embed=1\"></iframe>'",
        home.as_str().context("an address")?
    );
    page.eval(&frame)?;
    page.enter_frame("#box")
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn in_a_frame_without_an_origin_it_works_and_stores_nothing() {
    Visit::wide().still().shared().run("sandboxed", "hosts/talking.html", |page| {
        enter_sandbox(page)?;
        ready(page)?;
        assert_eq!(page.eval("return self.origin")?, "null");
        let storage = "try { localStorage; return 'allowed' } catch (e) { return e.name }";
        assert_eq!(page.eval(storage)?, "SecurityError");
        let opened = step(page)?;
        page.click(".journey .step")?;
        page.wait_until(&format!(
            "return document.querySelector('.readout b').textContent === '{}'",
            opened + 1
        ))?;
        // There is no clipboard either: what is to be copied stands in a field.
        page.click("[data-lit=n0] > [role=button]")?;
        page.wait_for(".node.is-selected")?;
        page.key("l")?;
        page.wait_for("#share-link")?;
        let link = page.eval("return document.querySelector('#share-link').value")?;
        assert!(link.as_str().is_some_and(|link| link.contains("#v1.")), "{link}");
        assert!(page.text(".notice")?.contains("does not let this page copy"));
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn where_a_frame_without_an_origin_may_not_read_the_files_it_says_so() {
    Visit::wide().still().run("sandboxed-unshared", "hosts/talking.html", |page| {
        enter_sandbox(page)?;
        page.wait_for("#no-load")?;
        assert!(page.text("#no-load")?.contains("allow-same-origin"));
        assert_eq!(page.eval("return getComputedStyle(document.querySelector('.loading')).display")?, "none");
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_panic_shows_what_happened_a_link_and_a_reload() {
    Visit::wide().still().run("panic", "", |page| {
        ready(page)?;
        page.key("ArrowRight")?;
        page.wait_until("return document.querySelector('.readout b').textContent === '175'")?;
        // A browser that refuses to make elements: no page can go on then, and this one panics.
        page.eval("Document.prototype.createElementNS = Document.prototype.createElement = () => { throw new Error('broken') }")?;
        page.key("ArrowRight")?;
        page.wait_for("#trouble")?;
        assert!(page.text("#trouble-title")?.contains("has stopped"));
        let what = page.eval("return document.querySelector('#trouble-what').textContent")?;
        assert!(what.as_str().is_some_and(|what| what.contains("panicked")), "{what}");
        let link = page.eval("return document.querySelector('#trouble-link').value")?;
        let link = link.as_str().context("a link")?.to_owned();
        assert!(link.contains("#v1.") && (link.contains("step=175") || link.contains("step=176")), "{link}");
        assert_eq!(page.eval("return getComputedStyle(document.querySelector('#page')).display")?, "none");
        page.screenshot("panic")?;
        page.click("#trouble-reload")?;
        ready(page)?;
        assert!([175, 176].contains(&step(page)?));
        page.expect_errors(&["panicked", "unreachable", "broken", "recursive"])
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn without_web_assembly_it_says_what_is_missing() {
    Visit::wide().still().run("no-wasm", "hosts/talking.html", |page| {
        let home = page.eval("return location.href.split('hosts/')[0]")?;
        page.before_each_load("delete globalThis.WebAssembly")?;
        page.goto(home.as_str().context("an address")?)?;
        page.wait_for("#no-wasm")?;
        assert!(page.text("#no-wasm")?.contains("WebAssembly"));
        assert_eq!(page.count(".stage-svg")?, 0);
        assert_eq!(page.eval("return document.documentElement.scrollWidth")?, 1440);
        page.screenshot("no-wasm")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn without_scripts_it_says_what_is_missing() {
    Visit::wide().still().run("no-scripts", "hosts/talking.html", |page| {
        let home = page.eval("return location.href.split('hosts/')[0]")?;
        page.allow_scripts(false)?;
        page.goto(home.as_str().context("an address")?)?;
        page.wait_for("noscript .plain")?;
        assert!(page.text("noscript .plain")?.contains("needs JavaScript"));
        let shown = "return getComputedStyle(document.querySelector('.loading')).display";
        assert_eq!(page.eval(shown)?, "none", "nothing is loading");
        page.screenshot("no-scripts")?;
        page.allow_scripts(true)
    });
}
