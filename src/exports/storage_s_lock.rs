//! `storage/s_lock.h`: spin locks whose first try has failed.
//! Runs in: any process.

use core::ffi::{c_char, c_int};

use crate::abi::atomics::SpinDelayStatus;
use crate::abi::c::slock_t;
use crate::shmem::spin;

throwing! {
    /// Takes a spin lock; how often it slept.
    fn s_lock(
        lock: *mut slock_t,
        file: *const c_char,
        line: c_int,
        func: *const c_char,
    ) -> c_int {
        let mut status = SpinDelayStatus { spins: 0, delays: 0, cur_delay: 0, file, line, func };
        // SAFETY: a spin lock, and texts that are NULL or end with NUL.
        unsafe { spin::acquire(lock, &mut status) }?;
        Ok(status.delays)
    }

    /// One turn of a loop that waits for something short.
    fn perform_spin_delay(status: *mut SpinDelayStatus) {
        // SAFETY: what init_spin_delay filled in, the caller's alone.
        let status = unsafe { &mut *status };
        // SAFETY: its texts are NULL or end with NUL.
        unsafe { spin::delay(status) }
    }
}

plain! {
    /// The end of that loop. PostgreSQL learns from it how long to spin; here that is fixed.
    fn finish_spin_delay(_status: *mut SpinDelayStatus) {}
}
