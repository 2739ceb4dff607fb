#![forbid(unsafe_code)]
//! The texts of arrays: `{1,NULL,"a b"}`, `{{1,2},{3,4}}`, `[0:1]={5,6}`.
//! Runs in: any process.

use crate::error::{Raised, Report, Result, SqlState};

/// Dimensions an array may have.
const MAX_DIMENSIONS: usize = 6;

/// What a text says: lengths and lower bounds, and the members' texts, None for NULL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    pub(crate) dimensions: Vec<(i32, i32)>,
    pub(crate) members: Vec<Option<Vec<u8>>>,
}

fn malformed(text: &[u8], detail: &str) -> Raised {
    let message = [b"malformed array literal: \"", text, b"\""].concat();
    Report::error(SqlState::new(*b"22P02"), message).with_detail(detail.to_owned()).into()
}

fn too_many_dimensions(count: usize) -> Raised {
    let message = format!(
        "number of array dimensions ({count}) exceeds the maximum allowed ({MAX_DIMENSIONS})"
    );
    Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message).into()
}

fn is_blank(byte: u8) -> bool {
    b" \t\n\r\x0b\x0c".contains(&byte)
}

/// A piece of the part in braces.
enum Token {
    Start,
    End,
    Delimiter,
    /// None: NULL.
    Member(Option<Vec<u8>>),
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    delimiter: u8,
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

    fn wrong(&self, detail: &str) -> Raised {
        malformed(self.text, detail)
    }

    fn unexpected(&self, byte: u8) -> Raised {
        self.wrong(&format!("Unexpected \"{}\" character.", char::from(byte)))
    }

    fn unexpected_end(&self) -> Raised {
        self.wrong("Unexpected end of input.")
    }

    /// `[lower:upper]...=`, if the text begins so.
    fn bounds(&mut self) -> Result<Vec<(i32, i32)>> {
        let mut dimensions = Vec::new();
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'[') {
                break;
            }
            self.at += 1;
            if dimensions.len() >= MAX_DIMENSIONS {
                return Err(too_many_dimensions(dimensions.len() + 1));
            }
            let first = self.number()?;
            let missing = "\"[\" must introduce explicitly-specified array dimensions.";
            let first = first.ok_or_else(|| self.wrong(missing))?;
            let (lower, upper) = if self.peek() == Some(b':') {
                self.at += 1;
                let upper = self.number()?;
                (first, upper.ok_or_else(|| self.wrong("Missing array dimension value."))?)
            } else {
                (1, first)
            };
            if self.peek() != Some(b']') {
                return Err(self.wrong("Missing \"]\" after array dimensions."));
            }
            self.at += 1;
            dimensions.push((length(lower, upper)?, lower));
        }
        if !dimensions.is_empty() {
            if self.peek() != Some(b'=') {
                return Err(self.wrong("Missing \"=\" after array dimensions."));
            }
            self.at += 1;
            self.skip_blanks();
        }
        Ok(dimensions)
    }

    /// A number in a bound; none: there is no digit.
    fn number(&mut self) -> Result<Option<i32>> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let sign = usize::from(matches!(rest.first(), Some(b'-' | b'+')));
        let digits = rest.get(sign..).unwrap_or_default();
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Ok(None);
        }
        let text = rest.get(..sign + count).unwrap_or_default();
        self.at += sign + count;
        let number = core::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        let message = "array bound is out of integer range";
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message).into()),
        }
    }

    fn token(&mut self) -> Result<Token> {
        self.skip_blanks();
        let Some(byte) = self.peek() else { return Err(self.unexpected_end()) };
        match byte {
            b'{' | b'}' => {
                self.at += 1;
                Ok(if byte == b'{' { Token::Start } else { Token::End })
            }
            b'"' => self.quoted().map(|text| Token::Member(Some(text))),
            _ if byte == self.delimiter => {
                self.at += 1;
                Ok(Token::Delimiter)
            }
            _ => self.plain().map(Token::Member),
        }
    }

    fn quoted(&mut self) -> Result<Vec<u8>> {
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let Some(byte) = self.peek() else { return Err(self.unexpected_end()) };
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => {
                    let Some(escaped) = self.peek() else { return Err(self.unexpected_end()) };
                    self.at += 1;
                    out.push(escaped);
                }
                other => out.push(other),
            }
        }
        self.skip_blanks();
        match self.peek() {
            None => Err(self.unexpected_end()),
            Some(b'{' | b'}') => Ok(out),
            Some(byte) if byte == self.delimiter => Ok(out),
            Some(_) => Err(self.wrong("Incorrectly quoted array element.")),
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
                Some(b'{' | b'}') => break,
                Some(byte) if byte == self.delimiter => break,
                Some(b'"') => return Err(self.wrong("Incorrectly quoted array element.")),
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

/// How many members lie between bounds.
fn length(lower: i32, upper: i32) -> Result<i32> {
    if upper == i32::MAX {
        let message = format!("array upper bound is too large: {upper}");
        return Err(Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message).into());
    }
    if upper < lower {
        let message = "upper bound cannot be less than lower bound";
        return Err(Report::error(SqlState::new(*b"2202E"), message).into());
    }
    i32::try_from(i64::from(upper) - i64::from(lower) + 1).map_err(|_| {
        let message = "array size exceeds the maximum allowed (134217727)";
        Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message).into()
    })
}

