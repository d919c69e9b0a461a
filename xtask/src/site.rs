//! The page: serving it while one works on it, building it for good.

use std::net::{Ipv4Addr, TcpListener};
use std::num::NonZeroU16;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{cargo, root, run, target_folder};
use crate::size;
use crate::tools::{Kit, Tool};

/// Where `serve` listens unless told otherwise.
const PORT_DEFAULT: u16 = 8080;
/// How many ports after it are tried if it is taken.
const PORTS_TRIED_MAX: u16 = 20;

/// How `serve` behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServeOptions {
    /// The port, which must then be free; without it, 8080 or the next free one.
    pub(crate) port: Option<NonZeroU16>,
    /// Optimised, as visitors will get it.
    pub(crate) is_release: bool,
    /// Open the browser.
    pub(crate) is_opened: bool,
}

/// Serves the page until it is interrupted, rebuilding and reloading it when a file changes.
pub(crate) fn serve(options: ServeOptions) -> Result<bool> {
    let port = match options.port {
        Some(port) if is_free(port.get()) => port.get(),
        Some(port) => bail!("port {port} is taken: choose another by --port"),
        None => match (PORT_DEFAULT..PORT_DEFAULT + PORTS_TRIED_MAX).find(|port| is_free(*port)) {
            Some(port) => port,
            None => bail!(
                "ports {PORT_DEFAULT} and the {PORTS_TRIED_MAX} after it are taken: choose one by --port"
            ),
        },
    };
    let kit = if options.is_release {
        Kit::gather_all(&BUILD_TOOLS)?
    } else {
        Kit::gather_all(&[Tool::WasmTarget, Tool::Trunk, Tool::WasmBindgen])?
    };
    let mut command = Command::new("trunk");
    command.arg("serve").args(["--address", "127.0.0.1", "--port", &port.to_string()]);
    // A folder of its own, so that a running server and `cargo xtask build` do not overwrite each other.
    command.arg("--dist").arg(target_folder().join("serve"));
    command.args(options.is_release.then_some("--release")).args(options.is_opened.then_some("--open"));
    eprintln!("xtask: the page will be at http://127.0.0.1:{port}/ (stop with Ctrl-C)");
    std::fs::create_dir_all(target_folder().join("serve"))?;
    become_program(kit.equip(command.current_dir(root())))?;
    Ok(true)
}

/// Replaces this process by the program, so that whoever stops the one stops the other.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(anyhow::Error::new(command.exec()).context("cannot start trunk"))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    run(command)
}

/// What a release build takes.
pub(crate) const BUILD_TOOLS: [Tool; 5] =
    [Tool::WasmTarget, Tool::Trunk, Tool::WasmBindgen, Tool::Node, Tool::WasmOpt];

/// Builds the site in `dist/` and says how large it is.
pub(crate) fn build() -> Result<()> {
    let kit = Kit::gather_all(&BUILD_TOOLS)?;
    build_with(&kit)?;
    let total = size::weigh()?.first_load_bytes();
    println!("dist/ is ready: {:.1} KB to load, compressed (brotli)", size::kilobytes(total));
    Ok(())
}

/// Builds the site with tools already gathered.
pub(crate) fn build_with(kit: &Kit) -> Result<()> {
    let mut command = Command::new("trunk");
    command.args(["build", "--release", "--dist"]).arg(dist());
    run(kit.equip(command.current_dir(root())))
}

/// The folder of the built site.
pub(crate) fn dist() -> std::path::PathBuf {
    root().join("dist")
}

/// Builds the page, lets it measure itself in headless Chromium and prints what it found.
///
/// The seam: opened with `?bench=1`, the page fills `#bench-results` and sets its attribute `data-done` when finished.
pub(crate) fn bench_page() -> Result<bool> {
    let tools: Vec<Tool> = BUILD_TOOLS.into_iter().chain([Tool::Chromium]).collect();
    let kit = Kit::gather_all(&tools)?;
    build_with(&kit)?;
    let mut command = cargo();
    command
        .args(["run", "--quiet", "--package", "playground-tests", "--bin", "shot", "--", "--dir"])
        .arg(dist());
    command.args(["--url-suffix", "?bench=1", "--patience", "300"]);
    command.args(["--wait-for", "#bench-results[data-done]", "--text", "#bench-results"]);
    run(kit.equip(&mut command))?;
    Ok(true)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
