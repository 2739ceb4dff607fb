#![forbid(unsafe_code)]
//! JSON: from texts to trees and back.
//! Runs in: any process.

use crate::error::{Report, Result, SqlState};

use super::numeric::Numeric;

/// Containers in containers: more would not fit on the stack.
const MAX_DEPTH: u32 = 1000;

/// A value of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(Numeric),
    String(Vec<u8>),
    Array(Vec<Self>),
    /// In the order in which they were given.
    Object(Vec<(Vec<u8>, Self)>),
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: u32,
}

fn wrong(detail: Vec<u8>) -> Report {
    let message = "invalid input syntax for type json";
    Report::error(SqlState::new(*b"22P02"), message).with_detail(detail)
}

/// Reads a text.
///
/// # Errors
/// It is no JSON (22P02); it has a character that no text can have (22P05); it is too deep (54001).
pub(super) fn read(text: &[u8]) -> Result<Value> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.expected("end of input")),
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| b" \t\n\r".contains(&byte)) {
            self.at += 1;
        }
    }

    /// The token that begins here, for messages.
    fn token(&self) -> &[u8] {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let is_number = matches!(rest.first(), Some(b'-' | b'0'..=b'9'));
        let is_part = |byte: &&u8| is_word(byte) || is_number && b"+-.".contains(byte);
        let len = rest.iter().take_while(is_part).count().max(1);
        rest.get(..len).unwrap_or(rest)
    }

    fn expected(&self, what: &str) -> crate::error::Raised {
        if self.peek().is_none() {
            return wrong(b"The input string ended unexpectedly.".to_vec()).into();
        }
        let before = format!("Expected {what}, but found \"");
        wrong([before.as_bytes(), self.token(), b"\"."].concat()).into()
    }

    fn invalid_token(&self) -> crate::error::Raised {
        wrong([b"Token \"", self.token(), b"\" is invalid."].concat()).into()
    }

    fn value(&mut self) -> Result<Value> {
        self.skip_blanks();
        match self.peek() {
            Some(b'{' | b'[') if self.depth >= MAX_DEPTH => {
                let message = "stack depth limit exceeded";
                Err(Report::error(SqlState::new(*b"54001"), message).into())
            }
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(byte) if byte.is_ascii_alphabetic() => self.word(),
            Some(b'}' | b']' | b',' | b':') => Err(self.expected("JSON value")),
            Some(_) => Err(self.invalid_token()),
            None => Err(self.expected("JSON value")),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Value>) -> Result<Value> {
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn word(&mut self) -> Result<Value> {
        let token = self.token();
        let value = match token {
            b"true" => Value::Bool(true),
            b"false" => Value::Bool(false),
            b"null" => Value::Null,
            _ => return Err(self.invalid_token()),
        };
        self.at += token.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value> {
        let token = self.token();
        if !is_number(token) {
            return Err(self.invalid_token());
        }
        let value = Numeric::read(token)?;
        self.at += token.len();
        Ok(Value::Number(value))
    }

    fn array(&mut self) -> Result<Value> {
        let mut members = Vec::new();
        self.skip_blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(members));
        }
        loop {
            members.push(self.value()?);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.expected("\",\" or \"]\"")),
            }
        }
        self.at += 1;
        Ok(Value::Array(members))
    }

    fn object(&mut self) -> Result<Value> {
        let mut members = Vec::new();
        self.skip_blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                let what = if members.is_empty() { "string or \"}\"" } else { "string" };
                return Err(self.expected(what));
            }
            let key = self.string()?;
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return Err(self.expected("\":\""));
            }
            self.at += 1;
            members.push((key, self.value()?));
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.expected("\",\" or \"}\"")),
            }
        }
        self.at += 1;
        Ok(Value::Object(members))
    }

    fn string(&mut self) -> Result<Vec<u8>> {
        let start = self.at;
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                self.at = start;
                let rest = self.text.get(start..).unwrap_or_default();
                return Err(wrong([b"Token \"", rest, b"\" is invalid."].concat()).into());
            };
            self.at += 1;
            match byte {
                b'"' => return Ok(out),
                b'\\' => self.escape(&mut out)?,
                ..0x20 => {
                    let detail = format!("Character with value 0x{byte:02x} must be escaped.");
                    return Err(wrong(detail.into_bytes()).into());
                }
                other => out.push(other),
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let byte = self.peek();
        self.at += 1;
        out.push(match byte {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.unicode(out),
            Some(other) => {
                let detail = [b"Escape sequence \"\\", &[other][..], b"\" is invalid."].concat();
                return Err(wrong(detail).into());
            }
            None => return Err(wrong(b"The input string ended unexpectedly.".to_vec()).into()),
        });
        Ok(())
    }

    fn hex(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let text = digits.and_then(|digits| core::str::from_utf8(digits).ok());
        let value = text.and_then(|text| u32::from_str_radix(text, 16).ok());
        let detail = "\"\\u\" must be followed by four hexadecimal digits.";
        let value = value.ok_or_else(|| wrong(detail.into()))?;
        self.at += 4;
        Ok(value)
    }

    fn unicode(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let mut code = self.hex()?;
        if code == 0 {
            let message = "unsupported Unicode escape sequence";
            let report = Report::error(SqlState::new(*b"22P05"), message);
            return Err(report.with_detail("\\u0000 cannot be converted to text.").into());
        }
        if (0xd800..0xdc00).contains(&code) {
            let follows = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u"));
            self.at += if follows { 2 } else { 0 };
            let low = if follows { self.hex()? } else { 0 };
            if !(0xdc00..0xe000).contains(&low) {
                let detail = "Unicode low surrogate must follow a high surrogate.";
                return Err(wrong(detail.into()).into());
            }
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        let detail = "Unicode low surrogate must follow a high surrogate.";
        let character = char::from_u32(code).ok_or_else(|| wrong(detail.into()))?;
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }
}

