//! From the fork to the extension's main, and what follows it.
//! Runs in: worker.

use core::ffi::c_void;
use core::mem;

use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::stat::{Mode as FileMode, umask};
use nix::unistd;

use crate::abi::bgworker::{BGWORKER_BACKEND_DATABASE_CONNECTION, BackgroundWorker};
use crate::abi::c::Datum;
use crate::abi::dest::{DestNone, DestRemote};
use crate::abi::miscadmin::{
    B_BACKEND, B_BG_WORKER, B_INVALID, BackendType, InitProcessing, NormalProcessing,
};
use crate::abi::variables::{
    CurrentMemoryContext, CurrentResourceOwner, IsUnderPostmaster, Mode, MyBackendType,
    MyBgworkerEntry, MyProcPid, MyStartTime, MyStartTimestamp, PostmasterPid, TopMemoryContext,
    error_context_stack, pg_global_prng_state, process_shared_preload_libraries_in_progress,
    whereToSendOutput,
};
use crate::error::{self, Raised, Result, prefix, prepared};
use crate::loader;
use crate::memory;
use crate::registration::text::{self, Field};
use crate::shmem::{lwlock, procs, requests};
use crate::sigsafe::postmaster;
use crate::sys::{clock, random};
use crate::time::stamp;

use super::{exit, interrupts, signals, stack, title};

/// What the postmaster tells the child.
pub(crate) struct Launch<'a> {
    /// The registration, already copied and cleaned.
    pub(crate) worker: &'a BackgroundWorker,
    /// Its slot, which is also its place in the array of processes.
    pub(crate) slot: usize,
    /// The postmaster.
    pub(crate) postmaster: i32,
}

/// Runs the worker in a freshly forked child, with every signal blocked. The postmaster's own
/// descriptors are closed.
pub(crate) fn main(launch: &Launch<'_>) -> ! {
    become_ready(launch.postmaster, is_database_worker(launch));
    seed();
    live(launch)
}

/// The same in a child that has waited since [`become_spare`]: what the moment decides is decided
/// now.
pub(super) fn main_of_spare(launch: &Launch<'_>) -> ! {
    if is_database_worker(launch) {
        signals::set_dispositions(true);
    }
    begin_life();
    live(launch)
}

/// What makes a freshly forked child ready for any worker, who is still to come. Its random numbers
/// are still the postmaster's.
pub(super) fn become_spare(postmaster: i32) {
    become_ready(postmaster, false);
    title::set_name(b"spare");
}

/// The worker, from its name to its end.
fn live(launch: &Launch<'_>) -> ! {
    title::set_name(text::unbounded(launch.worker, Field::Name));
    let result = run(launch);
    if let Err(raised) = result {
        fail(raised);
    }
    exit::proc_exit(0)
}

/// Everything that needs neither the extension nor the worker's name.
fn become_ready(postmaster: i32, database: bool) {
    become_child(postmaster, B_BG_WORKER);
    whereToSendOutput.set(DestNone);
    signals::set_dispositions(database);
    signals::block();
}

fn is_database_worker(launch: &Launch<'_>) -> bool {
    launch.worker.bgw_flags & BGWORKER_BACKEND_DATABASE_CONNECTION != 0
}

/// What makes a freshly forked child a regular backend, with its signals still blocked.
pub(crate) fn become_backend(postmaster: i32) {
    become_child(postmaster, B_BACKEND);
    seed();
    whereToSendOutput.set(DestRemote);
    signals::set_backend_dispositions();
    title::set_name(b"client backend");
}

/// What makes a freshly forked child a helper of the postmaster's, which is not attached to shared
/// memory: SIGTERM, SIGQUIT and the postmaster's death end it at once, wherever it is. SIGHUP stays
/// blocked, to be read through a signalfd.
pub(crate) fn become_helper(postmaster: i32, name: &'static [u8]) {
    become_named(postmaster, name);
    signals::let_helper_be_ended();
}

/// A child that is neither worker nor backend, under its name.
fn become_named(postmaster: i32, name: &'static [u8]) {
    become_child(postmaster, B_INVALID);
    seed();
    prefix::set_helper(name);
    title::set_name(name);
}

