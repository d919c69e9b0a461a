//! Choosing: protocol, scenario, parameters, twins, seed, network; the choice is remembered.

use crate::steps::{choose, click_text, ready, until_gone};
use playground_tests::Visit;

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_choice_opens_beside_the_stage_and_is_remembered() {
    Visit::wide().still().run("choice", "", |page| {
        ready(page)?;
        assert_eq!(page.count(".choice-body")?, 0);
        choose(page)?;
        page.reload()?;
        page.wait_for(".choice-body")?;
        page.click(".top-left button")?;
        until_gone(page, ".choice-body")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_scenario_a_twin_a_parameter_and_a_seed_are_chosen() {
    Visit::wide().still().run("choosing", "", |page| {
        let titled =
            |words: &str| format!("return document.querySelector('h1').textContent.includes('{words}')");
        ready(page)?;
        choose(page)?;
        click_text(page, ".scenarios button", "Leader crash")?;
        page.wait_until(&titled("Leader crash"))?;
        assert_eq!(page.text("[aria-pressed=true].item")?, "Leader crash");
        click_text(page, ".twins .check", "Forget")?;
        page.wait_until(&titled("Twin: forget"))?;

        page.eval("const e = document.querySelector('.params input[type=number]'); e.focus(); e.select()")?;
        page.type_text("300")?;
        page.key("Enter")?;
        page.wait_until(
            "return /Wanted: .* Taken: /.test(document.querySelector('.params .said').textContent)",
        )?;
        page.eval("document.querySelector('.params input[type=number]').select()")?;
        page.type_text("7")?;
        page.key("Enter")?;
        page.wait_until("return document.querySelectorAll('.node[data-lit]').length >= 7")?;
        page.wait_until("return document.querySelector('.params .said').textContent === ''")?;
        page.wait_until("return document.querySelector('h1').textContent === 'Raft'")?;

        let seed = "return document.querySelector('#seed').value";
        let before = page.eval(seed)?;
        click_text(page, ".choice .quiet", "Fresh")?;
        page.wait_until(&format!("{seed} !== {before}"))?;
        page.eval("const e = document.querySelector('#seed'); e.focus(); e.select()")?;
        page.type_text("42")?;
        page.key("Enter")?;
        page.wait_until("return document.querySelector('.origin .seed').textContent.includes('42')")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_list_in_the_transport_chooses_a_scenario_too() {
    Visit::wide().still().run("pick", "", |page| {
        ready(page)?;
        let pick = "const e = document.querySelector('.scenario-pick'); e.value = 'first-election'; \
                    e.dispatchEvent(new Event('change', {bubbles: true}))";
        page.eval(pick)?;
        page.wait_until("return document.querySelector('h1').textContent.includes('First election')")?;
        assert_eq!(page.eval("return document.querySelector('.scenario-pick').value")?, "first-election");
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_network_form_shows_what_the_run_has_made_of_it() {
    Visit::wide().still().run("network", "", |page| {
        ready(page)?;
        choose(page)?;
        let loss = "return document.querySelector('#network-loss').value";
        page.eval("const e = document.querySelector('#network-loss'); e.focus(); e.select()")?;
        page.type_text("30")?;
        page.key("Enter")?;
        page.wait_until("return document.querySelector('.readout b').textContent === '175'")?;
        page.eval("document.activeElement.blur()")?;
        assert_eq!(page.eval(loss)?, "30");
        page.key("ArrowLeft")?;
        page.wait_until(&format!("{loss} === '0'"))
    });
}
