#![forbid(unsafe_code)]
//! Libraries of `shared_preload_libraries`.
//! Runs in: postmaster.

use crate::abi::variables::{
    process_shared_preload_libraries_done, process_shared_preload_libraries_in_progress,
};
use crate::error::{self, Level, Report, Result};
use crate::guc::settings;
use crate::loader;
use crate::registration::statics;

use crate::sys::process::threads;

use super::messages::{quoting, say};
use super::program::Program;

/// Loads the libraries in their order, and then the program that embeds the manager; each may
/// register workers and settings.
///
/// # Errors
/// The first one that a library raises, or that is raised about it, unless such libraries are
/// skipped.
pub(super) fn load_libraries(program: Option<&Program>) -> Result<()> {
    let names = settings::shared_preload_libraries()?;
    process_shared_preload_libraries_in_progress.set(true);
    let loaded = names.iter().try_for_each(|name| load_or_skip(name));
    let loaded = loaded.and_then(|()| program.map_or(Ok(()), Program::initialize));
    process_shared_preload_libraries_in_progress.set(false);
    process_shared_preload_libraries_done.set(true);
    loaded
}

/// With `pgbgw.on_library_error = skip` an error costs the library alone, and what it registered.
fn load_or_skip(name: &[u8]) -> Result<()> {
    let before = statics::pending();
    let Err(raised) = load(name) else { return Ok(()) };
    if !settings::skip_broken_libraries() {
        return Err(raised);
    }
    statics::forget_after(before);
    let mut report = raised.into_report();
    report.level = Level::Warning;
    error::emit(&report);
    say(Level::Warning, quoting("library ", name, " is skipped"));
    Ok(())
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
