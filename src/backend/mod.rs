//! A backend: a child of the postmaster that serves one caller (`pgbgw call`), as a regular backend
//! of PostgreSQL serves its client.
//! Runs in: backend.
//!
//! `request` reads what is asked for, `call` calls the function, `table` one that returns rows, `client` tells the
//! caller of reports and of the result.

mod call;
mod client;
mod request;
mod table;

use std::io::Read as _;
use std::os::unix::net::UnixStream;

use crate::abi::variables::{TopMemoryContext, debug_query_string};
use crate::database::{connect_now, connect_when_needed, snapshots, transaction};
use crate::error::{self, Level, Report, Result, SqlState};
use crate::memory;
use crate::shmem::procs;
use crate::worker::{self, exit};

pub(crate) use client::refusal;

use request::Call;

/// What the postmaster tells the child.
pub(crate) struct Launch {
    /// Its place in the array of processes.
    pub(crate) place: usize,
    /// The postmaster.
    pub(crate) postmaster: i32,
    /// The caller.
    pub(crate) stream: UnixStream,
    /// What the caller has sent after its request.
    pub(crate) asked: Vec<u8>,
}

/// Most bytes of a request: a value may have 1 GB, and its text needs escapes.
const MAX_REQUEST: u64 = 2 << 30;

/// Serves the caller in a freshly forked child, with every signal blocked.
pub(crate) fn main(launch: Launch) -> ! {
    let Launch { place, postmaster, stream, asked } = launch;
    worker::become_backend(postmaster);
    let code = match serve(place, stream, asked) {
        Ok(()) => 0,
        Err(raised) => {
            worker::survive_error();
            let report = raised.into_report();
            error::emit(&report);
            if let Err(another) = transaction::abort() {
                error::emit(&another.into_report());
            }
            // The call is over, and so is the backend; only a FATAL error is an end to tell of.
            i32::from(report.level >= Level::Fatal)
        }
    };
    exit::proc_exit(code)
}

fn serve(place: usize, mut stream: UnixStream, mut asked: Vec<u8>) -> Result<()> {
    procs::attach(place)?;
    client::listen(&stream)?;
    client::send(&[(b"pid", Some(std::process::id().to_string().as_bytes()))]);
    worker::start_backend();
    stream.by_ref().take(MAX_REQUEST).read_to_end(&mut asked).map_err(|_| lost())?;
    let call = request::parse(&asked)?;
    drop(asked);
    let title = call.title();
    worker::title::set_activity(&title);
    let statement = memory::copy_bytes(TopMemoryContext.get(), &title)?;
    debug_query_string.set(statement.as_ptr().cast_const().cast());
    match transact(&call)? {
        Answer::Nothing => client::send(&[(b"done", None)]),
        Answer::Value(text) => client::send(&[(b"result", text.as_deref())]),
        Answer::Rows(rows) => {
            for row in &rows {
                let values = row.iter().map(|text| (b"value".as_slice(), text.as_deref()));
                let fields = core::iter::once((b"row".as_slice(), None)).chain(values);
                client::send(&fields.collect::<Vec<_>>());
            }
            client::send(&[(b"done", None)]);
        }
    }
    Ok(())
}

/// A row's texts; None is NULL.
type Row = Vec<Option<Vec<u8>>>;

/// What a call has given.
enum Answer {
    Nothing,
    /// A text; None is NULL.
    Value(Option<Vec<u8>>),
    Rows(Vec<Row>),
}

/// Calls the function in a transaction of its own, as SQL does.
fn transact(call: &Call) -> Result<Answer> {
    let names_database = call.database.is_some() || call.user.is_some();
    connect_when_needed(call.database.clone(), call.user.clone());
    if names_database {
        connect_now()?;
    }
    transaction::start_statement();
    transaction::start()?;
    snapshots::push_current()?;
    let result = call::call(call)?;
    snapshots::pop();
    transaction::commit()?;
    Ok(result)
}

fn lost() -> Report {
    Report::new(Level::Fatal, "connection to client lost").with_sqlstate(SqlState::new(*b"08006"))
}
