//! Which tools the commands need, and how to recognise them.
//!
//! A tool counts if it answers with the right version, first from the cache, then from `PATH`. Versions that other
//! files already fix are read from there: `wasm-bindgen` must equal the one in `Cargo.lock`, or its glue does not fit.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::install;
use crate::run::{cargo, find_on_path, root, version_of};

/// Trunk builds and serves the page. 0.22 asks for a newer Rust than the workspace does.
pub(crate) const TRUNK_VERSION: &str = "0.21.14";
/// The npm package that carries `wasm-opt`; the one in Debian 12 (108) refuses what today's Rust emits.
pub(crate) const BINARYEN_VERSION: &str = "132.0.0";
/// The oldest `wasm-opt` on `PATH` that will do instead.
const BINARYEN_MAJOR_MIN: u32 = 123;
/// The accessibility rules of the browser tests.
pub(crate) const AXE_VERSION: &str = "4.14.1";
/// The oldest Node whose `node:wasi` runs the core's tests.
const NODE_MAJOR_MIN: u32 = 18;

/// Something a command cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// `cargo fmt` and `cargo clippy`.
    Linters,
    /// The standard library of the page.
    WasmTarget,
    /// The standard library of the core's tests on wasm32.
    WasiTarget,
    /// Builds and serves the page.
    Trunk,
    /// Writes the JavaScript glue, and runs tests in a browser.
    WasmBindgen,
    /// Runs `wasm-opt` and the core's tests on wasm32.
    Node,
    /// Makes release wasm smaller.
    WasmOpt,
    /// The browser and its driver.
    Chromium,
    /// Accessibility rules.
    Axe,
}

/// Every tool, in the order of installation: npm packages need Node first.
pub(crate) const ALL: [Tool; 9] = [
    Tool::Linters,
    Tool::WasmTarget,
    Tool::WasiTarget,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::Node,
    Tool::WasmOpt,
    Tool::Chromium,
    Tool::Axe,
];

impl Tool {
    /// Its name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Linters => "rustfmt and clippy",
            Self::WasmTarget => "the Rust target wasm32-unknown-unknown",
            Self::WasiTarget => "the Rust target wasm32-wasip1",
            Self::Trunk => "trunk",
            Self::WasmBindgen => "wasm-bindgen-cli",
            Self::Node => "node and npm",
            Self::WasmOpt => "wasm-opt",
            Self::Chromium => "chromium and chromedriver",
            Self::Axe => "axe-core",
        }
    }

    /// Finds the tool without installing anything: the folder to put on `PATH`, if it is not there already.
    fn find(self) -> Option<Option<PathBuf>> {
        match self {
            Self::Linters => {
                let has =
                    |name: &str| cargo().args([name, "--version"]).output().is_ok_and(|o| o.status.success());
                (has("fmt") && has("clippy")).then_some(None)
            }
            Self::WasmTarget => has_target("wasm32-unknown-unknown").then_some(None),
            Self::WasiTarget => has_target("wasm32-wasip1").then_some(None),
            Self::Trunk => {
                let is_right = |v: &str| v.split_whitespace().nth(1) == Some(TRUNK_VERSION);
                find_program("trunk", &cache_folder("trunk", TRUNK_VERSION).join("bin"), is_right)
            }
            Self::WasmBindgen => {
                let wanted = locked_wasm_bindgen().ok()?;
                let folder = cache_folder("wasm-bindgen-cli", &wanted).join("bin");
                let is_right = |v: &str| v.split_whitespace().nth(1) == Some(wanted.as_str());
                find_program("wasm-bindgen-test-runner", &folder, is_right)
                    .and_then(|_| find_program("wasm-bindgen", &folder, is_right))
            }
            Self::Node => {
                let is_right = |v: &str| first_number(v).is_some_and(|n| n >= NODE_MAJOR_MIN);
                find_on_path("npm")?;
                find_on_path("node")
                    .filter(|path| version_of(path, "--version").is_some_and(|v| is_right(&v)))?;
                Some(None)
            }
            Self::WasmOpt => {
                let folder = cache_folder("binaryen", BINARYEN_VERSION).join("node_modules/.bin");
                let is_right = |v: &str| first_number(v).is_some_and(|n| n >= BINARYEN_MAJOR_MIN);
                find_program("wasm-opt", &folder, is_right)
            }
            Self::Chromium => {
                env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| find_on_path("chromedriver"))?;
                let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
                env::var_os("CHROMIUM")
                    .map(PathBuf::from)
                    .or_else(|| names.iter().find_map(|name| find_on_path(name)))?;
                Some(None)
            }
            Self::Axe => axe_script().is_file().then_some(None),
        }
    }
}

/// The tools a command asked for: where they are, and which could not be had.
#[derive(Debug, Default)]
pub(crate) struct Kit {
    folders: Vec<PathBuf>,
    missing: Vec<(Tool, String)>,
}

