//! Starting programs and reading what they print.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The workspace's root: commands run from there, wherever `cargo xtask` was typed.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("xtask lies in the workspace").to_path_buf()
}

/// The workspace's build folder.
pub(crate) fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The cargo that runs this program, so that `cargo +nightly xtask` stays on nightly.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// What a program prints when asked its version; `None` if it does not run.
pub(crate) fn version_of(program: impl AsRef<OsStr>, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where `PATH` finds a program.
pub(crate) fn find_on_path(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// Runs a command to its end; anything but success is an error that repeats the command.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    ensure!(status.success(), "{} failed ({status})", shown(command));
    Ok(())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(name).chain(command.get_args());
    format!("`{}`", words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" "))
}

/// What a test run said of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// The program ended well.
    pub(crate) is_success: bool,
    /// Tests that passed, over all binaries.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// The names of those, as far as they were printed.
    pub(crate) failures: Vec<String>,
    /// The test that began last in a binary that has not given its result yet.
    pub(crate) open: Option<String>,
}

impl Tally {
    /// Reads one line of libtest's output, which wasm-bindgen's runner imitates.
    fn read(&mut self, line: &str) {
        if line.starts_with("running ") {
            self.close();
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            self.open = None;
        } else if let Some((name, verdict)) =
            line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... "))
        {
            self.open = Some(name.to_owned());
            // wasm-bindgen's runner says `FAIL`, libtest `FAILED`.
            if verdict.starts_with("FAIL") {
                self.failures.push(name.to_owned());
            }
        }
    }

    /// Ends a binary. One without a result was taken down by the test it was at, as a panic does on wasm.
    fn close(&mut self) {
        if let Some(name) = self.open.take() {
            self.failed += 1;
            self.failures.push(format!("{name} (and ended its program)"));
        }
    }
}

/// Runs a command, passing its output on and counting the test results in it.
pub(crate) fn run_and_count(command: &mut Command) -> Result<Tally> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {}", shown(command)))?;
    let stdout = child.stdout.take().expect("piped above");
    let mut tally = Tally::default();
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally.read(&line);
    }
    tally.close();
    tally.is_success = child.wait()?.success();
    Ok(tally)
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    before.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally.close();
        tally
    }

    #[test]
    fn results_of_several_binaries_add_up() {
        let tally = read(&[
            "running 2 tests",
            "test log::tests::a_gap_is_refused ... ok",
            "test log::tests::a_gap_is_filled ... FAILED",
            "test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "running 12 tests",
            "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ]);
        assert_eq!((tally.passed, tally.failed), (13, 1));
        assert_eq!(tally.failures, ["log::tests::a_gap_is_filled"]);
    }

    #[test]
    fn a_binary_that_ends_in_the_middle_of_a_test_has_failed_it() {
        let trap = ["running 2 tests", "test first ... ok", "test second ... "];
        let next = ["running 1 test", "test third ... ok", "test result: ok. 1 passed; 0 failed; 0 ignored"];
        let failures = ["second (and ended its program)"];
        assert_eq!(read(&trap).failures, failures);
        let tally = read(&[&trap[..], &next[..]].concat());
        assert_eq!(
            (tally.passed, tally.failed, &tally.failures[..]),
            (1, 1, &failures.map(str::to_owned)[..])
        );
    }
}