/// What makes a freshly forked child a process that is to run another program: every signal does
/// what it does by default, and `at_death` is what the postmaster's death sends.
pub(crate) fn become_program(postmaster: i32, name: &'static [u8], at_death: Signal) {
    become_named(postmaster, name);
    signals::reset();
    let _result = prctl::set_pdeathsig(at_death);
    leave_without(postmaster);
}

/// Ends a process in which nothing was set up.
pub(crate) fn leave_program() -> ! {
    // SAFETY: there is nothing that would have to be undone.
    unsafe { libc::_exit(1) }
}

/// The backend is attached: signals come in from here on, and it may be asked to do something.
pub(crate) fn start_backend() {
    Mode.set(NormalProcessing);
    clear_contexts();
    signals::unblock();
}

/// What every child is, whatever it is for.
fn become_child(postmaster: i32, kind: BackendType) {
    memory::apart::close();
    introduce(postmaster, kind);
    stack::begin();
    signals::set_masks();
    Mode.set(InitProcessing);
    process_shared_preload_libraries_in_progress.set(false);
    // Cannot fail: a fresh child leads no group.
    let _session = unistd::setsid();
    let _mask = umask(FileMode::from_bits_truncate(0o077));
    watch_postmaster(postmaster);
    exit::forget_callbacks();
}

/// Who this process is, to itself.
pub(super) fn introduce(postmaster: i32, kind: BackendType) {
    MyProcPid.set(unistd::getpid().as_raw());
    PostmasterPid.set(postmaster);
    MyBackendType.set(kind);
    IsUnderPostmaster.set(true);
    set_start_time();
}

fn set_start_time() {
    MyStartTimestamp.set(stamp::now());
    MyStartTime.set(clock::wall_micros() / 1_000_000);
}

/// Its start is now, and its random numbers are its own.
fn begin_life() {
    set_start_time();
    seed();
}

/// Random numbers of its own.
fn seed() {
    pg_global_prng_state.set(random::seed());
}

fn clear_contexts() {
    CurrentMemoryContext.set(TopMemoryContext.get());
    CurrentResourceOwner.set(core::ptr::null_mut());
    error_context_stack.set(core::ptr::null_mut());
}

/// Has SIGPWR sent when the postmaster dies, and leaves at once if it has died already.
fn watch_postmaster(pid: i32) {
    let _result = prctl::set_pdeathsig(Signal::SIGPWR);
    leave_without(pid);
    postmaster::remember(pid, postmaster::death_fd());
}

/// Leaves at once if the postmaster has died already.
fn leave_without(postmaster: i32) {
    if unistd::getppid().as_raw() != postmaster {
        leave_program();
    }
}

/// The worker's place in shared memory, its library, its main.
fn run(launch: &Launch<'_>) -> Result<()> {
    procs::attach(launch.slot)?;
    clear_contexts();
    let entry = memory::alloc(TopMemoryContext.get(), size_of::<BackgroundWorker>())?.cast();
    // SAFETY: fresh, of the right size, and aligned to 16.
    unsafe { entry.write(*launch.worker) };
    MyBgworkerEntry.set(entry.as_ptr());
    prepared::prepare(&interrupts::administrator_command());
    let library = text::bounded(launch.worker, Field::Library);
    let function = text::bounded(launch.worker, Field::Function);
    let (function, library) = loader::load_external_function(library, function)?;
    requests::set_library(library);
    let function = function.as_ptr();
    // SAFETY: bgworker.h prescribes this type for a worker's main.
    let main = unsafe { mem::transmute::<*mut c_void, unsafe extern "C" fn(Datum)>(function) };
    let arg = launch.worker.bgw_main_arg;
    // SAFETY: the registration names this function and its argument.
    error::guarded(|| unsafe { main(arg) })
}

/// An error came out of the extension: what it left behind is cleaned up.
pub(crate) fn survive_error() {
    error_context_stack.set(core::ptr::null_mut());
    // Locks are given back before exit callbacks run, which may want them.
    lwlock::release_all();
}

/// An error came out of the worker: it is reported as it is, and the worker exits with code 1.
fn fail(raised: Raised) -> ! {
    survive_error();
    signals::unblock();
    error::emit(&raised.into_report());
    exit::proc_exit(1)
}
