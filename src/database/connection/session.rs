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
    WL_LATCH_SET, WL_POSTMASTER_DEATH, WL_SOCKET_READABLE, WL_SOCKET_WRITEABLE, WL_TIMEOUT,
};
use crate::abi::variables::DefaultXactReadOnly;
use crate::abi::wait_event::PG_WAIT_EXTENSION;
use crate::datum;
use crate::error::{Level, Raised, Report, Result, SqlState};
use crate::shmem::latch::{self, Want};
use crate::shmem::socket_wait::SocketWait;
use crate::sigsafe::inside;
use crate::sys::clock::Instant;
use crate::worker::interrupts;

use crate::database::libpq::{self, Answer, Command, Connection, Outcome, Parameter};
use crate::database::reports::{self, Source};
use crate::database::{block, connect, joined, transaction, types};

/// What became of commands that were sent together.
#[derive(Default)]
pub(in crate::database) struct Batch {
    /// Results of those that succeeded.
    pub(in crate::database) answers: Vec<Answer>,
    /// What the next one failed with, or was interrupted by.
    pub(in crate::database) failure: Option<Report>,
}

impl Batch {
    /// The results, if all succeeded.
    ///
    /// # Errors
    /// What one of them failed with.
    pub(in crate::database) fn finish(self) -> Result<Vec<Answer>> {
        self.failure.map_or(Ok(self.answers), |failure| Err(failure.into()))
    }
}

/// Results that are being read.
#[derive(Default)]
struct Incoming {
    pipelined: bool,
    /// One of each command that succeeded.
    answers: Vec<Answer>,
    failed: Option<Answer>,
}

/// Who the worker is on the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Who {
    /// The database, 0 if the worker asked for none.
    pub(crate) database: Oid,
    pub(crate) user: Oid,
    pub(crate) is_superuser: bool,
}

