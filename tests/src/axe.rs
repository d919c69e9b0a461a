//! Accessibility rules, judged by axe-core (<https://github.com/dequelabs/axe-core>) in the open page.

use std::{env, fs};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::page::Page;

/// A rule of axe-core that the page breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxeViolation {
    /// The rule's id, `color-contrast`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What the rule wants.
    pub help: String,
    /// The elements at fault: selector, then what is wrong with it.
    pub elements: Vec<String>,
}

impl Page {
    /// Judges the page as it is now by axe-core's rules for WCAG 2.2 A and AA and its best practices.
    ///
    /// The script goes in through the driver, past the page's content policy, and never into the site.
    ///
    /// # Errors
    /// If `PLAYGROUND_AXE` names no readable file or axe throws.
    pub fn axe_violations(&self) -> Result<Vec<AxeViolation>> {
        let path = env::var_os("PLAYGROUND_AXE")
            .context("PLAYGROUND_AXE names no axe.min.js: run by `cargo xtask test`")?;
        let axe = fs::read_to_string(&path).context("cannot read axe-core")?;
        self.eval(&axe)?;
        let run = "return axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => ({ \
                   id: v.id, impact: v.impact, help: v.help, \
                   nodes: v.nodes.map(n => n.target.join(' ') + ': ' + n.failureSummary) })))";
        let found = self.eval(run)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let elements = |value: &Value| value.as_array().into_iter().flatten().map(text).collect();
        Ok(found
            .as_array()
            .context("axe gave no list")?
            .iter()
            .map(|v| AxeViolation {
                rule: text(&v["id"]),
                impact: text(&v["impact"]),
                help: text(&v["help"]),
                elements: elements(&v["nodes"]),
            })
            .collect())
    }
}
