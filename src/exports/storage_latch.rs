//! `storage/latch.h`: latches.
//! Runs in: worker; signal handler (SetLatch).

use core::ffi::{c_int, c_long};

use crate::abi::c::pgsocket;
use crate::abi::latch::{Latch, WL_SOCKET_MASK};
use crate::shmem::latch::{self, Want};

plain! {
    /// Sets a latch, waking its owner.
    fn SetLatch(latch: *mut Latch) {
        // SAFETY: a latch of shared memory, or the process's own.
        unsafe { latch::set(latch) }
    }

    /// Clears a latch that this process owns.
    fn ResetLatch(latch: *mut Latch) {
        // SAFETY: a latch of shared memory, or the process's own.
        unsafe { latch::reset(latch) }
    }
}

throwing! {
    /// Sleeps until the latch is set, the time (milliseconds) is over or the postmaster died.
    fn WaitLatch(
        latch: *mut Latch,
        wakeEvents: c_int,
        timeout: c_long,
        wait_event_info: u32,
    ) -> c_int {
        let events = wakeEvents & !WL_SOCKET_MASK;
        let want = Want { events, socket: -1, timeout, wait_event_info };
        // SAFETY: NULL, a latch of shared memory, or the process's own.
        unsafe { latch::wait(latch, want) }
    }

    /// The same, or until the socket is ready.
    fn WaitLatchOrSocket(
        latch: *mut Latch,
        wakeEvents: c_int,
        sock: pgsocket,
        timeout: c_long,
        wait_event_info: u32,
    ) -> c_int {
        let events = if sock < 0 { wakeEvents & !WL_SOCKET_MASK } else { wakeEvents };
        let want = Want { events, socket: sock, timeout, wait_event_info };
        // SAFETY: NULL, a latch of shared memory, or the process's own.
        unsafe { latch::wait(latch, want) }
    }
}
