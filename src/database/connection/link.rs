#![forbid(unsafe_code)]
//! The monitor's connection: it asks the server nothing but whether it is in recovery.
//! Runs in: monitor.

use core::time::Duration;
use std::ffi::CString;

use crate::error::Report;
use crate::sys::clock::Instant;

use crate::database::attempt::{Attempt, Options};
use crate::database::libpq::{self, Command, Connection, Outcome, Poll};
use crate::database::reports;

/// How long an address has to answer where the connection string does not say it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connection, made or being made.
pub(crate) enum Link {
    Opening(Attempt),
    Open(Open),
}

/// A connection that is made.
pub(crate) struct Open {
    connection: Connection,
    /// A question was asked and has not been answered yet.
    asked: bool,
}

/// What an opening link needs.
pub(crate) enum Next {
    /// Its socket is to be waited for, to be written or to be read, until then.
    Wait { writable: bool, until: Option<Instant> },
    /// Nothing: it is open.
    Done,
    /// It could not be opened: a FATAL that says why.
    Failed(Report),
}

/// What an open link has heard.
pub(crate) enum Heard {
    Nothing,
    /// Whether the server is in recovery.
    InRecovery(bool),
    /// The connection is lost: a FATAL that says why.
    Lost(Report),
}

impl Link {
    /// Begins to connect as the connection string says.
    ///
    /// # Errors
    /// libpq cannot be used.
    pub(crate) fn start(conninfo: &[u8]) -> Result<Self, Report> {
        let mut options = Options::new();
        if !conninfo.is_empty() {
            options.push((c"dbname", CString::new(conninfo).unwrap_or_default()));
        }
        options.push((c"application_name", c"pgbgw monitor".to_owned()));
        Attempt::start(options, Some(PATIENCE)).map(Self::Opening).map_err(reports::of_libpq)
    }

    pub(crate) fn socket(&self) -> i32 {
        match self {
            Self::Opening(attempt) => attempt.socket(),
            Self::Open(open) => open.connection.socket(),
        }
    }

    /// What is to be done to open it.
    pub(crate) fn next(&self) -> Next {
        let Self::Opening(attempt) = self else { return Next::Done };
        let until = attempt.deadline();
        match attempt.next() {
            Poll::Readable => Next::Wait { writable: false, until },
            Poll::Writable => Next::Wait { writable: true, until },
            Poll::Done => Next::Done,
            Poll::Failed => Next::Failed(reports::of_refusal(&attempt.error_message())),
        }
    }

    /// What [`Self::next`] wanted has come, or the time for it is over.
    pub(crate) fn go_on(&mut self, is_over: bool) {
        if let Self::Opening(attempt) = self {
            if is_over { attempt.time_out() } else { attempt.go_on() }
        }
    }

    /// The link whose [`Self::next`] is `Done`, with its first question asked.
    pub(crate) fn opened(self) -> (Self, Heard) {
        let Self::Opening(attempt) = self else { return (self, Heard::Nothing) };
        let mut open = Open { connection: attempt.into_connection(), asked: false };
        let heard = if open.connection.set_nonblocking() && open.ask() {
            Heard::Nothing
        } else {
            Heard::Lost(reports::of_connection(&open.connection))
        };
        (Self::Open(open), heard)
    }

    /// Asks whether the server is in recovery. The answer comes on the socket. False: the last
    /// question has no answer yet, or it cannot be asked.
    pub(crate) fn ask(&mut self) -> bool {
        match self {
            Self::Open(open) => open.ask(),
            Self::Opening(_) => false,
        }
    }

    /// The socket can be read: what the server says.
    pub(crate) fn listen(&mut self) -> Heard {
        match self {
            Self::Open(open) => open.listen(),
            Self::Opening(_) => Heard::Nothing,
        }
    }
}

impl Open {
    fn ask(&mut self) -> bool {
        let question = Command::Text(c"SELECT pg_catalog.pg_is_in_recovery()", &[]);
        if self.asked || !self.connection.send(&question) {
            return false;
        }
        self.asked = self.connection.flush().is_some();
        self.asked
    }

    fn listen(&mut self) -> Heard {
        if !self.connection.consume() || self.connection.is_bad() {
            return Heard::Lost(reports::of_connection(&self.connection));
        }
        // Nobody is to be told of notices, and they would be kept.
        drop(libpq::take_notices());
        let mut heard = Heard::Nothing;
        while self.asked && !self.connection.is_busy() {
            let Some(answer) = self.connection.result() else {
                self.asked = false;
                break;
            };
            match answer.outcome() {
                Outcome::Rows => heard = Heard::InRecovery(answer.value(0, 0) == Some(b"t")),
                Outcome::Failed if self.connection.is_bad() => {
                    return Heard::Lost(reports::of_answer(&self.connection, &answer, None));
                }
                Outcome::Failed
                | Outcome::Empty
                | Outcome::Done
                | Outcome::Copy
                | Outcome::Skipped
                | Outcome::Sync => {}
            }
        }
        heard
    }
}
