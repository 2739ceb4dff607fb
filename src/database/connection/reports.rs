#![forbid(unsafe_code)]
//! What the server and libpq say, as reports.
//! Runs in: worker.

use crate::error::{self, Level, More, Report, SqlState};

use crate::database::libpq::{self, Answer, Connection, Field};

/// `sqlclient_unable_to_establish_sqlconnection`.
const NO_CONNECTION: SqlState = SqlState::new(*b"08001");

fn sqlstate(text: &[u8]) -> Option<SqlState> {
    let code: [u8; 5] = text.try_into().ok()?;
    let is_code = code.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    is_code.then(|| SqlState::new(code))
}

/// Reports what the server said besides results.
pub(in crate::database) fn emit_notices() {
    for notice in libpq::take_notices() {
        let level = match &*notice.severity {
            b"WARNING" => Level::Warning,
            b"NOTICE" => Level::Notice,
            b"INFO" => Level::Info,
            b"LOG" => Level::Log,
            _ => Level::Debug1,
        };
        let mut report = Report::new(level, notice.message);
        report.sqlstate = sqlstate(&notice.sqlstate).unwrap_or(report.sqlstate);
        (report.detail, report.hint) = (notice.detail, notice.hint);
        report.context = notice.context.map(Vec::into_boxed_slice);
        let more = More { objects: notice.objects, ..More::default() };
        report.more = (more != More::default()).then(|| Box::new(more));
        error::emit(&report);
    }
}

/// Where a statement comes from: the text that an extension handed in.
#[derive(Clone, Copy, Debug)]
pub(in crate::database) struct Source<'a> {
    pub(in crate::database) text: &'a [u8],
    /// How many characters the statement begins later in the text than in what was sent.
    pub(in crate::database) shift: i32,
    /// The text says what failed; if not, it only tells where in it something is wrong.
    pub(in crate::database) is_context: bool,
}

impl<'a> Source<'a> {
    /// The text was sent as it is.
    pub(in crate::database) fn whole(text: &'a [u8]) -> Self {
        Self { text, shift: 0, is_context: true }
    }

    /// A line of context.
    pub(in crate::database) fn line(self) -> Vec<u8> {
        [b"SQL statement \"", self.text, b"\""].concat()
    }
}

/// The character of the text that a failed statement is wrong at.
pub(in crate::database) fn position(answer: &Answer) -> Option<i32> {
    number(answer, Field::Position)
}

fn number(answer: &Answer, field: Field) -> Option<i32> {
    let text = core::str::from_utf8(answer.field(field)?).ok()?;
    text.parse::<i32>().ok()
}

/// The report that a failed statement ended with: an ERROR, or a FATAL if the connection is lost.
pub(in crate::database) fn of_answer(
    connection: &Connection,
    answer: &Answer,
    source: Option<Source<'_>>,
) -> Report {
    let owned = |field| answer.field(field).map(<[u8]>::to_vec);
    let Some(message) = owned(Field::Message) else { return of_connection(connection) };
    let is_fatal = matches!(answer.field(Field::Severity), Some(b"FATAL" | b"PANIC"));
    let level = if is_fatal || connection.is_bad() { Level::Fatal } else { Level::Error };
    let mut report = Report::new(level, message);
    let code = answer.field(Field::SqlState).and_then(sqlstate);
    report.sqlstate = code.unwrap_or(report.sqlstate);
    report.detail = owned(Field::Detail);
    report.hint = owned(Field::Hint);
    let mut context = owned(Field::Context);
    let objects = Field::OBJECTS.map(owned);
    let mut more = More { query: owned(Field::InternalQuery), objects, ..More::default() };
    more.position = number(answer, Field::InternalPosition).unwrap_or(0);
    if let Some(source) = source {
        match number(answer, Field::Position) {
            // The statement is an internal one to whoever reads the report.
            Some(position) if more.query.is_none() => {
                more.position = position.saturating_add(source.shift);
                more.query = Some(source.text.to_vec());
            }
            _ if source.is_context => {
                let line = source.line();
                context = Some(match context {
                    Some(inner) => [&*inner, b"\n", &line].concat(),
                    None => line,
                });
            }
            _ => {}
        }
    }
    report.context = context.map(Vec::into_boxed_slice);
    report.more = (more != More::default()).then(|| Box::new(more));
    report
}

