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
    /// SELECT, VALUES, TABLE.
    Query,
    /// The same, with rows locked, or with statements in it that write: what PostgreSQL calls it.
    WritingQuery(&'static str),
    /// INSERT, UPDATE, DELETE, MERGE: its word.
    Writing(&'static str),
    /// SELECT INTO.
    Into,
    /// Needs no snapshot.
    Setting,
    Other,
}

impl Kind {
    /// Whether DECLARE CURSOR takes it.
    pub(super) fn can_be_cursor(self) -> bool {
        match self {
            Self::Query => true,
            Self::WritingQuery(what) => what != MODIFYING,
            Self::TransactionControl
            | Self::ClientCopy
            | Self::Procedure
            | Self::Writing(_)
            | Self::Into
            | Self::Setting
            | Self::Other => false,
        }
    }
}

/// What PostgreSQL calls a query with statements in it that write.
const MODIFYING: &str = "SELECT";

/// One of a text's statements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement<'a> {
    pub(super) text: &'a [u8],
    /// The byte of the whole text at which it begins.
    pub(super) start: usize,
}

/// The statements of a text, without those that are empty.
pub(super) fn split(text: &[u8]) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut scanner = Scanner { text, at: 0 };
    let (mut start, mut has_words, mut depth) = (0, false, 0u32);
    let mut before: &[u8] = b"";
    while let Some(token) = scanner.next() {
        match token {
            // The body of a function in SQL has statements of its own.
            Token::Word(word) => {
                has_words = true;
                let is = |other: &[u8]| word.eq_ignore_ascii_case(other);
                let is_body = is(b"ATOMIC") && before.eq_ignore_ascii_case(b"BEGIN");
                if is_body || (depth > 0 && is(b"CASE")) {
                    depth += 1;
                } else if depth > 0 && is(b"END") {
                    depth -= 1;
                }
                before = word;
            }
            Token::Semicolon if depth == 0 => {
                if let Some(text) = text.get(start..scanner.at - 1).filter(|_| has_words) {
                    statements.push(Statement { text, start });
                }
                (start, has_words) = (scanner.at, false);
            }
            Token::Semicolon => before = b"",
            Token::Open | Token::Close | Token::Parameter(_) | Token::Other => has_words = true,
        }
    }
    if let Some(text) = text.get(start..).filter(|_| has_words) {
        statements.push(Statement { text, start });
    }
    statements
}

/// The words of a statement in capitals, each with the depth of brackets that it is in and whether
/// it is the first in one.
fn words(statement: &[u8]) -> Vec<(Vec<u8>, u32, bool)> {
    let mut scanner = Scanner { text: statement, at: 0 };
    let (mut words, mut depth, mut opened) = (Vec::new(), 0u32, false);
    while let Some(token) = scanner.next() {
        match token {
            Token::Word(word) => words.push((word.to_ascii_uppercase(), depth, opened)),
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Semicolon | Token::Parameter(_) | Token::Other => {}
        }
        opened = matches!(token, Token::Open);
    }
    words
}

/// The kind of one statement.
pub(super) fn kind(statement: &[u8]) -> Kind {
    let words = words(statement);
    let word = |i: usize| words.get(i).map_or(&b""[..], |(word, ..)| word.as_slice());
    match (word(0), word(1)) {
        (b"BEGIN" | b"COMMIT" | b"END" | b"ROLLBACK" | b"ABORT" | b"SAVEPOINT" | b"RELEASE", _)
        | (b"START" | b"PREPARE", b"TRANSACTION") => Kind::TransactionControl,
        (b"CALL" | b"DO", _) => Kind::Procedure,
        (b"COPY", _) if is_client_copy(&words) => Kind::ClientCopy,
        (
            b"SELECT" | b"VALUES" | b"TABLE" | b"WITH" | b"INSERT" | b"UPDATE" | b"DELETE"
            | b"MERGE",
            _,
        ) => plannable(&words),
        (
            b"LOCK" | b"SET" | b"RESET" | b"SHOW" | b"FETCH" | b"MOVE" | b"LISTEN" | b"NOTIFY"
            | b"UNLISTEN" | b"CHECKPOINT",
            _,
        ) => Kind::Setting,
        _ => Kind::Other,
    }
}

