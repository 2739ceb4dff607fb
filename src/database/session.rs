#![forbid(unsafe_code)]
//! The process's one connection: statements, and waiting for their results.
//! Runs in: worker.
//!
//! While a statement runs, its session is taken out of its place: what extension code asks for
//! meanwhile (an exit callback, say) finds no connection, and no lock.

use core::ffi::CStr;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use crate::abi::c::Oid;
use crate::abi::latch::{
    WL_LATCH_SET, WL_POSTMASTER_DEATH, WL_SOCKET_READABLE, WL_SOCKET_WRITEABLE,
};
use crate::abi::wait_event::PG_WAIT_EXTENSION;
use crate::datum;
use crate::error::{Level, Report, Result, SqlState};
use crate::shmem::latch::{self, Want};
use crate::sigsafe::inside;
use crate::worker::interrupts;

use super::libpq::{Answer, Connection, Outcome};
use super::{connect, reports, transaction};

/// A parameter: its type, 0 where the server finds out, and its text, none for NULL.
pub(super) type Parameter = (Oid, Option<CString>);

/// Who the worker is on the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Who {
    /// The database, 0 if the worker asked for none.
    pub(crate) database: Oid,
    pub(crate) user: Oid,
    pub(crate) is_superuser: bool,
}

pub(super) struct Session {
    pub(super) connection: Connection,
    pub(super) who: Who,
    /// DateStyle, IntervalStyle and TimeZone as last seen.
    styles: [Vec<u8>; 3],
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static SESSION: Mutex<Option<Box<Session>>> = Mutex::new(None);

fn place<T>(change: impl FnOnce(&mut Option<Box<Session>>) -> T) -> T {
    change(&mut SESSION.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The connection is closed, if there is one.
pub(super) fn close() {
    drop(place(Option::take));
}

pub(super) fn keep(session: Session) {
    place(|place| *place = Some(Box::new(session)));
}

/// Does something with the session.
///
/// # Errors
/// There is none (55000), or what `act` says.
pub(super) fn with<T>(act: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
    let mut taken = place(Option::take);
    if taken.is_none() && connect::connect_now()? {
        taken = place(Option::take);
    }
    let Some(mut session) = taken else {
        let message = "this process has no connection to a database";
        let report = Report::error(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE, message);
        let hint = "A worker connects with BackgroundWorkerInitializeConnection.";
        return Err(report.with_hint(hint).into());
    };
    let result = act(&mut session);
    place(|place| *place = Some(session));
    reports::emit_notices();
    result
}

/// Sleeps until the socket is ready. Whoever set the latch meanwhile is heard afterwards: `woken`
/// says that there was one.
pub(super) fn wait_for_socket(socket: i32, writable: bool, woken: &mut bool) -> Result<()> {
    let ready = if writable { WL_SOCKET_WRITEABLE } else { WL_SOCKET_READABLE };
    loop {
        interrupts::check()?;
        let events = WL_LATCH_SET | WL_POSTMASTER_DEATH | WL_SOCKET_READABLE | ready;
        let want = Want { events, socket, timeout: -1, wait_event_info: PG_WAIT_EXTENSION };
        let seen = latch::wait_own(want)?;
        if inside::termination_noted() {
            return Err(interrupts::administrator_command().into());
        }
        if seen & WL_POSTMASTER_DEATH != 0 {
            let message = "terminating connection due to unexpected postmaster exit";
            let report = Report::new(Level::Fatal, message);
            return Err(report.with_sqlstate(SqlState::ADMIN_SHUTDOWN).into());
        }
        if seen & WL_LATCH_SET != 0 {
            latch::reset_own();
            *woken = true;
        }
        if seen & (WL_SOCKET_READABLE | ready) != 0 {
            return Ok(());
        }
    }
}

/// Has the latch be set again if a wait has reset it: who set it meant somebody else, too.
pub(super) fn pass_on(woken: bool) {
    if woken {
        latch::set_own();
    }
}

impl Session {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, who: Who::default(), styles: Default::default() }
    }

    /// Runs one statement and waits for its result. `query` is its text if an extension wrote it.
    ///
    /// # Errors
    /// The server's; the process is to end, or the statement was cancelled.
    pub(super) fn run(
        &mut self,
        text: &CStr,
        parameters: &[Parameter],
        query: Option<&[u8]>,
    ) -> Result<Answer> {
        if !self.connection.send(text, parameters) {
            return Err(reports::of_connection(&self.connection).into());
        }
        let mut woken = false;
        let answer = self.finish(&mut woken);
        pass_on(woken);
        let Some(answer) = answer? else {
            return Err(reports::of_connection(&self.connection).into());
        };
        self.note_styles();
        match answer.outcome() {
            Outcome::Failed => Err(reports::of_answer(&self.connection, &answer, query).into()),
            Outcome::Copy => {
                let message = "COPY from or to a client that is none";
                Err(Report::new(Level::Fatal, message).into())
            }
            Outcome::Empty | Outcome::Done | Outcome::Rows => Ok(answer),
        }
    }

    /// How the session writes dates and times, for whoever reads them.
    fn note_styles(&mut self) {
        let (date, interval, zone) = (c"DateStyle", c"IntervalStyle", c"TimeZone");
        let setting = |name| self.connection.setting(name).unwrap_or_default();
        let found = [setting(date), setting(interval), setting(zone)];
        if self.styles.iter().zip(found).any(|(known, found)| known != found) {
            self.styles = found.map(<[u8]>::to_vec);
            let [date, interval, zone] = &self.styles;
            datum::set_styles(date, interval, zone);
        }
    }

    /// The last result of what was sent; the connection is ready for more then.
    fn finish(&mut self, woken: &mut bool) -> Result<Option<Answer>> {
        match self.collect(woken) {
            Ok(answer) => Ok(answer),
            Err(raised) => {
                let report = raised.into_report();
                self.connection.cancel();
                if report.level < Level::Fatal {
                    // What was cancelled still has an end, which is not to be taken for another's.
                    let _cancelled = self.collect(woken)?;
                }
                Err(report.into())
            }
        }
    }

    fn collect(&mut self, woken: &mut bool) -> Result<Option<Answer>> {
        let socket = self.connection.socket();
        loop {
            match self.connection.flush() {
                Some(false) => break,
                Some(true) => wait_for_socket(socket, true, woken)?,
                None => return Ok(None),
            }
            if !self.connection.consume() {
                return Ok(None);
            }
        }
        let mut last: Option<Answer> = None;
        loop {
            while self.connection.is_busy() {
                wait_for_socket(socket, false, woken)?;
                if !self.connection.consume() {
                    break;
                }
            }
            let Some(next) = self.connection.result() else { return Ok(last) };
            let is_copy = next.outcome() == Outcome::Copy;
            // A failure stays what it is, whatever follows.
            if last.as_ref().is_none_or(|last| last.outcome() != Outcome::Failed) {
                last = Some(next);
            }
            if is_copy {
                return Ok(last);
            }
        }
    }

    /// One value of a statement of our own; none: no row, or NULL.
    pub(super) fn look_up(&mut self, text: &CStr, parameter: Parameter) -> Result<Option<Vec<u8>>> {
        let answer = self.run(text, &[parameter], None)?;
        Ok(if answer.rows() == 0 { None } else { answer.value(0, 0).map(<[u8]>::to_vec) })
    }
}

/// [`Session::look_up`] inside the transaction, if there is one.
fn look_up(text: &CStr, parameter: Parameter) -> Result<Option<Vec<u8>>> {
    transaction::begin_if_active()?;
    with(|session| session.look_up(text, parameter))
}

/// Who the worker is; nobody without a connection.
pub(crate) fn who() -> Option<Who> {
    place(|place| place.as_ref().map(|session| session.who.clone()))
}

/// The number of the user.
///
/// # Errors
/// There is no connection.
pub(crate) fn user() -> Result<Oid> {
    with(|session| Ok(session.who.user))
}

const NAME: Oid = 19;
const OID: Oid = 26;

fn by_name(text: &CStr, name: &CStr) -> Result<Oid> {
    let found = look_up(text, (NAME, Some(name.to_owned())))?;
    Ok(found.map_or(0, |text| number(&text)))
}

pub(super) fn by_number(text: &CStr, number: Oid) -> Result<Option<Vec<u8>>> {
    let parameter = CString::new(number.to_string()).unwrap_or_default();
    look_up(text, (OID, Some(parameter)))
}

/// The first column of a statement of our own with a parameter; none for NULL.
///
/// # Errors
/// The server's.
pub(super) fn column(text: &CStr, parameter: Parameter) -> Result<Vec<Option<Vec<u8>>>> {
    transaction::begin_if_active()?;
    let answer = with(|session| session.run(text, &[parameter], None))?;
    Ok((0..answer.rows()).map(|row| answer.value(row, 0).map(<[u8]>::to_vec)).collect())
}

/// A number in the server's words, 0 for anything else.
pub(super) fn number(text: &[u8]) -> Oid {
    core::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// A database's number, 0 if there is none of that name.
pub(crate) fn database_oid(name: &CStr) -> Result<Oid> {
    by_name(c"SELECT oid FROM pg_catalog.pg_database WHERE datname = $1", name)
}

/// A role's number, 0 if there is none of that name.
pub(crate) fn role_oid(name: &CStr) -> Result<Oid> {
    by_name(c"SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1", name)
}

/// A schema's number, 0 if there is none of that name.
pub(crate) fn namespace_oid(name: &CStr) -> Result<Oid> {
    by_name(c"SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1", name)
}

/// A role's name.
pub(crate) fn role_name(number: Oid) -> Result<Option<Vec<u8>>> {
    by_number(c"SELECT rolname FROM pg_catalog.pg_roles WHERE oid = $1", number)
}

/// A database's name.
pub(crate) fn database_name(number: Oid) -> Result<Option<Vec<u8>>> {
    by_number(c"SELECT datname FROM pg_catalog.pg_database WHERE oid = $1", number)
}

/// A type's name in pg_type, looked up once.
///
/// # Errors
/// There is no such type; the server's.
pub(crate) fn type_name(number: Oid) -> Result<Vec<u8>> {
    Ok(super::types::known(number)?.name.clone())
}
