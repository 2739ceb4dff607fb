#![forbid(unsafe_code)]
//! Waiting for a worker to start or to end.
//! Runs in: worker.
//!
//! The waiter sleeps on the slot's own word. So it needs neither SIGUSR1 nor its latch: PostgreSQL
//! 17 hangs here in a worker that has SIGUSR1 ignored. As there, a wait that slept leaves the latch
//! reset.

use crate::abi::bgworker::BackgroundWorkerHandle;
use crate::abi::wait_event::{WAIT_EVENT_BGWORKER_SHUTDOWN, WAIT_EVENT_BGWORKER_STARTUP};
use crate::error::Result;
use crate::shmem::slots::{Seen, Slot};
use crate::shmem::{latch, procs, program};
use crate::sigsafe::{inside, postmaster, wait_word};
use crate::worker::interrupts;

use super::handle;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Started(i32),
    Stopped,
    PostmasterDied,
}

/// `WaitForBackgroundWorkerStartup`: until the worker is forked, or over.
///
/// A worker that ran and ended while this process was waiting counts as started, and the wait that
/// is the first question about a worker counts from its registration on: otherwise, the faster a
/// worker is started, the more often a short one would seem to have failed.
///
/// # Errors
/// What an interrupt raises.
pub(crate) fn startup(worker: &BackgroundWorkerHandle) -> Result<Outcome> {
    let slot = handle::slot(worker);
    let mut waited = slot.is_some_and(|slot| slot.is_first_question(worker.generation));
    wait(worker, WAIT_EVENT_BGWORKER_STARTUP, |slot, seen| match seen {
        Seen::Started(pid) => Some(Outcome::Started(pid)),
        Seen::Stopped => Some(
            slot.last_started(worker.generation)
                .filter(|_| waited)
                .map_or(Outcome::Stopped, Outcome::Started),
        ),
        Seen::NotYetStarted => {
            waited = true;
            None
        }
    })
}

/// `WaitForBackgroundWorkerShutdown`: until the worker does not run (it may yet be restarted).
///
/// # Errors
/// What an interrupt raises.
pub(crate) fn shutdown(worker: &BackgroundWorkerHandle) -> Result<Outcome> {
    let _seen = handle::look(worker);
    wait(worker, WAIT_EVENT_BGWORKER_SHUTDOWN, |_, seen| {
        (seen == Seen::Stopped).then_some(Outcome::Stopped)
    })
}

fn wait(
    worker: &BackgroundWorkerHandle,
    wait_event_info: u32,
    mut decide: impl FnMut(&Slot, Seen) -> Option<Outcome>,
) -> Result<Outcome> {
    let Some(slot) = handle::slot(worker) else { return Ok(Outcome::Stopped) };
    program::waits_for(usize::try_from(worker.slot).ok());
    let shown = procs::report_wait(wait_event_info);
    let outcome = loop {
        if let Err(raised) = interrupts::check() {
            break Err(raised);
        }
        // From here on a handler changes the word that is read next, or is seen by the checks.
        wait_word::announce(slot.word(), false);
        let (seen, word) = slot.look(worker.generation);
        if let Some(outcome) = decide(slot, seen) {
            break Ok(outcome);
        }
        if program::is_reset() {
            break Ok(Outcome::Stopped);
        }
        if inside::termination_noted() || postmaster::is_dead() {
            break Ok(Outcome::PostmasterDied);
        }
        if interrupts::is_pending() {
            continue;
        }
        let blocked = postmaster::admit_death_signal();
        let _look = program::wait(slot.word(), word, None);
        postmaster::restore(blocked);
        // A notification has set the latch; who waits has heard of it by now. Left set, it would
        // cut the caller's next sleep short, each time round its loop.
        latch::reset_own();
    };
    wait_word::withdraw();
    program::waits_for(None);
    procs::report_wait(shown);
    outcome
}
