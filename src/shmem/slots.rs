//! Slots: where a process that asks for a dynamic worker and the postmaster meet.
//! Runs in: any process (ask, look, wait), postmaster (report, release).
//!
//! A slot is free (its bit in the free bitmap is set), the asking process's from taking that bit
//! until it publishes the slot, and the postmaster's from then until it releases it. The slot's
//! `word` carries the state and a counter that changes with it: it is what waiters sleep on. A
//! handle names a slot and a generation; another generation in the slot means that the worker
//! of the handle is over. `slot_words` is the protocol.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ops::Deref;
use core::sync::atomic::AtomicU64;
use core::sync::atomic::Ordering::{Relaxed, SeqCst};

use crate::abi::bgworker::BackgroundWorker;
use crate::sys::futex;

use super::requests;
use super::segment::{AnyBytes, Segment};
use super::slot_words::{self, SlotWords};

pub(crate) use super::slot_words::{Seen, State};

/// Generations of one epoch (between two resets) of a slot.
const EPOCH_SHIFT: u32 = 40;

/// One slot. Not part of any binary interface. Who has a handle looks here again and again, so
/// what was asked for lies elsewhere: thousands of slots fit into a processor's cache.
#[repr(C, align(64))]
pub(crate) struct Slot {
    words: SlotWords,
    /// The library that asked (`requests::library_id`).
    library: AtomicU64,
}

const _: () = assert!(size_of::<Slot>() == 64);

// SAFETY: atomics.
unsafe impl AnyBytes for Slot {}

/// What was asked for in a slot.
#[repr(transparent)]
pub(crate) struct Registration(UnsafeCell<BackgroundWorker>);

// SAFETY: a cell of plain data: char arrays and integers.
unsafe impl AnyBytes for Registration {}

impl Registration {
    /// A bitwise copy. Whoever wrote it is not trusted: strings may lack their end.
    pub(crate) fn copy(&self) -> BackgroundWorker {
        const WORDS: usize = size_of::<BackgroundWorker>() / size_of::<u64>();
        const { assert!(size_of::<BackgroundWorker>().is_multiple_of(size_of::<u64>())) };
        const { assert!(align_of::<BackgroundWorker>() >= align_of::<u64>()) };
        let from = self.0.get().cast::<u64>();
        let mut copy = MaybeUninit::<BackgroundWorker>::uninit();
        let to = copy.as_mut_ptr().cast::<u64>();
        for at in 0..WORDS {
            // SAFETY: within the registration.
            let from = unsafe { from.add(at) };
            // SAFETY: within the copy.
            let to = unsafe { to.add(at) };
            // SAFETY: mapped memory. A process that breaks the protocol may write meanwhile: volatile,
            // so that nothing is assumed.
            let word = unsafe { from.read_volatile() };
            // SAFETY: the copy's own.
            unsafe { to.write(word) };
        }
        // SAFETY: written as a whole, and every byte pattern is a value.
        unsafe { copy.assume_init() }
    }

    /// Whose slot it is writes it.
    fn write(&self, worker: &BackgroundWorker) {
        // SAFETY: the caller took the slot's free bit: nobody else writes here.
        unsafe { self.0.get().write(*worker) };
    }
}

impl Deref for Slot {
    type Target = SlotWords;

    fn deref(&self) -> &SlotWords {
        &self.words
    }
}

impl Slot {
    /// The library that asked, as whoever wrote it says.
    pub(crate) fn library(&self) -> u64 {
        self.library.load(SeqCst)
    }

    /// Wakes those who wait for a change. After the listener got its signal: if it waits, its
    /// handler has then set its latch before it goes on, and it can take the wake-up as one.
    pub(crate) fn wake(&self) {
        futex::wake_all(self.word());
    }
}

/// Takes a free slot, publishes `worker` in it and returns its number and generation. The caller
/// then wakes the postmaster. None: every slot is taken.
pub(crate) fn publish(segment: &Segment, worker: &BackgroundWorker) -> Option<(usize, u64)> {
    let (free, dirty) = (segment.free_slots()?, segment.dirty_slots()?);
    let words = |number| segment.slots().get(number).map(Deref::deref);
    slot_words::publish((&free, &dirty), words, first_generation(segment), |number| {
        let Some(slot) = segment.slots().get(number) else { return };
        slot.library.store(requests::library_id(), SeqCst);
        if let Some(registration) = segment.registrations().get(number) {
            registration.write(worker);
        }
    })
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
        None => slot.claim(first_generation(segment)),
    };
    segment.registrations().get(number)?.write(worker);
    slot.hand_over();
    Some((number, generation))
}

/// The first generation of this epoch.
fn first_generation(segment: &Segment) -> u64 {
    segment.header().epoch.load(Relaxed) << EPOCH_SHIFT
}

/// The postmaster gives a slot back, and then wakes those who wait.
pub(crate) fn release(segment: &Segment, number: usize) {
    if let (Some(slot), Some(free)) = (segment.slots().get(number), segment.free_slots()) {
        slot_words::release(&free, number, slot);
    }
}

#[cfg(test)]
mod tests {
    use super::slot_words::next_generation;
    use super::*;
    use crate::sigsafe::word::WORD_STEP;

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