/// Whether this is a number of JSON.
pub(crate) fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(text);
    if whole == 0 || whole > 1 && text.first() == Some(&b'0') {
        return false;
    }
    let mut rest = text.get(whole..).unwrap_or_default();
    if let [b'.', after @ ..] = rest {
        let count = digits(after);
        if count == 0 {
            return false;
        }
        rest = after.get(count..).unwrap_or_default();
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let after = match after {
            [b'+' | b'-', after @ ..] => after,
            after => after,
        };
        let count = digits(after);
        return count > 0 && count == after.len();
    }
    rest.is_empty()
}

/// Writes a string, in quotes.
pub(crate) fn quote(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for &byte in text {
        match byte {
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            ..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            other => out.push(other),
        }
    }
    out.push(b'"');
}

/// Writes a value as `jsonb` does.
pub(super) fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => out.extend_from_slice(number.text().as_bytes()),
        Value::String(text) => quote(out, text),
        Value::Array(members) => {
            out.push(b'[');
            for (i, member) in members.iter().enumerate() {
                out.extend_from_slice(if i > 0 { b", " } else { b"" });
                write(out, member);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            out.push(b'{');
            for (i, (key, member)) in members.iter().enumerate() {
                out.extend_from_slice(if i > 0 { b", " } else { b"" });
                quote(out, key);
                out.extend_from_slice(b": ");
                write(out, member);
            }
            out.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_written() {
        for (text, expected) in [
            (" null ", "null"),
            ("[1,2.50,-3e2,\"a\\u00e4\\n\"]", "[1, 2.50, -300, \"a\u{e4}\\n\"]"),
            ("{\"b\":{},\"a\":[]}", "{\"b\": {}, \"a\": []}"),
            ("\"\\ud83d\\ude00\"", "\"\u{1f600}\""),
        ] {
            let mut out = Vec::new();
            write(&mut out, &read(text.as_bytes()).unwrap_or(Value::Null));
            assert_eq!(String::from_utf8_lossy(&out), expected, "{text}");
        }
        for text in
            ["", "01", "1.", "[1,]", "{\"a\"}", "\"", "\"\\x\"", "nul", "1 2", "\"\\u0000\""]
        {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(read(deep.as_bytes()).is_err());
    }
}
