#![forbid(unsafe_code)]
//! What can be said of an SQL text without the server: where its statements end, how they begin.
//! Runs in: worker.

/// What a statement is, as far as it matters before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Begins or ends a transaction.
    TransactionControl,
    /// COPY from or to the client.
    ClientCopy,
    /// May end transactions of its own.
    Procedure,
    /// INSERT, UPDATE, DELETE, MERGE: its word.
    Writing(&'static str),
    Other,
}

/// The statements of a text, without those that are empty.
pub(super) fn split(text: &[u8]) -> Vec<&[u8]> {
    let mut statements = Vec::new();
    let mut scanner = Scanner { text, at: 0 };
    let (mut start, mut has_words, mut depth) = (0, false, 0u32);
    let mut before: Vec<u8> = Vec::new();
    while let Some(token) = scanner.next() {
        match token {
            // The body of a function in SQL has statements of its own.
            Token::Word(word) => {
                has_words = true;
                let word = word.to_ascii_uppercase();
                match &*word {
                    b"ATOMIC" if before == b"BEGIN" => depth += 1,
                    b"CASE" if depth > 0 => depth += 1,
                    b"END" if depth > 0 => depth -= 1,
                    _ => {}
                }
                before = word;
            }
            Token::Semicolon if depth == 0 => {
                if has_words {
                    statements.extend(text.get(start..scanner.at - 1));
                }
                (start, has_words) = (scanner.at, false);
            }
            Token::Semicolon => before.clear(),
            Token::Other => has_words = true,
        }
    }
    if has_words {
        statements.extend(text.get(start..));
    }
    statements
}

/// The kind of one statement.
pub(super) fn kind(statement: &[u8]) -> Kind {
    let mut scanner = Scanner { text: statement, at: 0 };
    let words = core::iter::from_fn(|| scanner.next()).filter_map(|token| match token {
        Token::Word(word) => Some(word.to_ascii_uppercase()),
        Token::Semicolon | Token::Other => None,
    });
    let words: Vec<Vec<u8>> = words.collect();
    let word = |i: usize| words.get(i).map_or(&b""[..], Vec::as_slice);
    match (word(0), word(1)) {
        (b"BEGIN" | b"COMMIT" | b"END" | b"ROLLBACK" | b"ABORT" | b"SAVEPOINT" | b"RELEASE", _)
        | (b"START" | b"PREPARE", b"TRANSACTION") => Kind::TransactionControl,
        (b"CALL" | b"DO", _) => Kind::Procedure,
        (b"INSERT", _) => Kind::Writing("INSERT"),
        (b"UPDATE", _) => Kind::Writing("UPDATE"),
        (b"DELETE", _) => Kind::Writing("DELETE"),
        (b"MERGE", _) => Kind::Writing("MERGE"),
        (b"COPY", _) if is_client_copy(&words) => Kind::ClientCopy,
        _ => Kind::Other,
    }
}

/// Whether a statement's first word is this one, given in capitals.
pub(super) fn begins_with(statement: &[u8], word: &[u8]) -> bool {
    let first = Scanner { text: statement, at: 0 }.next();
    matches!(first, Some(Token::Word(first)) if first.eq_ignore_ascii_case(word))
}

fn is_client_copy(words: &[Vec<u8>]) -> bool {
    let pairs = words.windows(2);
    pairs.into_iter().any(|pair| match pair {
        [from, end] => matches!(&**from, b"FROM" | b"TO") && matches!(&**end, b"STDIN" | b"STDOUT"),
        _ => false,
    })
}

