#![forbid(unsafe_code)]
//! The postmaster's texts about workers. Names are bytes in any encoding.
//! Runs in: postmaster.

use crate::error::{self, Level, Report};
use crate::sys::signals;

use super::schedule::Ended;

/// Logs a text at `level`.
#[inline(never)]
pub(super) fn say(level: Level, message: impl Into<Vec<u8>>) {
    error::emit(&Report::new(level, message));
}

/// Logs a text at DEBUG1, made only if it is logged: most are not.
pub(super) fn debug(message: impl FnOnce() -> Vec<u8>) {
    if error::is_logged(Level::Debug1) {
        say(Level::Debug1, message());
    }
}

/// `before"name"after`, byte for byte.
pub(super) fn quoting(before: &str, name: &[u8], after: &str) -> Vec<u8> {
    [before.as_bytes(), b"\"", name, b"\"", after.as_bytes()].concat()
}

/// `background worker "T" (PID n) exited with exit code c`, or by what signal it died.
pub(super) fn child_end(kind: &[u8], pid: i32, ended: Ended) -> Vec<u8> {
    quoting("background worker ", kind, &format!(" (PID {pid}) {}", how(ended)))
}

/// `exited with exit code c`, `was terminated by signal s: NAME`.
pub(super) fn how(ended: Ended) -> String {
    match ended {
        Ended::Code { code, .. } => format!("exited with exit code {code}"),
        Ended::Signal(signal) => {
            format!("was terminated by signal {signal}: {}", signals::name(signal))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_told_as_postgresql_tells_them() {
        let text = |ended| String::from_utf8(child_end(b"t", 7, ended)).expect("ASCII");
        assert_eq!(
            text(Ended::Code { code: 3, clean: true }),
            "background worker \"t\" (PID 7) exited with exit code 3"
        );
        assert_eq!(
            text(Ended::Signal(11)),
            "background worker \"t\" (PID 7) was terminated by signal 11: Segmentation fault"
        );
    }
}
