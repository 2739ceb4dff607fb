//! The words of a latch, and the order in which who sleeps and who wakes look at them.
//! tests/models.rs runs this very code through every order of steps.
//! Runs in: any process; signal handler (`set`).

use core::sync::atomic::Ordering::SeqCst;

use crate::sigsafe::word::{WORD_STATE, WORD_STEP};

use super::atomic::{AtomicI32, AtomicU32, fence};

const AWAKE: u32 = 0;
pub(super) const IN_FUTEX: u32 = 1;
pub(super) const IN_EPOLL: u32 = 2;

/// The words of a latch, accessed atomically.
pub(super) struct Words<'a> {
    pub(super) is_set: &'a AtomicI32,
    pub(super) word: &'a AtomicU32,
    pub(super) owner: &'a AtomicI32,
}

/// Whom who set a latch has to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sleeper {
    /// Nobody sleeps, or somebody else wakes.
    Nobody,
    /// Who sleeps on the word.
    InFutex,
    /// The owner, whose pid this is.
    InEpoll(i32),
}

impl Words<'_> {
    pub(super) fn is_set(&self) -> bool {
        self.is_set.load(SeqCst) != 0
    }

    /// Sets the latch, and says whom to wake.
    pub(super) fn set(&self) -> Sleeper {
        // What the setter did before is seen by whom it wakes.
        fence(SeqCst);
        // Mostly it is set already, and then there is no need to write.
        if self.is_set() {
            return Sleeper::Nobody;
        }
        let owner = self.owner.load(SeqCst);
        if self.is_set.swap(1, SeqCst) != 0 {
            return Sleeper::Nobody;
        }
        match self.word.load(SeqCst) & WORD_STATE {
            IN_FUTEX => {
                self.word.fetch_add(WORD_STEP, SeqCst);
                Sleeper::InFutex
            }
            IN_EPOLL if owner > 0 => {
                self.word.fetch_add(WORD_STEP, SeqCst);
                Sleeper::InEpoll(owner)
            }
            _ => Sleeper::Nobody,
        }
    }

    pub(super) fn reset(&self) {
        self.is_set.store(0, SeqCst);
        // What the caller looks at next must not be read before the latch was reset.
        fence(SeqCst);
    }

    /// Announces a sleep; returns the word to sleep on. From here on a setter, or a handler,
    /// changes it, so what was looked at before is looked at again: None if `look` finds
    /// something, and then the sleep is off.
    pub(super) fn announce(&self, how: u32, look: impl FnOnce() -> bool) -> Option<u32> {
        let word = self.word.fetch_or(how, SeqCst) | how;
        if look() {
            self.withdraw();
            return None;
        }
        Some(word)
    }

    /// The owner is awake.
    pub(super) fn withdraw(&self) {
        self.word.fetch_and(!WORD_STATE, SeqCst);
        const { assert!(AWAKE == 0) };
    }
}