#[derive(Clone, Copy, Debug)]
enum Token<'a> {
    Word(&'a [u8]),
    Semicolon,
    Other,
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let rest = self.rest();
        let (&first, after) = rest.split_first()?;
        let second = after.first().copied();
        let (len, token) = match (first, second) {
            (b';', _) => (1, Token::Semicolon),
            (b'e' | b'E', Some(b'\'')) => (1 + quoted(after, b'\'', true), Token::Other),
            (b'\'', _) => (quoted(rest, b'\'', false), Token::Other),
            (b'"', _) => (quoted(rest, b'"', false), Token::Other),
            (b'$', _) => (dollar_quoted(rest).unwrap_or(1), Token::Other),
            _ if is_word(first) => {
                let len = rest.iter().take_while(|&&b| is_word(b) || b == b'$').count();
                (len, Token::Word(rest.get(..len)?))
            }
            _ => (1, Token::Other),
        };
        self.at += len;
        Some(token)
    }

    /// Blanks and comments; those between `/*` and `*/` nest.
    fn skip_blanks(&mut self) {
        loop {
            match self.rest() {
                [b'-', b'-', ..] => {
                    let line = self.rest().iter().position(|&b| b == b'\n');
                    self.at += line.unwrap_or(self.rest().len());
                }
                [b'/', b'*', ..] => self.skip_comment(),
                [first, ..] if first.is_ascii_whitespace() || *first == 0x0b => self.at += 1,
                _ => return,
            }
        }
    }

    fn skip_comment(&mut self) {
        let mut depth = 0u32;
        loop {
            match self.rest() {
                [] => return,
                [b'/', b'*', ..] => (depth, self.at) = (depth + 1, self.at + 2),
                [b'*', b'/', ..] => {
                    (depth, self.at) = (depth - 1, self.at + 2);
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Bytes of what begins with `quote`, to its end; a doubled quote does not end it.
fn quoted(text: &[u8], quote: u8, escapes: bool) -> usize {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte == b'\\' && escapes {
            at += 1;
        } else if byte == quote {
            if text.get(at) != Some(&quote) {
                return at;
            }
            at += 1;
        }
    }
    text.len()
}

/// Bytes of `$tag$ ... $tag$`; none if it is no such thing.
fn dollar_quoted(text: &[u8]) -> Option<usize> {
    let tag = text.get(1..)?.iter().take_while(|&&b| is_word(b)).count();
    if text.get(1).is_some_and(u8::is_ascii_digit) || text.get(1 + tag) != Some(&b'$') {
        return None;
    }
    let (tag, body) = text.split_at_checked(tag + 2)?;
    let end = body.windows(tag.len()).position(|window| window == tag);
    Some(end.map_or(text.len(), |end| tag.len() + end + tag.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        split(text.as_bytes()).into_iter().map(|s| core::str::from_utf8(s).unwrap()).collect()
    }

    #[test]
    fn statements_end_at_semicolons_of_their_own() {
        assert_eq!(texts("SELECT 1"), ["SELECT 1"]);
        assert_eq!(texts("SELECT 1;; /* ; */ ; SELECT ';' ;"), ["SELECT 1", " SELECT ';' "]);
        assert_eq!(texts("a $x$ ; $$ ; $x$ b; c"), ["a $x$ ; $$ ; $x$ b", " c"]);
        assert_eq!(texts("a E'\\';' b; \"x;\"\"\""), ["a E'\\';' b", " \"x;\"\"\""]);
        assert_eq!(texts("SELECT $1; SELECT a$b$c; d"), ["SELECT $1", " SELECT a$b$c", " d"]);
        assert_eq!(texts(" -- ;\n /* /* ; */ ; */"), [""; 0]);
    }

    #[test]
    fn a_body_in_sql_is_part_of_its_statement() {
        let text = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3";
        assert_eq!(texts(text).len(), 2);
    }

    #[test]
    fn kinds_are_seen_behind_comments_in_any_case() {
        for text in
            ["commit", "-- x\nROLLBACK", "/* y */ Start Transaction", "prepare transaction 'x'"]
        {
            assert_eq!(kind(text.as_bytes()), Kind::TransactionControl, "{text}");
        }
        assert_eq!(kind(b"PREPARE p AS SELECT 1"), Kind::Other);
        assert_eq!(kind(b"call p()"), Kind::Procedure);
        assert_eq!(kind(b"COPY t FROM stdin"), Kind::ClientCopy);
        assert_eq!(kind(b"COPY t FROM 'file'"), Kind::Other);
        assert_eq!(kind(b"insert into t values (1)"), Kind::Writing("INSERT"));
    }
}
