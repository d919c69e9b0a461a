//! JSON: RFC 8259, except that texts may hold control characters.

use super::DEPTH_MAX;
use super::scan::{Scanner, Unreadable};
use super::value::Value;

impl Scanner<'_> {
    pub(super) fn pass_json_blanks(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    }

    /// One value.
    pub(super) fn json(&mut self, depth: usize) -> Result<Value, Unreadable> {
        if depth > DEPTH_MAX {
            return Err(self.error(&format!("at most {DEPTH_MAX} arrays and objects inside each other")));
        }
        self.pass_json_blanks();
        self.count_value()?;
        let place = self.place();
        match self.peek() {
            Some(b'"') => {
                self.next();
                self.text()
            }
            Some(b'[') => self.json_array(depth),
            Some(b'{') => self.json_object(depth),
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z') => {
                let word = self.take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
                atom(word).ok_or_else(|| self.error_at(place, "a value"))
            }
            _ => Err(self.error_at(place, "a value")),
        }
    }

    fn json_array(&mut self, depth: usize) -> Result<Value, Unreadable> {
        self.next();
        let mut values = vec![];
        self.pass_json_blanks();
        if self.take(b']') {
            return Ok(Value::List([].into()));
        }
        loop {
            values.push(self.json(depth + 1)?);
            self.pass_json_blanks();
            if self.take(b']') {
                return Ok(Value::List(values.into()));
            }
            if !self.take(b',') {
                return Err(self.error("\",\" or \"]\""));
            }
        }
    }

    fn json_object(&mut self, depth: usize) -> Result<Value, Unreadable> {
        self.next();
        let mut pairs = vec![];
        self.pass_json_blanks();
        if self.take(b'}') {
            return Ok(Value::Map([].into()));
        }
        loop {
            self.pass_json_blanks();
            if !self.take(b'"') {
                return Err(self.error("a name in double quotes"));
            }
            let name = self.text()?;
            self.pass_json_blanks();
            if !self.take(b':') {
                return Err(self.error("\":\""));
            }
            pairs.push((name, self.json(depth + 1)?));
            self.pass_json_blanks();
            if self.take(b'}') {
                return Ok(Value::Map(pairs.into()));
            }
            if !self.take(b',') {
                return Err(self.error("\",\" or \"}\""));
            }
        }
    }
}

fn atom(word: &str) -> Option<Value> {
    Some(match word {
        "null" => Value::Nil,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match word.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => word
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(|_| Value::Number(word.into()))?,
        },
    })
}