impl Kit {
    /// Finds each tool, installing those that are missing and remembering those that resist.
    pub(crate) fn gather(tools: &[Tool]) -> Self {
        let mut kit = Self::default();
        for &tool in tools {
            let found = tool.find().map_or_else(
                || {
                    install::install(tool)?;
                    tool.find()
                        .with_context(|| format!("installed {}, but cannot find it afterwards", tool.name()))
                },
                Ok,
            );
            match found {
                Ok(folder) => kit.folders.extend(folder),
                Err(error) => kit.missing.push((tool, format!("{error:#}"))),
            }
        }
        kit
    }

    /// As [`Kit::gather`], but anything missing is an error.
    pub(crate) fn gather_all(tools: &[Tool]) -> Result<Self> {
        let kit = Self::gather(tools);
        if !kit.is_complete() {
            kit.print_missing();
            bail!("some tools are missing");
        }
        Ok(kit)
    }

    /// Whether every tool asked for is there.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Why `tool` is missing, if it is.
    pub(crate) fn why_missing(&self, tool: Tool) -> Option<&str> {
        self.missing.iter().find(|(missing, _)| *missing == tool).map(|(_, why)| why.as_str())
    }

    /// Tells what is missing and what to do about it.
    pub(crate) fn print_missing(&self) {
        for (tool, why) in &self.missing {
            eprintln!("xtask: missing {}: {why}", tool.name());
        }
    }

    /// Lets `command` find the tools: ours before those of `PATH`.
    pub(crate) fn equip<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("PATH", self.path());
        if let Some(driver) =
            env::var_os("CHROMEDRIVER").or_else(|| Some(find_on_path("chromedriver")?.into()))
        {
            command.env("CHROMEDRIVER", driver);
        }
        // Trunk reads NO_COLOR as a boolean and stumbles over the customary `1`.
        if env::var_os("NO_COLOR").is_some() {
            command.env("NO_COLOR", "true");
        }
        command
    }

    fn path(&self) -> OsString {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(env::split_paths(&inherited));
        env::join_paths(folders).unwrap_or(inherited)
    }
}

/// The version of `wasm-bindgen` that `Cargo.lock` names.
pub(crate) fn locked_wasm_bindgen() -> Result<String> {
    let text = fs::read_to_string(root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    locked_version(&text, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let lock: toml::Table = lock.parse().ok()?;
    let packages = lock.get("package")?.as_array()?;
    let found = packages.iter().find(|p| p.get("name").and_then(toml::Value::as_str) == Some(package))?;
    Some(found.get("version")?.as_str()?.to_owned())
}

/// Where a tool of that version lives once installed. The version is part of the name, so clones that want different
/// ones do not fight.
pub(crate) fn cache_folder(name: &str, version: &str) -> PathBuf {
    let fallback = || env::home_dir().unwrap_or_else(env::temp_dir).join(".cache");
    let cache = env::var_os("XDG_CACHE_HOME").filter(|v| !v.is_empty()).map_or_else(fallback, PathBuf::from);
    cache.join("quorum-playground/tools").join(format!("{name}-{version}"))
}

/// The script of axe-core.
pub(crate) fn axe_script() -> PathBuf {
    cache_folder("axe-core", AXE_VERSION).join("node_modules/axe-core/axe.min.js")
}

fn has_target(triple: &str) -> bool {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", triple])
        .current_dir(root())
        .output();
    output.is_ok_and(|o| Path::new(String::from_utf8_lossy(&o.stdout).trim()).is_dir())
}

/// Looks for a program of the right version in our cache, then on `PATH`.
fn find_program(name: &str, cached: &Path, is_right: impl Fn(&str) -> bool) -> Option<Option<PathBuf>> {
    let answers = |path: &Path| version_of(path, "--version").is_some_and(|v| is_right(&v));
    if find_on_path(name).is_some_and(|path| answers(&path)) {
        return Some(None);
    }
    answers(&cached.join(name)).then(|| Some(cached.to_path_buf()))
}

/// The first whole number in a text: the major version in `v20.1.0` or `wasm-opt version 132`.
fn first_number(text: &str) -> Option<u32> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?;
    digits.parse().ok()
}

/// Fails with a sentence if `npm` or `node` is not there.
pub(crate) fn require_npm() -> Result<()> {
    ensure!(
        find_on_path("npm").is_some() && find_on_path("node").is_some(),
        "it comes from npm: install Node.js {NODE_MAJOR_MIN} or newer with npm (https://nodejs.org) and try again"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_says_which_wasm_bindgen() {
        let lock = "[[package]]\nname = \"wasm\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "bindgen"), None);
    }

    #[test]
    fn versions_begin_with_their_major_number() {
        assert_eq!(first_number("v20.20.2"), Some(20));
        assert_eq!(first_number("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(first_number("none"), None);
    }
}
