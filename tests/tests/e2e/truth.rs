//! The page never contradicts the run: at every looked-at step what is read, heard and drawn of a node is one thing.

use crate::steps::{at_step, ready, step, texts};
use anyhow::{Context, Result};
use playground_tests::{Page, Visit};

/// Node by node: what is heard, how it is drawn, and what the inspector says.
fn agree(page: &Page) -> Result<()> {
    let at = step(page)?;
    let drawn = texts(
        page,
        "return [...document.querySelectorAll('.node')].map(e => e.getAttribute('class') + '|' + \
         e.querySelector('[role=button]').getAttribute('aria-label'))",
    )?;
    for (number, node) in drawn.iter().enumerate() {
        let (class, heard) = node.split_once('|').context("a class and a label")?;
        let mut heard = heard.split(", ");
        let (name, role) = (heard.next().unwrap_or_default(), heard.next().unwrap_or_default());
        page.key(&(number + 1).to_string())?;
        let named =
            format!("return document.querySelector('.inspected h2')?.firstChild.textContent === '{name}'");
        page.wait_until(&named)?;
        assert_eq!(page.text(".inspected h2 .role")?, role, "step {at}, {name}");
        assert_eq!(class.contains("leads"), role == "leader", "step {at}, {name}: {class}");
        assert_eq!(class.contains("is-crashed"), role == "crashed", "step {at}, {name}: {class}");
    }
    Ok(())
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn label_role_and_style_agree_all_through_the_first_story() {
    Visit::wide().still().run("truth", "?step=0", |page| {
        ready(page)?;
        for at in (0..=254).step_by(17) {
            page.eval("document.querySelector('.scrubber').focus()")?;
            while step(page)? < at {
                page.key(if at - step(page)? >= 10 { "PageUp" } else { "ArrowRight" })?;
            }
            at_step(page, at)?;
            agree(page)?;
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_broken_property_is_said_where_it_breaks() {
    Visit::wide().still().run("violation", "", |page| {
        ready(page)?;
        let pick = "const e = document.querySelector('.scenario-pick'); e.value = 'figure-8-twin'; \
                    e.dispatchEvent(new Event('change', {bubbles: true}))";
        page.eval(pick)?;
        page.wait_until("return document.querySelector('h1').textContent.includes('twin')")?;
        while page.count(".caption.alarm")? == 0 {
            page.key("Shift+ArrowRight")?;
        }
        assert!(page.text(".caption.alarm")?.contains("This step breaks a property."));
        // The witness has crashed; the picture still shows that its second entry was committed, and the new leader's not.
        let states = |node: u8| {
            format!(
                "return [...document.querySelectorAll('[data-lit=n{node}] .square')].map(e => e.classList[1])"
            )
        };
        assert_eq!(texts(page, &states(0))?[..2], ["is-unaware", "is-unaware"]);
        assert_eq!(texts(page, &states(4))?[1], "is-uncommitted");
        assert_eq!(page.count(".inspect .lamp.broken")?, 1);
        let broken = step(page)?;
        page.key("ArrowRight")?;
        page.click(".caption .danger")?;
        at_step(page, broken)
    });
}
