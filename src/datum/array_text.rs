#![forbid(unsafe_code)]
//! The texts of one-dimensional arrays: `{1,NULL,"a b"}`.
//! Runs in: any process.

use crate::error::{Raised, Report, Result, SqlState};

fn malformed(text: &[u8], detail: &str) -> Raised {
    let message = [b"malformed array literal: \"", text, b"\""].concat();
    Report::error(SqlState::new(*b"22P02"), message).with_detail(detail.to_owned()).into()
}

fn is_blank(byte: u8) -> bool {
    b" \t\n\r\x0b\x0c".contains(&byte)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    fn unexpected_end(&self) -> Raised {
        malformed(self.text, "Unexpected end of input.")
    }

    /// One member; None is NULL.
    fn member(&mut self) -> Result<Option<Vec<u8>>> {
        self.skip_blanks();
        match self.peek() {
            None => Err(self.unexpected_end()),
            Some(b'{') => Err(only_one_dimension()),
            Some(b'"') => self.quoted().map(Some),
            Some(b',' | b'}') => {
                let found = self.peek().map_or('}', char::from);
                Err(malformed(self.text, &format!("Unexpected \"{found}\" character.")))
            }
            Some(_) => self.plain(),
        }
    }

    fn quoted(&mut self) -> Result<Vec<u8>> {
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let Some(byte) = self.peek() else { return Err(self.unexpected_end()) };
            self.at += 1;
            match byte {
                b'"' => return Ok(out),
                b'\\' => {
                    let Some(escaped) = self.peek() else { return Err(self.unexpected_end()) };
                    self.at += 1;
                    out.push(escaped);
                }
                other => out.push(other),
            }
        }
    }

    fn plain(&mut self) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::new();
        let mut escapes = false;
        // Blanks behind the member do not belong to it, unless they were escaped.
        let mut keep = 0;
        loop {
            match self.peek() {
                None => return Err(self.unexpected_end()),
                Some(b',' | b'}') => break,
                Some(b'"') => {
                    return Err(malformed(self.text, "Incorrectly quoted array element."));
                }
                Some(b'{') => return Err(malformed(self.text, "Unexpected \"{\" character.")),
                Some(b'\\') => {
                    self.at += 1;
                    let Some(escaped) = self.peek() else { return Err(self.unexpected_end()) };
                    out.push(escaped);
                    escapes = true;
                    keep = out.len();
                }
                Some(byte) => {
                    out.push(byte);
                    if !is_blank(byte) {
                        keep = out.len();
                    }
                }
            }
            self.at += 1;
        }
        out.truncate(keep);
        Ok((escapes || !out.eq_ignore_ascii_case(b"null")).then_some(out))
    }
}

fn only_one_dimension() -> Raised {
    let message = "only one-dimensional arrays with members from 1 on can be read here";
    Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into()
}

/// The members of an array; None is NULL.
///
/// # Errors
/// It is no array (22P02), or one with several dimensions or bounds of its own (0A000).
pub(super) fn split(text: &[u8]) -> Result<Vec<Option<Vec<u8>>>> {
    let mut reader = Reader { text, at: 0 };
    reader.skip_blanks();
    match reader.peek() {
        Some(b'{') => reader.at += 1,
        Some(b'[') => return Err(only_one_dimension()),
        _ => {
            let detail = "Array value must start with \"{\" or dimension information.";
            return Err(malformed(text, detail));
        }
    }
    let mut members = Vec::new();
    reader.skip_blanks();
    if reader.peek() == Some(b'}') {
        reader.at += 1;
    } else {
        loop {
            members.push(reader.member()?);
            reader.skip_blanks();
            let next = reader.peek();
            reader.at += 1;
            match next {
                Some(b',') => {}
                Some(b'}') => break,
                None => return Err(reader.unexpected_end()),
                Some(_) => {
                    return Err(malformed(text, "Incorrectly quoted array element."));
                }
            }
        }
    }
    reader.skip_blanks();
    if reader.peek().is_some() {
        return Err(malformed(text, "Junk after closing right brace."));
    }
    Ok(members)
}

/// The text of an array; None is NULL.
pub(super) fn join(members: &[Option<Vec<u8>>]) -> Vec<u8> {
    let mut out = b"{".to_vec();
    for (i, member) in members.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        match member {
            None => out.extend_from_slice(b"NULL"),
            Some(text) if needs_quotes(text) => {
                out.push(b'"');
                for &byte in text {
                    if matches!(byte, b'"' | b'\\') {
                        out.push(b'\\');
                    }
                    out.push(byte);
                }
                out.push(b'"');
            }
            Some(text) => out.extend_from_slice(text),
        }
    }
    out.push(b'}');
    out
}

fn needs_quotes(text: &[u8]) -> bool {
    text.is_empty()
        || text.eq_ignore_ascii_case(b"null")
        || text.iter().any(|&byte| is_blank(byte) || b"\"\\{},".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(text: &str) -> String {
        match split(text.as_bytes()) {
            Ok(members) => String::from_utf8(join(&members)).expect("text"),
            Err(raised) => {
                let report = raised.into_report();
                let text = report.detail.unwrap_or(report.message);
                String::from_utf8(text).expect("text")
            }
        }
    }

    // What PostgreSQL 17 makes of them.
    #[test]
    fn texts_of_arrays_are_read_and_written_as_in_postgresql() {
        for (text, expected) in [
            ("{}", "{}"),
            (" { } ", "{}"),
            ("{1, 2 ,3}", "{1,2,3}"),
            ("{a b , \"c,d\", NULL, \"NULL\", \"\"}", "{\"a b\",\"c,d\",NULL,\"NULL\",\"\"}"),
            ("{a\\,b,\"q\\\"q\\\\\"}", "{\"a,b\",\"q\\\"q\\\\\"}"),
            ("{n\\ull}", "{\"null\"}"),
            ("1,2", "Array value must start with \"{\" or dimension information."),
            ("{1,2", "Unexpected end of input."),
            ("{1}x", "Junk after closing right brace."),
            ("{1,}", "Unexpected \"}\" character."),
            ("{\"a\"b}", "Incorrectly quoted array element."),
            ("{{1}}", "only one-dimensional arrays with members from 1 on can be read here"),
        ] {
            assert_eq!(there_and_back(text), expected, "{text}");
        }
    }
}
