//! Packing what a visitor loads. wasm-bindgen names each import and closure by a hash, twice: in the wasm and in its
//! glue, and no compression makes a hash smaller. So in a release each pair gets short names, the scripts and the
//! style sheets lose their indentation and comments, and sections that nobody reads go.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use wasmparser::{Parser, Payload};

/// Packs the folder that Trunk is about to publish, if it is a release.
pub(crate) fn pack(folder: &Path) -> Result<()> {
    if env::var("TRUNK_PROFILE").as_deref() != Ok("release") {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("js") => {
                let wasm = path.with_file_name(format!("{stem}_bg.wasm"));
                if wasm.exists() {
                    pack_pair(&path, &wasm).with_context(|| path.display().to_string())?;
                }
            }
            Some("mjs") => {
                let text = fs::read_to_string(&path)?;
                fs::write(&path, trimmed(&text))?;
            }
            Some("html") => {
                let page = joined(&fs::read_to_string(&path)?, folder)
                    .with_context(|| path.display().to_string())?;
                fs::write(&path, page)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The page with one style sheet for its many, in their order: one request, and what they have in common compresses.
fn joined(page: &str, folder: &Path) -> Result<String> {
    let (mut out, mut sheet, mut rest, mut first) = (String::new(), String::new(), page, None);
    while let Some((before, link)) = rest.split_once("<link rel=\"stylesheet\" href=\"./") {
        let (name, after) = link.split_once('"').context("a link has no end")?;
        let (_, after) = after.split_once('>').context("a link has no end")?;
        out += before;
        if first.is_none() {
            first = Some(name);
            out += &format!("<link rel=\"stylesheet\" href=\"./{name}\">");
        }
        let path = folder.join(name);
        sheet += &fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        fs::remove_file(&path)?;
        rest = after;
    }
    if let Some(name) = first {
        fs::write(folder.join(name), squeezed(&without_comments(&sheet)))?;
    }
    Ok(out + rest)
}

/// A style sheet without the white space that means nothing. Where a space means something, as before a colon of a
/// selector or around a sign of `calc`, it stays, and so does all between quotes.
fn squeezed(sheet: &str) -> String {
    const TIGHT: &str = "{};,>";
    let mut out = String::new();
    for (place, part) in sheet.split('"').enumerate() {
        if place > 0 {
            out.push('"');
        }
        if place % 2 == 1 {
            out += part;
            continue;
        }
        let mut is_apart = false;
        for letter in part.chars() {
            if letter.is_whitespace() {
                is_apart = true;
                continue;
            }
            let is_needed = !out.is_empty() && !out.ends_with(|c| TIGHT.contains(c) || c == ':');
            if is_apart && is_needed && !TIGHT.contains(letter) {
                out.push(' ');
            }
            if letter == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(letter);
            is_apart = false;
        }
        if is_apart && !out.ends_with(|c| TIGHT.contains(c) || c == ':') {
            out.push(' ');
        }
    }
    out
}

fn pack_pair(glue: &Path, wasm: &Path) -> Result<()> {
    let mut text = fs::read_to_string(glue)?;
    let bytes = fs::read(wasm)?;
    let names = short_names(&bytes)?;
    for (long, short) in &names.imports {
        text = replaced(&text, &format!("{long}: "), &format!("{short}: "))?;
    }
    for (long, short) in &names.exports {
        ensure!(text.contains(&format!("wasm.{long}")), "the glue never calls {long}");
        text = text.replace(&format!("wasm.{long}"), &format!("wasm.{short}"));
    }
    fs::write(glue, spared(&trimmed(&text)))?;
    let mut bytes = renamed(&bytes, &names)?;
    blank_foreign_paths(&mut bytes);
    fs::write(wasm, bytes)?;
    Ok(())
}

/// Where source files of other crates lie: a panic names them, but only the project's own help its reader.
const FOREIGN: [&[u8]; 2] = [b"/rustc/", b"/.cargo/registry/src/"];
/// Longest such path.
const PATH_BYTES_MAX: usize = 240;

/// Puts spaces in the place of paths to other people's sources, which compress to nothing. Every length stays.
fn blank_foreign_paths(bytes: &mut [u8]) {
    for needle in FOREIGN {
        let mut at = 0;
        while let Some(found) = bytes[at..].windows(needle.len()).position(|window| window == needle) {
            let begin = at + found;
            let most = (begin + PATH_BYTES_MAX).min(bytes.len());
            let path = &mut bytes[begin..most];
            let end = path.windows(3).position(|window| window == b".rs").map_or(0, |dot| dot + 3);
            if path[..end].iter().all(|byte| byte.is_ascii_graphic()) {
                path[..end].fill(b' ');
            }
            at = begin + needle.len();
        }
    }
}

/// What glue carries for pages unlike this one: a start without waiting, text encoders of browsers that have no
/// reference types either, and advice about how to call it. Each is from the first text up to the second.
const SPARED: [(&str, &str); 3] = [
    ("function initSync(", "let __wbg_init_promise;"),
    ("if (!('encodeInto' in cachedTextEncoder))", "let WASM_VECTOR_LEN"),
    ("console.warn('using deprecated parameters for the initialization function;", "}"),
];

/// Glue without that, where it is as expected; as it is where wasm-bindgen has come to write it otherwise.
fn spared(glue: &str) -> String {
    let mut glue = glue.replace("export { initSync, ", "export { ");
    for (from, to) in SPARED {
        let begin = glue.find(from);
        if let Some((begin, length)) = begin.and_then(|begin| Some((begin, glue[begin..].find(to)?))) {
            glue.replace_range(begin..begin + length, "");
        }
    }
    glue
}

/// Old names and new ones.
#[derive(Debug, Default)]
struct Names {
    imports: HashMap<String, String>,
    exports: HashMap<String, String>,
}

/// A short name for each import that the glue defines and each closure that it calls, in the order of the module.
fn short_names(bytes: &[u8]) -> Result<Names> {
    let mut names = Names::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let short = format!("_{}", names.imports.len());
                    names.imports.entry(import?.name.to_owned()).or_insert(short);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let name = export?.name;
                    if name.starts_with("wasm_bindgen__convert__closures") {
                        let short = format!("_{}", names.exports.len());
                        names.exports.insert(name.to_owned(), short);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

/// The module under its new names, without its custom sections.
fn renamed(bytes: &[u8], names: &Names) -> Result<Vec<u8>> {
    let mut out = bytes.get(..8).context("the wasm is cut short")?.to_vec();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        let section = match &payload {
            Payload::ImportSection(section) => {
                let mut body = leb(section.count());
                let whole = slice(bytes, section.range())?;
                let mut at = body.len();
                for import in section.clone().into_imports() {
                    let import = import?;
                    // Module, name, and then what it is: that part is copied as it stands.
                    let head = string(import.module).len() + string(import.name).len();
                    body.extend(string(import.module));
                    body.extend(string(names.imports.get(import.name).context("an import without a name")?));
                    let rest = whole.get(at + head..).context("an import is cut short")?;
                    let end = type_len(rest)?;
                    body.extend(&rest[..end]);
                    at += head + end;
                }
                ensure!(at == whole.len(), "the imports are not as expected");
                Some((2, body))
            }
            Payload::ExportSection(section) => {
                let mut body = leb(section.count());
                for export in section.clone() {
                    let export = export?;
                    let short = names.exports.get(export.name);
                    body.extend(string(short.map_or(export.name, String::as_str)));
                    body.push(export.kind as u8);
                    body.extend(leb(export.index));
                }
                Some((7, body))
            }
            Payload::CustomSection(_) => None,
            other => match other.as_section() {
                Some((id, range)) => Some((id, slice(bytes, range)?.to_vec())),
                None => None,
            },
        };
        if let Some((id, body)) = section {
            out.push(id);
            out.extend(leb(u32::try_from(body.len())?));
            out.extend(body);
        }
    }
    for payload in Parser::new(0).parse_all(&out) {
        payload.context("the packed module can't be read")?;
    }
    Ok(out)
}

fn slice(bytes: &[u8], range: Range<u64>) -> Result<&[u8]> {
    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
    bytes.get(range).context("a section is cut short")
}

/// Bytes that say what an import is: a function's type; nothing else is imported from the glue.
fn type_len(bytes: &[u8]) -> Result<usize> {
    ensure!(bytes.first() == Some(&0), "an import that is not a function");
    let index = bytes[1..].iter().position(|byte| byte & 0x80 == 0).context("an import is cut short")?;
    Ok(index + 2)
}

fn leb(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        bytes.push(if number == 0 { low } else { low | 0x80 });
        if number == 0 {
            return bytes;
        }
    }
}

fn string(text: &str) -> Vec<u8> {
    let mut bytes = leb(text.len() as u32);
    bytes.extend(text.as_bytes());
    bytes
}

/// The text with a part replaced that must stand in it exactly once.
fn replaced(text: &str, old: &str, new: &str) -> Result<String> {
    ensure!(text.matches(old).count() == 1, "“{old}” does not stand exactly once in the glue");
    Ok(text.replacen(old, new, 1))
}

/// A sheet without its comments. None of ours has a comment's beginning in a string or a URL.
fn without_comments(sheet: &str) -> String {
    let mut out = String::new();
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        out += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out + rest
}

/// Lines without indentation, empty ones and those that are comments as a whole.
fn trimmed(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let lines = lines.filter(|line| !(line.starts_with("/*") || line.starts_with("* ") || *line == "*/"));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glue_keeps_what_this_page_calls() {
        let glue = "let a;\nfunction initSync(module) {\n}\nlet __wbg_init_promise;\nexport { initSync, __wbg_init as default };\n";
        assert_eq!(spared(glue), "let a;\nlet __wbg_init_promise;\nexport { __wbg_init as default };\n");
        assert_eq!(spared("let b;\n"), "let b;\n");
    }

    #[test]
    fn a_style_sheet_keeps_the_spaces_that_mean_something() {
        let sheet = "a > b :hover,\nc {\n  width: calc(1px + 2px);\n  content: \"; }  \" attr(x);\n}\n\n@media (min-width: 2px) and (hover) { d { margin: 0 auto; } }\n";
        assert_eq!(
            squeezed(sheet),
            "a>b :hover,c{width:calc(1px + 2px);content:\"; }  \" attr(x)}@media (min-width:2px) and (hover){d{margin:0 auto}}"
        );
    }

    /// `(module (import "m" "__wbg_now_0123" (func)) (export "wasm_bindgen__convert__closures_h1" (func 0)))`.
    fn module() -> Vec<u8> {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        bytes.extend([1, 4, 1, 0x60, 0, 0]);
        let import = [vec![1], string("m"), string("__wbg_now_0123"), vec![0, 0]].concat();
        let export = [vec![1], string("wasm_bindgen__convert__closures_h1"), vec![0, 0]].concat();
        for (id, body) in [(2, import), (7, export), (0, string("producers"))] {
            bytes.push(id);
            bytes.extend(leb(body.len() as u32));
            bytes.extend(body);
        }
        bytes
    }

    #[test]
    fn paths_of_others_are_blanked_and_nothing_moves() {
        let mut bytes =
            b"ab/rustc/59/library/core/x.rsweb/src/app.rs/root/.cargo/registry/src/y/z.rs/rustc/\x00.rs"
                .to_vec();
        let length = bytes.len();
        blank_foreign_paths(&mut bytes);
        let text = String::from_utf8(bytes).expect("still text");
        assert_eq!(text.len(), length);
        assert_eq!(
            text.split_whitespace().collect::<Vec<_>>(),
            ["ab", "web/src/app.rs/root", "/rustc/\x00.rs"]
        );
    }

    #[test]
    fn names_become_short_and_nothing_else_changes() {
        let names = short_names(&module()).unwrap();
        let packed = renamed(&module(), &names).unwrap();
        let again = short_names(&packed).unwrap();
        assert_eq!(again.imports.keys().collect::<Vec<_>>(), ["_0"]);
        assert!(again.exports.is_empty() && packed.len() < module().len() - 40);
        assert!(packed.windows(2).any(|pair| pair == b"_0"));
    }

    #[test]
    fn a_glue_that_is_not_as_expected_is_refused() {
        assert!(replaced("a: 1, a: 2", "a: ", "b: ").is_err());
        assert!(replaced("", "a: ", "b: ").is_err());
    }

    #[test]
    fn a_module_cut_short_is_refused() {
        let bytes = module();
        let names = short_names(&bytes).unwrap();
        assert!(renamed(&bytes[..bytes.len() - 3], &names).is_err());
    }

    #[test]
    fn indentation_and_comments_go() {
        assert_eq!(trimmed("/** x */\n  a {\n\n    // no\n  b\n  }\n"), "a {\nb\n}\n");
        assert_eq!(without_comments("a{/* x */b:c}/* y"), "a{b:c}");
    }
}