pub(in crate::database) struct Session {
    pub(in crate::database) connection: Connection,
    pub(in crate::database) who: Who,
    /// The wait for the connection's socket, once there was one.
    wait: Option<SocketWait>,
    /// DateStyle, IntervalStyle and TimeZone as last seen.
    styles: [Vec<u8>; 3],
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static SESSION: Mutex<Option<Box<Session>>> = Mutex::new(None);

fn place<T>(change: impl FnOnce(&mut Option<Box<Session>>) -> T) -> T {
    change(&mut SESSION.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The connection is closed, if there is one.
pub(in crate::database) fn close() {
    drop(place(Option::take));
}

/// Keeps the connection, whose transactions are what the server makes of a plain BEGIN.
pub(in crate::database) fn keep(session: Session) {
    let setting = session.connection.setting(c"default_transaction_read_only");
    DefaultXactReadOnly.set(setting == Some(b"on"));
    place(|place| *place = Some(Box::new(session)));
}

/// Does something with the session.
///
/// # Errors
/// There is none (55000), or what `act` says.
pub(in crate::database) fn with<T>(act: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
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

/// Sleeps until a socket is ready, or until a deadline; false: it has come. Whoever set the latch
/// meanwhile is heard afterwards: `woken` says that there was one.
pub(in crate::database) fn wait_for_socket_until(
    socket: i32,
    writable: bool,
    deadline: Option<Instant>,
    woken: &mut bool,
) -> Result<bool> {
    let ready = if writable { WL_SOCKET_WRITEABLE } else { WL_SOCKET_READABLE };
    loop {
        interrupts::check()?;
        let mut events = WL_LATCH_SET | WL_POSTMASTER_DEATH | WL_SOCKET_READABLE | ready;
        let left = deadline.map(|deadline| deadline.since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(false);
        }
        let timeout = left.map_or(-1, |left| {
            events |= WL_TIMEOUT;
            i64::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX)
        });
        let want = Want { events, socket, timeout, wait_event_info: PG_WAIT_EXTENSION };
        if heed(latch::wait_own(want)?, woken)? {
            return Ok(true);
        }
    }
}

/// Acts on what a wait has seen; whether it was the socket.
fn heed(seen: i32, woken: &mut bool) -> Result<bool> {
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
    Ok(seen & (WL_SOCKET_READABLE | WL_SOCKET_WRITEABLE) != 0)
}

/// Has the latch be set again if a wait has reset it: who set it meant somebody else, too.
pub(in crate::database) fn pass_on(woken: bool) {
    if woken {
        latch::set_own();
    }
}

impl Session {
    pub(in crate::database) fn new(connection: Connection) -> Self {
        Self { connection, who: Who::default(), wait: None, styles: Default::default() }
    }

    /// Runs one statement of our own and waits for its result.
    ///
    /// # Errors
    /// The server's; the process is to end, or the statement was cancelled.
    pub(in crate::database) fn run(
        &mut self,
        text: &CStr,
        parameters: &[Parameter],
    ) -> Result<Answer> {
        let mut batch = self.batch(&[Command::Text(text, parameters)], None)?;
        match (batch.failure, batch.answers.pop()) {
            (None, Some(answer)) => Ok(answer),
            (Some(failure), _) => Err(failure.into()),
            (None, None) => Err(reports::of_connection(&self.connection).into()),
        }
    }

    /// Has commands run one after the other until one fails, and waits for their results.
    /// `source` is where those from some number on come from, if an extension wrote them.
    ///
    /// # Errors
    /// FATAL: the connection is lost, or the process is to end.
    pub(in crate::database) fn batch(
        &mut self,
        commands: &[Command<'_>],
        source: Option<(usize, Source<'_>)>,
    ) -> Result<Batch> {
        let joined = joined::text(commands, &self.connection);
        let pipelined = joined.is_none() && commands.len() > 1;
        let sent = match &joined {
            Some(text) => self.connection.send(&Command::Own(text)),
            None => self.send_all(commands),
        };
        if !sent {
            return Err(reports::of_connection(&self.connection).into());
        }
        let mut woken = false;
        let mut incoming = Incoming { pipelined, ..Incoming::default() };
        let finished = self.finish(&mut incoming, &mut woken);
        pass_on(woken);
        if let Some((_, source)) = source.filter(|(_, source)| source.is_context) {
            libpq::add_context(source);
        }
        let interruption = finished?;
        if pipelined && !self.connection.exit_pipeline() {
            return Err(self.lost(&incoming));
        }
        let mut failure = interruption;
        if let Some(failed) = incoming.failed.filter(|_| failure.is_none()) {
            let position = joined.as_ref().and_then(|_| reports::position(&failed));
            let (at, before) = match position {
                Some(position) => joined::place(commands, position, &self.connection),
                None => (incoming.answers.len(), 0),
            };
            let source = source.filter(|(first, _)| *first <= at).map(|(_, source)| source);
            let source = source.map(|source| Source { shift: source.shift - before, ..source });
            failure = Some(reports::of_answer(&self.connection, &failed, source));
        }
        self.note_styles();
        let complete = incoming.answers.len() == commands.len();
        if self.connection.is_bad() || (failure.is_none() && !complete) {
            let failure = failure.unwrap_or_else(|| reports::of_connection(&self.connection));
            return Err(Report { level: Level::Fatal, ..failure }.into());
        }
        Ok(Batch { answers: incoming.answers, failure })
    }

    /// Sends commands: several as a pipeline.
    fn send_all(&mut self, commands: &[Command<'_>]) -> bool {
        if let [command] = commands {
            return self.connection.send(command);
        }
        self.connection.enter_pipeline()
            && commands.iter().all(|command| self.connection.send(command))
            && self.connection.sync()
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

    /// The FATAL of a lost connection: the server's words if there are some.
    fn lost(&self, incoming: &Incoming) -> Raised {
        let report = match &incoming.failed {
            Some(failed) => reports::of_answer(&self.connection, failed, None),
            None => reports::of_connection(&self.connection),
        };
        Report { level: Level::Fatal, ..report }.into()
    }

    /// Reads all results; the connection is ready for more then. What interrupted it, if it was
    /// not the process's end.
    fn finish(&mut self, incoming: &mut Incoming, woken: &mut bool) -> Result<Option<Report>> {
        let Err(raised) = self.collect(incoming, woken) else { return Ok(None) };
        let report = raised.into_report();
        self.connection.cancel();
        if report.level >= Level::Fatal {
            return Err(report.into());
        }
        // What was cancelled still has an end, which is not to be taken for another's.
        self.collect(incoming, woken)?;
        Ok(Some(report))
    }

    /// Sleeps until the connection's socket is ready, as [`wait_for_socket_until`] does.
    fn wait(&mut self, writable: bool, woken: &mut bool) -> Result<()> {
        if latch::own_is_set() {
            // Heard now, not in a wait that it would end.
            heed(WL_LATCH_SET, woken)?;
        }
        let mut wait = match self.wait.take() {
            Some(wait) => wait,
            None => SocketWait::new(self.connection.socket())?,
        };
        let slept = loop {
            let seen = interrupts::check().and_then(|()| wait.wait(writable, PG_WAIT_EXTENSION));
            match seen.and_then(|seen| heed(seen, woken)) {
                Ok(false) => {}
                Ok(true) => break Ok(()),
                Err(raised) => break Err(raised),
            }
        };
        self.wait = Some(wait);
        slept
    }

    fn collect(&mut self, incoming: &mut Incoming, woken: &mut bool) -> Result<()> {
        loop {
            match self.connection.flush() {
                Some(false) => break,
                Some(true) => self.wait(true, woken)?,
                None => return Ok(()),
            }
            if !self.connection.consume() {
                return Ok(());
            }
        }
        loop {
            while self.connection.is_busy() {
                self.wait(false, woken)?;
                if !self.connection.consume() {
                    break;
                }
            }
            let Some(next) = self.connection.result() else {
                if !incoming.pipelined || self.connection.is_bad() {
                    return Ok(());
                }
                continue;
            };
            match next.outcome() {
                Outcome::Sync => return Ok(()),
                Outcome::Copy => {
                    let message = "COPY from or to a client that is none";
                    return Err(Report::new(Level::Fatal, message).into());
                }
                Outcome::Skipped => {}
                // A failure stays what it is, whatever follows.
                Outcome::Failed => incoming.failed = incoming.failed.take().or(Some(next)),
                Outcome::Empty | Outcome::Done | Outcome::Rows if incoming.failed.is_none() => {
                    incoming.answers.push(next);
                }
                Outcome::Empty | Outcome::Done | Outcome::Rows => {}
            }
        }
    }

    /// One value of a statement of our own; none: no row, or NULL.
    pub(in crate::database) fn look_up(
        &mut self,
        text: &CStr,
        parameter: Parameter,
    ) -> Result<Option<Vec<u8>>> {
        Ok(self.run(text, &[parameter])?.first_value())
    }
}

/// A statement of our own inside the transaction, if there is one; whether it may write.
///
/// # Errors
/// The server's; there is no connection.
pub(in crate::database) fn ask(
    text: &CStr,
    parameters: &[Parameter],
    writes: bool,
) -> Result<Vec<Answer>> {
    if !transaction::is_active() {
        return with(|session| Ok(vec![session.run(text, parameters)?]));
    }
    block::run(&[Command::Text(text, parameters)], None, writes)
}

/// One value of [`ask`]; none: no row, or NULL.
///
/// # Errors
/// As [`ask`].
pub(in crate::database) fn look_up(
    text: &CStr,
    parameters: &[Parameter],
) -> Result<Option<Vec<u8>>> {
    Ok(ask(text, parameters, false)?.first().and_then(Answer::first_value))
}

/// Whether the server is a standby, where all transactions are read only.
pub(in crate::database) fn is_on_standby() -> bool {
    let setting = |session: &Session| session.connection.setting(c"in_hot_standby") == Some(b"on");
    place(|place| place.as_deref().is_some_and(setting))
}

/// Whether the server's transaction has failed, and takes nothing but its end.
pub(in crate::database) fn is_aborted() -> bool {
    place(|place| place.as_ref().is_some_and(|session| session.connection.is_aborted()))
}

/// How many characters a text of the server's has.
pub(in crate::database) fn characters(text: &[u8]) -> i32 {
    place(|place| match place.as_ref() {
        Some(session) => joined::characters(text, &session.connection),
        None => i32::try_from(text.len()).unwrap_or(i32::MAX),
    })
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

/// The parameter that a number is.
pub(in crate::database) fn numbered(number: Oid) -> Parameter {
    (types::OID, Some(CString::new(number.to_string()).unwrap_or_default()))
}

/// A role's name by its number, and a database's.
pub(in crate::database) const ROLE_NAME: &CStr =
    c"SELECT rolname FROM pg_catalog.pg_roles WHERE oid = $1";
pub(in crate::database) const DATABASE_NAME: &CStr =
    c"SELECT datname FROM pg_catalog.pg_database WHERE oid = $1";

fn by_name(text: &CStr, name: &CStr) -> Result<Oid> {
    let found = look_up(text, &[(types::NAME, Some(name.to_owned()))])?;
    Ok(found.map_or(0, |text| number(&text)))
}

pub(in crate::database) fn by_number(text: &CStr, number: Oid) -> Result<Option<Vec<u8>>> {
    look_up(text, &[numbered(number)])
}

/// The first column of a statement of our own with a parameter; none for NULL.
///
/// # Errors
/// The server's.
pub(in crate::database) fn column(
    text: &CStr,
    parameter: Parameter,
) -> Result<Vec<Option<Vec<u8>>>> {
    let answers = ask(text, &[parameter], false)?;
    let Some(answer) = answers.first() else { return Ok(Vec::new()) };
    Ok((0..answer.rows()).map(|row| answer.value(row, 0).map(<[u8]>::to_vec)).collect())
}

/// A number in the server's words, 0 for anything else.
pub(in crate::database) fn number(text: &[u8]) -> Oid {
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
    by_number(ROLE_NAME, number)
}

/// A database's name.
pub(crate) fn database_name(number: Oid) -> Result<Option<Vec<u8>>> {
    by_number(DATABASE_NAME, number)
}

/// A type's name as SQL has it.
///
/// # Errors
/// The server's.
pub(in crate::database) fn type_label(number: Oid) -> Result<String> {
    let name = by_number(c"SELECT pg_catalog.format_type($1, NULL)", number)?;
    Ok(String::from_utf8_lossy(&name.unwrap_or_default()).into_owned())
}

/// A type's name in pg_type, looked up once.
///
/// # Errors
/// There is no such type; the server's.
pub(crate) fn type_name(number: Oid) -> Result<Vec<u8>> {
    Ok(types::known(number)?.name.clone())
}
