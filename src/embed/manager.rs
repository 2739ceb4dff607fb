//! A manager of the program's own: the postmaster as a child, the program attached to it as a
//! regular backend.
//! Runs in: the calling program; the fork's other side runs the postmaster.

use core::ffi::{CStr, c_char, c_int};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read as _;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use crate::error;
use crate::loader;
use crate::postmaster::{Program, Start};
use crate::shmem::segment::Plan;
use crate::shmem::{procs, program, segment, server_state};
use crate::sigsafe::{inside, postmaster};
use crate::sys::fork::{Side, fork, others_have_run};
use crate::sys::{process, signals};
use crate::worker;

use super::child;
use super::failure::{
    Failure, PGBGW_ERR_ARGUMENT, PGBGW_ERR_CLASH, PGBGW_ERR_DIED, PGBGW_ERR_NOT_RUNNING,
    PGBGW_ERR_RESET, PGBGW_ERR_RUNNING, PGBGW_ERR_START, PGBGW_ERR_THREADS, code_of,
};

/// How a manager is started. Set to zero what is not needed.
#[repr(C)]
pub struct pgbgw_options {
    /// `sizeof(pgbgw_options)`: later versions may have more.
    pub size: usize,
    /// The data directory, made by `pgbgw init` or holding a pgbgw.conf; NULL: one of its own in
    /// the folder for temporary files, gone with the manager.
    pub data_directory: *const c_char,
    /// `NAME=VALUE` strings, stronger than pgbgw.conf, and NULL at the end; or NULL.
    pub settings: *const *const c_char,
    /// The file that the log is appended to; NULL: standard error.
    pub log_file: *const c_char,
    /// Bytes of shared memory for `pgbgw_shared_memory`, beyond one megabyte.
    pub shared_memory: usize,
    /// Called once in the postmaster while it starts, as `_PG_init` of a library is: may register
    /// static workers, settings and hooks. NULL: nothing.
    pub init: Option<unsafe extern "C" fn()>,
}

/// As SIGTERM: workers get SIGTERM once no caller of `pgbgw call` is left.
pub const PGBGW_SMART: c_int = 0;
/// As SIGINT: workers get SIGTERM at once.
pub const PGBGW_FAST: c_int = 1;
/// As SIGQUIT: workers are ended at once.
pub const PGBGW_IMMEDIATE: c_int = 2;

/// The manager of this process.
struct Manager {
    /// The program: a child that it forks has no part in its manager.
    owner: Pid,
    postmaster: Pid,
    /// Says end-of-file when the postmaster is gone.
    life: OwnedFd,
    place: usize,
    /// SIGURG was not blocked before.
    unblock: bool,
    /// The data directory, if it was made for this manager alone.
    temporary: Option<PathBuf>,
}

static MANAGER: Mutex<Option<Manager>> = Mutex::new(None);

fn manager() -> MutexGuard<'static, Option<Manager>> {
    MANAGER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the body of a call that needs the manager and shared memory: in the program, or in one of
/// the processes that the manager runs.
pub(super) fn with_manager<T>(f: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    if procs::is_attached() && !program::is_program() {
        let depth = inside::enter();
        let result = f();
        error::leave(depth);
        return result;
    }
    is_running()?;
    if postmaster::is_pipe_closed() {
        return Err(gone());
    }
    let depth = inside::enter();
    let result = match program::enter() {
        Ok(()) => {
            let result = f();
            program::leave();
            // What was going on when the reset began has come to nothing.
            if program::is_reset() { Err(reset()) } else { result }
        }
        Err(program::Reset) => Err(reset()),
    };
    error::leave(depth);
    result
}

/// Has this process a manager?
fn is_running() -> Result<(), Failure> {
    match &*manager() {
        Some(manager) if manager.owner == Pid::this() => Ok(()),
        _ => Err(Failure::new(PGBGW_ERR_NOT_RUNNING, "there is no manager")),
    }
}

fn reset() -> Failure {
    Failure::new(PGBGW_ERR_RESET, "shared memory was reset after a crash")
}

