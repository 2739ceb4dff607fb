#![forbid(unsafe_code)]
//! The built-in settings as the rest of the library reads them.
//! Runs in: any process.
//!
//! Each call reads the variable anew: extensions, and a reload, may have changed it. Texts come as
//! bytes without the NUL.

use core::ffi::{CStr, c_int};
use core::time::Duration;
use std::sync::OnceLock;

use super::list;
use super::variable::TextVariable;
use crate::abi::elog::{
    LOG_DESTINATION_JSONLOG, LOG_DESTINATION_STDERR, PGERROR_DEFAULT, PGERROR_TERSE,
    PGERROR_VERBOSE,
};
use crate::abi::variable::Variable;
use crate::abi::variables;
use crate::error::{Level, Report};
use crate::time;

pub(super) const TERSE: c_int = PGERROR_TERSE;
pub(super) const DEFAULT: c_int = PGERROR_DEFAULT;
pub(super) const VERBOSE: c_int = PGERROR_VERBOSE;
pub(super) const LOG_LINE_PREFIX_DEFAULT: &CStr = c"%m [%p] ";

pub(super) static SHARED_PRELOAD_LIBRARIES: TextVariable = TextVariable::new();
pub(super) static DYNAMIC_LIBRARY_PATH: TextVariable = TextVariable::new();
pub(super) static LIBDIR: TextVariable = TextVariable::new();
pub(super) static LOG_LINE_PREFIX: TextVariable = TextVariable::new();
pub(super) const LOG_DESTINATION_DEFAULT: &CStr = c"stderr";
pub(super) static LOG_DESTINATION: TextVariable = TextVariable::new();
pub(super) static LOG_FILE: TextVariable = TextVariable::new();
pub(super) static LOG_TIMEZONE: TextVariable = TextVariable::new();
/// The log's destinations as bits, [`LOG_DESTINATION_STDERR`] and [`LOG_DESTINATION_JSONLOG`].
static DESTINATIONS: Variable<c_int> = Variable::new(LOG_DESTINATION_STDERR);
pub(super) static DATA_DIRECTORY: TextVariable = TextVariable::new();
/// What the variable has that stands for no server: no connection string can be this.
pub(super) const NO_SERVER: &CStr = c"none";
pub(super) static CONNINFO: TextVariable = TextVariable::new();
pub(super) const EXTERNAL: c_int = 0;
pub(super) const MANAGED: c_int = 1;
pub(super) static DATABASE: Variable<c_int> = Variable::new(EXTERNAL);
pub(super) static POSTGRES_BINDIR: TextVariable = TextVariable::new();
/// How the managed server is reached, once that is known.
static MANAGED_CONNINFO: OnceLock<Vec<u8>> = OnceLock::new();
pub(super) static SERVER_CHECK_INTERVAL: Variable<c_int> = Variable::new(10_000);
pub(super) const LOGIN: c_int = 0;
pub(super) const SET_ROLE: c_int = 1;
pub(super) static WORKER_ROLE: Variable<c_int> = Variable::new(LOGIN);
pub(super) static RESTART_AFTER_CRASH: Variable<bool> = Variable::new(true);
pub(super) static SPARE_PROCESSES: Variable<bool> = Variable::new(true);
pub(super) const STOP: c_int = 0;
pub(super) const SKIP: c_int = 1;
pub(super) static ON_LIBRARY_ERROR: Variable<c_int> = Variable::new(STOP);
pub(super) static RESTART_BACKOFF: Variable<bool> = Variable::new(false);
pub(super) static RESTART_MAX_DELAY: Variable<c_int> = Variable::new(60);
pub(super) static HEALTHY_AFTER: Variable<c_int> = Variable::new(60);
pub(super) static START_LIMIT: Variable<c_int> = Variable::new(0);

/// The libraries of `shared_preload_libraries`, in order; an error where it is no list.
pub(crate) fn shared_preload_libraries() -> Result<Vec<Vec<u8>>, Report> {
    let text = SHARED_PRELOAD_LIBRARIES.get().unwrap_or_default();
    list::paths(&text).ok_or_else(|| {
        let text = "invalid list syntax in parameter \"shared_preload_libraries\"";
        Report::new(Level::Log, text).with_sqlstate(crate::error::SqlState::SYNTAX_ERROR)
    })
}

/// Folders separated by colons, `$libdir` not yet replaced.
pub(crate) fn dynamic_library_path() -> Vec<u8> {
    DYNAMIC_LIBRARY_PATH.get().unwrap_or_default()
}

/// What `$libdir` stands for.
pub(crate) fn libdir() -> Vec<u8> {
    LIBDIR.get().unwrap_or_default()
}

pub(crate) fn max_worker_processes() -> c_int {
    variables::max_worker_processes.get()
}

/// How many callers may be served at a time.
pub(crate) fn max_connections() -> c_int {
    variables::MaxConnections.get()
}

/// Locks per process for which there is room, on average.
pub(crate) fn max_locks_per_transaction() -> usize {
    usize::try_from(variables::max_locks_per_xact.get()).unwrap_or(0)
}

/// How long a process waits for a lock before it looks for a deadlock.
pub(crate) fn deadlock_timeout() -> Duration {
    milliseconds(&variables::DeadlockTimeout)
}

/// How long a process waits for a lock; None: as long as it takes.
pub(crate) fn lock_timeout() -> Option<Duration> {
    Some(milliseconds(&variables::LockTimeout)).filter(|timeout| !timeout.is_zero())
}

/// Are long waits for locks told in the log?
pub(crate) fn log_lock_waits() -> bool {
    variables::log_lock_waits.get()
}

