//! Workers that a program launches: asking for them, waiting for them, ending them.
//! Runs in: the embedding program.

use core::ffi::{CStr, c_char, c_int, c_void};

use libc::pid_t;

use crate::abi::bgworker::{
    BGW_NEVER_RESTART, BGWORKER_SHMEM_ACCESS, BackgroundWorker, BackgroundWorkerHandle,
    BgWorkerStart_RecoveryFinished,
};
use crate::error::Result as ServerResult;
use crate::loader::PROGRAM;
use crate::registration::text::{self, Field};
use crate::registration::wait::Outcome;
use crate::registration::{dynamic, handle, wait};
use crate::shmem::slots::Seen;
use crate::shmem::{latch, segment};

use super::failure::{Failure, PGBGW_ERR_ARGUMENT, PGBGW_ERR_FULL, PGBGW_OK, code_of};
use super::manager::{gone, with_manager};

/// A worker to be launched. Set to zero what is not needed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pgbgw_worker {
    /// Shown in process listings and in the log, at most 95 bytes; NULL: the function's name.
    pub name: *const c_char,
    /// What all workers of a kind have in common; NULL: the name.
    pub r#type: *const c_char,
    /// A function of the program that the worker runs. It returns when it is done, and has
    /// `argument` as its argument; or NULL, and then library and function name one.
    pub main: Option<unsafe extern "C" fn(argument: usize)>,
    /// A library as shared_preload_libraries would name it; NULL: the program itself.
    pub library: *const c_char,
    /// A function of the library.
    pub function: *const c_char,
    /// For the function.
    pub argument: usize,
    /// Bytes for `MyBgworkerEntry->bgw_extra`, at most 128; or NULL.
    pub extra: *const c_void,
    /// How many.
    pub extra_size: usize,
    /// Seconds after which it is started again when it ended with exit code 1 or crashed.
    pub restart_time: c_int,
    /// Whether it is started again at all.
    pub restarts: bool,
}

/// Names a worker that was launched. It may be copied and forgotten.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pgbgw_handle {
    /// Its slot.
    pub slot: c_int,
    /// Which of the slot's workers it is.
    pub generation: u64,
}

/// The worker runs.
pub const PGBGW_STARTED: c_int = 1;
/// The postmaster has not started it yet.
pub const PGBGW_NOT_YET_STARTED: c_int = 2;
/// The worker is over, or sits out the delay before it is started again.
pub const PGBGW_STOPPED: c_int = 3;

impl pgbgw_handle {
    fn inner(self) -> BackgroundWorkerHandle {
        BackgroundWorkerHandle { slot: self.slot, generation: self.generation }
    }
}

/// # Safety
/// `text` is NULL or NUL-terminated, and lives as long as what is returned.
unsafe fn bytes<'a>(text: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes())
}

fn refused(message: &str) -> Failure {
    Failure::new(PGBGW_ERR_ARGUMENT, message)
}

/// The registration that a worker stands for.
///
/// # Safety
/// As `pgbgw_launch`.
unsafe fn registration(asked: &pgbgw_worker) -> Result<BackgroundWorker, Failure> {
    let mut worker = BackgroundWorker::ZEROED;
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = if asked.restarts { asked.restart_time } else { BGW_NEVER_RESTART };
    worker.bgw_main_arg = asked.argument;
    // SAFETY: the caller's promise.
    let library = unsafe { bytes(asked.library) };
    // SAFETY: the same.
    let function = unsafe { bytes(asked.function) };
    let function = match (asked.main, library, function) {
        (Some(main), None, None) => {
            #[expect(clippy::fn_to_numeric_cast_any, reason = "workers find it by its address")]
            let address = main as usize;
            format!("{address:#x}").into_bytes()
        }
        (None, _, Some(function)) => function.to_vec(),
        _ => return Err(refused("a worker needs either main or function")),
    };
    // SAFETY: the caller's promise.
    let name = unsafe { bytes(asked.name) }.unwrap_or(&function);
    // SAFETY: the same.
    let kind = unsafe { bytes(asked.r#type) }.unwrap_or_default();
    for (field, value, what) in [
        (Field::Name, name, "name"),
        (Field::Type, kind, "type"),
        (Field::Library, library.unwrap_or(PROGRAM), "library"),
        (Field::Function, &function, "function"),
    ] {
        text::set(&mut worker, field, value);
        if text::bounded(&worker, field) != value {
            return Err(refused(&format!("{what} is too long")));
        }
    }
    if asked.extra_size > worker.bgw_extra.len() || asked.extra.is_null() && asked.extra_size > 0 {
        return Err(refused("extra has at most 128 bytes"));
    }
    let extra = worker.bgw_extra.as_mut_ptr().cast::<u8>();
    // SAFETY: the caller has so many bytes, and they fit.
    unsafe { core::ptr::copy(asked.extra.cast(), extra, asked.extra_size) };
    Ok(worker)
}

/// Launches a worker. The postmaster starts it when it gets to it: `pgbgw_wait_startup`.
///
/// Returns 0 and sets `*handle` (which may be NULL), or PGBGW_ERR_ARGUMENT, _NOT_RUNNING, _FULL,
/// _RESET, _DIED, _ERROR (the registration is not acceptable).
///
/// # Safety
/// `worker` points to one whose strings are NUL-terminated; `handle` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_launch(
    worker: *const pgbgw_worker,
    handle: *mut pgbgw_handle,
) -> c_int {
    // SAFETY: the caller's promise.
    let Some(asked) = (unsafe { worker.as_ref() }) else {
        return code_of(Err(refused("worker is NULL")));
    };
    code_of(with_manager(|| {
        // SAFETY: the caller's promise.
        let worker = unsafe { registration(asked) }?;
        let Some(launched) = dynamic::register(&worker)? else {
            let message = "every slot is taken (max_worker_processes)";
            return Err(Failure::new(PGBGW_ERR_FULL, message));
        };
        // SAFETY: NULL, or the caller's to be written.
        if let Some(handle) = unsafe { handle.as_mut() } {
            *handle = pgbgw_handle { slot: launched.slot, generation: launched.generation };
        }
        Ok(())
    }))
}

/// What has become of a worker, `PGBGW_STARTED` (and then `*pid` is its process), `_NOT_YET_STARTED`
/// or `_STOPPED`; a failure is negative, as PGBGW_ERR_RESET.
///
/// # Safety
/// `handle` points to one; `pid` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_status(handle: *const pgbgw_handle, pid: *mut pid_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { asked(handle, pid, |worker| Ok(Told::from(handle::look(worker)))) }
}

