//! `storage/proc.h`: waiting for another process of the array.
//! Runs in: worker.

use crate::abi::c::ProcNumber;
use crate::abi::latch::{WL_EXIT_ON_PM_DEATH, WL_LATCH_SET};
use crate::abi::variables::MyLatch;
use crate::shmem::condition;
use crate::shmem::latch::{self, Want};
use crate::worker::interrupts;

throwing! {
    /// Sleeps until another process sets this one's latch.
    fn ProcWaitForSignal(wait_event_info: u32) {
        let events = WL_LATCH_SET | WL_EXIT_ON_PM_DEATH;
        let want = Want { events, socket: -1, timeout: 0, wait_event_info };
        // SAFETY: this process's own latch.
        unsafe { latch::wait(MyLatch.get(), want)? };
        latch::reset_own();
        interrupts::check()
    }
}

plain! {
    /// Sets the latch of a process.
    fn ProcSendSignal(procNumber: ProcNumber) {
        condition::wake(procNumber);
    }
}
