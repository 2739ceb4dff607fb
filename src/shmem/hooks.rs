//! The hooks in which libraries ask for shared memory and set it up (miscadmin.h, ipc.h).
//! Runs in: postmaster.

use core::sync::atomic::Ordering::SeqCst;

use crate::abi::variables::{
    UsedShmemSegAddr, process_shmem_requests_in_progress, shmem_request_hook, shmem_startup_hook,
};
use crate::error::{self, Result};

use super::{requests, segment};

/// Calls shmem_request_hook, in which libraries say how much they need.
///
/// # Errors
/// What a hook raised.
pub(crate) fn request() -> Result<()> {
    process_shmem_requests_in_progress.set(true);
    let result = call(shmem_request_hook.get());
    process_shmem_requests_in_progress.set(false);
    result
}

/// Makes the named locks and calls shmem_startup_hook: at the start, and after each reset.
///
/// # Errors
/// What a hook raised.
pub(crate) fn startup() -> Result<()> {
    if let Some(segment) = segment::get() {
        UsedShmemSegAddr.set(segment.base().as_ptr().cast());
        segment.header().tranches.store(requests::initialize_tranches(), SeqCst);
    }
    call(shmem_startup_hook.get())
}

fn call(hook: Option<unsafe extern "C" fn()>) -> Result<()> {
    hook.map_or(Ok(()), error::call_plain)
}
