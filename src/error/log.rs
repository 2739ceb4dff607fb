//! The log: which reports are written, and how a record looks on stderr.
//! Runs in: any process.

use core::ffi::{CStr, c_char};

use crate::abi::dest::DestRemote;
use crate::abi::elog::{ErrorData, PGERROR_DEFAULT, PGERROR_VERBOSE, PGErrorVerbosity};
use crate::abi::variable::Variable;
use crate::abi::variables::{
    Log_error_verbosity, debug_query_string, log_min_error_statement, log_min_messages,
    whereToSendOutput,
};
use crate::guc::settings;
use crate::sys::clock;

use super::{Level, Report, SqlState};
use super::{destination, json, prefix, stack};

pub(super) const STDERR: i32 = 2;

/// What is written of one report.
pub(crate) struct Record<'a> {
    pub(crate) level: Level,
    pub(crate) sqlstate: SqlState,
    pub(crate) message: &'a [u8],
    pub(crate) detail: Option<&'a [u8]>,
    /// What the log has instead.
    pub(crate) detail_log: Option<&'a [u8]>,
    pub(crate) hint: Option<&'a [u8]>,
    pub(crate) context: Option<&'a [u8]>,
    /// Schema, table, column, type and constraint that it is about.
    pub(crate) names: [Option<&'a [u8]>; 5],
    /// A statement of the server's own making, and where in it the error is, from 1; 0: unknown.
    pub(crate) internal_query: Option<(&'a [u8], i32)>,
    /// Where in the statement that runs the error is, from 1; 0: unknown.
    pub(crate) position: i32,
    pub(crate) hide_statement: bool,
    pub(crate) backtrace: Option<&'a [u8]>,
    pub(crate) place: Option<InSource<'a>>,
}

/// The function that made a report, its file, the line.
type InSource<'a> = (Option<&'a [u8]>, &'a [u8], i32);

impl<'a> Record<'a> {
    /// A view of a report under construction.
    pub(crate) fn from_data(data: &'a ErrorData) -> Self {
        Self {
            level: Level::from_c(data.elevel),
            sqlstate: SqlState(data.sqlerrcode),
            message: bytes(data.message).unwrap_or(b"missing error text"),
            detail: bytes(data.detail),
            detail_log: bytes(data.detail_log),
            hint: bytes(data.hint),
            context: bytes(data.context).filter(|_| !data.hide_ctx),
            names: [
                data.schema_name,
                data.table_name,
                data.column_name,
                data.datatype_name,
                data.constraint_name,
            ]
            .map(|name| bytes(name)),
            internal_query: bytes(data.internalquery).map(|query| (query, data.internalpos)),
            position: data.cursorpos,
            hide_statement: data.hide_stmt,
            backtrace: bytes(data.backtrace),
            place: bytes(data.filename).map(|file| (bytes(data.funcname), file, data.lineno)),
        }
    }

    /// The statement that runs, where it is to be logged with the report.
    pub(super) fn statement(&self) -> Option<&'a [u8]> {
        let min = Level::from_c(log_min_error_statement.get());
        let wanted = !self.hide_statement && is_output(self.level, min);
        bytes(debug_query_string.get()).filter(|_| wanted)
    }

    /// The detail that the log has.
    pub(super) fn logged_detail(&self) -> Option<&'a [u8]> {
        self.detail_log.or(self.detail)
    }

    /// Where the error is, in whichever text is shown.
    fn shown_position(&self) -> i32 {
        if self.position > 0 {
            return self.position;
        }
        self.internal_query.map_or(0, |(_, position)| position)
    }
}

impl<'a> From<&'a Report> for Record<'a> {
    fn from(report: &'a Report) -> Self {
        let more = report.more.as_deref();
        Self {
            level: report.level,
            sqlstate: report.sqlstate,
            message: &report.message,
            detail: report.detail.as_deref(),
            detail_log: more.and_then(|more| more.detail_log.as_deref()),
            hint: report.hint.as_deref(),
            context: report.context.as_deref(),
            names: [None; 5],
            internal_query: more
                .and_then(|more| more.query.as_deref().map(|query| (query, more.position))),
            position: more.map_or(0, |more| more.cursor),
            hide_statement: more.is_some_and(|more| more.hides_statement),
            backtrace: more.and_then(|more| more.backtrace.as_deref()),
            place: report.place.as_deref().map(|p| (p.function.as_deref(), &*p.file, p.line)),
        }
    }
}

fn bytes<'a>(text: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: a text of a report is null or NUL-terminated, and lives as long as the report.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// Is a report of `level` written when `log_min_messages` is `min`? LOG stands just below FATAL
/// there, above ERROR.
pub(crate) fn is_output(level: Level, min: Level) -> bool {
    if matches!(level, Level::Log | Level::LogServerOnly) {
        min == Level::Log || min <= Level::Error
    } else if level == Level::WarningClientOnly {
        false
    } else if min == Level::Log {
        level >= Level::Fatal
    } else {
        level >= min
    }
}

