//! The log: which reports are written, and how a record looks on stderr.
//! Runs in: any process.

use core::ffi::{CStr, c_char};

use crate::abi::elog::ErrorData;
use crate::abi::variables::log_min_messages;
use crate::sigsafe::line::write_all;

use super::prefix;
use super::{Level, Report, SqlState};

pub(super) const STDERR: i32 = 2;

/// What is written of one report.
pub(crate) struct Record<'a> {
    pub(crate) level: Level,
    pub(crate) sqlstate: SqlState,
    pub(crate) message: &'a [u8],
    pub(crate) detail: Option<&'a [u8]>,
    pub(crate) hint: Option<&'a [u8]>,
    pub(crate) context: Option<&'a [u8]>,
}

impl<'a> Record<'a> {
    /// A view of a report under construction. `errdetail_log` goes before `errdetail`.
    pub(crate) fn from_data(data: &'a ErrorData) -> Self {
        let detail = if data.detail_log.is_null() { data.detail } else { data.detail_log };
        Self {
            level: Level::from_c(data.elevel),
            sqlstate: SqlState(data.sqlerrcode),
            message: bytes(data.message).unwrap_or(b"missing error text"),
            detail: bytes(detail),
            hint: bytes(data.hint),
            context: bytes(data.context).filter(|_| !data.hide_ctx),
        }
    }
}

impl<'a> From<&'a Report> for Record<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            level: report.level,
            sqlstate: report.sqlstate,
            message: &report.message,
            detail: report.detail.as_deref(),
            hint: report.hint.as_deref(),
            context: report.context.as_deref(),
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

/// Logs `report` if its level is wanted. For messages that are not errors in flight.
pub(crate) fn emit(report: &Report) {
    if is_output(report.level, min_level()) {
        write(&Record::from(report));
    }
}

/// Writes a record with one `write(2)`, so that those of several processes do not mix.
pub(crate) fn write(record: &Record<'_>) {
    write_all(STDERR, &render(record));
}

fn render(record: &Record<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    section(&mut out, record, record.level.word(), record.message);
    for (word, text) in
        [("DETAIL", record.detail), ("HINT", record.hint), ("CONTEXT", record.context)]
    {
        if let Some(text) = text {
            section(&mut out, record, word, text);
        }
    }
    out
}

/// `prefix WORD:  text`, further lines of the text indented by a tab.
fn section(out: &mut Vec<u8>, record: &Record<'_>, word: &str, text: &[u8]) {
    prefix::append(out, record.sqlstate);
    out.extend_from_slice(word.as_bytes());
    out.extend_from_slice(b":  ");
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
        let text = String::from_utf8(render(&Record::from(&report))).expect("plain text");
        assert!(text.contains("LOG:  one\n\ttwo\n"), "{text}");
        let (detail, hint) = (text.find("DETAIL:  three\n"), text.find("HINT:  four\n"));
        assert!(detail.is_some() && detail < hint, "{text}");
    }
}
