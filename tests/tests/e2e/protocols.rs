//! The two modules of the page: the first carries one protocol, the other all; each takes over from the other's place.

use crate::steps::{axe, choose, ready, step, texts};
use anyhow::Result;
use playground_tests::{Page, Visit};

fn titled(page: &Page, words: &str) -> Result<()> {
    page.wait_until(&format!("return document.querySelector('h1').textContent.includes('{words}')"))
}

/// Names of the wasm modules that were loaded.
fn modules(page: &Page) -> Result<Vec<String>> {
    texts(
        page,
        "return performance.getEntriesByType('resource').map(e => e.name.split('/').pop()) \
         .filter(name => name.endsWith('.wasm')).map(name => name.replace(/-[0-9a-f]+_bg/, '_bg'))",
    )
}

fn pick(page: &Page, label: &str, value: &str) -> Result<()> {
    page.eval(&format!(
        "const e = document.querySelector('select[aria-label=\"{label}\"]'); e.value = '{value}'; \
         e.dispatchEvent(new Event('change', {{bubbles: true}}))"
    ))?;
    Ok(())
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_protocol_or_a_scenario_opens_by_its_name() {
    for (fragment, words) in [("#pbft", "PBFT"), ("#paxos", "Paxos"), ("#multi-paxos", "Multi-Paxos")] {
        Visit::wide().still().run(&fragment[1..], fragment, |page| {
            ready(page)?;
            titled(page, words)?;
            assert_eq!(modules(page)?, ["all_bg.wasm"], "the first module is not needed");
            page.screenshot(&fragment[1..])?;
            axe(page)
        });
    }
    Visit::wide().still().run("by-name", "#raft/figure-8", |page| {
        ready(page)?;
        titled(page, "Figure 8")?;
        assert_eq!(modules(page)?, ["playground-web_bg.wasm"]);
        page.eval("location.hash = 'raft/no-such-story'")?;
        page.wait_for(".notice")?;
        assert!(page.text(".notice")?.contains("there is no scenario “no-such-story”"));
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn another_protocol_takes_the_page_over_and_nothing_happens_twice() {
    Visit::wide().still().dark().run("take-over", "", |page| {
        ready(page)?;
        choose(page)?;
        pick(page, "Protocol", "multi-paxos")?;
        titled(page, "Multi-Paxos")?;
        ready(page)?;
        assert_eq!(page.count("main")?, 1, "the page before is gone");
        let before = step(page)?;
        page.key("ArrowRight")?;
        page.wait_until(&format!(
            "return document.querySelector('.readout b').textContent === '{}'",
            before + 1
        ))?;
        // Back to the first protocol: this module carries it, so nothing is loaded.
        pick(page, "Protocol", "raft")?;
        titled(page, "Raft")?;
        assert_eq!(modules(page)?, ["playground-web_bg.wasm", "all_bg.wasm"]);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn without_a_network_the_first_protocol_stays() {
    Visit::wide().still().run("no-network", "", |page| {
        ready(page)?;
        page.eval("window.fetch = () => Promise.reject(new TypeError('offline'))")?;
        choose(page)?;
        pick(page, "Protocol", "pbft")?;
        page.wait_for(".notice")?;
        page.wait_until(
            "return document.body.textContent.includes('The other protocols could not be loaded')",
        )?;
        titled(page, "Raft")?;
        page.key("ArrowRight")?;
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_same_script_is_compared_on_several_protocols() {
    Visit::wide().still().run("compare", "?panel=measures", |page| {
        ready(page)?;
        page.wait_for(".compare .primary")?;
        page.click(".compare .primary")?;
        page.wait_until("return document.querySelectorAll('.compared thead th').length === 4")?;
        page.wait_until("return document.querySelector('.compare').textContent.includes('Done.')")?;
        let heads = texts(page, "return [...document.querySelectorAll('.compared thead th')].map(e => e.textContent)")?;
        assert_eq!(heads, ["Raft", "Multi-Paxos", "Paxos for each command", "PBFT"]);
        let answered = "return [...document.querySelectorAll('.compared tbody tr')][1].textContent";
        assert_eq!(page.eval(answered)?, "Answered20/2020/2020/2020/20");
        let fits = "const t = document.querySelector('.compared'); return t.scrollWidth <= t.parentElement.clientWidth";
        assert_eq!(page.eval(fits)?, true, "all four stand in the panel");
        page.screenshot("compare")?;
        axe(page)?;
        page.click(".compared thead th:last-child button")?;
        titled(page, "PBFT")
    });
}