/// `log_min_messages`.
pub(crate) fn min_level() -> Level {
    Level::from_c(log_min_messages.get())
}

/// Who else is told of reports: the client of a backend.
static CLIENT: Variable<Option<fn(&Record<'_>)>> = Variable::new(None);

/// Has the client of this backend told of reports, by this function.
pub(crate) fn set_client(tell: fn(&Record<'_>)) {
    CLIENT.set(Some(tell));
}

/// Is a client told of a report of `level`? `client_min_messages` is `notice`.
pub(crate) fn is_for_client(level: Level) -> bool {
    let wanted = level >= Level::Notice || level == Level::Info;
    wanted && CLIENT.get().is_some() && whereToSendOutput.get() == DestRemote
}

/// Tells the client of a report that is for it.
pub(super) fn tell_client(record: &Record<'_>) {
    if let Some(tell) = CLIENT.get().filter(|_| is_for_client(record.level)) {
        tell(record);
    }
}

/// Logs `report` if its level is wanted, and tells the client. For messages that are not errors in
/// flight.
pub(crate) fn emit(report: &Report) {
    tell_client(&Record::from(report));
    if is_logged(report.level) && !stack::show_to_hook(report) {
        write(&Record::from(report));
    }
}

/// Does the server log what is of this level?
pub(crate) fn is_logged(level: Level) -> bool {
    is_output(level, min_level())
}

/// Writes a record to where the log goes.
pub(crate) fn write(record: &Record<'_>) {
    let verbosity = Log_error_verbosity.get();
    if settings::log_to_json() {
        let mut time = Vec::new();
        prefix::append_time(&mut time, clock::wall_micros(), true);
        let line = prefix::json_line_number().to_string();
        let moment = json::Moment { time: &time, line: line.as_bytes() };
        destination::write_json(&json::render(record, verbosity, &moment));
    }
    if settings::log_to_stderr() {
        destination::write_text(&render(record, verbosity));
    }
}

fn render(record: &Record<'_>, verbosity: PGErrorVerbosity) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    let mut put = |head: &[u8], text: Option<&[u8]>| {
        if let Some(text) = text {
            section(&mut out, record, head, text);
        }
    };
    let position = record.shown_position();
    if position > 0 {
        let tail = format!(" at character {position}");
        put(&head(record, verbosity), Some(&[record.message, tail.as_bytes()].concat()));
    } else {
        put(&head(record, verbosity), Some(record.message));
    }
    if verbosity >= PGERROR_DEFAULT {
        put(b"DETAIL:  ", record.logged_detail());
        put(b"HINT:  ", record.hint);
        put(b"QUERY:  ", record.internal_query.map(|(query, _)| query));
        put(b"CONTEXT:  ", record.context);
        if verbosity >= PGERROR_VERBOSE
            && let Some((function, file, line)) = record.place
        {
            let mut text = function.map_or_else(Vec::new, |name| [name, b", "].concat());
            text.extend_from_slice(file);
            text.extend_from_slice(format!(":{line}").as_bytes());
            put(b"LOCATION:  ", Some(&text));
        }
        put(b"BACKTRACE:  ", record.backtrace);
    }
    put(b"STATEMENT:  ", record.statement());
    out
}

/// What stands before a record's message: `WORD:  `, with `SQLSTATE: ` after it if that is wanted.
pub(super) fn head(record: &Record<'_>, verbosity: PGErrorVerbosity) -> Vec<u8> {
    let mut head = [record.level.word().as_bytes(), b":  "].concat();
    if verbosity >= PGERROR_VERBOSE {
        head.extend_from_slice(&record.sqlstate.unpack());
        head.extend_from_slice(b": ");
    }
    head
}

/// The line's prefix, `head`, the text; further lines of the text are indented by a tab.
fn section(out: &mut Vec<u8>, record: &Record<'_>, head: &[u8], text: &[u8]) {
    prefix::append(out, record.sqlstate);
    out.extend_from_slice(head);
    for &byte in text {
        out.push(byte);
        if byte == b'\n' {
            out.push(b'\t');
        }
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_ranks_between_error_and_fatal() {
        assert!(is_output(Level::Log, Level::Warning));
        assert!(is_output(Level::Log, Level::Error));
        assert!(!is_output(Level::Log, Level::Fatal));
        assert!(!is_output(Level::Error, Level::Log));
        assert!(is_output(Level::Fatal, Level::Log));
        assert!(!is_output(Level::Debug1, Level::Warning));
        assert!(!is_output(Level::WarningClientOnly, Level::Debug5));
    }

    #[test]
    fn lines_of_a_text_are_indented() {
        let report = Report::new(Level::Log, "one\ntwo").with_detail("three").with_hint("four");
        let text =
            String::from_utf8(render(&Record::from(&report), PGERROR_DEFAULT)).expect("plain text");
        assert!(text.contains("LOG:  one\n\ttwo\n"), "{text}");
        let (detail, hint) = (text.find("DETAIL:  three\n"), text.find("HINT:  four\n"));
        assert!(detail.is_some() && detail < hint, "{text}");
    }
}
