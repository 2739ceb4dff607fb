//! `CHECK_FOR_INTERRUPTS` (miscadmin.h): what handlers noted is done at a safe place.
//! Runs in: worker.

use core::ffi::CStr;
use std::ffi::CString;

use crate::abi::bgworker::BGWORKER_BACKEND_DATABASE_CONNECTION;
use crate::abi::miscadmin::B_BACKEND;
use crate::abi::variables::{
    CritSectionCount, InterruptHoldoffCount, InterruptPending, MyBackendType, MyBgworkerEntry,
    ProcDiePending, QueryCancelHoldoffCount, QueryCancelPending,
};
use crate::error::{Level, Report, Result, SqlState};

/// Does what is pending, if interrupts are not held off.
///
/// # Errors
/// FATAL when the process is to end, ERROR when a statement is to be cancelled.
pub(crate) fn check() -> Result<()> {
    if InterruptPending.get() == 0 { Ok(()) } else { process() }
}

/// Is something pending that [`check`] would act on now?
pub(crate) fn is_pending() -> bool {
    InterruptPending.get() != 0 && InterruptHoldoffCount.get() == 0 && CritSectionCount.get() == 0
}

/// `ProcessInterrupts`. Errors as [`check`].
pub(crate) fn process() -> Result<()> {
    if InterruptHoldoffCount.get() != 0 || CritSectionCount.get() != 0 {
        return Ok(());
    }
    InterruptPending.set(0);
    if ProcDiePending.replace(0) != 0 {
        QueryCancelPending.set(0);
        return Err(administrator_command().into());
    }
    if QueryCancelPending.get() != 0 {
        if QueryCancelHoldoffCount.get() != 0 {
            // Not now, but do not forget it.
            InterruptPending.set(1);
            return Ok(());
        }
        QueryCancelPending.set(0);
        let message = "canceling statement due to user request";
        return Err(Report::error(SqlState::QUERY_CANCELED, message).into());
    }
    Ok(())
}

/// What a worker, or a backend, says that is told to end.
pub(crate) fn administrator_command() -> Report {
    if MyBackendType.get() == B_BACKEND {
        let message = "terminating connection due to administrator command";
        return Report::new(Level::Fatal, message).with_sqlstate(SqlState::ADMIN_SHUTDOWN);
    }
    let mut message = b"terminating background worker \"".to_vec();
    message.extend_from_slice(worker_type());
    message.extend_from_slice(b"\" due to administrator command");
    Report::new(Level::Fatal, message).with_sqlstate(SqlState::ADMIN_SHUTDOWN)
}

/// This worker's bgw_type; empty in another process.
pub(super) fn worker_type() -> &'static [u8] {
    // SAFETY: null, or this process's own copy, which lives as long as it.
    match unsafe { MyBgworkerEntry.get().as_ref() } {
        // SAFETY: the copy's strings are NUL-terminated.
        Some(entry) => unsafe { CStr::from_ptr(entry.bgw_type.as_ptr()) }.to_bytes(),
        None => b"",
    }
}

/// Whether this process is a worker that was registered with a database connection.
pub(crate) fn needs_database() -> bool {
    // SAFETY: null, or this process's own copy, which lives as long as it.
    let entry = unsafe { MyBgworkerEntry.get().as_ref() };
    entry.is_some_and(|entry| entry.bgw_flags & BGWORKER_BACKEND_DATABASE_CONNECTION != 0)
}

/// This worker's bgw_name; empty in another process.
pub(crate) fn worker_name() -> CString {
    // SAFETY: null, or this process's own copy, which lives as long as it.
    let entry = unsafe { MyBgworkerEntry.get().as_ref() };
    // SAFETY: the copy's strings are NUL-terminated.
    entry
        .map(|entry| unsafe { CStr::from_ptr(entry.bgw_name.as_ptr()) }.to_owned())
        .unwrap_or_default()
}
