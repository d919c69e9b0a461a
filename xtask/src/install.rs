//! Getting what is missing: targets from rustup, Trunk and wasm-bindgen from crates.io, wasm-opt from npm, the browser
//! from apt.
//!
//! Two rules. Every installation says what it is, why, and how long it takes, before it starts. And a package goes to a
//! folder of its own beside the final one and is renamed when it is whole, so that an interrupted or a second, concurrent
//! run never leaves half a tool where the next one would find it.

use std::fs;
use std::path::Path;
use std::process::{self, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::run::{cargo, find_on_path, run};
use crate::tools::{self, Tool};

/// Installs a tool or says what to do by hand.
pub(crate) fn install(tool: Tool) -> Result<()> {
    match tool {
        Tool::Linters => {
            rustup(&["component", "add", "rustfmt", "clippy"], "to check the code's form", "seconds")
        }
        Tool::WasmTarget => {
            rustup(&["target", "add", "wasm32-unknown-unknown"], "to compile the page", "half a minute")
        }
        Tool::WasiTarget => {
            rustup(&["target", "add", "wasm32-wasip1"], "to run the core's tests on wasm32", "half a minute")
        }
        Tool::Trunk => {
            let why = "to build and serve the page";
            cargo_install("trunk", tools::TRUNK_VERSION, &["--locked"], why, "3 to 8 minutes")
        }
        Tool::WasmBindgen => {
            let version = tools::locked_wasm_bindgen()?;
            // Without --locked: its lock file names a crate version that has been withdrawn.
            cargo_install("wasm-bindgen-cli", &version, &[], "to join wasm and JavaScript", "2 to 4 minutes")
        }
        Tool::Node => apt(&["nodejs", "npm"], "to run wasm-opt and the core's tests on wasm32", "a minute")
            .context("install Node.js 18 or newer with npm by hand (https://nodejs.org)"),
        Tool::WasmOpt => {
            npm("binaryen", tools::BINARYEN_VERSION, "for wasm-opt, which makes the release smaller")
        }
        Tool::Chromium => apt(&["chromium", "chromium-driver"], "to test in a browser", "a minute").context(
            "install Chromium and the chromedriver of its version by hand, on PATH or named by CHROMEDRIVER",
        ),
        Tool::Axe => npm("axe-core", tools::AXE_VERSION, "for the accessibility tests"),
    }
}

/// Says what happens next, on standard error so that piped output stays clean.
fn announce(what: &str, why: &str, how_long: &str) {
    eprintln!("xtask: installing {what} {why} (once, about {how_long})");
}

fn rustup(arguments: &[&str], why: &str, how_long: &str) -> Result<()> {
    let by_hand = format!("run `rustup {}`, or add it to your Rust by other means", arguments.join(" "));
    if find_on_path("rustup").is_none() {
        bail!("there is no rustup here: {by_hand}");
    }
    announce(&arguments[2..].join(" and "), why, how_long);
    run(Command::new("rustup").args(arguments).current_dir(crate::run::root())).context(by_hand)
}

fn cargo_install(name: &str, version: &str, options: &[&str], why: &str, how_long: &str) -> Result<()> {
    announce(&format!("{name} {version} from crates.io"), why, how_long);
    into_cache(name, version, |folder| {
        let mut command = cargo();
        command
            .args(["install", name, "--version", &format!("={version}"), "--root"])
            .arg(folder)
            .args(options);
        // A build folder of its own, which cargo removes: the workspace's may be locked or cleaned.
        command.arg("--quiet").current_dir(folder).env_remove("CARGO_TARGET_DIR");
        run(&mut command).with_context(|| format!("try `cargo install {name} --version {version}` by hand"))
    })
}

fn npm(package: &str, version: &str, why: &str) -> Result<()> {
    tools::require_npm()?;
    announce(&format!("{package} {version} from npm"), why, "ten seconds");
    into_cache(package, version, |folder| {
        let mut command = Command::new(find_on_path("npm").context("no npm")?);
        command.arg("install").arg("--prefix").arg(folder);
        command.args(["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
        run(command.arg(format!("{package}@{version}")).stdout(Stdio::null()))
            .with_context(|| format!("is the npm registry reachable? It wants {package} {version}"))
    })
}

/// Lets `fill` fill a fresh folder and puts it in place when it is whole.
fn into_cache(name: &str, version: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let place = tools::cache_folder(name, version);
    let draft = place.with_file_name(format!("{name}-{version}.draft-{}", process::id()));
    fs::create_dir_all(&draft).with_context(|| format!("cannot write to {}", draft.display()))?;
    let outcome = fill(&draft).and_then(|()| {
        // What lies there was just found unfit. If another run is quicker, its copy is as good and ours goes.
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(&draft, &place).with_context(|| format!("cannot write to {}", place.display()))
    });
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    outcome
}

fn apt(packages: &[&str], why: &str, how_long: &str) -> Result<()> {
    if find_on_path("apt-get").is_none() {
        bail!("there is no apt here to install {}", packages.join(" and "));
    }
    let mut update = as_root("apt-get").with_context(|| {
        format!("`apt-get install {}` needs root or sudo without a password", packages.join(" "))
    })?;
    announce(&format!("{} by apt", packages.join(" and ")), why, how_long);
    // A stale list of packages is worth a try; only the installation itself decides.
    let _ = run(update.args(["update", "-qq"]));
    let mut install = as_root("apt-get")?;
    install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages);
    run(install.stdout(Stdio::null()))
}

/// The program as root: directly, or by a sudo that does not ask.
fn as_root(program: &str) -> Result<Command> {
    let is_ok = |command: &mut Command| {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    let user = Command::new("id").arg("-u").output().map(|o| o.stdout).unwrap_or_default();
    let mut command = if user.trim_ascii() == b"0" {
        Command::new(program)
    } else if is_ok(Command::new("sudo").args(["-n", "true"])) {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "--preserve-env=DEBIAN_FRONTEND", program]);
        sudo
    } else {
        bail!("not root, and sudo wants a password");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    Ok(command)
}