/// The kind of a statement that is neither one of the others nor a utility.
fn plannable(words: &[(Vec<u8>, u32, bool)]) -> Kind {
    let base = words.first().map_or(0, |(_, depth, _)| *depth);
    let verb = words.iter().filter(|(_, depth, _)| *depth == base).find_map(|(word, ..)| {
        let verbs = ["SELECT", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE"];
        verbs.into_iter().find(|verb| verb.as_bytes() == word)
    });
    match verb {
        Some(verb @ ("INSERT" | "UPDATE" | "DELETE" | "MERGE")) => return Kind::Writing(verb),
        _ if words.iter().any(|(word, depth, _)| *depth == base && word == b"INTO") => {
            return Kind::Into;
        }
        _ => {}
    }
    let modifies = words.iter().any(|(word, _, opens)| {
        *opens && matches!(word.as_slice(), b"INSERT" | b"UPDATE" | b"DELETE" | b"MERGE")
    });
    if modifies {
        return Kind::WritingQuery(MODIFYING);
    }
    row_mark(words).map_or(Kind::Query, Kind::WritingQuery)
}

/// What PostgreSQL calls a query that locks rows.
fn row_mark(words: &[(Vec<u8>, u32, bool)]) -> Option<&'static str> {
    let after = |at: usize| words.get(at).map_or(&b""[..], |(word, ..)| word.as_slice());
    words.iter().enumerate().filter(|(_, (word, ..))| word == b"FOR").find_map(|(at, _)| {
        match (after(at + 1), after(at + 2), after(at + 3)) {
            (b"UPDATE", ..) => Some("SELECT FOR UPDATE"),
            (b"SHARE", ..) => Some("SELECT FOR SHARE"),
            (b"NO", b"KEY", b"UPDATE") => Some("SELECT FOR NO KEY UPDATE"),
            (b"KEY", b"SHARE", _) => Some("SELECT FOR KEY SHARE"),
            _ => None,
        }
    })
}

/// The first `$N` of a statement whose N is above `count`: N and its byte; none in statements that
/// have statements with parameters of their own in them.
pub(super) fn parameter_above(statement: &[u8], count: usize) -> Option<(usize, usize)> {
    if matches!(kind(statement), Kind::Other | Kind::Setting | Kind::TransactionControl) {
        return None;
    }
    let mut scanner = Scanner { text: statement, at: 0 };
    while let Some(token) = scanner.next() {
        if let Token::Parameter(len) = token {
            let at = scanner.at - len;
            let digits = statement.get(at + 1..scanner.at).unwrap_or_default();
            let number = core::str::from_utf8(digits).ok().and_then(|d| d.parse().ok());
            let number = number.unwrap_or(usize::MAX);
            if number > count {
                return Some((number, at));
            }
        }
    }
    None
}

/// Whether a statement's first word is this one, given in capitals.
pub(super) fn begins_with(statement: &[u8], word: &[u8]) -> bool {
    let first = Scanner { text: statement, at: 0 }.next();
    matches!(first, Some(Token::Word(first)) if first.eq_ignore_ascii_case(word))
}

/// The first words of a statement that are in no brackets, in capitals.
pub(super) fn first_words(statement: &[u8], count: usize) -> Vec<Vec<u8>> {
    let words = words(statement).into_iter().filter(|(_, depth, _)| *depth == 0);
    words.take(count).map(|(word, ..)| word).collect()
}

fn is_client_copy(words: &[(Vec<u8>, u32, bool)]) -> bool {
    words.windows(2).any(|pair| match pair {
        [(from, ..), (end, ..)] => {
            matches!(&**from, b"FROM" | b"TO") && matches!(&**end, b"STDIN" | b"STDOUT")
        }
        _ => false,
    })
}

#[derive(Clone, Copy, Debug)]
enum Token<'a> {
    Word(&'a [u8]),
    Semicolon,
    Open,
    Close,
    /// `$N`: its bytes.
    Parameter(usize),
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
            (b'(', _) => (1, Token::Open),
            (b')', _) => (1, Token::Close),
            (b'e' | b'E', Some(b'\'')) => (1 + quoted(after, b'\'', true), Token::Other),
            (b'\'', _) => (quoted(rest, b'\'', false), Token::Other),
            (b'"', _) => (quoted(rest, b'"', false), Token::Other),
            (b'$', Some(digit)) if digit.is_ascii_digit() => {
                let len = 1 + after.iter().take_while(|b| b.is_ascii_digit()).count();
                (len, Token::Parameter(len))
            }
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
        split(text.as_bytes()).into_iter().map(|s| core::str::from_utf8(s.text).unwrap()).collect()
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
