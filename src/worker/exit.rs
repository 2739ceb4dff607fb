//! The end of a process: exit callbacks in PostgreSQL's order (ipc.h), then `exit`.
//! Runs in: any process.
//!
//! A callback that raises an ERROR does not come back: during exit an ERROR is a FATAL, whose
//! report calls [`proc_exit`] again, and that goes on with the next callback.

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::ptr;

use crate::abi::c::Datum;
use crate::abi::ipc::pg_on_exit_callback;
use crate::abi::variables::{
    CritSectionCount, InterruptHoldoffCount, InterruptPending, IsUnderPostmaster, MyBgworkerEntry,
    MyProcPid, ProcDiePending, QueryCancelPending, debug_query_string, error_context_stack,
    proc_exit_inprogress, shmem_exit_inprogress,
};
use crate::dynamic;
use crate::error::{self, Level, Report, Result, SqlState};
use crate::locks;
use crate::shmem::{lwlock, procs};
use crate::sigsafe::inside;

use super::interrupts;

/// Callbacks a list holds, as in PostgreSQL.
const MAX_CALLBACKS: usize = 20;

/// A list of callbacks, run last in, first out.
pub(crate) struct List {
    name: &'static str,
    entries: [Cell<(pg_on_exit_callback, Datum)>; MAX_CALLBACKS],
    count: Cell<usize>,
}

// SAFETY: server functions belong to the process's main thread (docs/SAFETY.md).
unsafe impl Sync for List {}

impl List {
    const fn new(name: &'static str) -> Self {
        Self { name, entries: [const { Cell::new((None, 0)) }; MAX_CALLBACKS], count: Cell::new(0) }
    }

    /// Adds a callback.
    ///
    /// # Errors
    /// FATAL when the list is full.
    pub(crate) fn push(&self, function: pg_on_exit_callback, arg: Datum) -> Result<()> {
        let count = self.count.get();
        let Some(entry) = self.entries.get(count) else {
            let report = Report::new(Level::Fatal, format!("out of {} slots", self.name));
            return Err(report.with_sqlstate(SqlState::PROGRAM_LIMIT_EXCEEDED).into());
        };
        entry.set((function, arg));
        self.count.set(count + 1);
        Ok(())
    }

    /// Takes the newest callback off if it is this one.
    ///
    /// # Errors
    /// It is another one, or there is none.
    pub(crate) fn cancel(&self, function: pg_on_exit_callback, arg: Datum) -> Result<()> {
        let newest = self.count.get().checked_sub(1);
        let entry = newest.and_then(|i| self.entries.get(i)).map(Cell::get);
        let same = |f: pg_on_exit_callback| match (f, function) {
            (Some(f), Some(g)) => ptr::fn_addr_eq(f, g),
            (f, g) => f.is_none() && g.is_none(),
        };
        if let (Some(newest), Some((f, a))) = (newest, entry)
            && same(f)
            && a == arg
        {
            self.count.set(newest);
            return Ok(());
        }
        let message = format!("{} callback is not the latest entry", self.name);
        Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
    }

    fn clear(&self) {
        self.count.set(0);
    }

    /// Runs the callbacks; each is off the list before it runs.
    fn run(&self, code: i32) {
        while let Some(newest) = self.count.get().checked_sub(1) {
            self.count.set(newest);
            let Some((Some(function), arg)) = self.entries.get(newest).map(Cell::get) else {
                continue;
            };
            let depth = inside::outside();
            // SAFETY: whoever registered it promised that it takes this argument.
            unsafe { function(code, arg) };
            let _due = inside::leave(depth);
        }
    }
}

/// `before_shmem_exit`: while shared memory and the database are still there.
pub(crate) static BEFORE_SHMEM_EXIT: List = List::new("before_shmem_exit");
/// `on_shmem_exit`: the process lets go of shared memory.
pub(crate) static ON_SHMEM_EXIT: List = List::new("on_shmem_exit");
/// `on_proc_exit`: last of all.
pub(crate) static ON_PROC_EXIT: List = List::new("on_proc_exit");

