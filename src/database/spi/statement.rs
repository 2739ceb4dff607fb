#![forbid(unsafe_code)]
//! What can be said of an SQL text without the server: where its statements end, how they begin.
//! Runs in: worker.

/// What a statement is, as far as it matters before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::database) enum Kind {
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
    pub(in crate::database) fn can_be_cursor(self) -> bool {
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
pub(in crate::database) struct Statement<'a> {
    pub(in crate::database) text: &'a [u8],
    /// The byte of the whole text at which it begins.
    pub(in crate::database) start: usize,
    pub(in crate::database) kind: Kind,
    /// The highest N of a `$N` in it.
    highest: usize,
    /// It has RETURNING.
    pub(in crate::database) returns: bool,
}

/// A statement without the text that it is a part of.
#[derive(Clone, Copy, Debug)]
pub(in crate::database) struct Place {
    start: usize,
    end: usize,
    kind: Kind,
    highest: usize,
    returns: bool,
}

impl Place {
    /// The statement, in its text.
    pub(in crate::database) fn of(self, text: &[u8]) -> Statement<'_> {
        let Self { start, end, kind, highest, returns } = self;
        Statement { text: text.get(start..end).unwrap_or_default(), start, kind, highest, returns }
    }
}

/// A word, the depth of brackets that it is in, and whether it is the first in one.
type Word<'a> = (&'a [u8], u32, bool);

/// What was read of a statement.
#[derive(Default)]
struct Reading<'a> {
    words: Vec<Word<'a>>,
    /// Brackets that are open.
    depth: u32,
    /// The token before opened one.
    opened: bool,
    /// Bodies of functions in SQL, which have statements of their own, and CASEs in them.
    bodies: u32,
    highest: usize,
    is_empty: bool,
}

impl<'a> Reading<'a> {
    fn take(&mut self, token: Token<'a>, text: &[u8]) {
        self.is_empty = false;
        match token {
            Token::Word(word) => {
                let before = self.words.last().map_or(&b""[..], |(word, ..)| word);
                if (is(word, "ATOMIC") && is(before, "BEGIN"))
                    || (self.bodies > 0 && is(word, "CASE"))
                {
                    self.bodies += 1;
                } else if self.bodies > 0 && is(word, "END") {
                    self.bodies -= 1;
                }
                self.words.push((word, self.depth, self.opened));
            }
            Token::Open => self.depth += 1,
            Token::Close => self.depth = self.depth.saturating_sub(1),
            Token::Parameter => self.highest = self.highest.max(number(text)),
            Token::Semicolon | Token::Other => {}
        }
        self.opened = matches!(token, Token::Open);
    }

    fn end(self, text: Option<&'a [u8]>, start: usize) -> Option<Statement<'a>> {
        let text = text.filter(|_| !self.is_empty)?;
        let (kind, highest) = (kind(&self.words), self.highest);
        let returns = self.words.iter().any(|(word, ..)| is(word, "RETURNING"));
        Some(Statement { text, start, kind, highest, returns })
    }
}

/// The N of a `$N`.
fn number(text: &[u8]) -> usize {
    let digits = core::str::from_utf8(text.get(1..).unwrap_or_default());
    digits.ok().and_then(|digits| digits.parse().ok()).unwrap_or(usize::MAX)
}

fn is(word: &[u8], capitals: &str) -> bool {
    word.eq_ignore_ascii_case(capitals.as_bytes())
}

/// The statements of a text, without those that are empty.
pub(in crate::database) fn split(text: &[u8]) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut scanner = Scanner { text, at: 0 };
    let fresh = || Reading { is_empty: true, ..Reading::default() };
    let (mut start, mut reading) = (0, fresh());
    loop {
        scanner.skip_blanks();
        let from = scanner.at;
        let Some(token) = scanner.next() else { break };
        if matches!(token, Token::Semicolon) && reading.bodies == 0 {
            let read = core::mem::replace(&mut reading, fresh());
            statements.extend(read.end(text.get(start..from), start));
            start = scanner.at;
        } else {
            reading.take(token, text.get(from..scanner.at).unwrap_or_default());
        }
    }
    statements.extend(reading.end(text.get(start..), start));
    statements
}

