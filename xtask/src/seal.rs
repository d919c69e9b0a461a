//! Sealing the page: its content policy allows exactly the inline scripts it was built with.
//!
//! Trunk writes a small inline script that starts the wasm. A policy of `script-src 'self'` forbids it, and
//! `'unsafe-inline'` would allow everybody else's too; so the policy names the script by its SHA-256. The script
//! contains the hashes of other files, hence its own is known only after the build: `web/index.html` has
//! [`PLACEHOLDER`] where it belongs, and Trunk calls `cargo xtask seal` when the page is ready.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use sha2::{Digest, Sha256};

use crate::pack::pack;

/// What stands in the policy for the hashes. A browser that meets it ignores it, as it would any hash that fits nothing.
const PLACEHOLDER: &str = "'sha256-INLINE-SCRIPTS'";

/// What Trunk's reloading script contains until the moment it is served.
const RELOADING: &str = "{{__TRUNK_ADDRESS__}}";

/// Puts the hashes of the inline scripts into every page of the folder that Trunk is about to publish.
pub(crate) fn seal() -> Result<()> {
    let folder =
        env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from).context("`seal` is for Trunk's hook to call")?;
    pack(&folder)?;
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "html") {
            let page = fs::read_to_string(&path)?;
            if page.contains(PLACEHOLDER) {
                let sealed = sealed(&page).with_context(|| path.display().to_string())?;
                fs::write(&path, sealed)?;
            }
        }
    }
    Ok(())
}

fn sealed(page: &str) -> Result<String> {
    if page.contains(RELOADING) {
        // Trunk still changes this script, and a page that reloads itself is only ever served to its author.
        return Ok(page.replace(PLACEHOLDER, "'unsafe-inline'"));
    }
    let hashes: Vec<String> = inline_scripts(page)?.iter().map(|script| source_of(script)).collect();
    Ok(page.replace(PLACEHOLDER, &hashes.join(" ")))
}

/// The policy's name for a script: its hash over the exact bytes between the tags.
fn source_of(script: &str) -> String {
    // The parser of HTML has already turned line ends into \n when the browser hashes.
    let hash = Sha256::digest(script.replace("\r\n", "\n"));
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(hash))
}

/// The bodies of all scripts without `src`, as the browser sees them: up to the next end tag.
fn inline_scripts(page: &str) -> Result<Vec<&str>> {
    let mut scripts = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("<script") {
        let (attributes, after) = after.split_once('>').context("a script tag has no end")?;
        let (body, after) = after.split_once("</script>").context("a script has no end tag")?;
        let is_external = attributes.split_whitespace().any(|attribute| attribute.starts_with("src="));
        ensure!(is_external || !body.is_empty(), "an inline script is empty");
        if !is_external {
            scripts.push(body);
        }
        rest = after;
    }
    Ok(scripts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_inline_scripts_are_named_in_the_policy() {
        let page = "<meta content=\"script-src 'self' 'sha256-INLINE-SCRIPTS'\">\
                    <script src=\"./a.js\"></script><script type=\"module\">alert(1)</script>";
        let hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        assert_eq!(sealed(page).unwrap(), page.replace(PLACEHOLDER, hash));
    }

    #[test]
    fn a_page_that_reloads_itself_may_run_its_scripts() {
        let page = "<meta content=\"'sha256-INLINE-SCRIPTS'\"><script>f('{{__TRUNK_ADDRESS__}}')</script>";
        assert!(sealed(page).unwrap().starts_with("<meta content=\"'unsafe-inline'\">"));
    }

    #[test]
    fn a_script_without_an_end_is_refused() {
        assert!(sealed("<script>alert(1)").is_err());
    }
}
