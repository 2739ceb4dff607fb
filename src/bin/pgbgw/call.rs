#![forbid(unsafe_code)]
//! `pgbgw call`: a function that SQL could call, in a backend of a running postmaster.
//! Runs in: command.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use clap::Args;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::args::DataDir;
use crate::control;
use crate::protocol::{self, Row};
use crate::say::{self, Failure, Outcome};
use crate::signals::Signals;

#[derive(Args)]
#[command(after_help = "\
Types are boolean, numbers, texts, bytea, dates and times, uuid, json, jsonb, bit strings, network
addresses, arrays of them such as text[] (written as {a,b,NULL}), and void for a result. The arguments and the result must be those
that the function is written for: as in PostgreSQL, nobody can check that for a C function.

A result is a type, columns in parentheses for a row, or SETOF and one of these, as in
  --returns 'SETOF (pid int4, query text)'
where a function that returns TABLE (...) or has OUT arguments is said to return its columns. It is called
as SELECT * FROM function(...) does.

The result is printed as psql -At prints it: a row on a line, with | between its columns, an empty
text for NULL, nothing for void. Messages of the function go to standard error. Ctrl-C cancels the call.

The function runs in a transaction of its own. With --dbname or --username its process connects to
the server of pgbgw.conninfo first; without them it does once the function asks for something of a
database, to the database and as the user that the connection string says.

For example, what SELECT worker_spi_launch(4, 0, 0, '{}') is in SQL:
  pgbgw call -D data worker_spi worker_spi_launch --returns int4 \\
      --arg int4:4 --arg oid:0 --arg oid:0 --arg 'text[]:{}'

Exit status: 0 done, 1 the function raised an error, 2 the postmaster or its process went away.")]
pub(crate) struct Options {
    #[command(flatten)]
    data: DataDir,
    /// The library, as LOAD and CREATE FUNCTION would name it
    #[arg(value_name = "LIBRARY")]
    library: OsString,
    /// The function's name in the library
    #[arg(value_name = "FUNCTION")]
    function: OsString,
    /// An argument, in order; the type alone is NULL
    #[arg(long = "arg", value_name = "TYPE[:VALUE]", allow_hyphen_values = true)]
    arguments: Vec<OsString>,
    /// The type of the result, or what a row, or each row of a set, has for columns
    #[arg(long, value_name = "RESULT", default_value = "void")]
    returns: OsString,
    /// The database to connect to before the call, at the server of pgbgw.conninfo
    #[arg(short, long, value_name = "NAME")]
    dbname: Option<OsString>,
    /// The user to connect as
    #[arg(short = 'U', long, value_name = "NAME")]
    username: Option<OsString>,
    /// Do not call it if an argument is NULL, as a STRICT function; the result is NULL then
    #[arg(long)]
    strict: bool,
}

pub(crate) fn call(options: &Options) -> Outcome {
    // From here on Ctrl-C is for the call.
    let signals = Signals::take_over([Signal::SIGINT])
        .map_err(|errno| Failure::from(format!("could not create signalfd: {errno}")))?;
    let stream = control::call(&options.data, &request(options))?;
    let mut answer = Answer { lines: BufReader::new(stream), signals, backend: None };
    loop {
        match answer.line().map_err(|error| lost(&error.to_string()))? {
            None => return Err(lost("")),
            Some(line) => {
                if let Some(code) = answer.obey(&line)? {
                    return Ok(code);
                }
            }
        }
    }
}

/// What libpq says, and psql.
fn lost(why: &str) -> Failure {
    let more = if why.is_empty() { "" } else { ": " };
    Failure::from(format!("server closed the connection unexpectedly{more}{why}"))
        .and("\tThis probably means the server terminated abnormally")
        .and("\tbefore or while processing the request.")
        .with_code(2)
}

