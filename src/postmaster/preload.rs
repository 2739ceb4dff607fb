#![forbid(unsafe_code)]
//! Libraries of `shared_preload_libraries`.
//! Runs in: postmaster.

use crate::abi::variables::process_shared_preload_libraries_in_progress;
use crate::error::{self, Level, Report, Result};
use crate::guc::settings;
use crate::loader;

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