/// The first of some words, in capitals, that this is.
fn one_of(word: &[u8], words: &[&'static str]) -> Option<&'static str> {
    words.iter().copied().find(|other| is(word, other))
}

const CONTROL: [&str; 7] = ["BEGIN", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"];
const PLANNABLE: [&str; 8] =
    ["SELECT", "VALUES", "TABLE", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"];
const SETTINGS: [&str; 10] =
    ["LOCK", "SET", "RESET", "SHOW", "FETCH", "MOVE", "LISTEN", "NOTIFY", "UNLISTEN", "CHECKPOINT"];

fn kind(words: &[Word<'_>]) -> Kind {
    let word = |i: usize| words.get(i).map_or(&b""[..], |(word, ..)| word);
    let (first, second) = (word(0), word(1));
    if one_of(first, &PLANNABLE).is_some() {
        plannable(words)
    } else if one_of(first, &CONTROL).is_some()
        || (is(second, "TRANSACTION") && one_of(first, &["START", "PREPARE"]).is_some())
    {
        Kind::TransactionControl
    } else if one_of(first, &["CALL", "DO"]).is_some() {
        Kind::Procedure
    } else if is(first, "COPY") && is_client_copy(words) {
        Kind::ClientCopy
    } else if one_of(first, &SETTINGS).is_some() {
        Kind::Setting
    } else {
        Kind::Other
    }
}

/// The kind of a statement that is neither one of the others nor a utility.
fn plannable(words: &[Word<'_>]) -> Kind {
    const WRITING: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "MERGE"];
    let base = words.first().map_or(0, |(_, depth, _)| *depth);
    let mut outer = words.iter().filter(|(_, depth, _)| *depth == base);
    let verbs = ["SELECT", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE"];
    let verb = outer.find_map(|(word, ..)| one_of(word, &verbs));
    if let Some(verb) = verb.filter(|verb| WRITING.contains(verb)) {
        return Kind::Writing(verb);
    }
    if outer.any(|(word, ..)| is(word, "INTO")) {
        return Kind::Into;
    }
    let mut first_ones = words.iter().filter(|(_, _, opens)| *opens);
    if first_ones.any(|(word, ..)| one_of(word, &WRITING).is_some()) {
        return Kind::WritingQuery(MODIFYING);
    }
    row_mark(words).map_or(Kind::Query, Kind::WritingQuery)
}

/// What PostgreSQL calls a query that locks rows.
fn row_mark(words: &[Word<'_>]) -> Option<&'static str> {
    let after = |at: usize, word: &str| words.get(at).is_some_and(|(other, ..)| is(other, word));
    let mut marks = words.iter().enumerate().filter(|(_, (word, ..))| is(word, "FOR"));
    marks.find_map(|(at, _)| {
        let follow = |follow: &[&str]| (1..).zip(follow).all(|(i, word)| after(at + i, word));
        let marks: [(&[&str], _); 4] = [
            (&["UPDATE"], "SELECT FOR UPDATE"),
            (&["SHARE"], "SELECT FOR SHARE"),
            (&["NO", "KEY", "UPDATE"], "SELECT FOR NO KEY UPDATE"),
            (&["KEY", "SHARE"], "SELECT FOR KEY SHARE"),
        ];
        marks.into_iter().find(|(words, _)| follow(words)).map(|(_, mark)| mark)
    })
}

impl Statement<'_> {
    pub(in crate::database) fn place(self) -> Place {
        let Self { start, kind, highest, returns, .. } = self;
        Place { start, end: start + self.text.len(), kind, highest, returns }
    }

    /// The first `$N` whose N is above `count`: N and its byte; none in statements that have
    /// statements with parameters of their own in them.
    pub(in crate::database) fn parameter_above(&self, count: usize) -> Option<(usize, usize)> {
        let has_own = matches!(self.kind, Kind::Other | Kind::Setting | Kind::TransactionControl);
        if self.highest <= count || has_own {
            return None;
        }
        let mut scanner = Scanner { text: self.text, at: 0 };
        loop {
            scanner.skip_blanks();
            let from = scanner.at;
            if let Token::Parameter = scanner.next()? {
                let number = number(self.text.get(from..scanner.at).unwrap_or_default());
                if number > count {
                    return Some((number, from));
                }
            }
        }
    }
}

/// Whether a statement's first word is this one, given in capitals.
pub(in crate::database) fn begins_with(statement: &[u8], word: &[u8]) -> bool {
    let first = Scanner { text: statement, at: 0 }.next();
    matches!(first, Some(Token::Word(first)) if first.eq_ignore_ascii_case(word))
}

/// The first words of a statement that are in no brackets, in capitals.
pub(in crate::database) fn first_words(statement: &[u8], count: usize) -> Vec<Vec<u8>> {
    let mut scanner = Scanner { text: statement, at: 0 };
    let mut reading = Reading::default();
    while let Some(token) = scanner.next() {
        reading.take(token, b"");
    }
    let words = reading.words.into_iter().filter(|(_, depth, _)| *depth == 0);
    words.take(count).map(|(word, ..)| word.to_ascii_uppercase()).collect()
}

fn is_client_copy(words: &[Word<'_>]) -> bool {
    words.windows(2).any(|pair| match pair {
        [(from, ..), (end, ..)] => {
            one_of(from, &["FROM", "TO"]).is_some() && one_of(end, &["STDIN", "STDOUT"]).is_some()
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
    /// `$N`.
    Parameter,
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
                (len, Token::Parameter)
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

    fn kind(text: &[u8]) -> Kind {
        split(text).first().unwrap().kind
    }

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
