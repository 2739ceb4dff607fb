#![forbid(unsafe_code)]
//! Dynamic registration: `RegisterDynamicBackgroundWorker`.
//! Runs in: worker.

use core::sync::atomic::Ordering::SeqCst;

use crate::abi::bgworker::{BGWORKER_CLASS_PARALLEL, BackgroundWorker, BackgroundWorkerHandle};
use crate::abi::variables::{IsUnderPostmaster, max_parallel_workers};
use crate::error::{Level, Result};
use crate::shmem::segment::{self, Segment};
use crate::shmem::{program, slots};
use crate::sigsafe::postmaster;
use crate::sys::process;

use super::check::check;

/// Asks for a worker. None: there is no room, or this is the postmaster.
///
/// # Errors
/// ERROR 22023 for a registration that is not acceptable.
pub(crate) fn register(worker: &BackgroundWorker) -> Result<Option<BackgroundWorkerHandle>> {
    let Some(segment) = segment::get().filter(|_| IsUnderPostmaster.get()) else {
        return Ok(None);
    };
    let mut worker = *worker;
    check(&mut worker, Level::Error)?;
    let parallel = worker.bgw_flags & BGWORKER_CLASS_PARALLEL != 0;
    if parallel && !count_parallel(segment) {
        return Ok(None);
    }
    let Some((number, generation)) = slots::publish(segment, &worker) else {
        if parallel {
            segment.header().parallel_registered.fetch_sub(1, SeqCst);
        }
        return Ok(None);
    };
    wake_postmaster();
    let slot = i32::try_from(number).unwrap_or(-1);
    Ok(Some(BackgroundWorkerHandle { slot, generation }))
}

/// Counts one more parallel worker, unless there are max_parallel_workers.
fn count_parallel(segment: &Segment) -> bool {
    let room = u64::try_from(max_parallel_workers.get()).unwrap_or(0);
    let header = segment.header();
    let counted = header.parallel_registered.fetch_update(SeqCst, SeqCst, |registered| {
        let alive = registered.saturating_sub(header.parallel_forgotten.load(SeqCst));
        (alive < room).then(|| registered.wrapping_add(1))
    });
    counted.is_ok()
}

/// Tells the postmaster that a slot wants its attention.
pub(super) fn wake_postmaster() {
    // A dead one's pid may be another's by now; that of a child that was not waited for is its own.
    if postmaster::is_parent() || program::is_program() && !postmaster::is_pipe_closed() {
        process::signal(postmaster::pid(), libc::SIGUSR1);
    }
}
