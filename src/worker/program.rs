#![forbid(unsafe_code)]
//! The program that embeds the manager, as a regular backend.
//! Runs in: the embedding program.

use crate::abi::dest::DestNone;
use crate::abi::miscadmin::{B_BACKEND, NormalProcessing};
use crate::abi::variables::{
    IsPostmasterEnvironment, IsUnderPostmaster, Mode, max_worker_processes, whereToSendOutput,
};
use crate::dynamic;
use crate::error::Result;
use crate::locks;
use crate::memory;
use crate::shmem::{lwlock, procs};
use crate::sigsafe::postmaster;
use crate::time;

use super::entry::introduce;

/// The program takes its place in shared memory, which has room for `slots` workers. Its signals
/// stay its own.
///
/// # Errors
/// Out of memory; there is no such place.
pub(crate) fn attach_program(place: usize, slots: usize) -> Result<()> {
    memory::init()?;
    time::init();
    introduce(postmaster::pid(), B_BACKEND);
    IsPostmasterEnvironment.set(true);
    Mode.set(NormalProcessing);
    whereToSendOutput.set(DestNone);
    max_worker_processes.set(i32::try_from(slots).unwrap_or(0));
    locks::forget();
    procs::attach(place)
}

/// The program gives its place back.
pub(crate) fn detach_program() {
    locks::release_at_exit();
    lwlock::release_all();
    dynamic::leave();
    procs::detach();
    IsUnderPostmaster.set(false);
    IsPostmasterEnvironment.set(false);
}
