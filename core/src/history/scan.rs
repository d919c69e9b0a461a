//! Going through a text, knowing the line and the column.

use super::VALUES_MAX;
use super::value::Value;
use std::fmt;

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What should stand there.
    pub wanted: String,
    /// What does.
    pub found: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: wanted {}", self.line, self.column, self.wanted)?;
        if self.found.is_empty() { Ok(()) } else { write!(f, ", found {}", self.found) }
    }
}

impl std::error::Error for Unreadable {}

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    at: usize,
    pub(super) line: u32,
    line_start: usize,
}

/// Goes through a text byte by byte. What stands between is always whole characters, since it stops at ASCII only.
pub(super) struct Scanner<'a> {
    text: &'a str,
    place: Place,
    /// Values that the present event may still have.
    values_left: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, place: Place { at: 0, line: 1, line_start: 0 }, values_left: VALUES_MAX }
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    pub(super) fn back_to(&mut self, place: Place) {
        self.place = place;
    }

    /// A new event begins, with values of its own to be counted.
    pub(super) fn begin_event(&mut self) {
        self.values_left = VALUES_MAX;
    }

    /// Counts a value.
    pub(super) fn count_value(&mut self) -> Result<(), Unreadable> {
        let wanted = || format!("at most {VALUES_MAX} values in an event");
        self.values_left = self.values_left.checked_sub(1).ok_or_else(|| self.error(&wanted()))?;
        Ok(())
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.place.at).copied()
    }

    /// The byte after the next.
    pub(super) fn peek_second(&self) -> Option<u8> {
        self.text.as_bytes().get(self.place.at + 1).copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.place.at += 1;
        if byte == b'\n' {
            self.place.line += 1;
            self.place.line_start = self.place.at;
        }
        Some(byte)
    }

    /// Passes a byte if it is the next one.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.next();
        }
        is_next
    }

    /// Passes what satisfies a condition, and returns it.
    pub(super) fn take_while(&mut self, mut is_part: impl FnMut(u8) -> bool) -> &'a str {
        let start = self.place.at;
        while self.peek().is_some_and(&mut is_part) {
            self.next();
        }
        self.text.get(start..self.place.at).unwrap_or_default()
    }

    /// The next character, which may be of several bytes.
    pub(super) fn next_char(&mut self) -> Option<char> {
        let character = self.text.get(self.place.at..)?.chars().next()?;
        for _ in 0..character.len_utf8() {
            self.next();
        }
        Some(character)
    }

    pub(super) fn error(&self, wanted: &str) -> Unreadable {
        self.error_at(self.place, wanted)
    }

    pub(super) fn error_at(&self, place: Place, wanted: &str) -> Unreadable {
        const SHOWN: usize = 24;
        let before = self.text.get(place.line_start..place.at).unwrap_or_default();
        let rest = self.text.get(place.at..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '}' | ']' | ')');
        let word = rest.split(ends).next().unwrap_or_default();
        let found = match rest.chars().next() {
            None => "the end".into(),
            Some('\n' | '\r') => "the end of the line".into(),
            Some(first) if word.is_empty() => format!("{first:?}"),
            Some(_) => word.chars().take(SHOWN).flat_map(char::escape_debug).collect(),
        };
        let column = before.chars().count() as u32 + 1;
        Unreadable { line: place.line, column, wanted: wanted.into(), found }
    }

    /// A text in double quotes, of which the first was passed. EDN and JSON escape alike.
    pub(super) fn text(&mut self) -> Result<Value, Unreadable> {
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|byte| !matches!(byte, b'"' | b'\\')));
            match self.next() {
                None => return Err(self.error("a closing \"")),
                Some(b'"') => return Ok(Value::Text(text.into())),
                Some(_) => text.push(self.escaped()?),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Unreadable> {
        let place = self.place;
        Ok(match self.next_char() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('u') => return self.escaped_code(place),
            _ => return Err(self.error_at(place, "an escape such as \\n, \\\" or \\u0041")),
        })
    }

    /// Four hexadecimal digits, or eight in two halves for what lies beyond them.
    fn escaped_code(&mut self, place: Place) -> Result<char, Unreadable> {
        let first = self.hexadecimal()?;
        let code = match first {
            0xd800..0xdc00 if self.peek() == Some(b'\\') && self.peek_second() == Some(b'u') => {
                self.next();
                self.next();
                let second = self.hexadecimal()?;
                0x1_0000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff)
            }
            _ => first,
        };
        char::from_u32(code).ok_or_else(|| self.error_at(place, "a character's code"))
    }

    fn hexadecimal(&mut self) -> Result<u32, Unreadable> {
        let place = self.place;
        let mut digits = 0;
        let text = self.take_while(|byte| {
            digits += 1;
            digits <= 4 && byte.is_ascii_hexdigit()
        });
        match u32::from_str_radix(text, 16) {
            Ok(code) if text.len() == 4 => Ok(code),
            _ => Err(self.error_at(place, "four hexadecimal digits")),
        }
    }
}
