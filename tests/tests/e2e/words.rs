//! What the page offers and says fits the run: verbs that can act, the protocol's own words, nothing cut off.

use crate::steps::{click_text, place, ready, texts, until_gone, until_label};
use anyhow::{Result, ensure};
use playground_tests::{Page, Visit};

fn opened(page: &Page, protocol: &str) -> Result<()> {
    page.wait_until(&format!("return document.querySelector('h1')?.textContent.startsWith('{protocol}')"))?;
    ready(page)
}

/// The verbs beside what is selected.
fn verbs(page: &Page) -> Result<Vec<String>> {
    texts(page, "return [...document.querySelectorAll('.verbs button')].map(e => e.textContent)")
}

fn select(page: &Page, digit: &str) -> Result<Vec<String>> {
    page.key("Escape")?;
    until_gone(page, ".verbs")?;
    page.key(digit)?;
    page.wait_for(".verbs button")?;
    verbs(page)
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn verbs_that_would_be_refused_are_not_offered_beside_the_thing() {
    Visit::wide().still().run("fitting-verbs", "", |page| {
        ready(page)?;
        let hands_over = |verbs: &[String]| verbs.iter().any(|verb| verb.starts_with("Hand over"));
        let (leader, follower) = (select(page, "3")?, select(page, "4")?);
        assert!(hands_over(&leader) && !hands_over(&follower), "{leader:?} {follower:?}");
        // In the inspector it stands with the reason, and of servers only those there are.
        let form = "return [...document.querySelectorAll('.operation')].find(e => e.textContent.startsWith('Hand over')).textContent";
        let said = page.eval(form)?;
        assert!(said.as_str().is_some_and(|said| said.contains("n4 does not hand over to")), "{said}");
        let to = "return [...document.querySelector('.operation select[aria-label=\"transfer: to\"]').options].map(o => o.text)";
        assert_eq!(texts(page, to)?, ["n1", "n2", "n3", "n5"]);
        // A crashed node is asked for nothing.
        page.key("c")?;
        until_label(page, 3, "crashed")?;
        let crashed = verbs(page)?;
        assert!(crashed.iter().all(|verb| ["Restart", "Rejoin"].contains(&verb.as_str())), "{crashed:?}");
        let enabled = "return document.querySelectorAll('.operation .press:not([aria-disabled=true])').length";
        assert_eq!(page.eval(enabled)?, 0);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn only_proposers_are_asked_to_propose() {
    Visit::wide().still().run("proposers", "?step=0#paxos", |page| {
        opened(page, "Paxos")?;
        let names =
            texts(page, "return [...document.querySelectorAll('.node-name')].map(e => e.textContent)")?;
        for (at, name) in names.iter().enumerate().take(9) {
            let verbs = select(page, &(at + 1).to_string())?;
            let proposes = verbs.iter().any(|verb| verb.starts_with("Propose"));
            ensure!(proposes == name.starts_with('p'), "{name}: {verbs:?}");
            let refusal = "return document.querySelector('.operation .press').title";
            let why = page.eval(refusal)?;
            ensure!(
                proposes || why.as_str().is_some_and(|why| why.len() > "Propose: ".len()),
                "{name}: {why}"
            );
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn what_a_busy_client_is_asked_is_said_to_wait() {
    Visit::wide().still().run("busy-client", "#pbft", |page| {
        opened(page, "PBFT")?;
        let verbs = select(page, "2")?;
        assert!(verbs.iter().any(|verb| verb == "c1 asks: Put x 1, later"), "{verbs:?}");
        click_text(page, ".operations summary", "What others can ask it")?;
        assert!(page.text(".operation p.fine")?.contains("c1 keeps"));
        page.screenshot("busy-client")?;
        // The form stands at the server: the client asks that one, whichever it is.
        click_text(page, ".operation .press", "c1 asks: Put")?;
        page.wait_until("return document.querySelector('.why-sentence').textContent.includes('keeps')")?;
        page.wait_until(
            "return [...document.querySelectorAll('.event .title')].some(e => e.textContent.includes('n2'))",
        )
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_replica_is_made_to_lie_under_a_heading_of_its_own() {
    Visit::wide().still().run("lying", "#pbft", |page| {
        opened(page, "PBFT")?;
        page.key("2")?;
        page.wait_for(".lies summary")?;
        click_text(page, ".lies summary", "Make it lie")?;
        page.screenshot("lies")?;
        let told = texts(page, "return [...document.querySelectorAll('.lies li')].map(e => e.innerText)")?;
        assert_eq!(told.len(), 11);
        assert!(told.iter().all(|told| told.trim().ends_with('.')), "{told:?}");
        click_text(page, ".lies .press", "equivocates")?;
        until_label(page, 1, "Byzantine: equivocates")?;
        page.wait_until(
            "return document.querySelector('.lies [aria-pressed=true]').textContent === 'equivocates'",
        )?;
        click_text(page, ".lies .press", "honest")?;
        page.wait_until("return !document.querySelector('.node.is-lying')")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_end_of_a_story_is_told_in_the_words_of_its_protocol() {
    Visit::wide().still().run("ends", "?step=30#pbft", |page| {
        opened(page, "PBFT")?;
        let said = page.text(".caption.over")?;
        assert!(said.contains("executions by replicas") && !said.contains("commits"), "{said}");
        page.eval("location.hash = 'raft'")?;
        opened(page, "Raft")?;
        page.eval(
            "const e = document.querySelector('#stage'); \
             document.querySelector('[role=slider]').dispatchEvent(new KeyboardEvent('keydown', {key: 'End', bubbles: true}))",
        )?;
        page.wait_for(".caption.over")?;
        let said = page.text(".caption.over")?;
        assert!(said.contains("commit") && said.contains("deletes its log from entry"), "{said}");
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_ring_with_more_than_it_needs_says_how_many_it_needs() {
    Visit::wide().still().run("tally", "", |page| {
        ready(page)?;
        page.key("1")?;
        let tally = page.text(".tally")?;
        let numbers: Vec<usize> =
            tally.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
        ensure!(numbers[1] == 5 && numbers[2] == 3 && tally.contains(" needed"), "{tally}");
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn titles_are_whole() {
    Visit::wide().still().sized(1024, 768).run("whole-titles", "", |page| {
        ready(page)?;
        let scenarios =
            texts(page, "return [...document.querySelectorAll('.scenario-pick option')].map(e => e.value)")?;
        for id in scenarios {
            page.eval_with(
                "const e = document.querySelector('.scenario-pick'); e.value = arguments[0]; \
                 e.dispatchEvent(new Event('change', {bubbles: true}))",
                &[id.as_str().into()],
            )?;
            page.wait_until("const e = document.querySelector('h1'); return e.title === e.textContent")?;
            let over = page.eval(
                "const e = document.querySelector('h1'); \
                 return [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]",
            )?;
            ensure!(over[0].as_i64() <= Some(0) && over[1].as_i64() <= Some(1), "{id}: {over}");
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_choice_is_as_wide_as_a_phone() {
    Visit::phone().still().run("wide-choice", "", |page| {
        ready(page)?;
        page.tap(".tabs button:nth-child(4)")?;
        page.wait_for(".choice-body")?;
        assert_eq!(place(page, ".choice")?[2].round() as u32, 390);
        Ok(())
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn interchangeable_nodes_are_taken_for_one_where_there_are_any() {
    Visit::wide().still().run("symmetry", "?step=0#paxos", |page| {
        opened(page, "Paxos")?;
        page.set_patience(std::time::Duration::from_secs(60));
        page.key("x")?;
        page.wait_for(".explore .start")?;
        let counted = |page: &Page| -> Result<u64> {
            page.eval(
                "const e = document.getElementById('bound-timeouts'); e.value = '1'; \
                 e.dispatchEvent(new Event('change', {bubbles: true})); \
                 const c = document.getElementById('bound-crashes'); c.value = '0'; \
                 c.dispatchEvent(new Event('change', {bubbles: true}))",
            )?;
            page.click(".explore .start")?;
            page.wait_for(".outcome p")?;
            let said = page.text(".outcome p")?;
            let digits: String =
                said.split(": ").nth(1).unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
            Ok(digits.parse()?)
        };
        let states = counted(page)?;
        assert!(page.text(".outcome p")?.contains("states"));
        page.click("#bound-symmetry input")?;
        page.wait_until("return document.querySelector('#bound-symmetry input').checked")?;
        page.eval("document.querySelector('.outcome').replaceChildren")?;
        let orbits = counted(page)?;
        page.wait_until("return document.querySelector('.outcome p').textContent.includes('orbits')")?;
        assert!(orbits <= states);
        page.eval("location.hash = 'raft'")?;
        opened(page, "Raft")?;
        page.wait_for(".explore .start")?;
        until_gone(page, "#bound-symmetry")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_poster_shows_no_picture_of_another_protocol() {
    Visit::wide().sized(720, 560).still().run("poster", "?embed=1&load=click#pbft", |page| {
        page.wait_for("#run")?;
        assert_eq!(page.text(".first-name")?, "PBFT");
        let shown = "return [...document.querySelectorAll('.first-node, .first-message')].filter(e => e.getClientRects().length).length";
        assert_eq!(page.eval(shown)?, 0);
        page.screenshot("poster-pbft")?;
        page.click("#run")?;
        opened(page, "PBFT")
    });
}
