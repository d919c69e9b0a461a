//! Texts of an address, read: percent-encoding and decimal numbers.

/// Longest value that is read.
const VALUE_CHARS_MAX: usize = 200;

/// A decimal number in thousandths. To read any float whatever takes 12 KB of the module.
pub(crate) fn thousandths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_number = text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u32 = if whole.is_empty() && !part.is_empty() { 0 } else { whole.parse().ok()? };
    is_number.then_some(())?;
    Some(whole * 1_000 + digits.parse::<u32>().ok()?)
}

/// Undoes percent-encoding; what is not text or is not to be shown becomes `�`.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => {
                let digit = |byte: &u8| (*byte as char).to_digit(16);
                digit(high).zip(digit(low)).map(|(high, low)| (high * 16 + low) as u8)
            }
            _ => None,
        };
        rest = if escaped.is_some() { &tail[2..] } else { tail };
        bytes.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
    }
    let is_shown = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    String::from_utf8_lossy(&bytes)
        .chars()
        .take(VALUE_CHARS_MAX)
        .map(|c| if is_shown(c) { c } else { '\u{fffd}' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_undone_and_what_hides_is_shown() {
        assert_eq!(decode("https%3A%2F%2Fa.b%3A1+c%"), "https://a.b:1 c%");
        assert_eq!(decode("a%E2%80%AEb%00"), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn speeds_are_decimal_numbers() {
        let read = ["16", "0.1", ".5", "1.", "0.0019", "1.2.3", "1e3", "", "."].map(thousandths);
        assert_eq!(read, [Some(16_000), Some(100), Some(500), Some(1_000), Some(1), None, None, None, None]);
    }
}
