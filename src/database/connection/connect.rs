#![forbid(unsafe_code)]
//! How a worker gets its connection, and a backend.
//! Runs in: worker, backend.

use core::ffi::CStr;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use crate::abi::c::{InvalidOid, Oid};
use crate::abi::miscadmin::{InitProcessing, NormalProcessing};
use crate::abi::variables::{Mode, MyDatabaseId};
use crate::error::{self, Level, Report, Result, SqlState};
use crate::guc::settings;
use crate::shmem::procs;
use crate::worker::{exit, needs_database, worker_name};

use crate::database::attempt::{Attempt, Options};
use crate::database::libpq::Poll;
use crate::database::session::{self, Session, number, pass_on, wait_for_socket_until};
use crate::database::{reports, transaction, types};

/// The database and the user that a worker asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted<'a> {
    Names(Option<&'a CStr>, Option<&'a CStr>),
    /// 0 is none.
    Numbers(Oid, Oid),
}

/// `BackgroundWorkerInitializeConnection` and `...ByOid`.
///
/// # Errors
/// FATAL: there is no server, or it refuses; ERROR: the worker is connected already.
pub(crate) fn connect(wanted: Wanted<'_>) -> Result<()> {
    if !needs_database() {
        let message = "database connection requirement not indicated during registration";
        return Err(fatal(SqlState::PROGRAM_LIMIT_EXCEEDED, message).into());
    }
    if Mode.get() != InitProcessing {
        let message = "invalid processing mode in background worker";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    establish(wanted)?;
    Mode.set(NormalProcessing);
    Ok(())
}

/// `InitPostgres`: a connection, unless nothing is named; whether there is one then.
///
/// # Errors
/// FATAL: there is no server, or it refuses; ERROR: a name and a number at once.
pub(crate) fn initialize(
    database: (Option<&CStr>, Oid),
    user: (Option<&CStr>, Oid),
) -> Result<bool> {
    let wanted = match (database, user) {
        ((None, 0), (None, 0)) => return Ok(false),
        ((database, 0), (user, 0)) => Wanted::Names(database, user),
        ((None, database), (None, user)) => Wanted::Numbers(database, user),
        _ => {
            let message = "a name and a number cannot be given at once outside PostgreSQL";
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
        }
    };
    establish(wanted)?;
    Ok(true)
}

/// The database and the user of a backend: names, none for the server's defaults.
type Names = (Option<CString>, Option<CString>);

/// Set in a backend that has no connection yet.
static DEMAND: Mutex<Option<Names>> = Mutex::new(None);

/// This backend gets a connection once its function needs one.
pub(crate) fn connect_when_needed(database: Option<CString>, user: Option<CString>) {
    *DEMAND.lock().unwrap_or_else(PoisonError::into_inner) = Some((database, user));
}

/// A backend gets its connection, if it has none; false: this process is none.
///
/// # Errors
/// FATAL: there is no server, or it refuses.
pub(crate) fn connect_now() -> Result<bool> {
    let names = DEMAND.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((database, user)) = names else { return Ok(false) };
    establish(Wanted::Names(database.as_deref(), user.as_deref()))?;
    Ok(true)
}

fn establish(wanted: Wanted<'_>) -> Result<()> {
    let Some(conninfo) = settings::conninfo() else {
        let message = "there is no server to connect background workers to";
        let hint =
            "Set pgbgw.conninfo to a connection string of libpq, or pgbgw.database to managed.";
        let sqlstate = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
        return Err(fatal(sqlstate, message).with_hint(hint).into());
    };
    let conninfo = CString::new(conninfo).unwrap_or_default();
    let result = enter(&conninfo, wanted);
    reports::emit_notices();
    let session = result?;
    MyDatabaseId.set(session.who.database);
    procs::show_identity(session.who.database, session.who.user);
    session::keep(session);
    transaction::start_statement();
    exit::BEFORE_SHMEM_EXIT.push(Some(at_exit), 0)
}

fn fatal(sqlstate: SqlState, message: impl Into<Vec<u8>>) -> Report {
    Report::new(Level::Fatal, message).with_sqlstate(sqlstate)
}

extern "C" fn at_exit(_code: core::ffi::c_int, _arg: usize) {
    error::throwing(|| {
        let ended = transaction::end_process();
        session::close();
        ended
    });
}

fn enter(conninfo: &CStr, wanted: Wanted<'_>) -> Result<Session> {
    match wanted {
        Wanted::Names(database, user) => {
            let session = open(conninfo, database, user)?;
            // A worker may ask for none; a backend has one, as in PostgreSQL.
            settle(session, database.is_some() || !needs_database(), user)
        }
        Wanted::Numbers(database, user) => {
            let mut first = open(conninfo, None, None)?;
            let database = if database == InvalidOid {
                None
            } else {
                let missing = format!("database {database} does not exist");
                Some(name_of(&mut first, session::DATABASE_NAME, database, *b"3D000", missing)?)
            };
            let user = if user == InvalidOid {
                None
            } else {
                let missing = format!("role with OID {user} does not exist");
                Some(name_of(&mut first, session::ROLE_NAME, user, *b"28000", missing)?)
            };
            drop(first);
            let session = open(conninfo, database.as_deref(), user.as_deref())?;
            settle(session, database.is_some(), user.as_deref())
        }
    }
}

/// The name behind a number, FATAL if there is none.
fn name_of(
    session: &mut Session,
    text: &CStr,
    number: Oid,
    sqlstate: [u8; 5],
    missing: String,
) -> Result<CString> {
    let name = session.look_up(text, session::numbered(number))?;
    let name = name.and_then(|name| CString::new(name).ok());
    name.ok_or_else(|| fatal(SqlState::new(sqlstate), missing).into())
}

/// A connection, as the worker's user if it is to log in as that.
fn open(conninfo: &CStr, database: Option<&CStr>, user: Option<&CStr>) -> Result<Session> {
    let mut options = Options::new();
    if !conninfo.is_empty() {
        // The first of this name may be a whole connection string; what follows overrides it.
        options.push((c"dbname", conninfo.to_owned()));
    }
    if let Some(database) = database {
        options.push((c"dbname", database.to_owned()));
    }
    if let Some(user) = user.filter(|_| !settings::sets_role()) {
        options.push((c"user", user.to_owned()));
    }
    let name = worker_name();
    let name = if name.is_empty() { c"pgbgw call".to_owned() } else { name };
    options.push((c"application_name", name));
    let mut attempt = Attempt::start(options, None).map_err(reports::of_libpq)?;
    let mut woken = false;
    let made = make(&mut attempt, &mut woken);
    pass_on(woken);
    made?;
    let mut connection = attempt.into_connection();
    if !connection.set_nonblocking() {
        return Err(reports::of_connection(&connection).into());
    }
    Ok(Session::new(connection))
}

fn make(attempt: &mut Attempt, woken: &mut bool) -> Result<()> {
    loop {
        let writable = match attempt.next() {
            Poll::Readable => false,
            Poll::Writable => true,
            Poll::Done => return Ok(()),
            Poll::Failed => return Err(reports::of_refusal(&attempt.error_message()).into()),
        };
        let deadline = attempt.deadline();
        if wait_for_socket_until(attempt.socket(), writable, deadline, woken)? {
            attempt.go_on();
        } else {
            attempt.time_out();
        }
    }
}

/// Makes the session what a worker's is: the server's encoding, the worker's role.
fn settle(mut session: Session, has_database: bool, user: Option<&CStr>) -> Result<Session> {
    let settings = c"SELECT pg_catalog.set_config('client_encoding', pg_catalog.current_setting('server_encoding'), false)";
    session.run(settings, &[])?;
    if let Some(user) = user.filter(|_| settings::sets_role()) {
        let text = c"SELECT pg_catalog.set_config('role', $1, false)";
        session.run(text, &[(types::TEXT, Some(user.to_owned()))])?;
    }
    let text = c"SELECT d.oid, r.oid, r.rolsuper FROM pg_catalog.pg_database d, pg_catalog.pg_roles r WHERE d.datname = pg_catalog.current_database() AND r.rolname = current_user";
    let answer = session.run(text, &[])?;
    let value = |column| answer.value(0, column).unwrap_or_default();
    let database = if has_database { number(value(0)) } else { InvalidOid };
    let (user, is_superuser) = (number(value(1)), value(2) == b"t");
    session.who = session::Who { database, user, is_superuser };
    Ok(session)
}