/// What the braces of a text have shown so far.
struct Nest {
    /// Lengths by depth, as far as known.
    lengths: Vec<Option<i32>>,
    /// Members seen at each open brace.
    open: Vec<i32>,
    /// No deeper braces may follow: there was a member, or bounds said so.
    is_frozen: bool,
}

impl Nest {
    /// Another member of the innermost brace.
    fn count(&mut self) {
        if let Some(count) = self.open.last_mut() {
            *count += 1;
        }
    }

    /// Closes the innermost brace; false: it has another length than its like.
    fn close(&mut self) -> bool {
        let count = self.open.pop().unwrap_or(0);
        self.count();
        match self.lengths.get_mut(self.open.len()) {
            Some(Some(known)) => *known == count,
            Some(unknown) => {
                *unknown = Some(count);
                true
            }
            None => false,
        }
    }
}

/// Reads an array's text.
///
/// # Errors
/// It is none (22P02), has too many dimensions (54000), or none that can be (2202E).
pub(crate) fn split(text: &[u8], delimiter: u8) -> Result<Texts> {
    let mut reader = Reader { text, at: 0, delimiter };
    let bounds = reader.bounds()?;
    let is_bound = !bounds.is_empty();
    if reader.peek() != Some(b'{') {
        let detail = if is_bound {
            "Array contents must start with \"{\"."
        } else {
            "Array value must start with \"{\" or dimension information."
        };
        return Err(malformed(text, detail));
    }
    let lengths = bounds.iter().map(|(length, _)| Some(*length)).collect();
    let mut nest = Nest { lengths, open: Vec::new(), is_frozen: is_bound };
    let members = contents(&mut reader, &mut nest, is_bound)?;
    reader.skip_blanks();
    if reader.peek().is_some() {
        return Err(malformed(text, "Junk after closing right brace."));
    }
    let lengths = nest.lengths.iter().map(|length| length.unwrap_or(0));
    let dimensions = if is_bound { bounds } else { lengths.map(|length| (length, 1)).collect() };
    if members.is_empty() {
        return Ok(Texts::default());
    }
    Ok(Texts { dimensions, members })
}

