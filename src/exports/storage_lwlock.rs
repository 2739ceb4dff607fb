//! `storage/lwlock.h`: lightweight locks.
//! Runs in: postmaster (requests), worker.

use core::ffi::{CStr, c_char, c_int};

use crate::abi::lwlock::{LWLock, LWLockMode, LWLockPadded};
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
