#![forbid(unsafe_code)]
//! What the command says, and how it fails.
//! Runs in: command.

use std::io::{self, Write};
use std::process::ExitCode;

/// Ends the command: one or more lines on standard error, the first after the program's name.
#[derive(Debug)]
pub(crate) struct Failure {
    lines: Vec<String>,
    code: u8,
    /// postgres prints some of its refusals without its name in front.
    bare: bool,
}

pub(crate) type Outcome = Result<ExitCode, Failure>;

impl Failure {
    pub(crate) fn from(line: impl Into<String>) -> Self {
        Self { lines: vec![line.into()], code: 1, bare: false }
    }

    /// Without the program's name in front.
    pub(crate) fn bare(line: impl Into<String>) -> Self {
        Self { bare: true, ..Self::from(line) }
    }

    /// Another line.
    pub(crate) fn and(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    pub(crate) fn with_code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// Says it and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        let name = if self.bare { "" } else { "pgbgw: " };
        drop(writeln!(io::stderr(), "{name}{}", self.lines.join("\n")));
        ExitCode::from(self.code)
    }
}

/// Prints a line. That nobody reads it (a closed pipe) is no reason to fail.
pub(crate) fn line(text: &str) {
    drop(writeln!(io::stdout(), "{text}"));
}

/// Prints without ending the line, at once.
pub(crate) fn part(text: &str) {
    drop(write!(io::stdout(), "{text}").and_then(|()| io::stdout().flush()));
}

/// A remark on standard error.
pub(crate) fn remark(text: &str) {
    drop(writeln!(io::stderr(), "pgbgw: {text}"));
}

/// What C's `%m` says.
pub(crate) fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(code) => text.trim_end_matches(&format!(" (os error {code})")).to_owned(),
        None => text,
    }
}
