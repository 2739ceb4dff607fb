//! `storage/lwlock.h`: lightweight locks.
//! Runs in: postmaster (requests), worker.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

use crate::abi::atomics::pg_atomic_uint64;
use crate::abi::lwlock::{LWLock, LWLockMode, LWLockPadded};
use crate::error;
use crate::shmem::lwlock::{self, Permit};
use crate::shmem::requests;

throwing! {
    /// Takes a lock, sleeping if need be; true if it was to be had at once.
    fn LWLockAcquire(lock: *mut LWLock, mode: LWLockMode) -> bool {
        lwlock::acquire(lock, mode, Permit::of_this_process().as_ref())
    }

    /// Takes a lock if it is to be had at once.
    fn LWLockConditionalAcquire(lock: *mut LWLock, mode: LWLockMode) -> bool {
        lwlock::try_acquire(lock, mode)
    }

    /// Takes a lock if it is to be had at once (true), or sleeps until it is, and leaves it.
    fn LWLockAcquireOrWait(lock: *mut LWLock, mode: LWLockMode) -> bool {
        lwlock::acquire_or_wait(lock, mode, Permit::of_this_process().as_ref())
    }

    /// A number for a group of locks in the module's own shared memory.
    fn LWLockNewTrancheId() -> c_int {
        requests::new_tranche()
    }

    /// Sleeps until the variable that the lock's holder changes is not `oldval` (false), or nobody
    /// holds the lock (true).
    fn LWLockWaitForVar(
        lock: *mut LWLock,
        valptr: *mut pg_atomic_uint64,
        oldval: u64,
        newval: *mut u64,
    ) -> bool {
        // SAFETY: shared memory that all access atomically.
        let variable = unsafe { AtomicU64::from_ptr(valptr.cast()) };
        let permit = Permit::of_this_process();
        let seen = lwlock::wait_for_variable(lock, variable, oldval, permit.as_ref())?;
        if let Some(value) = seen {
            // SAFETY: the caller's variable.
            unsafe { newval.write(value) };
        }
        Ok(seen.is_none())
    }

    /// Calls a function for each lock of this process.
    fn ForEachLWLockHeldByMe(
        callback: Option<unsafe extern "C" fn(*mut LWLock, LWLockMode, *mut c_void)>,
        context: *mut c_void,
    ) {
        let Some(callback) = callback else { return Ok(()) };
        let mut at = 0;
        while let Some((lock, mode)) = lwlock::held_at(at) {
            // SAFETY: whoever passed it promised that it can be called.
            error::guarded(|| unsafe { callback(lock, mode, context) })?;
            at += 1;
        }
        Ok(())
    }

    /// Sets the variable that goes with a lock and gives the lock back.
    fn LWLockReleaseClearVar(lock: *mut LWLock, valptr: *mut pg_atomic_uint64, val: u64) {
        // SAFETY: shared memory that all access atomically.
        unsafe { AtomicU64::from_ptr(valptr.cast()) }.store(val, SeqCst);
        lwlock::release(lock)
    }

    /// Gives a lock back.
    fn LWLockRelease(lock: *mut LWLock) {
        lwlock::release(lock)
    }

    /// Asks for `num_lwlocks` locks under a name; in shmem_request_hook only.
    fn RequestNamedLWLockTranche(tranche_name: *const c_char, num_lwlocks: c_int) {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(tranche_name) };
        requests::named_tranche(name, usize::try_from(num_lwlocks).unwrap_or(0))
    }

    /// The locks of a name, an array of padded ones.
    fn GetNamedLWLockTranche(tranche_name: *const c_char) -> *mut LWLockPadded {
        // SAFETY: a NUL-terminated string.
        requests::find_tranche(unsafe { CStr::from_ptr(tranche_name) })
    }
}

plain! {
    /// Whether this process holds a lock.
    fn LWLockHeldByMe(lock: *mut LWLock) -> bool {
        lwlock::held_by_me(lock)
    }

    /// Whether this process holds a lock in this mode.
    fn LWLockHeldByMeInMode(lock: *mut LWLock, mode: LWLockMode) -> bool {
        lwlock::held_by_me_in(lock, mode)
    }

    /// Whether this process holds one of the locks of an array.
    fn LWLockAnyHeldByMe(lock: *mut LWLock, nlocks: c_int, stride: usize) -> bool {
        lwlock::any_held_by_me(lock, usize::try_from(nlocks).unwrap_or(0), stride)
    }

    /// Sets the variable that goes with a lock of this process, and has others look at it.
    fn LWLockUpdateVar(lock: *mut LWLock, valptr: *mut pg_atomic_uint64, val: u64) {
        // SAFETY: shared memory that all access atomically.
        lwlock::update_variable(lock, unsafe { AtomicU64::from_ptr(valptr.cast()) }, val);
    }

    /// What a group of locks is called; NULL for what is none.
    fn GetLWLockIdentifier(_classId: u32, eventId: u16) -> *const c_char {
        let name = requests::tranche_name(eventId);
        if name.is_empty() { ptr::null() } else { name.as_ptr() }
    }

    /// What this process calls a group of locks.
    fn LWLockRegisterTranche(tranche_id: c_int, tranche_name: *const c_char) {
        if let Ok(id) = u16::try_from(tranche_id) {
            // SAFETY: a NUL-terminated string.
            requests::register_tranche(id, unsafe { CStr::from_ptr(tranche_name) });
        }
    }

    /// Gives back every lock of this process.
    fn LWLockReleaseAll() {
        lwlock::release_all();
    }

    /// Makes a lock free and puts it into a tranche.
    fn LWLockInitialize(lock: *mut LWLock, tranche_id: c_int) {
        // SAFETY: a lock that nobody uses yet.
        unsafe { lwlock::initialize(lock, u16::try_from(tranche_id).unwrap_or(u16::MAX)) }
    }
}
