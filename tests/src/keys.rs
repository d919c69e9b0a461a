//! Keys by the names a page sees them under, as WebDriver code points.

/// The characters that press `name`: `"a"`, `" "`, `"ArrowRight"`, `"Shift+ArrowRight"`; modifiers first.
///
/// A name that is not known is typed as it is, one character a key.
pub(crate) fn chord(name: &str) -> Vec<String> {
    // A lone plus sign is a key, not a separator.
    if name.chars().count() <= 1 {
        return vec![code_point(name)];
    }
    name.split('+').map(code_point).collect()
}

/// The code point of one named key (WebDriver, section 17.4.2, "Keyboard Actions").
fn code_point(name: &str) -> String {
    let code = match name {
        "Backspace" => '\u{E003}',
        "Tab" => '\u{E004}',
        "Enter" => '\u{E007}',
        "Shift" => '\u{E008}',
        "Control" => '\u{E009}',
        "Alt" => '\u{E00A}',
        "Escape" => '\u{E00C}',
        "Space" => ' ',
        "PageUp" => '\u{E00E}',
        "PageDown" => '\u{E00F}',
        "End" => '\u{E010}',
        "Home" => '\u{E011}',
        "ArrowLeft" => '\u{E012}',
        "ArrowUp" => '\u{E013}',
        "ArrowRight" => '\u{E014}',
        "ArrowDown" => '\u{E015}',
        "Insert" => '\u{E016}',
        "Delete" => '\u{E017}',
        "Meta" => '\u{E03D}',
        other => return other.to_owned(),
    };
    code.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_presses_its_modifiers_first() {
        assert_eq!(chord("Shift+ArrowRight"), ["\u{E008}", "\u{E014}"]);
        assert_eq!(chord("+"), ["+"]);
        assert_eq!(chord("?"), ["?"]);
        assert_eq!(chord("Space"), [" "]);
    }
}
