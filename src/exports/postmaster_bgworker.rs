//! `postmaster/bgworker.h`: registration and handles.
//! Runs in: postmaster (RegisterBackgroundWorker), worker.

use core::ffi::{CStr, c_char, c_int};

use libc::pid_t;

use crate::abi::bgworker::{
    BGWH_NOT_YET_STARTED, BGWH_POSTMASTER_DIED, BGWH_STARTED, BGWH_STOPPED, BackgroundWorker,
    BackgroundWorkerHandle, BgwHandleStatus,
};
use crate::abi::c::Oid;
use crate::abi::variables::CurrentMemoryContext;
use crate::database::{self, Wanted};
use crate::memory;
use crate::registration::wait::Outcome;
use crate::registration::{dynamic, handle, statics, wait};
use crate::shmem::slots::Seen;
use crate::worker::signals;

throwing! {
    /// Registers a worker while shared_preload_libraries are loaded; the struct is copied.
    fn RegisterBackgroundWorker(worker: *mut BackgroundWorker) {
        // SAFETY: a live worker; read bitwise, as its strings may lack their ends.
        statics::register(unsafe { &*worker })
    }

    /// Asks for a worker; false: no room. The handle, if wanted, is allocated with `palloc`.
    fn RegisterDynamicBackgroundWorker(
        worker: *mut BackgroundWorker,
        handle: *mut *mut BackgroundWorkerHandle,
    ) -> bool {
        // SAFETY: a live worker.
        let Some(registered) = dynamic::register(unsafe { &*worker })? else { return Ok(false) };
        if !handle.is_null() {
            let size = size_of::<BackgroundWorkerHandle>();
            let chunk = memory::alloc(CurrentMemoryContext.get(), size)?.cast();
            // SAFETY: fresh, of the right size, and aligned to 16.
            unsafe { chunk.write(registered) };
            // SAFETY: the caller's variable.
            unsafe { *handle = chunk.as_ptr() };
        }
        Ok(true)
    }

    /// Waits until a worker has started (`*pidp` is its pid then) or is over.
    fn WaitForBackgroundWorkerStartup(
        handle: *mut BackgroundWorkerHandle,
        pidp: *mut pid_t,
    ) -> BgwHandleStatus {
        // SAFETY: a handle that RegisterDynamicBackgroundWorker gave.
        let outcome = wait::startup(unsafe { &*handle })?;
        Ok(match outcome {
            Outcome::Started(pid) => {
                // SAFETY: the caller's variable.
                unsafe { *pidp = pid };
                BGWH_STARTED
            }
            Outcome::Stopped => BGWH_STOPPED,
            Outcome::PostmasterDied => BGWH_POSTMASTER_DIED,
        })
    }

    /// Waits until a worker does not run.
    fn WaitForBackgroundWorkerShutdown(handle: *mut BackgroundWorkerHandle) -> BgwHandleStatus {
        // SAFETY: a handle that RegisterDynamicBackgroundWorker gave.
        let outcome = wait::shutdown(unsafe { &*handle })?;
        Ok(match outcome {
            Outcome::Started(_) | Outcome::Stopped => BGWH_STOPPED,
            Outcome::PostmasterDied => BGWH_POSTMASTER_DIED,
        })
    }
}

throwing! {
    /// Connects this worker to a database as a user; NULL: those of the connection string.
    fn BackgroundWorkerInitializeConnection(
        dbname: *const c_char,
        username: *const c_char,
        flags: u32,
    ) {
        let _for_the_server_alone = flags;
        // SAFETY: NULL or a string.
        let name = |text: *const c_char| (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) });
        database::connect(Wanted::Names(name(dbname), name(username)))
    }

    /// The same by their numbers; 0 is none.
    fn BackgroundWorkerInitializeConnectionByOid(dboid: Oid, useroid: Oid, flags: u32) {
        let _for_the_server_alone = flags;
        database::connect(Wanted::Numbers(dboid, useroid))
    }
}

plain! {
    /// Whether a worker has started; `*pidp` is its pid if it runs.
    fn GetBackgroundWorkerPid(
        handle: *mut BackgroundWorkerHandle,
        pidp: *mut pid_t,
    ) -> BgwHandleStatus {
        // SAFETY: a handle that RegisterDynamicBackgroundWorker gave.
        match handle::look(unsafe { &*handle }) {
            Seen::NotYetStarted => BGWH_NOT_YET_STARTED,
            Seen::Stopped => BGWH_STOPPED,
            Seen::Started(pid) => {
                // SAFETY: the caller's variable.
                unsafe { *pidp = pid };
                BGWH_STARTED
            }
        }
    }

    /// Ends a worker for good: SIGTERM if it runs, and no restart.
    fn TerminateBackgroundWorker(handle: *mut BackgroundWorkerHandle) {
        // SAFETY: a handle that RegisterDynamicBackgroundWorker gave.
        handle::terminate(unsafe { &*handle });
    }

    /// The bgw_type of the worker that runs as `pid`, or NULL.
    fn GetBackgroundWorkerTypeByPid(pid: pid_t) -> *const c_char {
        handle::type_by_pid(c_int::from(pid))
    }

    /// Blocks signals, as they are at entry to a worker's main.
    fn BackgroundWorkerBlockSignals() {
        signals::block();
    }

    /// Unblocks signals.
    fn BackgroundWorkerUnblockSignals() {
        signals::unblock();
    }
}
