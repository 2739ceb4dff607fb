//! Libraries of `shared_preload_libraries`, and the hooks in which they set up shared memory.
//! Runs in: postmaster.

use crate::abi::variables::{
    UsedShmemSegAddr, process_shared_preload_libraries_in_progress,
    process_shmem_requests_in_progress, shmem_request_hook, shmem_startup_hook,
};
use crate::error::{self, Level, Report, Result};
use crate::guc::settings;
use crate::loader;
use crate::shmem::{requests, segment};

use super::messages::{quoting, say};

/// Loads the libraries in their order; each may register workers and settings.
///
/// # Errors
/// The first one that a library raises, or that is raised about it.
pub(super) fn load_libraries() -> Result<()> {
    let names = settings::shared_preload_libraries()?;
    process_shared_preload_libraries_in_progress.set(true);
    let loaded = names.iter().try_for_each(|name| load(name));
    process_shared_preload_libraries_in_progress.set(false);
    loaded
}

fn load(name: &[u8]) -> Result<()> {
    let before = threads();
    loader::load(name)?;
    say(Level::Debug1, quoting("loaded library ", name, ""));
    let started = threads().saturating_sub(before);
    if started > 0 {
        let message =
            quoting("library ", name, &format!(" started {started} threads in the postmaster"));
        error::emit(&Report::new(Level::Warning, message).with_hint(
            "Threads do not survive the fork of a worker, and a lock that one holds at that \
             moment is never released in it.",
        ));
    }
    Ok(())
}

/// Threads of this process.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count)
}

/// Calls shmem_request_hook, in which libraries say how much they need.
///
/// # Errors
/// What a hook raised.
pub(super) fn request_shared_memory() -> Result<()> {
    process_shmem_requests_in_progress.set(true);
    let result = call(shmem_request_hook.get());
    process_shmem_requests_in_progress.set(false);
    result
}

/// Makes the named locks and calls shmem_startup_hook: at the start, and after each reset.
///
/// # Errors
/// What a hook raised.
pub(super) fn set_up_shared_memory() -> Result<()> {
    if let Some(segment) = segment::get() {
        UsedShmemSegAddr.set(segment.base().as_ptr().cast());
        let tranches = requests::initialize_tranches();
        segment.header().tranches.store(tranches, core::sync::atomic::Ordering::SeqCst);
    }
    call(shmem_startup_hook.get())
}

fn call(hook: Option<unsafe extern "C" fn()>) -> Result<()> {
    match hook {
        // SAFETY: a hook takes nothing; the library that set it promised that it can be called.
        Some(hook) => error::guarded(|| unsafe { hook() }),
        None => Ok(()),
    }
}
