//! EDN, as far as histories need it: <https://github.com/edn-format/edn>.

use super::DEPTH_MAX;
use super::scan::{Scanner, Unreadable};
use super::value::Value;

impl Scanner<'_> {
    /// Passes blanks, commas, comments, and forms that `#_` discards.
    pub(super) fn pass_edn_blanks(&mut self, depth: usize) -> Result<(), Unreadable> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x0c) => {
                    self.next();
                }
                Some(b';') => {
                    self.take_while(|byte| byte != b'\n');
                }
                Some(b'#') if self.peek_second() == Some(b'_') => {
                    self.next();
                    self.next();
                    self.edn(depth + 1)?;
                }
                _ => return Ok(()),
            }
        }
    }

    /// One form.
    pub(super) fn edn(&mut self, depth: usize) -> Result<Value, Unreadable> {
        if depth > DEPTH_MAX {
            return Err(self.error(&format!("at most {DEPTH_MAX} collections inside each other")));
        }
        self.pass_edn_blanks(depth)?;
        self.count_value()?;
        let place = self.place();
        match self.peek() {
            Some(b'"') => {
                self.next();
                self.text()
            }
            Some(b'(') => self.edn_list(b')', depth),
            Some(b'[') => self.edn_list(b']', depth),
            Some(b'{') => self.edn_map(depth),
            Some(b'\\') => {
                self.next();
                self.edn_character()
            }
            Some(b'#') => {
                self.next();
                self.edn_tagged(depth)
            }
            Some(b':') => {
                self.next();
                match self.take_while(is_word) {
                    "" => Err(self.error_at(place, "a keyword")),
                    word => Ok(Value::Keyword(word.into())),
                }
            }
            Some(byte) if is_word(byte) => Ok(atom(self.take_while(is_word))),
            _ => Err(self.error_at(place, "a value")),
        }
    }

    fn edn_list(&mut self, close: u8, depth: usize) -> Result<Value, Unreadable> {
        let open = self.place();
        self.next();
        let mut values = vec![];
        loop {
            self.pass_edn_blanks(depth)?;
            match self.peek() {
                Some(byte) if byte == close => {
                    self.next();
                    return Ok(Value::List(values.into()));
                }
                None => return Err(self.error(&unclosed(close, open.line))),
                Some(_) => values.push(self.edn(depth + 1)?),
            }
        }
    }

    fn edn_map(&mut self, depth: usize) -> Result<Value, Unreadable> {
        let open = self.place();
        self.next();
        let mut pairs = vec![];
        loop {
            self.pass_edn_blanks(depth)?;
            match self.peek() {
                Some(b'}') => {
                    self.next();
                    return Ok(Value::Map(pairs.into()));
                }
                None => return Err(self.error(&unclosed(b'}', open.line))),
                Some(_) => {
                    let key = self.edn(depth + 1)?;
                    self.pass_edn_blanks(depth)?;
                    if self.peek() == Some(b'}') {
                        return Err(self.error(&format!("a value for {key}")));
                    }
                    pairs.push((key, self.edn(depth + 1)?));
                }
            }
        }
    }

    /// After `#`: a set, or a tag, which is passed over: `#jepsen.history.Op{…}` is the map.
    fn edn_tagged(&mut self, depth: usize) -> Result<Value, Unreadable> {
        match self.peek() {
            Some(b'{') => self.edn_list(b'}', depth),
            Some(b'#') => {
                self.next();
                Ok(Value::Number(self.take_while(is_word).into()))
            }
            Some(byte) if is_word(byte) || byte == b':' => {
                self.next();
                self.take_while(is_word);
                self.edn(depth + 1)
            }
            _ => Err(self.error("a set or a tag after #")),
        }
    }

    /// After a backslash: `\a`, `\newline`.
    fn edn_character(&mut self) -> Result<Value, Unreadable> {
        let place = self.place();
        let first = self.next_char().ok_or_else(|| self.error_at(place, "a character"))?;
        let rest = if first.is_ascii_alphabetic() { self.take_while(is_word) } else { "" };
        let character = match (first, rest) {
            (_, "") => first,
            ('n', "ewline") => '\n',
            ('s', "pace") => ' ',
            ('t', "ab") => '\t',
            ('r', "eturn") => '\r',
            _ => return Err(self.error_at(place, "a character")),
        };
        Ok(Value::text(character.encode_utf8(&mut [0; 4])))
    }
}

/// What names and numbers are made of. Anything beyond ASCII may be part of a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b".*+!-_?$%&=<>/:#'|~@^".contains(&byte)
}

fn unclosed(close: u8, line: u32) -> String {
    format!("a closing {} for line {line}", char::from(close))
}

fn atom(word: &str) -> Value {
    match word {
        "nil" => return Value::Nil,
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Value::Keyword(word.into());
    }
    let whole = word.strip_suffix('N').unwrap_or(word);
    whole.parse().map_or_else(|_| Value::Number(word.into()), Value::Int)
}