/// Runs the exit callbacks and ends the process with `code`: 0 is done, 1 is to be restarted, any
/// other is a crash.
pub(crate) fn proc_exit(code: i32) -> ! {
    let _depth = inside::enter();
    // SAFETY: takes and changes nothing.
    if MyProcPid.get() != 0 && MyProcPid.get() != unsafe { libc::getpid() } {
        error::emit(&Report::new(Level::Panic, "proc_exit() called in child process"));
        abort();
    }
    prepare(code);
    // SAFETY: runs the process's atexit handlers, ours among them, which finds nothing to do.
    unsafe { libc::exit(code) }
}

/// Runs the exit callbacks in a process that ends by returning: the postmaster.
pub(crate) fn run_callbacks(code: i32) {
    prepare(code);
}

/// Forgets every callback: a forked child has none of its parent's.
pub(crate) fn forget_callbacks() {
    for list in [&BEFORE_SHMEM_EXIT, &ON_SHMEM_EXIT, &ON_PROC_EXIT] {
        list.clear();
    }
}

/// Has `exit`, in this process and those that it forks, end where the exit handlers begin that were
/// registered before: they are the embedding program's.
pub(crate) fn skip_handlers_of_program() {
    unsafe extern "C" {
        fn on_exit(function: extern "C" fn(c_int, *mut c_void), arg: *mut c_void) -> c_int;
    }
    extern "C" fn leave(code: c_int, _arg: *mut c_void) {
        // SAFETY: writes out what C's streams hold.
        unsafe { libc::fflush(ptr::null_mut()) };
        // SAFETY: ends the process.
        unsafe { libc::_exit(code) }
    }
    // SAFETY: a function that lives as long as the process.
    let _result = unsafe { on_exit(leave, ptr::null_mut()) };
}

/// Has the callbacks run also when the extension calls `exit` itself, in the processes that the
/// postmaster forks: call once there, before libraries register exit handlers, which run earlier then.
pub(crate) fn catch_plain_exit() {
    extern "C" fn at_exit() {
        // SAFETY: takes and changes nothing.
        if IsUnderPostmaster.get() && MyProcPid.get() == unsafe { libc::getpid() } {
            let _depth = inside::enter();
            prepare(-1);
        }
    }
    // SAFETY: a function that lives as long as the process. Failure is lack of memory; then a
    // plain exit counts as a crash.
    let _result = unsafe { libc::atexit(at_exit) };
}

/// Aborts, for a core dump.
pub(crate) fn abort() -> ! {
    // SAFETY: never returns.
    unsafe { libc::abort() }
}

fn prepare(code: i32) {
    proc_exit_inprogress.set(true);
    InterruptPending.set(0);
    ProcDiePending.set(0);
    QueryCancelPending.set(0);
    InterruptHoldoffCount.set(1);
    CritSectionCount.set(0);
    error_context_stack.set(ptr::null_mut());
    debug_query_string.set(ptr::null());
    leave_shared_memory(code);
    ON_PROC_EXIT.run(code);
}

/// `shmem_exit`: the callbacks that need shared memory, then this process's place in it. The
/// postmaster calls it before it empties shared memory after a crash.
pub(crate) fn leave_shared_memory(code: i32) {
    shmem_exit_inprogress.set(true);
    lwlock::release_all();
    BEFORE_SHMEM_EXIT.run(code);
    locks::release_at_exit();
    dynamic::leave();
    ON_SHMEM_EXIT.run(code);
    lwlock::release_all();
    procs::detach();
    shmem_exit_inprogress.set(false);
}

/// In the middle of a wait where nothing is half-done: ends the process if the default SIGTERM handler
/// has noted that it is to end. Who waits goes on if this returns.
pub(crate) fn end_if_terminated() {
    if inside::termination_noted() {
        inside::clear_termination();
        terminated_by_default_handler();
    }
}

/// What the default SIGTERM handler noted inside the library is done here, on the way out.
pub(crate) fn terminated_by_default_handler() {
    if !proc_exit_inprogress.get() && !MyBgworkerEntry.get().is_null() {
        error::throw(interrupts::administrator_command());
    }
}
