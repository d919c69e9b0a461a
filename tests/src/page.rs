//! An open page: what a viewer sees and does.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use serde_json::{Value, json};

use crate::driver::{ConsoleMessage, Driver};
use crate::keys;
use crate::visit::Visit;

/// How long a wait may last before the test fails, unless told otherwise.
const PATIENCE_DEFAULT: Duration = Duration::from_secs(10);
/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A page in a browser of its own.
#[derive(Debug)]
pub struct Page {
    driver: Driver,
    console: Vec<ConsoleMessage>,
    patience: Duration,
}

impl Page {
    /// Opens `url` as `visit` describes the viewer.
    ///
    /// # Errors
    /// If the browser does not start or the address does not load.
    pub fn open(visit: &Visit, url: &str) -> Result<Self> {
        let driver = Driver::start()?;
        let mut page = Self { driver, console: Vec::new(), patience: PATIENCE_DEFAULT };
        page.become_viewer(visit)?;
        page.goto(url)?;
        Ok(page)
    }

    /// Takes on the viewport and the preferences of `visit`.
    ///
    /// The window's own size will not do: Chromium refuses to be narrower than about 500 px, and a phone is 390.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn become_viewer(&mut self, visit: &Visit) -> Result<()> {
        let metrics = json!({
            "width": visit.width_px, "height": visit.height_px,
            "deviceScaleFactor": visit.scale, "mobile": visit.is_touch,
        });
        self.driver.devtools("Emulation.setDeviceMetricsOverride", &metrics)?;
        let touch = json!({ "enabled": visit.is_touch, "maxTouchPoints": 5 });
        self.driver.devtools("Emulation.setTouchEmulationEnabled", &touch)?;
        let scheme = if visit.is_dark { "dark" } else { "light" };
        let motion = if visit.is_still { "reduce" } else { "no-preference" };
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ]});
        self.driver.devtools("Emulation.setEmulatedMedia", &media)?;
        Ok(())
    }

    /// Changes how long a wait may last.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Loads another address in the same browser.
    ///
    /// # Errors
    /// If it does not load.
    pub fn goto(&mut self, url: &str) -> Result<()> {
        self.driver.post("/url", &json!({ "url": url })).with_context(|| format!("loading {url}"))?;
        Ok(())
    }

    /// Goes into the frame that is the first match: from now on everything happens in it.
    ///
    /// # Errors
    /// If there is no such frame.
    pub fn enter_frame(&self, selector: &str) -> Result<()> {
        let frame = json!({ ELEMENT: self.find(selector)? });
        self.driver.post("/frame", &json!({ "id": frame }))?;
        Ok(())
    }

    /// Has a script run in every page that is loaded from now on, before any of its own.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn before_each_load(&self, script: &str) -> Result<()> {
        self.driver.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }))?;
        Ok(())
    }

    /// Lets pages run their scripts, or forbids it.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn allow_scripts(&self, are_allowed: bool) -> Result<()> {
        self.driver.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": !are_allowed }))?;
        Ok(())
    }

    /// The story is about errors on the console that contain some words: they must be there, and fail no test.
    ///
    /// # Errors
    /// If there is none.
    pub fn expect_errors(&mut self, words: &[&str]) -> Result<()> {
        self.console()?;
        let is_meant = |message: &ConsoleMessage| {
            message.is_severe() && words.iter().any(|words| message.text.contains(words))
        };
        let before = self.console.len();
        self.console.retain(|message| !is_meant(message));
        if self.console.len() == before {
            bail!("the console has no error about {words:?}");
        }
        Ok(())
    }

    /// Loads the same address again.
    ///
    /// # Errors
    /// If it does not load.
    pub fn reload(&mut self) -> Result<()> {
        self.driver.post("/refresh", &json!({}))?;
        Ok(())
    }

    /// Runs `script`, a function's body, and returns what it returns; promises are awaited.
    ///
    /// # Errors
    /// If it throws.
    pub fn eval(&self, script: &str) -> Result<Value> {
        self.driver.execute(script, &[])
    }

    /// As [`Page::eval`], with values for `arguments[0]` and on.
    ///
    /// # Errors
    /// If it throws.
    pub fn eval_with(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        self.driver.execute(script, arguments)
    }

    /// Waits until `selector` matches an element that takes up room.
    ///
    /// # Errors
    /// After ten seconds.
    pub fn wait_for(&self, selector: &str) -> Result<()> {
        let seen =
            "const e = document.querySelector(arguments[0]); return !!e && e.getClientRects().length > 0";
        self.wait_until_with(seen, &[json!(selector)]).with_context(|| format!("no visible `{selector}`"))
    }

    /// Waits until `script`, a function's body, returns something true.
    ///
    /// # Errors
    /// After ten seconds.
    pub fn wait_until(&self, script: &str) -> Result<()> {
        self.wait_until_with(script, &[])
    }

    fn wait_until_with(&self, script: &str, arguments: &[Value]) -> Result<()> {
        let start = Instant::now();
        loop {
            let answer = self.driver.execute(script, arguments)?;
            if !matches!(answer, Value::Null | Value::Bool(false))
                && answer != json!(0)
                && answer != json!("")
            {
                return Ok(());
            }
            if start.elapsed() > self.patience {
                bail!("waited {} s in vain for `{script}`", self.patience.as_secs());
            }
            sleep(Duration::from_millis(40));
        }
    }

    /// How many elements match.
    ///
    /// # Errors
    /// If the selector is no selector.
    pub fn count(&self, selector: &str) -> Result<u64> {
        let found = self
            .driver
            .execute("return document.querySelectorAll(arguments[0]).length", &[json!(selector)])?;
        found.as_u64().context("a count is a number")
    }

    /// The text of the first match as a reader sees it.
    ///
    /// # Errors
    /// If nothing matches within ten seconds.
    pub fn text(&self, selector: &str) -> Result<String> {
        let element = self.find(selector)?;
        let script = "return arguments[0].innerText ?? arguments[0].textContent";
        let text = self.driver.execute(script, &[json!({ ELEMENT: element })])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute of the first match, if it has it.
    ///
    /// # Errors
    /// If nothing matches within ten seconds.
    pub fn attribute(&self, selector: &str, name: &str) -> Result<Option<String>> {
        let element = json!({ ELEMENT: self.find(selector)? });
        let value =
            self.driver.execute("return arguments[0].getAttribute(arguments[1])", &[element, json!(name)])?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Presses a key or a chord (`"ArrowRight"`, `"Shift+ArrowRight"`, `" "`, `"?"`) wherever the focus is.
    ///
    /// # Errors
    /// If the driver refuses.
    pub fn key(&self, name: &str) -> Result<()> {
        let chord = keys::chord(name);
        let press = |kind: &'static str| move |key: &String| json!({ "type": kind, "value": key });
        let mut steps: Vec<Value> = chord.iter().map(press("keyDown")).collect();
        steps.extend(chord.iter().rev().map(press("keyUp")));
        self.act(&json!([{ "type": "key", "id": "keyboard", "actions": steps }]))
    }

    /// Types a text, a key after the other, wherever the focus is.
    ///
    /// # Errors
    /// If the driver refuses.
    pub fn type_text(&self, text: &str) -> Result<()> {
        text.chars().try_for_each(|c| self.key(&c.to_string()))
    }

    /// Clicks the first match with the mouse. Something lying over it is an error, as it would be for a viewer.
    ///
    /// # Errors
    /// If nothing matches within ten seconds, or something else would be hit.
    pub fn click(&self, selector: &str) -> Result<()> {
        let element = self.find(selector)?;
        self.driver
            .post(&format!("/element/{element}/click"), &json!({}))
            .with_context(|| format!("clicking `{selector}`"))?;
        Ok(())
    }

    /// Taps the first match with a finger.
    ///
    /// # Errors
    /// If nothing matches within ten seconds.
    pub fn tap(&self, selector: &str) -> Result<()> {
        let (x, y) = self.center(selector)?;
        self.drag_as("touch", &[(x, y)])
    }

    /// Moves the mouse over the first match.
    ///
    /// # Errors
    /// If nothing matches within ten seconds.
    pub fn hover(&self, selector: &str) -> Result<()> {
        let (x, y) = self.center(selector)?;
        self.act(&json!([{ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
            "actions": [{ "type": "pointerMove", "duration": 50, "x": x.round(), "y": y.round() }] }]))
    }

    /// Presses the mouse at the first point, moves it along the others, lets go at the last.
    ///
    /// # Errors
    /// If a point lies outside the viewport.
    pub fn drag(&self, points: &[(f64, f64)]) -> Result<()> {
        self.drag_as("mouse", points)
    }

    /// The same with `pointer` `mouse`, `touch` or `pen`.
    ///
    /// # Errors
    /// If a point lies outside the viewport.
    pub fn drag_as(&self, pointer: &str, points: &[(f64, f64)]) -> Result<()> {
        let mut steps = Vec::new();
        for (index, (x, y)) in points.iter().enumerate() {
            let duration_ms = if index == 0 { 0 } else { 80 };
            steps.push(
                json!({ "type": "pointerMove", "duration": duration_ms, "x": x.round(), "y": y.round() }),
            );
            if index == 0 {
                steps.push(json!({ "type": "pointerDown", "button": 0 }));
            }
        }
        steps.push(json!({ "type": "pointerUp", "button": 0 }));
        self.act(&json!([{ "type": "pointer", "id": pointer, "parameters": { "pointerType": pointer }, "actions": steps }]))
    }

    /// The middle of the first match in viewport pixels, scrolled into view.
    ///
    /// # Errors
    /// If nothing matches within ten seconds.
    pub fn center(&self, selector: &str) -> Result<(f64, f64)> {
        let element = json!({ ELEMENT: self.find(selector)? });
        let script = "const e = arguments[0]; e.scrollIntoView({block: 'nearest', inline: 'nearest'}); \
                      const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]";
        let middle = self.driver.execute(script, &[element])?;
        Ok((middle[0].as_f64().context("no x")?, middle[1].as_f64().context("no y")?))
    }

    /// Saves what the viewport shows as a PNG; `is_full` takes the whole page below the fold too.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save_picture(&self, path: &Path, is_full: bool) -> Result<()> {
        let params = json!({ "format": "png", "captureBeyondViewport": is_full });
        let picture = self.driver.devtools("Page.captureScreenshot", &params)?;
        let encoded = picture["data"].as_str().context("no picture")?;
        let png = base64::engine::general_purpose::STANDARD.decode(encoded)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, png).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Every console message so far, in order.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn console(&mut self) -> Result<&[ConsoleMessage]> {
        self.console.extend(self.driver.console()?);
        Ok(&self.console)
    }

    /// The id of the first match, waiting for it.
    fn find(&self, selector: &str) -> Result<String> {
        let start = Instant::now();
        loop {
            let found = self.driver.post("/element", &json!({ "using": "css selector", "value": selector }));
            match found {
                Ok(element) => return Ok(element[ELEMENT].as_str().context("no element id")?.to_owned()),
                Err(error) if start.elapsed() > self.patience => return Err(error),
                Err(_) => sleep(Duration::from_millis(40)),
            }
        }
    }

    fn act(&self, actions: &Value) -> Result<()> {
        self.driver.post("/actions", &json!({ "actions": actions }))?;
        Ok(())
    }
}
