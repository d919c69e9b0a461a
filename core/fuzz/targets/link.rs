//! Any text as a link: read or refused, never a panic; what is read opens or is refused, and is within its caps.
#![no_main]

use libfuzzer_sys::fuzz_target;
use playground_core::recipe::Recipe;
use playground_core::registry::open;

fuzz_target!(|text: &str| {
    if let Ok(recipe) = Recipe::from_link(text) {
        recipe.check().expect("what is read is within its caps");
        let short = Recipe { length: recipe.length.min(500), ..recipe };
        if let Ok(session) = open(&short) {
            assert!(Recipe::from_link(&session.recipe().to_link()).is_ok());
        }
    }
});