fn request(options: &Options) -> Vec<u8> {
    let mut out = b"call\n".to_vec();
    let mut line = |fields: &[&[u8]]| {
        for (i, field) in fields.iter().enumerate() {
            if i > 0 {
                out.push(b'\t');
            }
            protocol::push_escaped(&mut out, field);
        }
        out.push(b'\n');
    };
    line(&[b"library", options.library.as_bytes()]);
    line(&[b"function", options.function.as_bytes()]);
    line(&[b"returns", options.returns.as_bytes()]);
    if options.strict {
        line(&[b"strict"]);
    }
    for (name, value) in [(&b"database"[..], &options.dbname), (b"user", &options.username)] {
        if let Some(value) = value {
            line(&[name, value.as_bytes()]);
        }
    }
    for argument in &options.arguments {
        let argument = argument.as_bytes();
        match argument.iter().position(|&byte| byte == b':') {
            Some(colon) => {
                let (kind, value) = argument.split_at(colon);
                line(&[b"arg", kind, value.get(1..).unwrap_or_default()]);
            }
            None => line(&[b"arg", argument]),
        }
    }
    out
}

struct Answer {
    lines: BufReader<UnixStream>,
    signals: Signals,
    /// The process that runs the call.
    backend: Option<Pid>,
}

impl Answer {
    /// The next line; a Ctrl-C meanwhile goes to the backend. None: there is no more.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        loop {
            if self.lines.buffer().is_empty() {
                let asked = self.signals.wait_or_read(self.lines.get_ref().as_fd())?;
                if asked.is_some() {
                    self.cancel()?;
                    continue;
                }
            }
            let buffer = self.lines.fill_buf()?;
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let taken = end.map_or(buffer.len(), |end| end + 1);
            line.extend_from_slice(buffer.get(..taken).unwrap_or_default());
            self.lines.consume(taken);
            if end.is_some() {
                line.pop();
                return Ok(Some(line));
            }
            if taken == 0 {
                return Ok(None);
            }
        }
    }

    /// Asks the backend to cancel the call.
    fn cancel(&self) -> io::Result<()> {
        match self.backend {
            Some(backend) => Ok(kill(backend, Signal::SIGINT)?),
            None => Err(io::Error::other("canceled")),
        }
    }

    /// Does what a line says; the exit code once the call is over.
    fn obey(&mut self, line: &[u8]) -> Result<Option<ExitCode>, Failure> {
        if let Some(value) = line.strip_prefix(b"result=") {
            let mut value = protocol::unescape_bytes(value);
            value.push(b'\n');
            // That nobody reads it (a closed pipe) is no reason to fail.
            drop(io::stdout().write_all(&value));
            return Ok(Some(ExitCode::SUCCESS));
        }
        if line == b"row" || line.starts_with(b"row\t") {
            drop(io::stdout().write_all(&unaligned(line)));
            return Ok(None);
        }
        if line == b"result" {
            say::line("");
            return Ok(Some(ExitCode::SUCCESS));
        }
        if line == b"done" {
            return Ok(Some(ExitCode::SUCCESS));
        }
        let text = String::from_utf8_lossy(line);
        if text.starts_with("error\t") {
            protocol::reply(&text).map_err(control::refused)?;
        }
        let row = protocol::row(&text);
        match row.first() {
            Some((key, Some(pid))) if key == "pid" => {
                self.backend = pid.parse().ok().map(Pid::from_raw);
                Ok(None)
            }
            Some((key, Some(level))) if key == "report" => Ok(report(level, &row)),
            _ => Err(Failure::from("the server's answer cannot be understood")),
        }
    }
}

/// A row as psql -At prints it.
fn unaligned(line: &[u8]) -> Vec<u8> {
    let values = line.split(|&byte| byte == b'\t').skip(1);
    let texts = values.map(|field| match field.strip_prefix(b"value=") {
        Some(text) => protocol::unescape_bytes(text),
        None => Vec::new(),
    });
    let mut out = texts.collect::<Vec<_>>().join(&b'|');
    out.push(b'\n');
    out
}

/// Shows a message as psql does. An error ends the call.
fn report(level: &str, row: &Row) -> Option<ExitCode> {
    let mut text = String::new();
    for (key, value) in row.iter().skip(1) {
        let Some(value) = value else { continue };
        let word = match key.as_str() {
            "message" => level.to_owned(),
            other => other.to_uppercase(),
        };
        text.push_str(&format!("{word}:  {value}\n"));
    }
    drop(io::stderr().write_all(text.as_bytes()));
    match level {
        "ERROR" => Some(ExitCode::FAILURE),
        "FATAL" | "PANIC" => Some(ExitCode::from(2)),
        _ => None,
    }
}
