#![forbid(unsafe_code)]
//! The grammar of pgbgw.conf, which is postgresql.conf's: one file's bytes to its entries.
//! Runs in: any process.
//!
//! A line is empty, or `name value` with an optional `=` between, and a `#` starts a comment. Names
//! are identifiers, possibly with one prefix. Values are identifiers, numbers with unit letters,
//! bare words that start with a letter, or quoted text.

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Counted from 1.
    pub(crate) line: u32,
    pub(crate) what: What,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    Setting {
        name: Vec<u8>,
        value: Vec<u8>,
    },
    /// The line does not follow the grammar; the token is missing where the line ended too early.
    SyntaxError {
        near: Option<Vec<u8>>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Id,
    QualifiedId,
    Quoted,
    Bare,
    Integer,
    Real,
    Equals,
    EndOfLine,
    Unknown,
}

/// The entries of a file, in order.
pub(crate) fn entries(bytes: &[u8]) -> Vec<Entry> {
    // A line's own text never holds a newline: quoted text may not either.
    let lines = (1..).zip(bytes.split(|c| *c == b'\n'));
    lines.filter_map(|(line, text)| Some(Entry { line, what: entry(text)? })).collect()
}

/// What one line says; nothing for an empty one.
fn entry(text: &[u8]) -> Option<What> {
    let mut rest = text;
    let error = |token: Token, text: &[u8]| What::SyntaxError {
        near: (token != Token::EndOfLine).then(|| text.to_vec()),
    };
    let (token, name) = next(&mut rest);
    match token {
        Token::EndOfLine => return None,
        Token::Id | Token::QualifiedId => {}
        Token::Quoted
        | Token::Bare
        | Token::Integer
        | Token::Real
        | Token::Equals
        | Token::Unknown => return Some(error(token, name)),
    }
    let (mut token, mut value) = next(&mut rest);
    if token == Token::Equals {
        (token, value) = next(&mut rest);
    }
    let value = match token {
        Token::Id | Token::Bare | Token::Integer | Token::Real => value.to_vec(),
        Token::Quoted => unquote(value),
        Token::QualifiedId | Token::Equals | Token::EndOfLine | Token::Unknown => {
            return Some(error(token, value));
        }
    };
    let (token, extra) = next(&mut rest);
    if token != Token::EndOfLine {
        return Some(error(token, extra));
    }
    Some(What::Setting { name: name.to_vec(), value })
}

/// Takes the longest token from the front; of equally long ones the first kind below.
fn next<'a>(rest: &mut &'a [u8]) -> (Token, &'a [u8]) {
    let blank = rest.iter().take_while(|c| matches!(c, b' ' | b'\t' | b'\r')).count();
    let text = rest.get(blank..).unwrap_or_default();
    let Some(first) = text.first() else {
        *rest = text;
        return (Token::EndOfLine, text);
    };
    if *first == b'#' {
        *rest = &[];
        return (Token::EndOfLine, &[]);
    }
    let candidates = [
        (Token::Id, identifier(text)),
        (Token::QualifiedId, qualified(text)),
        (Token::Quoted, quoted(text)),
        (Token::Bare, bare(text)),
        (Token::Integer, integer(text)),
        (Token::Real, real(text)),
        (Token::Equals, usize::from(*first == b'=')),
    ];
    let mut best = (Token::Unknown, 1);
    for (token, length) in candidates {
        if length > best.1 || (length == best.1 && best.0 == Token::Unknown) {
            best = (token, length);
        }
    }
    let (taken, left) = text.split_at_checked(best.1).unwrap_or((text, &[]));
    *rest = left;
    (best.0, taken)
}

fn is_letter(c: u8) -> bool {
    c.is_ascii_alphabetic() || c == b'_' || c >= 0x80
}

fn is_letter_or_digit(c: u8) -> bool {
    is_letter(c) || c.is_ascii_digit()
}

/// How many bytes from `from` on are of a sort.
fn run(text: &[u8], from: usize, sort: impl Fn(u8) -> bool) -> usize {
    text.get(from..).map_or(0, |rest| rest.iter().take_while(|c| sort(**c)).count())
}

fn starts_with_letter(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|c| is_letter(*c))
}

fn identifier(text: &[u8]) -> usize {
    if starts_with_letter(text, 0) { run(text, 0, is_letter_or_digit) } else { 0 }
}

fn qualified(text: &[u8]) -> usize {
    let first = identifier(text);
    if first == 0 || text.get(first) != Some(&b'.') || !starts_with_letter(text, first + 1) {
        return 0;
    }
    first + 1 + run(text, first + 1, is_letter_or_digit)
}

fn bare(text: &[u8]) -> usize {
    if !starts_with_letter(text, 0) {
        return 0;
    }
    run(text, 0, |c| is_letter_or_digit(c) || matches!(c, b'-' | b'.' | b'_' | b':' | b'/'))
}

fn sign(text: &[u8]) -> usize {
    usize::from(matches!(text.first(), Some(b'+' | b'-')))
}

fn integer(text: &[u8]) -> usize {
    let start = sign(text);
    let decimal = run(text, start, |c| c.is_ascii_digit());
    let hex = match text.get(start..) {
        Some([b'0', b'x', ..]) => run(text, start + 2, |c| c.is_ascii_hexdigit()),
        _ => 0,
    };
    let digits = if hex > 0 { hex + 2 } else { decimal };
    if digits == 0 {
        return 0;
    }
    start + digits + run(text, start + digits, |c| c.is_ascii_alphabetic())
}