pub(super) fn gone() -> Failure {
    Failure::new(PGBGW_ERR_DIED, "the postmaster is gone")
}

/// Starts a manager: forks a postmaster, waits until it is ready, and attaches this process to its
/// shared memory as a regular backend, so that it may also call PostgreSQL's functions. One at a
/// time in a process. `options` may be NULL.
///
/// The process must have one thread, and must not be root's. What C's streams hold is written out
/// first. SIGURG is blocked as long as there is a manager. Neither the postmaster nor its workers run
/// the exit handlers (atexit) of the program. The postmaster ends its workers and itself, with an
/// immediate shutdown, when the program ends without `pgbgw_stop`. An ERROR that a function of PostgreSQL's
/// raises in the program, and that no PG_TRY catches, ends the program with exit code 1. Children that the
/// program forks itself have no part in the manager.
///
/// Returns 0, or PGBGW_ERR_ARGUMENT, _RUNNING, _THREADS, _CLASH, _START (the message says what the
/// postmaster said) or _SYSTEM.
///
/// # Safety
/// `options` is NULL or points to one whose strings are NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_start(options: *const pgbgw_options) -> c_int {
    // SAFETY: the caller's promise.
    let options = unsafe { options.as_ref() };
    code_of(wanted(options).and_then(start))
}

/// What the options say, as Rust has it.
pub(super) struct Wanted {
    /// The data directory, and whether it was made for this manager alone.
    pub(super) directory: PathBuf,
    pub(super) is_temporary: bool,
    pub(super) settings: Vec<Vec<u8>>,
    pub(super) log_file: Option<PathBuf>,
    pub(super) shared_memory: usize,
    pub(super) init: Option<unsafe extern "C" fn()>,
}

/// # Safety
/// `text` is NULL or NUL-terminated.
unsafe fn path(text: *const c_char) -> Option<PathBuf> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    Some(OsString::from_vec(bytes.to_vec()).into())
}

fn wanted(options: Option<&pgbgw_options>) -> Result<Wanted, Failure> {
    check_process()?;
    let mut wanted = Wanted {
        directory: PathBuf::new(),
        is_temporary: false,
        settings: Vec::new(),
        log_file: None,
        shared_memory: 0,
        init: None,
    };
    let mut directory = None;
    if let Some(options) = options {
        if options.size != size_of::<pgbgw_options>() {
            let message = format!(
                "pgbgw_options has {} bytes instead of {}",
                options.size,
                size_of::<pgbgw_options>()
            );
            return Err(Failure::new(PGBGW_ERR_ARGUMENT, message));
        }
        // SAFETY: the caller of `pgbgw_start` promised it.
        directory = unsafe { path(options.data_directory) };
        // SAFETY: the same.
        wanted.log_file = unsafe { path(options.log_file) };
        // SAFETY: the same.
        wanted.settings = unsafe { super::run::texts(options.settings) };
        wanted.shared_memory = options.shared_memory;
        wanted.init = options.init;
    }
    match directory {
        Some(directory) => wanted.directory = directory,
        None => {
            wanted.directory = temporary()?;
            wanted.is_temporary = true;
        }
    }
    Ok(wanted)
}

/// Can a manager be started in this process?
fn check_process() -> Result<(), Failure> {
    if manager().is_some() {
        return Err(Failure::new(PGBGW_ERR_RUNNING, "there is a manager already"));
    }
    let threads = process::threads();
    if threads != 1 {
        let message = format!("the process has {threads} threads; a manager needs a single one");
        return Err(Failure::new(PGBGW_ERR_THREADS, message));
    }
    let clashes = loader::clashes();
    if !clashes.is_empty() {
        let message = format!(
            "functions of the server are defined elsewhere, too: {}; libpgbgw must come first",
            clashes.join(", ")
        );
        return Err(Failure::new(PGBGW_ERR_CLASH, message));
    }
    Ok(())
}

