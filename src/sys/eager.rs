#![forbid(unsafe_code)]
//! Waiting awake for a moment before a sleep: nobody has to be woken then, which costs more than all
//! else in a short exchange.
//! Runs in: any process.
//!
//! It is done as long as it pays off for this kind of wait. Other processes get the processor at each
//! turn; a wait that was in vain is followed by ever longer runs of waits that sleep at once, so a
//! process that sleeps for long has no cost of it.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::time::Duration;

use super::clock::Instant;
use super::process;

/// The longest time awake: more than waking a process on another processor takes.
pub(crate) const LONGEST: Duration = Duration::from_micros(50);
/// So many waits in a row that are over too late are borne with.
const BORNE: u32 = 3;
/// The first waits of a process sleep at once: many have no others.
const FIRST: u32 = 2;
/// The longest run of waits that sleep at once is two to the power of this.
const MAX_MISSES: u32 = 10;

/// What a process has learned of a kind of its waits.
pub(crate) struct Learned {
    /// A wait that took longer would have been better slept.
    quick: Duration,
    /// Waits in a row that were not quick.
    misses: AtomicU32,
    /// Waits that are still to sleep at once.
    to_sleep: AtomicU32,
}

impl Learned {
    /// Nothing yet; a wait pays off that is over within `quick`.
    pub(crate) const fn new(quick: Duration) -> Self {
        Self { quick, misses: AtomicU32::new(0), to_sleep: AtomicU32::new(FIRST) }
    }

    /// Waits awake for a moment until `is_over`, if that has paid off lately. False: it is not over.
    pub(crate) fn wait(&self, mut is_over: impl FnMut() -> bool) -> bool {
        let to_sleep = self.to_sleep.load(Relaxed);
        if to_sleep > 0 {
            self.to_sleep.store(to_sleep - 1, Relaxed);
            return false;
        }
        let start = Instant::now();
        loop {
            process::give_way();
            let over = is_over();
            let took = Instant::now().since(start);
            if over || took >= LONGEST {
                self.learn(over, took);
                return over;
            }
        }
    }

    fn learn(&self, over: bool, took: Duration) {
        if over && took < self.quick {
            self.misses.store(0, Relaxed);
            return;
        }
        let misses = self.misses.load(Relaxed).saturating_add(1).min(MAX_MISSES);
        self.misses.store(misses, Relaxed);
        if !over || misses > BORNE {
            self.to_sleep.store(1 << misses, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Duration = Duration::from_micros(10);

    #[test]
    fn waits_in_vain_are_followed_by_ever_more_that_sleep_at_once() {
        let learned = Learned::new(QUICK);
        let mut looks = 0;
        let mut awake = Vec::new();
        for number in 0..20 {
            let before = looks;
            let over = learned.wait(|| {
                looks += 1;
                false
            });
            assert!(!over);
            if looks > before {
                awake.push(number);
            }
        }
        // 2, 2, 4 and 8 waits in between.
        assert_eq!(awake, [2, 5, 10, 19]);
    }

    #[test]
    fn long_waits_are_borne_with_for_a_while() {
        let learned = Learned::new(QUICK);
        for _ in 0..BORNE {
            learned.learn(true, QUICK);
            assert_eq!(learned.to_sleep.load(Relaxed), FIRST, "no more than at first");
        }
        learned.learn(true, QUICK);
        assert!(!learned.wait(|| true), "it sleeps at once");
    }
}
