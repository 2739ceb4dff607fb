//! Slots: where a process that asks for a dynamic worker and the postmaster meet.
//! Runs in: any process (ask, look, wait), postmaster (report, release).
//!
//! A slot is free (its bit in the free bitmap is set), the asking process's from taking that bit
//! until it publishes the slot, and the postmaster's from then until it releases it. The slot's
//! `word` carries the state and a counter that changes with it: it is what waiters sleep on. A
//! handle names a slot and a generation; another generation in the slot means that the worker
//! of the handle is over.

use core::cell::UnsafeCell;
use core::sync::atomic::Ordering::{Relaxed, SeqCst};
use core::sync::atomic::{AtomicI32, AtomicU32, AtomicU64};

use crate::abi::bgworker::BackgroundWorker;
use crate::sigsafe::wait_word::{WORD_STATE, WORD_STEP};
use crate::sys::futex;

use super::requests;
use super::segment::{AnyBytes, Segment};

/// Generations of one epoch (between two resets) of a slot.
const EPOCH_SHIFT: u32 = 40;

/// How often the postmaster tries to change a word that others keep changing: no process that
/// scribbles may keep it here.
const RELEASE_TRIES: u32 = 100;

/// What the postmaster says of a published slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum State {
    /// Nobody's, or being filled in.
    Free = 0,
    /// Asked for; the postmaster has not started it yet.
    NotYetStarted = 1,
    /// Runs; `pid` says as what.
    Started = 2,
    /// Ended, and sits out the delay before its restart.
    Delayed = 3,
}

/// One slot. Not part of any binary interface.
#[repr(C, align(64))]
pub(crate) struct Slot {
    word: AtomicU32,
    pid: AtomicI32,
    generation: AtomicU64,
    /// The generation that is to be terminated.
    terminate: AtomicU64,
    /// The generation that was last started, and its pid.
    started: AtomicU64,
    started_pid: AtomicI32,
    /// The generation that somebody has asked about.
    asked_about: AtomicU64,
    /// The library that asked (`requests::library_id`).
    library: AtomicU64,
    worker: UnsafeCell<BackgroundWorker>,
}

// SAFETY: atomics, and a cell of plain data: char arrays and integers.
unsafe impl AnyBytes for Slot {}

/// What a look at a handle's slot finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    NotYetStarted,
    Started(i32),
    Stopped,
}

impl Slot {
    /// What is true of `generation` now, and the word to sleep on until that changes.
    pub(crate) fn look(&self, generation: u64) -> (Seen, u32) {
        loop {
            let word = self.word.load(SeqCst);
            let pid = self.pid.load(SeqCst);
            let current = self.generation.load(SeqCst);
            if self.word.load(SeqCst) != word {
                continue;
            }
            let seen = match word & WORD_STATE {
                _ if current != generation => Seen::Stopped,
                s if s == State::NotYetStarted as u32 => Seen::NotYetStarted,
                s if s == State::Started as u32 => Seen::Started(pid),
                _ => Seen::Stopped,
            };
            return (seen, word);
        }
    }

    /// The pid under which `generation` was last started, if it ever was.
    pub(crate) fn last_started(&self, generation: u64) -> Option<i32> {
        let pid = self.started_pid.load(SeqCst);
        (self.started.load(SeqCst) == generation).then_some(pid)
    }

    /// Notes that somebody asks about `generation`. True: nobody has before.
    pub(crate) fn is_first_question(&self, generation: u64) -> bool {
        self.asked_about.load(SeqCst) != generation
            && self.asked_about.fetch_max(generation, SeqCst) < generation
    }

    /// Does the worker in this slot run as `pid`?
    pub(crate) fn runs_as(&self, pid: i32) -> bool {
        self.word.load(SeqCst) & WORD_STATE == State::Started as u32 && self.pid.load(SeqCst) == pid
    }

    /// What waiters sleep on.
    pub(crate) fn word(&self) -> &AtomicU32 {
        &self.word
    }

    /// Asks for the end of `generation`; the caller then marks the slot dirty.
    pub(crate) fn ask_termination(&self, generation: u64) -> bool {
        let current = self.generation.load(SeqCst) == generation;
        if current {
            // The slot may have a new tenant by now, whose own termination must stand.
            self.terminate.fetch_max(generation, SeqCst);
        }
        current
    }

    /// Is the end of `generation` asked for?
    pub(crate) fn termination_asked(&self, generation: u64) -> bool {
        self.terminate.load(SeqCst) == generation
    }

    /// A bitwise copy of what was asked for. Whoever wrote it is not trusted: strings may lack
    /// their end.
    pub(crate) fn copy_worker(&self) -> BackgroundWorker {
        // SAFETY: the cell lies in mapped memory and every byte pattern is a value. A process
        // that breaks the protocol may write meanwhile: volatile, so that nothing is assumed.
        unsafe { self.worker.get().read_volatile() }
    }

    /// The library that asked, as whoever wrote it says.
    pub(crate) fn library(&self) -> u64 {
        self.library.load(SeqCst)
    }

