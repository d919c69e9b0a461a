//! Pictures to look at, in `target/screenshots`: the opening page, an election under way and a broken property, by day
//! and by night, on a desk and on a phone. With `UPDATE_PICTURES=1` also the picture of the README.

use crate::steps::ready;
use anyhow::Result;
use playground_tests::{Page, Visit};
use std::path::Path;
use std::{env, fs};

/// Largest picture that is kept in the repository.
const PICTURE_BYTES_MAX: u64 = 250_000;

fn pick(page: &Page, scenario: &str, title: &str) -> Result<()> {
    let pick = "const e = document.querySelector('.scenario-pick'); e.value = arguments[0]; \
                e.dispatchEvent(new Event('change', {bubbles: true}))";
    page.eval_with(pick, &[scenario.into()])?;
    page.wait_until(&format!("return document.querySelector('h1').textContent.includes('{title}')"))
}

fn take(page: &Page, name: &str) -> Result<()> {
    ready(page)?;
    page.screenshot(&format!("opening-{name}"))?;
    pick(page, "first-election", "First election")?;
    let votes =
        "return !!document.querySelector('.node.tries') && document.querySelectorAll('.flight').length > 3";
    while page.eval(votes)? != true {
        page.key("ArrowRight")?;
    }
    page.screenshot(&format!("election-{name}"))?;
    pick(page, "figure-8-twin", "twin")?;
    while page.count(".caption.alarm")? == 0 {
        page.key("Shift+ArrowRight")?;
    }
    page.screenshot(&format!("violation-{name}"))
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn pictures_by_day() {
    Visit::wide().still().run("pictures", "", |page| take(page, "wide-light"));
    Visit::phone().still().run("pictures-phone", "", |page| take(page, "phone-light"));
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn pictures_by_night() {
    Visit::wide().still().dark().run("pictures-dark", "", |page| take(page, "wide-dark"));
    Visit::phone().still().dark().run("pictures-phone-dark", "", |page| take(page, "phone-dark"));
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_picture_of_the_readme() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures/opening.png");
    if env::var_os("UPDATE_PICTURES").is_some_and(|wish| wish == "1") {
        Visit::wide().sized(1280, 800).still().run("readme", "", |page| {
            ready(page)?;
            page.save_picture(&path, false)
        });
    }
    let bytes = fs::metadata(&path).map_or(0, |file| file.len());
    assert!((1..=PICTURE_BYTES_MAX).contains(&bytes), "tests/pictures/opening.png has {bytes} bytes");
}
