//! `storage/barrier.h`: processes wait for each other.
//! Runs in: worker.

use core::ffi::c_int;

use crate::abi::barrier::Barrier;
use crate::shmem::barrier;
use crate::worker::interrupts;

plain! {
    /// Makes one, in shared memory; 0 participants: they attach.
    fn BarrierInit(barrier: *mut Barrier, participants: c_int) {
        // SAFETY: room for one that nobody uses.
        unsafe { barrier::init(barrier, participants) };
    }

    /// How often all have come.
    fn BarrierPhase(barrier: *mut Barrier) -> c_int {
        barrier::phase(barrier)
    }
}

throwing! {
    /// Waits until all have come; true for one of them.
    fn BarrierArriveAndWait(barrier: *mut Barrier, wait_event_info: u32) -> bool {
        barrier::arrive_and_wait(barrier, wait_event_info, interrupts::check)
    }

    /// Comes, and takes part no more; true for the last one.
    fn BarrierArriveAndDetach(barrier: *mut Barrier) -> bool {
        barrier::detach(barrier, true)
    }

    /// Takes part no more (false), unless nobody else does: then goes on alone (true).
    fn BarrierArriveAndDetachExceptLast(barrier: *mut Barrier) -> bool {
        barrier::detach_unless_last(barrier)
    }

    /// Takes part; the phase that it comes into.
    fn BarrierAttach(barrier: *mut Barrier) -> c_int {
        barrier::attach(barrier)
    }

    /// Takes part no more, without having come; true for the last one.
    fn BarrierDetach(barrier: *mut Barrier) -> bool {
        barrier::detach(barrier, false)
    }

    /// How many take part.
    fn BarrierParticipants(barrier: *mut Barrier) -> c_int {
        barrier::participants(barrier)
    }
}
