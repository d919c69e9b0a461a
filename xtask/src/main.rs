//! `cargo xtask`: set-up, serve, build and test for Quorum Playground.
//!
//! Everything a newcomer needs is behind one command that asks for nothing but Rust. Each sub-command first looks for
//! the tools it is about to use ([`tools`]), installs those that are missing into a cache that all clones share
//! ([`install`]), and then does its work ([`site`], [`checks`]). What cannot be installed is named, with what to type.
//!
//! | file | what it knows |
//! |---|---|
//! | `tools.rs` | which tools there are, how to recognise the right version |
//! | `install.rs` | how to get them: rustup, cargo, npm, apt |
//! | `site.rs` | Trunk: serving and building the page |
//! | `checks.rs` | the steps of `test`, in order |
//! | `report.rs` | the summary table |
//! | `seal.rs` | the page's content policy |
//! | `size.rs` | the size budget |
//! | `imports.rs` | that the core's wasm asks its host for nothing |
//! | `run.rs` | starting programs and reading what they print |

mod checks;
mod imports;
mod install;
mod pack;
mod report;
mod run;
mod seal;
mod site;
mod size;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use lexopt::prelude::*;

const HELP: &str = "\
Set-up, serve, build and test for Quorum Playground. Needs nothing but Rust: what else it takes is found or installed.

  cargo xtask serve [--port PORT] [--release] [--open]   the page on 127.0.0.1, rebuilt and reloaded on change
  cargo xtask build                                      the static site in dist/, ready for any web server
  cargo xtask test [--fast]                              all checks; --fast leaves out browser and release builds
  cargo xtask bench-page                                 speed of the built page in headless Chromium
  cargo xtask setup                                      only install what the others need
  cargo xtask --help

Examples:
  cargo xtask serve --open
  cargo xtask serve --port 9000 --release
  cargo xtask test --fast

Tools go to $XDG_CACHE_HOME/quorum-playground/tools (~/.cache/… without it), once for all clones.
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Setup,
    Serve(site::ServeOptions),
    Build,
    Test {
        is_fast: bool,
    },
    BenchPage,
    /// Not for people: Trunk's hook, see `Trunk.toml`.
    Seal,
}

fn main() -> ExitCode {
    let command = match parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("xtask: {error} (see `cargo xtask --help`)");
            return ExitCode::from(2);
        }
    };
    match perform(command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> Result<bool> {
    match command {
        Command::Help => {
            print!("{HELP}");
            Ok(true)
        }
        Command::Setup => {
            let kit = tools::Kit::gather(&tools::ALL);
            kit.print_missing();
            Ok(kit.is_complete())
        }
        Command::Serve(options) => site::serve(options),
        Command::Build => site::build().map(|()| true),
        Command::Test { is_fast } => checks::run_all(is_fast),
        Command::BenchPage => site::bench_page(),
        Command::Seal => seal::seal().map(|()| true),
    }
}

fn parse(mut arguments: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut command = match arguments.next()? {
        None => return Err("which command? serve, build, test, bench-page or setup".into()),
        Some(Long("help") | Short('h')) => return Ok(Command::Help),
        Some(Value(name)) => match name.to_str() {
            Some("help") => Command::Help,
            Some("setup") => Command::Setup,
            Some("serve") => Command::Serve(site::ServeOptions::default()),
            Some("build") => Command::Build,
            Some("test") => Command::Test { is_fast: false },
            Some("bench-page") => Command::BenchPage,
            Some("seal") => Command::Seal,
            _ => return Err(format!("no command {name:?}").into()),
        },
        Some(other) => return Err(other.unexpected()),
    };
    while let Some(argument) = arguments.next()? {
        match (argument, &mut command) {
            (Long("help") | Short('h'), _) => return Ok(Command::Help),
            (Long("port"), Command::Serve(options)) => {
                let text = arguments.value()?.string()?;
                let port = text.parse().map_err(|_| format!("--port wants 1 to 65535, not {text:?}"))?;
                options.port = Some(port);
            }
            (Long("release"), Command::Serve(options)) => options.is_release = true,
            (Long("open"), Command::Serve(options)) => options.is_opened = true,
            (Long("fast"), Command::Test { is_fast }) => *is_fast = true,
            (other, _) => return Err(other.unexpected()),
        }
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        let arguments = std::iter::once("xtask").chain(line.split_whitespace());
        parse(lexopt::Parser::from_iter(arguments)).map_err(|e| e.to_string())
    }

    #[test]
    fn a_good_line_is_understood() {
        assert_eq!(parsed("test --fast"), Ok(Command::Test { is_fast: true }));
        let options =
            site::ServeOptions { port: Some(9000.try_into().unwrap()), is_release: true, is_opened: false };
        assert_eq!(parsed("serve --port 9000 --release"), Ok(Command::Serve(options)));
        assert_eq!(parsed("serve --help"), Ok(Command::Help));
    }

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        assert_eq!(parsed("serve --port 70000").unwrap_err(), "--port wants 1 to 65535, not \"70000\"");
        assert!(parsed("build --fast").unwrap_err().contains("--fast"));
        assert!(parsed("bake").unwrap_err().contains("bake"));
        assert!(parsed("").is_err());
    }
}
