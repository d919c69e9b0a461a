//! One chromedriver process with one browser session, and the WebDriver protocol as plain JSON.
//!
//! The protocol is a dozen HTTP calls (<https://www.w3.org/TR/webdriver2/>); spelling them out keeps the Chromium-only
//! ones, the console log and the DevTools commands, as near as the standard ones.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// Flags of every browser under test: quiet, without network, and the same picture each time.
const CHROMIUM_FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--window-size=1440,900",
];

/// How often a browser is started before a test fails for want of it.
const STARTS_MAX: u32 = 3;

/// A chromedriver of our own, with a browser in a fresh profile. Dropping it ends both, and only them.
#[derive(Debug)]
pub struct Driver {
    process: Child,
    agent: ureq::Agent,
    session_url: String,
}

impl Driver {
    /// Starts a driver on a free port and opens a browser.
    ///
    /// Chromedriver takes the port it was given for IPv4 on IPv6 too, and ends where another program has that one. So a
    /// driver that does not start is started again.
    ///
    /// # Errors
    /// If chromedriver or Chromium is missing or does not start, three times in a row.
    pub fn start() -> Result<Self> {
        let again = (1..STARTS_MAX).find_map(|_| Self::try_start().ok());
        again.map_or_else(Self::try_start, Ok)
    }

    fn try_start() -> Result<Self> {
        let (process, port) = start_process()?;
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let mut driver = Self { process, agent, session_url: format!("http://127.0.0.1:{port}/session") };
        let mut options = json!({ "args": CHROMIUM_FLAGS });
        if let Some(binary) = env::var_os("CHROMIUM") {
            options["binary"] = json!(binary.to_string_lossy());
        }
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        }}});
        let opened = driver.post("", &capabilities).context("Chromium did not start")?;
        let id = opened["sessionId"].as_str().context("chromedriver gave no session id")?;
        driver.session_url = format!("{}/{id}", driver.session_url);
        Ok(driver)
    }

    /// Sends a command with a body; `path` comes after the session's address.
    ///
    /// # Errors
    /// If the driver cannot be reached or answers with an error, whose text is passed on.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}{path}", self.session_url);
        let mut response = self.agent.post(&url).send_json(body).with_context(|| format!("POST {path}"))?;
        unwrap_value(response.body_mut().with_config().limit(256 << 20).read_json()?)
    }

    /// Runs a DevTools command, for what WebDriver cannot say: emulated media, exact viewports.
    ///
    /// # Errors
    /// As [`Driver::post`].
    pub fn devtools(&self, command: &str, params: &Value) -> Result<Value> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params }))
            .context(command.to_owned())
    }

    /// Runs a function body in the page and returns what it returns, promises awaited.
    ///
    /// # Errors
    /// If the script throws.
    pub fn execute(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Console messages since the last call.
    ///
    /// # Errors
    /// As [`Driver::post`].
    pub fn console(&self) -> Result<Vec<ConsoleMessage>> {
        let log = self.post("/se/log", &json!({ "type": "browser" }))?;
        let entries = log.as_array().cloned().unwrap_or_default();
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        Ok(entries
            .iter()
            .map(|e| ConsoleMessage { level: text(e, "level"), text: text(e, "message") })
            .collect())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Closing the session ends the browser; the driver itself is our child.
        let _ = self.agent.delete(&self.session_url).call();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A line the page wrote to the browser's console, or the browser wrote about the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleMessage {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// The message with its source.
    pub text: String,
}

impl ConsoleMessage {
    /// Whether a test must fail for it: an error, a failed request, an uncaught exception.
    #[must_use]
    pub fn is_severe(&self) -> bool {
        self.level == "SEVERE"
    }
}

/// Starts chromedriver on a port it chooses itself, which it then prints.
fn start_process() -> Result<(Child, u16)> {
    let program = env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
    let log_folder = target_folder();
    fs::create_dir_all(&log_folder)?;
    let log = File::create(log_folder.join("chromedriver.log"))?;
    let mut process = Command::new(&program)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .with_context(|| {
            format!(
                "cannot start `{}`: run this through `cargo xtask`, which installs it",
                program.to_string_lossy()
            )
        })?;
    let stdout = process.stdout.take().context("chromedriver has no output")?;
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let mut said = Vec::new();
    let port = lines.find_map(|line| {
        let port =
            line.rsplit_once("successfully on port ").map(|(_, port)| port.trim_end_matches('.').parse());
        said.push(line);
        port?.ok()
    });
    let Some(port) = port else {
        let _ = process.kill();
        let _ = process.wait();
        bail!("chromedriver ended without naming its port; it said: {}", said.join(" "));
    };
    // Keep its pipe empty, or it would block on a full one.
    thread::spawn(move || lines.for_each(drop));
    Ok((process, port))
}

/// The `value` of an answer, or its error as one.
fn unwrap_value(mut answer: Value) -> Result<Value> {
    let value = answer["value"].take();
    if let Some(kind) = value["error"].as_str() {
        let message = value["message"].as_str().unwrap_or_default();
        bail!("{kind}: {}", message.lines().next().unwrap_or_default());
    }
    Ok(value)
}

/// The workspace's `target/`, where logs and screenshots go.
#[must_use]
pub fn target_folder() -> PathBuf {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target");
    env::var_os("CARGO_TARGET_DIR").map_or_else(default, PathBuf::from)
}
