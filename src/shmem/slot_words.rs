//! The words of a slot, and the order in which processes change them: all there is to the hand-over
//! of a registration. tests/models.rs runs this very code through every order of steps.
//! Runs in: any process (publish, look), postmaster (report, release).

use core::sync::atomic::Ordering::SeqCst;

use crate::sigsafe::word::{WORD_STATE, WORD_STEP};

use super::atomic::{AtomicI32, AtomicU32, AtomicU64};
use super::bitmap::Bitmap;

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

/// What a look at a handle's slot finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    NotYetStarted,
    Started(i32),
    Stopped,
}

/// The words. All zero: a slot that nobody has had yet.
#[derive(Default)]
#[repr(C)]
pub(crate) struct SlotWords {
    word: AtomicU32,
    pid: AtomicI32,
    pub(super) generation: AtomicU64,
    /// The generation that is to be terminated.
    terminate: AtomicU64,
    /// The generation that was last started, and its pid.
    started: AtomicU64,
    started_pid: AtomicI32,
    /// The generation that somebody has asked about.
    asked_about: AtomicU64,
}

impl SlotWords {
    /// Words as somebody may have left them: word and pid, generation, termination.
    #[cfg(any(test, fuzzing))]
    pub(super) fn of([word, generation, terminate]: [u64; 3]) -> Self {
        let half = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or_default();
        Self {
            word: half(word).into(),
            pid: half(word >> 32).cast_signed().into(),
            generation: generation.into(),
            terminate: terminate.into(),
            ..Self::default()
        }
    }

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

    /// The generation in the slot if it was published and not looked at yet.
    pub(crate) fn published(&self) -> Option<u64> {
        let state = self.word.load(SeqCst) & WORD_STATE;
        (state == State::NotYetStarted as u32).then(|| self.generation.load(SeqCst))
    }

    /// The postmaster reports a change; who waits for it is then woken.
    pub(crate) fn report(&self, state: State, pid: i32) {
        // Who looks goes by the pid only while the word says Started, so it changes before.
        if state == State::Started {
            self.pid.store(pid, SeqCst);
            self.started_pid.store(pid, SeqCst);
            self.started.store(self.generation.load(SeqCst), SeqCst);
        }
        // Only the postmaster changes the state of a slot that is its own; handlers of waiters
        // may add to the counter, and a lost addition is made up for by this one.
        let next = (self.word.load(SeqCst) & !WORD_STATE).wrapping_add(WORD_STEP) | state as u32;
        self.word.store(next, SeqCst);
    }

    /// Gives the slot's next tenant a generation of its own; `base` is the first of the epoch.
    pub(super) fn claim(&self, base: u64) -> u64 {
        let generation = next_generation(self.generation.load(SeqCst), base);
        self.generation.store(generation, SeqCst);
        generation
    }

    /// The slot is the postmaster's from here on.
    pub(super) fn hand_over(&self) {
        let counter = self.word.load(SeqCst) & !WORD_STATE;
        self.word.store(counter.wrapping_add(WORD_STEP) | State::NotYetStarted as u32, SeqCst);
    }
}

/// Takes a free slot, has `fill` write the registration into it, hands it over and marks it.
/// None: every slot is taken.
pub(super) fn publish<'a>(
    (free, dirty): (&Bitmap<'_>, &Bitmap<'_>),
    words: impl Fn(usize) -> Option<&'a SlotWords>,
    base: u64,
    fill: impl FnOnce(usize),
) -> Option<(usize, u64)> {
    let number = free.take_first()?;
    let words = words(number)?;
    let generation = words.claim(base);
    fill(number);
    words.hand_over();
    dirty.set(number);
    Some((number, generation))
}

/// The postmaster gives a slot back; who waits for it is then woken. Its bit is set first: who sees
/// the worker stopped finds room for another at once. Who takes the slot in between has already
/// changed the word, or will.
pub(super) fn release(free: &Bitmap<'_>, number: usize, words: &SlotWords) {
    let word = words.word.load(SeqCst);
    let generation = words.generation.load(SeqCst);
    free.set(number);
    let next = (word & !WORD_STATE).wrapping_add(WORD_STEP) | State::Free as u32;
    let mut expected = word;
    // A waiter's handler may have added to the counter meanwhile; a new tenant has another
    // generation, and then the word is no longer ours.
    for _ in 0..RELEASE_TRIES {
        let Err(now) = words.word.compare_exchange(expected, next, SeqCst, SeqCst) else { break };
        if words.generation.load(SeqCst) != generation || now & WORD_STATE != word & WORD_STATE {
            break;
        }
        expected = now;
    }
}

/// Larger than `last` and the first generation of the epoch, unless somebody has written over it.
pub(super) fn next_generation(last: u64, base: u64) -> u64 {
    last.max(base).wrapping_add(1)
}