/// A FATAL in libpq's words: the server is gone.
pub(in crate::database) fn of_connection(connection: &Connection) -> Report {
    let message = connection.error_message();
    let mut message = message.trim_ascii_end().to_vec();
    if message.is_empty() {
        message = b"connection to server was lost".to_vec();
    }
    Report::new(Level::Fatal, message).with_sqlstate(SqlState::CONNECTION_FAILURE)
}

/// A FATAL for libpq itself, which cannot be used for this reason.
pub(in crate::database) fn of_libpq(why: String) -> Report {
    Report::new(Level::Fatal, format!("could not use libpq: {why}"))
        .with_sqlstate(SqlState::UNDEFINED_FILE)
        .with_hint("Install the client library of PostgreSQL (Debian's package libpq5).")
}

/// A FATAL for a connection that could not be made: in the server's own words, with its SQLSTATE,
/// if it was the server that refused.
pub(in crate::database) fn of_refusal(words: &[u8]) -> Report {
    let words = words.trim_ascii_end();
    let Some(refusal) = refusal(words) else {
        return Report::new(Level::Fatal, words).with_sqlstate(NO_CONNECTION);
    };
    let mut report = Report::new(Level::Fatal, refusal.message).with_sqlstate(refusal.sqlstate);
    report.detail = refusal.detail;
    report.hint = refusal.hint;
    if !refusal.before.is_empty() {
        report.context = Some(refusal.before.into());
    }
    report
}

struct Refusal<'a> {
    /// What libpq says before the server's words: where it tried to connect to.
    before: &'a [u8],
    sqlstate: SqlState,
    message: Vec<u8>,
    detail: Option<Vec<u8>>,
    hint: Option<Vec<u8>>,
}

/// Takes a verbose report apart: `... failed: FATAL:  3D000: database "x" does not exist`, then
/// lines that begin with `DETAIL:  `, `HINT:  `, `LOCATION:  `.
fn refusal(words: &[u8]) -> Option<Refusal<'_>> {
    let (at, code) = words.windows(10).enumerate().rev().find_map(|(i, window)| {
        let code = window.strip_prefix(b":  ")?.strip_suffix(b": ")?;
        Some((i, sqlstate(code)?))
    })?;
    let (head, rest) = (words.get(..at)?, words.get(at + 10..)?);
    let severity = head.iter().rposition(|&b| b == b' ' || b == b'\n').map_or(0, |i| i + 1);
    let before = head.get(..severity)?.trim_ascii_end();
    let before = before.strip_suffix(b":").unwrap_or(before);
    let (mut message, mut detail, mut hint) = (Vec::new(), None, None);
    for line in rest.split(|&b| b == b'\n') {
        if let Some(text) = line.strip_prefix(b"DETAIL:  ") {
            detail = Some(text.to_vec());
        } else if let Some(text) = line.strip_prefix(b"HINT:  ") {
            hint = Some(text.to_vec());
        } else if !line.starts_with(b"LOCATION:  ") {
            let open = hint.as_mut().or(detail.as_mut()).unwrap_or(&mut message);
            if !open.is_empty() {
                open.push(b'\n');
            }
            open.extend_from_slice(line);
        }
    }
    Some(Refusal { before, sqlstate: code, message, detail, hint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_in_the_servers_words() {
        let words = b"connection to server on socket \"/s/.s.PGSQL.5432\" failed: FATAL:  3D000: \
            database \"x\" does not exist\nDETAIL:  d\nLOCATION:  InitPostgres, postinit.c:941\n";
        let report = of_refusal(words);
        assert_eq!(report.message, b"database \"x\" does not exist");
        assert_eq!(&report.sqlstate.unpack(), b"3D000");
        assert_eq!(report.detail.as_deref(), Some(&b"d"[..]));
        let context = report.context.as_deref();
        let place = &b"connection to server on socket \"/s/.s.PGSQL.5432\" failed"[..];
        assert_eq!(context, Some(place));
    }

    #[test]
    fn what_libpq_itself_says_stays_as_it_is() {
        let report = of_refusal(b"could not translate host name \"x\" to address: no\n");
        assert_eq!(report.message, b"could not translate host name \"x\" to address: no");
        assert_eq!(&report.sqlstate.unpack(), b"08001");
    }
}