/// A data directory of the manager's own.
fn temporary() -> Result<PathBuf, Failure> {
    let template = std::env::temp_dir().join(format!("pgbgw-{}", "X".repeat(6)));
    let directory =
        nix::unistd::mkdtemp(&template).map_err(|errno| Failure::of_system("mkdtemp", errno))?;
    match fs::write(directory.join("pgbgw.conf"), "") {
        Ok(()) => Ok(directory),
        Err(error) => {
            let _gone = fs::remove_dir_all(&directory);
            let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
            Err(Failure::of_system("writing pgbgw.conf", errno))
        }
    }
}

fn start(wanted: Wanted) -> Result<(), Failure> {
    let made = wanted.is_temporary.then(|| wanted.directory.clone());
    let result = launch(wanted);
    match (&result, &mut *manager()) {
        (Ok(()), Some(manager)) => manager.temporary = made,
        _ => {
            program::remove();
            segment::give_up();
            remove(made);
        }
    }
    result
}

/// Removes a data directory that is not needed any more.
fn remove(temporary: Option<PathBuf>) {
    if let Some(directory) = temporary {
        let _gone = fs::remove_dir_all(directory);
    }
}

fn launch(wanted: Wanted) -> Result<(), Failure> {
    let (life, report) =
        nix::unistd::pipe2(OFlag::O_CLOEXEC).map_err(|errno| Failure::of_system("pipe", errno))?;
    segment::reserve().map_err(|errno| Failure::of_system("reserving addresses", errno))?;
    program::create().map_err(|errno| Failure::of_system("mmap", errno))?;
    server_state::create().map_err(|errno| Failure::of_system("mmap", errno))?;
    let parent = Pid::this();
    let before = signals::block_all();
    others_have_run();
    let forked = fork();
    if let Ok(Side::Child) = forked {
        drop(life);
        let program = Program { init: wanted.init, shared_memory: wanted.shared_memory, report };
        child::run(&wanted, program, parent)
    }
    let _mask = signals::swap_mask(&before);
    let postmaster = match forked {
        Ok(Side::Parent(pid)) => pid,
        Ok(Side::Child) | Err(_) => return Err(Failure::of_system("fork", Errno::last())),
    };
    drop(report);
    let plan = match how_it_went(&life) {
        Start::Ready(plan) => plan,
        Start::Failed(message) => {
            let _reaped = waitpid(postmaster, None);
            return Err(Failure::new(PGBGW_ERR_START, message));
        }
    };
    let attached = attach(postmaster, life, plan);
    if attached.is_err() {
        process::signal(postmaster.as_raw(), libc::SIGQUIT);
        let _reaped = waitpid(postmaster, None);
    }
    attached
}

/// Waits for the postmaster's first word.
fn how_it_went(life: &OwnedFd) -> Start {
    let mut message = Vec::new();
    let silent = || Start::Failed(b"the postmaster ended while it started".to_vec());
    let Ok(mut life) = life.try_clone().map(File::from) else { return silent() };
    let mut buffer = [0; 512];
    loop {
        let (count, is_over) = match life.read(&mut buffer) {
            Ok(count) => (count, count == 0),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => (0, true),
        };
        message.extend_from_slice(buffer.get(..count).unwrap_or_default());
        match Start::decode(&message, is_over) {
            Some(start) => return start,
            None if is_over => return silent(),
            None => {}
        }
    }
}

/// This process becomes a regular backend of the postmaster.
fn attach(postmaster: Pid, life: OwnedFd, plan: Plan) -> Result<(), Failure> {
    let place = plan.places().saturating_sub(1);
    segment::join(plan).map_err(|errno| Failure::of_system("mmap", errno))?;
    postmaster::remember(postmaster.as_raw(), life.as_raw_fd());
    program::attach();
    let mut before = SigSet::empty();
    let urgent = SigSet::from(Signal::SIGURG);
    let _mask = sigprocmask(SigmaskHow::SIG_BLOCK, Some(&urgent), Some(&mut before));
    let unblock = !before.contains(Signal::SIGURG);
    worker::attach_program(place, plan.slots)?;
    *manager() =
        Some(Manager { owner: Pid::this(), postmaster, life, place, unblock, temporary: None });
    Ok(())
}

