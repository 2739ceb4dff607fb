//! The log as JSON: an object a line, with PostgreSQL's keys in PostgreSQL's order.
//! Runs in: any process.

use core::fmt::Display;

use crate::abi::elog::{PGERROR_VERBOSE, PGErrorVerbosity};
use crate::abi::variables::{MyProcPid, MyStartTime};

use super::log::Record;
use super::prefix;

/// What differs from one writing of the same record to the next.
pub(super) struct Moment<'a> {
    pub(super) time: &'a [u8],
    pub(super) line: &'a [u8],
}

/// The record as a line. `moment` is taken as it is.
pub(super) fn render(
    record: &Record<'_>,
    verbosity: PGErrorVerbosity,
    moment: &Moment<'_>,
) -> Vec<u8> {
    let mut out = Object { bytes: b"{\"timestamp\":\"".to_vec() };
    out.bytes.extend_from_slice(moment.time);
    out.bytes.push(b'"');
    let (pid, started) = (MyProcPid.get(), MyStartTime.get());
    if pid != 0 {
        out.number("pid", pid);
    }
    out.text("session_id", format!("{started:x}.{pid:x}").as_bytes());
    out.plain("line_num", moment.line);
    let mut start = Vec::new();
    prefix::append_time(&mut start, started.saturating_mul(1_000_000), false);
    out.text("session_start", &start);
    if let Some(vxid) = prefix::virtual_transaction() {
        out.text("vxid", vxid.as_bytes());
    }
    out.number("txid", 0);
    out.text("error_severity", record.level.word().as_bytes());
    if record.sqlstate.0 != 0 {
        out.text("state_code", &record.sqlstate.unpack());
    }
    out.text("message", record.message);
    out.maybe("detail", record.logged_detail());
    out.maybe("hint", record.hint);
    if let Some((query, position)) = record.internal_query {
        out.text("internal_query", query);
        if position > 0 {
            out.number("internal_position", position);
        }
    }
    out.maybe("context", record.context);
    if let Some(statement) = record.statement() {
        out.text("statement", statement);
        if record.position > 0 {
            out.number("cursor_position", record.position);
        }
    }
    if verbosity >= PGERROR_VERBOSE
        && let Some((function, file, line)) = record.place
    {
        out.maybe("func_name", function);
        out.text("file_name", file);
        out.number("file_line_num", line);
    }
    out.maybe("application_name", prefix::application_name());
    out.text("backend_type", prefix::backend_type());
    out.number("query_id", 0);
    out.bytes.extend_from_slice(b"}\n");
    out.bytes
}

/// An object under construction.
struct Object {
    bytes: Vec<u8>,
}

impl Object {
    fn key(&mut self, key: &str) {
        self.bytes.extend_from_slice(b",\"");
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    fn plain(&mut self, key: &str, value: &[u8]) {
        self.key(key);
        self.bytes.extend_from_slice(value);
    }

    fn number(&mut self, key: &str, value: impl Display) {
        self.plain(key, value.to_string().as_bytes());
    }

    fn text(&mut self, key: &str, value: &[u8]) {
        self.key(key);
        self.bytes.push(b'"');
        for &byte in value {
            match byte {
                8 => self.bytes.extend_from_slice(b"\\b"),
                12 => self.bytes.extend_from_slice(b"\\f"),
                b'\n' => self.bytes.extend_from_slice(b"\\n"),
                b'\r' => self.bytes.extend_from_slice(b"\\r"),
                b'\t' => self.bytes.extend_from_slice(b"\\t"),
                b'"' | b'\\' => self.bytes.extend_from_slice(&[b'\\', byte]),
                0..=31 => self.bytes.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
                _ => self.bytes.push(byte),
            }
        }
        self.bytes.push(b'"');
    }

    fn maybe(&mut self, key: &str, value: Option<&[u8]>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Level, Report};
    use super::*;
    use crate::abi::elog::PGERROR_DEFAULT;

    #[test]
    fn a_record_is_one_line_whatever_stands_in_it() {
        let report = Report::new(Level::Log, "a \"b\"\n\\\u{1}").with_detail("d").with_hint("h");
        let moment = Moment { time: b"now", line: b"7" };
        let line = render(&Record::from(&report), PGERROR_DEFAULT, &moment);
        let line = String::from_utf8(line).expect("UTF-8");
        assert_eq!(line.matches('\n').count(), 1);
        assert!(
            line.starts_with("{\"timestamp\":\"now\",\"pid\":")
                || line.starts_with("{\"timestamp\":\"now\",\"session_id\":"),
            "{line}"
        );
        assert!(line.contains(",\"line_num\":7,\"session_start\":"), "{line}");
        let message = r#","error_severity":"LOG","state_code":"00000","message":"a \"b\"\n\\\u0001","detail":"d","hint":"h","#;
        assert!(line.contains(&message.replace("\"state_code\":\"00000\",", "")), "{line}");
        assert!(line.ends_with("\"query_id\":0}\n"), "{line}");
    }
}
