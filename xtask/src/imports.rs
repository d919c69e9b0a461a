//! Architecture invariant: the core's wasm imports nothing.
//!
//! A module that imports nothing can ask nobody for the time, for chance or for a file: that the core is a pure function
//! of its recipe is then a fact about bytes, not a promise. The whole library is linked, also what nothing calls, so a
//! call to the outside cannot hide in code that the linker would have left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wasmparser::{Parser, Payload};

use crate::run::{cargo, run, target_folder};

/// Builds the core as a module of its own and fails if it imports anything, or if it is suspiciously empty.
pub(crate) fn check() -> Result<()> {
    let module = build_module()?;
    let bytes = fs::read(&module).with_context(|| format!("no {}", module.display()))?;
    let contents = read(&bytes)?;
    ensure!(contents.imports.is_empty(), "the core's wasm imports {}", contents.imports.join(", "));
    ensure!(
        contents.core_functions > 0,
        "none of the core's functions is in its wasm, so that it imports nothing means nothing"
    );
    println!(
        "the core's wasm: {} functions, {} of them the core's own, no imports",
        contents.functions, contents.core_functions
    );
    Ok(())
}

fn build_module() -> Result<std::path::PathBuf> {
    let target = target_folder();
    let mut command = cargo();
    command.args(["rustc", "--quiet", "--package", "playground-core", "--lib", "--crate-type", "cdylib"]);
    command.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&target);
    // Keep code that nothing calls, at each of the three stages that would drop it: compiler, optimiser, linker.
    command.args(["--", "-C", "link-dead-code", "-C", "opt-level=0", "-C", "link-arg=--no-gc-sections"]);
    run(&mut command)?;
    Ok(Path::new(&target).join("wasm32-unknown-unknown/debug/playground_core.wasm"))
}

/// What matters of a module.
#[derive(Debug, Default)]
struct Contents {
    imports: Vec<String>,
    functions: u32,
    core_functions: usize,
}

fn read(bytes: &[u8]) -> Result<Contents> {
    let mut contents = Contents::default();
    let mut own_names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    contents.imports.push(format!("{}.{}", import.module, import.name));
                }
            }
            Payload::FunctionSection(section) => contents.functions = section.count(),
            Payload::CustomSection(section) => {
                if let wasmparser::KnownCustom::Name(names) = section.as_known() {
                    own_names.extend(core_function_names(names)?);
                }
            }
            _ => {}
        }
    }
    contents.core_functions = own_names.len();
    Ok(contents)
}

/// Names of functions that belong to the core, by the crate's name inside the mangled one.
fn core_function_names(names: wasmparser::NameSectionReader<'_>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for subsection in names {
        if let wasmparser::Name::Function(functions) = subsection? {
            for naming in functions {
                let name = naming?.name;
                if name.contains("playground_core") {
                    found.push(name.to_owned());
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that imports `env.now`, a function without arguments or results, written out byte by byte.
    const IMPORTS_NOW: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x0b\x01\x03env\x03now\0\0";

    #[test]
    fn an_import_is_seen() {
        assert_eq!(read(IMPORTS_NOW).unwrap().imports, ["env.now"]);
    }

    #[test]
    fn an_empty_module_has_no_functions() {
        let contents = read(b"\0asm\x01\0\0\0").unwrap();
        assert_eq!((contents.imports.len(), contents.functions, contents.core_functions), (0, 0, 0));
    }
}