fn milliseconds(setting: &Variable<c_int>) -> Duration {
    Duration::from_millis(u64::try_from(setting.get()).unwrap_or(0))
}

/// Is a library that cannot be loaded left out, instead of stopping the start?
pub(crate) fn skip_broken_libraries() -> bool {
    ON_LIBRARY_ERROR.get() == SKIP
}

/// Are workers that end early started after ever longer delays?
pub(crate) fn restart_backoff() -> bool {
    RESTART_BACKOFF.get()
}

/// The longest of these delays.
pub(crate) fn restart_max_delay() -> Duration {
    seconds(RESTART_MAX_DELAY.get())
}

/// How long a worker has to run so that its end is not early.
pub(crate) fn healthy_after() -> Duration {
    seconds(HEALTHY_AFTER.get())
}

/// After how many early ends in a row a worker is given up; 0: never.
pub(crate) fn start_limit() -> u32 {
    u32::try_from(START_LIMIT.get()).unwrap_or(0)
}

fn seconds(count: c_int) -> Duration {
    Duration::from_secs(u64::try_from(count).unwrap_or(0))
}

/// Is a child to wait for the next worker?
pub(crate) fn spare_processes() -> bool {
    SPARE_PROCESSES.get()
}

pub(crate) fn restart_after_crash() -> bool {
    RESTART_AFTER_CRASH.get()
}

/// What each line of the log starts with, escapes not yet replaced.
pub(crate) fn log_line_prefix() -> Vec<u8> {
    LOG_LINE_PREFIX.get().unwrap_or_else(|| LOG_LINE_PREFIX_DEFAULT.to_bytes().to_vec())
}

/// The bits of a list of destinations, or what is wrong with it.
fn destinations(text: &[u8]) -> Result<c_int, String> {
    let words = list::paths(text).ok_or("List syntax is invalid.")?;
    words.iter().try_fold(0, |bits, word| match word.to_ascii_lowercase().as_slice() {
        b"stderr" => Ok(bits | LOG_DESTINATION_STDERR),
        b"jsonlog" => Ok(bits | LOG_DESTINATION_JSONLOG),
        _ => Err(format!("Unrecognized key word: \"{}\".", String::from_utf8_lossy(word))),
    })
}

pub(super) fn check_log_destination(text: &[u8]) -> Result<(), String> {
    destinations(text).map(drop)
}

pub(super) fn assign_log_destination(text: &[u8]) {
    DESTINATIONS.set(destinations(text).unwrap_or(LOG_DESTINATION_STDERR));
}

/// Is the log written as lines of text?
pub(crate) fn log_to_stderr() -> bool {
    DESTINATIONS.get() & LOG_DESTINATION_STDERR != 0
}

/// Is it written as JSON?
pub(crate) fn log_to_json() -> bool {
    DESTINATIONS.get() & LOG_DESTINATION_JSONLOG != 0
}

/// The file that the log goes to, relative to the data directory; empty: standard error.
pub(crate) fn log_file() -> Vec<u8> {
    LOG_FILE.get().unwrap_or_default()
}

pub(super) fn check_time_zone(name: &[u8]) -> Result<(), String> {
    let known = name.is_empty() || time::by_name(name).is_some();
    if known { Ok(()) } else { Err(String::new()) }
}

pub(super) fn assign_log_timezone(name: &[u8]) {
    let _known = time::set_log_zone(name);
}

/// The data directory, absolute; empty before `guc::start`.
pub(crate) fn data_directory() -> Vec<u8> {
    DATA_DIRECTORY.get().unwrap_or_default()
}

/// The libpq connection string of the server that workers are connected to; none: no server.
pub(crate) fn conninfo() -> Option<Vec<u8>> {
    let managed = MANAGED_CONNINFO.get().cloned();
    managed.or_else(|| CONNINFO.get().filter(|text| text != NO_SERVER.to_bytes()))
}

/// Whether the postmaster runs a server of its own.
pub(crate) fn is_database_managed() -> bool {
    DATABASE.get() == MANAGED
}

/// Says how the managed server is reached; for good.
pub(crate) fn set_managed_conninfo(conninfo: &str) {
    let _set_before = MANAGED_CONNINFO.set(conninfo.into());
}

/// Where initdb and postgres are; empty: to be looked for.
pub(crate) fn postgres_bindir() -> Vec<u8> {
    POSTGRES_BINDIR.get().unwrap_or_default()
}

/// The same as it may be shown.
pub(crate) fn conninfo_shown() -> Option<Vec<u8>> {
    conninfo().map(|text| without_password(b"pgbgw.conninfo", text))
}

/// How often the server is asked for its state, and tried again when it is away.
pub(crate) fn server_check_interval() -> Duration {
    Duration::from_millis(u64::try_from(SERVER_CHECK_INTERVAL.get()).unwrap_or(0))
}

/// Whether workers become their role with SET ROLE rather than by logging in as it.
pub(crate) fn sets_role() -> bool {
    WORKER_ROLE.get() == SET_ROLE
}

/// What may be shown of a setting: a connection string with a password is not.
pub(super) fn without_password(name: &[u8], text: Vec<u8>) -> Vec<u8> {
    let lower = text.to_ascii_lowercase();
    let has = |word: &[u8]| lower.windows(word.len()).any(|window| window == word);
    // A URI has it between a colon and an at sign.
    let is_secret = has(b"password") || has(b"://") && has(b"@");
    if name == b"pgbgw.conninfo" && is_secret { b"********".to_vec() } else { text }
}
