#![forbid(unsafe_code)]
//! Static registration: `RegisterBackgroundWorker` while libraries are preloaded.
//! Runs in: postmaster.

use std::sync::{Mutex, PoisonError};

use crate::abi::bgworker::BackgroundWorker;
use crate::abi::variables::{
    IsPostmasterEnvironment, IsUnderPostmaster, max_worker_processes,
    process_shared_preload_libraries_in_progress,
};
use crate::error::{self, Level, Report, Result, SqlState};
use crate::shmem::{requests, segment};

use super::check::{check, refusal};
use super::text::{self, Field};

/// A worker that a library registered, and which library that was.
#[derive(Clone, Copy)]
pub(crate) struct Registration {
    pub(crate) worker: BackgroundWorker,
    pub(crate) library: u64,
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static PENDING: Mutex<Vec<Registration>> = Mutex::new(Vec::new());

/// `RegisterBackgroundWorker`. A worker that is not acceptable is reported at LOG and dropped.
///
/// # Errors
/// `cannot register background worker "N" after shmem init`.
pub(crate) fn register(worker: &BackgroundWorker) -> Result<()> {
    let mut worker = *worker;
    let name = text::unbounded(&worker, Field::Name).to_vec();
    if IsUnderPostmaster.get() || !IsPostmasterEnvironment.get() {
        if !process_shared_preload_libraries_in_progress.get() {
            let what = "must be registered in \"shared_preload_libraries\"";
            let sqlstate = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
            error::emit(&refusal(Level::Log, &name, what).with_sqlstate(sqlstate));
        }
        return Ok(());
    }
    if segment::get().is_some() {
        let message = [b"cannot register background worker \"", &*name, b"\" after shmem init"];
        return Err(Report::error(SqlState::INTERNAL_ERROR, message.concat()).into());
    }
    let message = [b"registering background worker \"", &*name, b"\""].concat();
    error::emit(&Report::new(Level::Debug1, message));
    if let Err(report) = check(&mut worker, Level::Log) {
        error::emit(&report);
        return Ok(());
    }
    if worker.bgw_notify_pid != 0 {
        let what = "only dynamic background workers can request notification";
        let sqlstate = SqlState::FEATURE_NOT_SUPPORTED;
        error::emit(&refusal(Level::Log, &name, what).with_sqlstate(sqlstate));
        return Ok(());
    }
    let mut pending = PENDING.lock().unwrap_or_else(PoisonError::into_inner);
    let room = usize::try_from(max_worker_processes.get()).unwrap_or(0);
    if pending.len() >= room {
        drop(pending);
        error::emit(&too_many(room));
        return Ok(());
    }
    pending.push(Registration { worker, library: requests::library_id() });
    Ok(())
}

fn too_many(room: usize) -> Report {
    let workers = if room == 1 { "worker" } else { "workers" };
    Report::new(Level::Log, "too many background workers")
        .with_sqlstate(SqlState::CONFIGURATION_LIMIT_EXCEEDED)
        .with_detail(format!(
            "Up to {room} background {workers} can be registered with the current settings."
        ))
        .with_hint("Consider increasing the configuration parameter \"max_worker_processes\".")
}

/// How many workers are registered so far.
pub(crate) fn pending() -> usize {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// Forgets the workers registered after the first `count`: their library could not be loaded.
pub(crate) fn forget_after(count: usize) {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner).truncate(count);
}

/// Takes what was registered, in the order of registration.
pub(crate) fn take_pending() -> Vec<Registration> {
    core::mem::take(&mut *PENDING.lock().unwrap_or_else(PoisonError::into_inner))
}
