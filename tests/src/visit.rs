//! Who looks, and how a test runs for them.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::driver::target_folder;
use crate::page::Page;
use crate::server::Server;

/// A viewer: the size of their screen and what they asked their system for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visit {
    /// Width of the viewport in CSS pixels.
    pub width_px: u32,
    /// Height of the viewport in CSS pixels.
    pub height_px: u32,
    /// Device pixels in a CSS pixel.
    pub scale: f64,
    /// A phone or a tablet: touch events, mobile layout.
    pub is_touch: bool,
    /// `prefers-color-scheme: dark`.
    pub is_dark: bool,
    /// `prefers-reduced-motion: reduce`.
    pub is_still: bool,
    /// The site's host lets pages of every origin read its files.
    pub is_shared: bool,
}

impl Visit {
    /// A desktop screen, 1440 × 900.
    #[must_use]
    pub const fn wide() -> Self {
        Self {
            width_px: 1440,
            height_px: 900,
            scale: 1.0,
            is_touch: false,
            is_dark: false,
            is_still: false,
            is_shared: false,
        }
    }

    /// A phone, 390 × 844, with touch.
    #[must_use]
    pub const fn phone() -> Self {
        Self { width_px: 390, height_px: 844, scale: 2.0, is_touch: true, ..Self::wide() }
    }

    /// The same viewer, preferring dark pages.
    #[must_use]
    pub const fn dark(mut self) -> Self {
        self.is_dark = true;
        self
    }

    /// The same viewer, preferring still pages.
    #[must_use]
    pub const fn still(mut self) -> Self {
        self.is_still = true;
        self
    }

    /// The same viewer of a host that lets pages of every origin read its files.
    #[must_use]
    pub const fn shared(mut self) -> Self {
        self.is_shared = true;
        self
    }

    /// The same viewer on a screen of another size.
    #[must_use]
    pub const fn sized(mut self, width_px: u32, height_px: u32) -> Self {
        self.width_px = width_px;
        self.height_px = height_px;
        self
    }

    /// Opens the built page with `suffix` after its address and runs `story` in it.
    ///
    /// The test fails if the story does, or if anything severe stood in the console afterwards. In both cases a picture
    /// of the page lies in `target/screenshots/failed-<name>.png` and the console's text is part of the message.
    ///
    /// # Panics
    /// If the story fails: this is the body of a test.
    pub fn run(self, name: &str, suffix: &str, story: impl FnOnce(&mut Page) -> Result<()>) {
        self.run_under("/", name, suffix, story);
    }

    /// As [`Visit::run`], with the site under `prefix` instead of `/`.
    ///
    /// # Panics
    /// If the story fails.
    pub fn run_under(
        self,
        prefix: &str,
        name: &str,
        suffix: &str,
        story: impl FnOnce(&mut Page) -> Result<()>,
    ) {
        let opened = site_folder()
            .and_then(|folder| Server::start_for(&folder, prefix, self.is_shared))
            .and_then(|server| Page::open(&self, &server.url(suffix)));
        let mut page = opened.unwrap_or_else(|error| panic!("{name}: {error:#}"));
        let told =
            catch_unwind(AssertUnwindSafe(|| story(&mut page).and_then(|()| nothing_severe(&mut page))));
        if matches!(told, Ok(Ok(()))) {
            return;
        }
        let path = screenshot_path(&format!("failed-{name}"));
        let _ = page.save_picture(&path, false);
        let console = page.console().map(format_console).unwrap_or_default();
        eprintln!("{name}: see {}\n{console}", path.display());
        match told {
            Ok(outcome) => panic!("{name}: {:#}", outcome.expect_err("success returned above")),
            Err(panic) => resume_unwind(panic),
        }
    }
}

impl Page {
    /// Saves what the viewport shows as `target/screenshots/<name>.png`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn screenshot(&self, name: &str) -> Result<()> {
        self.save_picture(&screenshot_path(name), false)
    }
}

/// The folder of the built site. `cargo xtask test` names it; by hand, `PLAYGROUND_DIST=dist` does.
///
/// # Errors
/// If it is not named.
pub fn site_folder() -> Result<PathBuf> {
    env::var_os("PLAYGROUND_DIST")
        .map(PathBuf::from)
        .context("these tests need a built site and a browser: run them by `cargo xtask test`")
}

fn screenshot_path(name: &str) -> PathBuf {
    target_folder().join("screenshots").join(format!("{name}.png"))
}

fn nothing_severe(page: &mut Page) -> Result<()> {
    let severe: Vec<_> = page.console()?.iter().filter(|m| m.is_severe()).cloned().collect();
    if !severe.is_empty() {
        bail!("the console has errors:\n{}", format_console(&severe));
    }
    Ok(())
}

fn format_console(messages: &[crate::ConsoleMessage]) -> String {
    messages.iter().map(|m| format!("  [{}] {}\n", m.level, m.text)).collect()
}