fn real(text: &[u8]) -> usize {
    let start = sign(text);
    let point = start + run(text, start, |c| c.is_ascii_digit());
    if text.get(point) != Some(&b'.') {
        return 0;
    }
    let end = point + 1 + run(text, point + 1, |c| c.is_ascii_digit());
    if !matches!(text.get(end), Some(b'e' | b'E')) {
        return end;
    }
    let signed = end + 1 + text.get(end + 1..).map_or(0, sign);
    match run(text, signed, |c| c.is_ascii_digit()) {
        0 => end,
        exponent => signed + exponent,
    }
}

/// The length of a quoted text with its quotes; 0 where it does not end.
fn quoted(text: &[u8]) -> usize {
    if text.first() != Some(&b'\'') {
        return 0;
    }
    let mut at = 1;
    // The longest match: a quote followed by another one goes on, and so does the text.
    loop {
        match (text.get(at), text.get(at + 1)) {
            (Some(b'\\'), Some(_)) | (Some(b'\''), Some(b'\'')) => at += 2,
            (Some(b'\''), _) => return at + 1,
            (None, _) | (Some(b'\\'), None) => return 0,
            (Some(0), _) => return 0,
            (Some(_), _) => at += 1,
        }
    }
}

/// The text between the quotes, which `text` starts and ends with: `''` is a quote, a backslash starts an escape of C.
pub(crate) fn unquote(text: &[u8]) -> Vec<u8> {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(c) = bytes.next() {
        match c {
            b'\'' => {
                bytes.next();
                out.push(c);
            }
            b'\\' => match bytes.next() {
                Some(b'b') => out.push(8),
                Some(b'f') => out.push(12),
                Some(b'n') => out.push(b'\n'),
                Some(b'r') => out.push(b'\r'),
                Some(b't') => out.push(b'\t'),
                Some(digit @ b'0'..=b'7') => {
                    let mut code = digit - b'0';
                    for _ in 0..2 {
                        let Some(digit) = bytes.next_if(|c| matches!(c, b'0'..=b'7')) else {
                            break;
                        };
                        code = code.wrapping_shl(3) | (digit - b'0');
                    }
                    out.push(code);
                }
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    // C strings end at a NUL: an escape for one ends the value, as it does in PostgreSQL.
    let end = out.iter().position(|c| *c == 0).unwrap_or(out.len());
    out.truncate(end);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> What {
        let mut all = entries(line.as_bytes());
        assert_eq!(all.len(), 1, "{line}");
        all.remove(0).what
    }

    fn setting(line: &str) -> (String, String) {
        match one(line) {
            What::Setting { name, value } => {
                (String::from_utf8(name).unwrap(), String::from_utf8(value).unwrap())
            }
            error @ What::SyntaxError { .. } => panic!("{line}: {error:?}"),
        }
    }

    #[test]
    fn settings() {
        let cases = [
            ("work_mem = 4MB", "work_mem", "4MB"),
            ("work_mem 4MB", "work_mem", "4MB"),
            ("work_mem=4MB # more", "work_mem", "4MB"),
            ("\t a.b\t=\ton\r", "a.b", "on"),
            ("x = -1.5e-3", "x", "-1.5e-3"),
            ("x = 0x1Fq", "x", "0x1Fq"),
            ("x = a-b.c:d/e", "x", "a-b.c:d/e"),
            ("x = 'it''s \\'ok\\' # no\\tcomment \\101\\x'", "x", "it's 'ok' # no\tcomment Ax"),
            ("x = ''", "x", ""),
            ("x = 'a\\0b'", "x", "a"),
            ("Größe = ja", "Größe", "ja"),
            ("include 'x'", "include", "x"),
        ];
        for (line, name, value) in cases {
            assert_eq!(setting(line), (name.into(), value.into()), "{line}");
        }
    }

    #[test]
    fn errors_name_the_token_as_postgresql_does() {
        let cases: &[(&str, Option<&str>)] = &[
            ("work_mem = 12 foo", Some("foo")),
            ("work_mem = 4.5MB", Some("MB")),
            ("search_path = a.b", Some("a.b")),
            ("work_mem = 'unterminated", Some("'")),
            ("work_mem", None),
            ("work_mem =", None),
            ("work_mem = # nothing", None),
            ("= 5", Some("=")),
            ("work_mem = = 5", Some("=")),
            ("port=1e9", Some("9")),
            ("1foo.bar=3", Some("1foo")),
            ("foo.b-r=3", Some("foo.b-r")),
            ("x.y.z=1", Some("x.y.z")),
            ("x = ?", Some("?")),
            ("x = 'a' 'b'", Some("'b'")),
            ("x = 'ends\\", Some("'")),
        ];
        for (line, near) in cases {
            let near = near.map(|token| token.as_bytes().to_vec());
            assert_eq!(one(line), What::SyntaxError { near }, "{line}");
        }
    }

    #[test]
    fn lines_are_counted() {
        let all = entries(b"\n# c\na = 1\n  \nb c d\nlast = 2");
        let lines: Vec<u32> = all.iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [3, 5, 6]);
        assert!(entries(b"").is_empty());
    }

    #[test]
    fn any_bytes_are_read_without_failing() {
        let mut seed = 0x2545_F491_4F6C_DD1Du64;
        let alphabet = b"ab_.='\\\"#1x0+-eE:/ \t\r\n\0\xff";
        for length in 0..4000usize {
            let bytes: Vec<u8> = (0..length % 97)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    alphabet[usize::try_from(seed >> 33).unwrap() % alphabet.len()]
                })
                .collect();
            for entry in entries(&bytes) {
                if let What::Setting { name, value } = entry.what {
                    assert!(!name.is_empty() && !name.contains(&0) && !value.contains(&0));
                }
            }
        }
    }
}
