//! The size budget: what a visitor loads before anything can happen, compressed as a good host would.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::run::root;
use crate::site;

/// The budget and what does not count, from `tests/budget.toml`.
#[derive(Debug, PartialEq, Eq)]
struct Budget {
    first_load_bytes_max: u64,
    later: Vec<String>,
}

/// The site's files with their compressed sizes.
#[derive(Debug)]
pub(crate) struct Weight {
    files: Vec<FileWeight>,
    bytes_max: u64,
}

#[derive(Debug)]
struct FileWeight {
    name: String,
    raw_bytes: u64,
    brotli_bytes: u64,
    is_first_load: bool,
}

impl Weight {
    /// What the first visit loads, in bytes, brotli 11.
    pub(crate) fn first_load_bytes(&self) -> u64 {
        self.files.iter().filter(|f| f.is_first_load).map(|f| f.brotli_bytes).sum()
    }

    /// Prints each file and whether the sum keeps within the budget.
    pub(crate) fn print(&self) -> bool {
        println!("{:>10}  {:>10}  file (KB raw, KB brotli)", "raw", "brotli");
        for file in &self.files {
            let (raw, brotli) = (kilobytes(file.raw_bytes), kilobytes(file.brotli_bytes));
            let note = if file.is_first_load { "" } else { "  (loaded later, not counted)" };
            println!("{raw:>10.1}  {brotli:>10.1}  {}{note}", file.name);
        }
        let (total, bytes_max) = (self.first_load_bytes(), self.bytes_max);
        println!("first load {:.1} KB of at most {:.1} KB", kilobytes(total), kilobytes(bytes_max));
        total <= bytes_max
    }
}

/// Compresses every file of the built site.
pub(crate) fn weigh() -> Result<Weight> {
    let budget =
        fs::read_to_string(root().join("tests/budget.toml")).context("cannot read tests/budget.toml")?;
    let budget = parse_budget(&budget)?;
    let mut files = Vec::new();
    let dist = site::dist();
    collect(&dist, &dist, &budget, &mut files)?;
    ensure!(!files.is_empty(), "dist/ is empty");
    files.sort_by(|a, b| b.brotli_bytes.cmp(&a.brotli_bytes).then_with(|| a.name.cmp(&b.name)));
    Ok(Weight { files, bytes_max: budget.first_load_bytes_max })
}

/// Bytes in thousands, as network tools count them.
#[expect(clippy::cast_precision_loss, reason = "a file of 2^52 bytes is not to be feared")]
pub(crate) fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}

fn collect(folder: &Path, dist: &Path, budget: &Budget, files: &mut Vec<FileWeight>) -> Result<()> {
    for entry in
        fs::read_dir(folder).with_context(|| format!("no {}: build the site first", folder.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, dist, budget, files)?;
            continue;
        }
        let name = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
        let bytes = fs::read(&path)?;
        let is_first_load = !budget.later.iter().any(|later| is_match(later, &name));
        let brotli_bytes = compressed_len(&bytes)?;
        files.push(FileWeight { name, raw_bytes: bytes.len() as u64, brotli_bytes, is_first_load });
    }
    Ok(())
}

fn compressed_len(mut bytes: &[u8]) -> Result<u64> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut bytes, &mut out, &params)?;
    Ok(out.len() as u64)
}

/// Whether `name` is `pattern`, in which one `*` stands for anything, such as the hash in a file's name.
fn is_match(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

fn parse_budget(text: &str) -> Result<Budget> {
    let table: toml::Table = text.parse().context("tests/budget.toml")?;
    let first_load_bytes_max = table
        .get("first_load_brotli_bytes_max")
        .and_then(toml::Value::as_integer)
        .and_then(|bytes| u64::try_from(bytes).ok())
        .context("tests/budget.toml lacks first_load_brotli_bytes_max, a number of bytes")?;
    let later = table.get("loaded_later").and_then(toml::Value::as_array).into_iter().flatten();
    let later = later.filter_map(|name| name.as_str().map(str::to_owned)).collect();
    Ok(Budget { first_load_bytes_max, later })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_a_hash() {
        assert!(is_match("worker-*.js", "worker-0123abcd.js"));
        assert!(!is_match("worker-*.js", "worker.js"));
        assert!(!is_match("ab*ba", "aba"), "the ends may not overlap");
        assert!(is_match("bench.html", "bench.html"));
    }

    #[test]
    fn a_budget_without_a_number_is_refused() {
        assert!(parse_budget("loaded_later = []").is_err());
        let budget = parse_budget("first_load_brotli_bytes_max = 9\nloaded_later = [\"a\"]").unwrap();
        assert_eq!(budget, Budget { first_load_bytes_max: 9, later: vec!["a".to_owned()] });
    }

    #[test]
    fn repetition_compresses() {
        assert!(compressed_len(&[b'a'; 10_000]).unwrap() < 100);
    }
}
