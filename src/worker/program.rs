#![forbid(unsafe_code)]
//! The program that embeds the manager, as a regular backend.
//! Runs in: the embedding program.

use crate::abi::c::INVALID_PROC_NUMBER;
use crate::abi::dest::DestNone;
use crate::abi::miscadmin::{B_BACKEND, NormalProcessing};
use crate::abi::variables::{
    IsPostmasterEnvironment, IsUnderPostmaster, Mode, MyBackendType, MyProcNumber, MyProcPid,
    MyStartTime, MyStartTimestamp, max_worker_processes, whereToSendOutput,
};
use crate::error::Result;
use crate::memory;
use crate::shmem::{lwlock, procs};
use crate::sys::clock;
use crate::time::{self, stamp};

/// The program takes its place in shared memory, which has room for `slots` workers. Its signals
/// stay its own.
///
/// # Errors
/// Out of memory; there is no such place.
pub(crate) fn attach_program(place: usize, slots: usize) -> Result<()> {
    memory::init()?;
    time::init();
    MyProcPid.set(i32::try_from(std::process::id()).unwrap_or(0));
    MyStartTimestamp.set(stamp::now());
    MyStartTime.set(clock::wall_micros() / 1_000_000);
    MyBackendType.set(B_BACKEND);
    IsPostmasterEnvironment.set(true);
    IsUnderPostmaster.set(true);
    Mode.set(NormalProcessing);
    whereToSendOutput.set(DestNone);
    max_worker_processes.set(i32::try_from(slots).unwrap_or(0));
    procs::attach(place)
}

/// The program gives its place back.
pub(crate) fn detach_program() {
    lwlock::release_all();
    procs::detach();
    MyProcNumber.set(INVALID_PROC_NUMBER);
    IsUnderPostmaster.set(false);
    IsPostmasterEnvironment.set(false);
}