    /// The generation in the slot if it was published and not looked at yet.
    pub(crate) fn published(&self) -> Option<u64> {
        let state = self.word.load(SeqCst) & WORD_STATE;
        (state == State::NotYetStarted as u32).then(|| self.generation.load(SeqCst))
    }

    /// The postmaster reports a change. [`Self::wake`] then has those who wait for it look again.
    pub(crate) fn report(&self, state: State, pid: i32) {
        self.pid.store(pid, SeqCst);
        if state == State::Started {
            self.started_pid.store(pid, SeqCst);
            self.started.store(self.generation.load(SeqCst), SeqCst);
        }
        // Only the postmaster changes the state of a slot that is its own; handlers of waiters
        // may add to the counter, and a lost addition is made up for by this one.
        let next = (self.word.load(SeqCst) & !WORD_STATE).wrapping_add(WORD_STEP) | state as u32;
        self.word.store(next, SeqCst);
    }

    /// Wakes those who wait for a change. After the listener got its signal: if it waits, its
    /// handler has then set its latch before it goes on, and it can take the wake-up as one.
    pub(crate) fn wake(&self) {
        futex::wake_all(&self.word);
    }
}

/// Takes a free slot, publishes `worker` in it and returns its number and generation. The caller
/// then wakes the postmaster. None: every slot is taken.
pub(crate) fn publish(segment: &Segment, worker: &BackgroundWorker) -> Option<(usize, u64)> {
    let number = segment.free_slots()?.take_first()?;
    let slot = segment.slots().get(number)?;
    let generation = claim(segment, slot);
    slot.library.store(requests::library_id(), SeqCst);
    // SAFETY: taking the free bit made this process the only one that writes here.
    unsafe { slot.worker.get().write(*worker) };
    hand_over(slot);
    segment.dirty_slots()?.set(number);
    Some((number, generation))
}

/// The postmaster takes a free slot for a worker of its own roster (a static one) and publishes
/// it; `generation` keeps an older one after a reset.
pub(crate) fn take_for_postmaster(
    segment: &Segment,
    worker: &BackgroundWorker,
    kept: Option<(usize, u64)>,
) -> Option<(usize, u64)> {
    let free = segment.free_slots()?;
    let (number, generation) = match kept {
        Some((number, generation)) => {
            free.clear(number);
            (number, Some(generation))
        }
        None => (free.take_first()?, None),
    };
    let slot = segment.slots().get(number)?;
    let generation = match generation {
        Some(generation) => {
            slot.generation.store(generation, SeqCst);
            generation
        }
        None => claim(segment, slot),
    };
    // SAFETY: the slot is the postmaster's.
    unsafe { slot.worker.get().write(*worker) };
    hand_over(slot);
    Some((number, generation))
}

/// Gives the slot's next tenant a generation of its own.
fn claim(segment: &Segment, slot: &Slot) -> u64 {
    let base = segment.header().epoch.load(Relaxed) << EPOCH_SHIFT;
    let generation = next_generation(slot.generation.load(SeqCst), base);
    slot.generation.store(generation, SeqCst);
    generation
}

/// Larger than `last` and the first generation of the epoch, unless somebody has written over it.
fn next_generation(last: u64, base: u64) -> u64 {
    last.max(base).wrapping_add(1)
}

/// The slot is the postmaster's from here on.
fn hand_over(slot: &Slot) {
    slot.pid.store(0, SeqCst);
    let counter = slot.word.load(SeqCst) & !WORD_STATE;
    slot.word.store(counter.wrapping_add(WORD_STEP) | State::NotYetStarted as u32, SeqCst);
}

/// The postmaster gives a slot back, and then wakes those who wait. Its bit is set first: who sees the worker stopped finds
/// room for another at once. Who takes the slot in between has already changed the word.
pub(crate) fn release(segment: &Segment, number: usize) {
    let (Some(slot), Some(free)) = (segment.slots().get(number), segment.free_slots()) else {
        return;
    };
    let word = slot.word.load(SeqCst);
    let generation = slot.generation.load(SeqCst);
    free.set(number);
    let next = (word & !WORD_STATE).wrapping_add(WORD_STEP) | State::Free as u32;
    let mut expected = word;
    // A waiter's handler may have added to the counter meanwhile; a new tenant has another
    // generation, and then the word is no longer ours.
    for _ in 0..RELEASE_TRIES {
        let Err(now) = slot.word.compare_exchange(expected, next, SeqCst, SeqCst) else { break };
        if slot.generation.load(SeqCst) != generation || now & WORD_STATE != word & WORD_STATE {
            break;
        }
        expected = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_fit_the_word() {
        assert!((State::Delayed as u32) < WORD_STEP);
    }

    #[test]
    fn generations_grow_and_rubbish_does_no_harm() {
        assert_eq!(next_generation(0, 8), 9);
        assert_eq!(next_generation(11, 8), 12);
        assert_eq!(next_generation(u64::MAX, 8), 0);
    }
}