/// Attaches the process again after a crash, when shared memory has been reset: it is empty then,
/// handles from before say that their workers have stopped, and what `pgbgw_shared_memory` gave has
/// to be asked for again. Waits for the reset if it is still on its way.
///
/// Returns 0, also if there was nothing to do, PGBGW_ERR_NOT_RUNNING or PGBGW_ERR_DIED.
#[unsafe(no_mangle)]
pub extern "C" fn pgbgw_reattach() -> c_int {
    code_of(reattach())
}

fn reattach() -> Result<(), Failure> {
    is_running()?;
    let (place, slots) = match (&*manager(), segment::get()) {
        (Some(manager), Some(segment)) => (manager.place, segment.plan().slots),
        _ => return Err(Failure::new(PGBGW_ERR_NOT_RUNNING, "there is no manager")),
    };
    while program::is_reset() {
        if !program::wait_for_reset() || postmaster::is_pipe_closed() {
            return Err(gone());
        }
        program::attach();
        let attached = program::enter().map_err(|program::Reset| reset()).and_then(|()| {
            let result = worker::attach_program(place, slots).map_err(Failure::from);
            program::leave();
            result
        });
        // Another crash meanwhile.
        if attached.is_ok() {
            break;
        }
    }
    if postmaster::is_pipe_closed() { Err(gone()) } else { Ok(()) }
}

/// Stops the manager and waits for the end of its postmaster: PGBGW_SMART, PGBGW_FAST or
/// PGBGW_IMMEDIATE. Handles, and pointers into shared memory, are of no use afterwards; a manager can
/// be started again.
///
/// Returns 0 after an orderly shutdown, PGBGW_ERR_DIED if the postmaster was gone already or ended
/// otherwise, PGBGW_ERR_NOT_RUNNING or PGBGW_ERR_ARGUMENT.
#[unsafe(no_mangle)]
pub extern "C" fn pgbgw_stop(mode: c_int) -> c_int {
    let signal = match mode {
        PGBGW_SMART => libc::SIGTERM,
        PGBGW_FAST => libc::SIGINT,
        PGBGW_IMMEDIATE => libc::SIGQUIT,
        other => {
            let message = format!("there is no shutdown mode {other}");
            return code_of(Err(Failure::new(PGBGW_ERR_ARGUMENT, message)));
        }
    };
    code_of(stop(signal))
}

fn stop(signal: c_int) -> Result<(), Failure> {
    is_running()?;
    let Some(manager) = manager().take() else {
        return Err(Failure::new(PGBGW_ERR_NOT_RUNNING, "there is no manager"));
    };
    let Manager { postmaster: pid, life, unblock, temporary, .. } = manager;
    // A pid that the program has waited for may be another process's by now.
    if !postmaster::is_pipe_closed() {
        process::signal(pid.as_raw(), signal);
    }
    wait_for_end(&life);
    // The program may have waited for it itself.
    let _reaped = waitpid(pid, None::<WaitPidFlag>);
    let code = program::exit_code();
    worker::detach_program();
    postmaster::remember(0, -1);
    program::remove();
    segment::give_up();
    drop(life);
    // A postmaster that was killed has left it behind.
    remove(temporary);
    if unblock {
        let urgent = SigSet::from(Signal::SIGURG);
        let _mask = sigprocmask(SigmaskHow::SIG_UNBLOCK, Some(&urgent), None);
    }
    match code {
        Some(0) => Ok(()),
        Some(code) => {
            let message = format!("the postmaster ended with exit code {code}");
            Err(Failure::new(PGBGW_ERR_DIED, message))
        }
        None => Err(gone()),
    }
}

/// Waits until the pipe says end-of-file.
fn wait_for_end(life: &OwnedFd) {
    let mut fds = [PollFd::new(life.as_fd(), PollFlags::POLLIN)];
    while matches!(poll(&mut fds, PollTimeout::NONE), Err(Errno::EINTR)) {}
}