/// Waits until a worker has been started, or is over: the states of `pgbgw_status`. A worker that ran
/// and ended meanwhile counts as started. Interrupted by nothing but a crash (PGBGW_ERR_RESET) and the
/// end of the postmaster (PGBGW_ERR_DIED).
///
/// # Safety
/// As `pgbgw_status`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_wait_startup(handle: *const pgbgw_handle, pid: *mut pid_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { asked(handle, pid, |worker| wait::startup(worker).map(Told::from)) }
}

/// Waits until a worker does not run: PGBGW_STOPPED. It may be started again if it was launched so.
///
/// # Safety
/// As `pgbgw_status`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_wait_shutdown(handle: *const pgbgw_handle) -> c_int {
    let nowhere = core::ptr::null_mut();
    // SAFETY: the caller's promise.
    unsafe { asked(handle, nowhere, |worker| wait::shutdown(worker).map(Told::from)) }
}

/// Ends a worker: SIGTERM if it runs, and it is not started again. No effect on one that is over.
///
/// # Safety
/// `handle` points to one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_terminate(handle: *const pgbgw_handle) -> c_int {
    // SAFETY: the caller's promise.
    code_of(unsafe {
        with_handle(handle, |worker| {
            handle::terminate(worker);
            Ok(())
        })
    })
}

/// Sets the latch of a worker that runs; without effect on another one.
///
/// # Safety
/// `handle` points to one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_set_latch(handle: *const pgbgw_handle) -> c_int {
    let set = |worker: &BackgroundWorkerHandle| {
        let runs = matches!(handle::look(worker), Seen::Started(_));
        let place = usize::try_from(worker.slot).ok().zip(segment::get());
        if let Some((slot, segment)) = place.filter(|_| runs) {
            // SAFETY: a worker's place in the array is its slot's number, which `look` has found.
            let proc = unsafe { segment.procs().add(slot) };
            // SAFETY: a field of a mapped PGPROC.
            let latch = unsafe { &raw mut (*proc).procLatch };
            // SAFETY: mapped as long as there is a manager.
            unsafe { latch::set(latch) };
        }
        Ok(())
    };
    // SAFETY: the caller's promise.
    code_of(unsafe { with_handle(handle, set) })
}

/// What is told of a worker.
enum Told {
    Started(i32),
    NotYetStarted,
    Stopped,
    PostmasterDied,
}

impl From<Seen> for Told {
    fn from(seen: Seen) -> Self {
        match seen {
            Seen::NotYetStarted => Self::NotYetStarted,
            Seen::Started(pid) => Self::Started(pid),
            Seen::Stopped => Self::Stopped,
        }
    }
}

impl From<Outcome> for Told {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Started(pid) => Self::Started(pid),
            Outcome::Stopped => Self::Stopped,
            Outcome::PostmasterDied => Self::PostmasterDied,
        }
    }
}

/// # Safety
/// As `pgbgw_status`.
unsafe fn asked(
    handle: *const pgbgw_handle,
    pid: *mut pid_t,
    ask: impl FnOnce(&BackgroundWorkerHandle) -> ServerResult<Told>,
) -> c_int {
    let mut state = PGBGW_STOPPED;
    let ask = |worker: &BackgroundWorkerHandle| {
        state = match ask(worker)? {
            Told::Started(process) => {
                // SAFETY: NULL, or the caller's to be written.
                if let Some(pid) = unsafe { pid.as_mut() } {
                    *pid = process;
                }
                PGBGW_STARTED
            }
            Told::NotYetStarted => PGBGW_NOT_YET_STARTED,
            Told::Stopped => PGBGW_STOPPED,
            Told::PostmasterDied => return Err(gone()),
        };
        Ok(())
    };
    // SAFETY: the caller's promise.
    match code_of(unsafe { with_handle(handle, ask) }) {
        PGBGW_OK => state,
        failure => failure,
    }
}

/// # Safety
/// `handle` is NULL or points to one.
unsafe fn with_handle(
    handle: *const pgbgw_handle,
    f: impl FnOnce(&BackgroundWorkerHandle) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // SAFETY: the caller's promise.
    let Some(handle) = (unsafe { handle.as_ref() }) else {
        return Err(refused("handle is NULL"));
    };
    with_manager(|| f(&handle.inner()))
}
