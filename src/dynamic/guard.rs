//! A lightweight lock that is given back when its holder is through with it, however that is.
//! Runs in: worker and backend; postmaster while libraries set up shared memory.

use core::ptr;

use crate::abi::lwlock::{LWLock, LWLockMode};
use crate::error::Result;
use crate::shmem::lwlock::{self, Permit};

/// The lock is held as long as this lives.
pub(super) struct Guard(*mut LWLock);

/// Takes a lock.
///
/// # Errors
/// As `lwlock::acquire`.
#[inline]
pub(super) fn take(lock: *mut LWLock, mode: LWLockMode) -> Result<Guard> {
    lwlock::acquire(lock, mode, Permit::of_this_process().as_ref())?;
    Ok(Guard(lock))
}

impl Guard {
    /// It stays held: somebody else gives it back.
    #[inline]
    pub(super) fn keep(mut self) {
        self.0 = ptr::null_mut();
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        if !self.0.is_null() {
            // It is held, unless a callback has given back all locks meanwhile.
            let _released = lwlock::release(self.0);
        }
    }
}
