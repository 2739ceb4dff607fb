//! The child that runs an extension's worker: what it is at entry to its main, how it is
//! interrupted, how it ends.
//! Runs in: worker.

mod entry;
pub(crate) mod exit;
pub(crate) mod interrupts;
mod program;
pub(crate) mod signals;
mod spare;
pub(crate) mod stack;
pub(crate) mod timeouts;
pub(crate) mod title;

pub(crate) use entry::{
    Launch, become_backend, become_helper, become_program, leave_program, main, start_backend,
    survive_error,
};
pub(crate) use interrupts::{needs_database, worker_name};
pub(crate) use program::{attach_program, detach_program};
pub(crate) use spare::{Work, wait_for_worker};