/// The part in braces.
fn contents(
    reader: &mut Reader<'_>,
    nest: &mut Nest,
    is_bound: bool,
) -> Result<Vec<Option<Vec<u8>>>> {
    let mismatch = if is_bound {
        "Specified array dimensions do not match array contents."
    } else {
        "Multidimensional arrays must have sub-arrays with matching dimensions."
    };
    let mut members = Vec::new();
    let mut wants_delimiter = false;
    loop {
        match reader.token()? {
            Token::Start => {
                if wants_delimiter {
                    return Err(reader.unexpected(b'{'));
                }
                if nest.open.len() >= MAX_DIMENSIONS {
                    return Err(too_many_dimensions(nest.open.len() + 1));
                }
                nest.open.push(0);
                if nest.lengths.len() < nest.open.len() {
                    if nest.is_frozen {
                        return Err(reader.wrong(mismatch));
                    }
                    nest.lengths.push(None);
                }
            }
            Token::End => {
                if nest.open.last().is_some_and(|count| *count > 0) && !wants_delimiter {
                    return Err(reader.unexpected(b'}'));
                }
                if !nest.close() {
                    return Err(reader.wrong(mismatch));
                }
                if nest.open.is_empty() {
                    return Ok(members);
                }
                wants_delimiter = true;
            }
            Token::Delimiter => {
                if !wants_delimiter {
                    return Err(reader.unexpected(reader.delimiter));
                }
                wants_delimiter = false;
            }
            Token::Member(member) => {
                if wants_delimiter {
                    return Err(reader.wrong("Unexpected array element."));
                }
                nest.is_frozen = true;
                if nest.open.len() != nest.lengths.len() {
                    return Err(reader.wrong(mismatch));
                }
                members.push(member);
                nest.count();
                wants_delimiter = true;
            }
        }
    }
}

/// The text of an array.
pub(crate) fn join(array: &Texts, delimiter: u8) -> Vec<u8> {
    let Texts { dimensions, members } = array;
    let mut out = Vec::new();
    if members.is_empty() {
        return b"{}".to_vec();
    }
    if dimensions.iter().any(|(_, lower)| *lower != 1) {
        for (length, lower) in dimensions {
            let upper = i64::from(*lower) + i64::from(*length) - 1;
            out.extend_from_slice(format!("[{lower}:{upper}]").as_bytes());
        }
        out.push(b'=');
    }
    let mut sizes: Vec<usize> = Vec::new();
    let mut size = 1usize;
    for (length, _) in dimensions.iter().rev() {
        size = size.saturating_mul(usize::try_from(*length).unwrap_or(0)).max(1);
        sizes.push(size);
    }
    for (i, member) in members.iter().enumerate() {
        if i > 0 {
            out.push(delimiter);
        }
        out.extend(sizes.iter().filter(|size| i.is_multiple_of(**size)).map(|_| b'{'));
        quote(&mut out, member.as_deref(), delimiter);
        out.extend(sizes.iter().filter(|size| (i + 1).is_multiple_of(**size)).map(|_| b'}'));
    }
    out
}

fn quote(out: &mut Vec<u8>, member: Option<&[u8]>, delimiter: u8) {
    let Some(text) = member else {
        out.extend_from_slice(b"NULL");
        return;
    };
    let needs_quotes = text.is_empty()
        || text.eq_ignore_ascii_case(b"null")
        || text
            .iter()
            .any(|&byte| byte == delimiter || is_blank(byte) || b"\"\\{}".contains(&byte));
    if !needs_quotes {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for &byte in text {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(text: &str) -> String {
        match split(text.as_bytes(), b',') {
            Ok(array) => String::from_utf8(join(&array, b',')).expect("text"),
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
            ("{{1}}", "{{1}}"),
            (" {{1,2},{ 3 ,NULL}} ", "{{1,2},{3,NULL}}"),
            ("{{{a},{b}}}", "{{{a},{b}}}"),
            ("[0:1]={5,6}", "[0:1]={5,6}"),
            ("[2]={5,6}", "{5,6}"),
            ("[-1:0][2:2]={{5},{6}}", "[-1:0][2:2]={{5},{6}}"),
            ("{{},{}}", "{}"),
            (
                "{{1,2},{3}}",
                "Multidimensional arrays must have sub-arrays with matching dimensions.",
            ),
            ("{1,{2}}", "Multidimensional arrays must have sub-arrays with matching dimensions."),
            ("[3]={5,6}", "Specified array dimensions do not match array contents."),
            ("[1:0]={}", "upper bound cannot be less than lower bound"),
            ("[1:2={1,2}", "Missing \"]\" after array dimensions."),
            ("{1 \"a\"}", "Incorrectly quoted array element."),
            ("{,1}", "Unexpected \",\" character."),
        ] {
            assert_eq!(there_and_back(text), expected, "{text}");
        }
    }
}
