//! A child that is there before its worker: it has made itself ready as far as that does not
//! depend on the worker, and waits.
//! Runs in: worker.

use std::os::fd::RawFd;

use crate::abi::bgworker::BackgroundWorker;
use crate::abi::variables::TopMemoryContext;
use crate::error::prepared;
use crate::loader;
use crate::memory;
use crate::shmem::procs;
use crate::sys::handover::{self, Plain};
use crate::sys::{process, random};

use super::entry::{Launch, become_spare, leave_program, main_of_spare};
use super::interrupts;

/// A worker to run, as the postmaster gives it through the pipe.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    /// The registration, already copied and cleaned.
    pub(crate) worker: BackgroundWorker,
    /// Its slot, which is also its place in the array of processes.
    pub(crate) slot: usize,
}

// SAFETY: integers and arrays of them; bgw_main_arg and bgw_extra are the worker's own business.
unsafe impl Plain for Work {}

/// Does what a start does, as far as it leaves nothing behind: the pages that it needs are this
/// process's own then.
fn rehearse() {
    random::rehearse();
    prepared::prepare(&interrupts::administrator_command());
    if let Ok(room) = memory::alloc(TopMemoryContext.get(), size_of::<BackgroundWorker>()) {
        // SAFETY: allocated just now, and nobody's.
        unsafe { memory::free(room) };
    }
    procs::rehearse(0);
    loader::rehearse();
}

/// Waits in a freshly forked child, with every signal blocked, for a worker to come through the
/// pipe's end `out`, and runs it. Leaves if the postmaster does. The postmaster's own descriptors
/// are closed.
pub(crate) fn wait_for_worker(out: RawFd, postmaster: i32) -> ! {
    become_spare(postmaster);
    rehearse();
    let Some(work) = handover::take::<Work>(out) else { leave_program() };
    process::close_inherited([out].into_iter());
    main_of_spare(&Launch { worker: &work.worker, slot: work.slot, postmaster })
}
