//! A futex: who sleeps, sleeps only while the word has the value that it saw.
//! Runs in: tests.

use core::sync::atomic::Ordering::SeqCst;

use shuttle::sync::{Condvar, Mutex};

use super::atomic::AtomicU32;

/// Those who sleep, each with a number and the bits that wake it, in the order in which they came.
#[derive(Default)]
struct Sleepers {
    all: Vec<(u32, u32)>,
    came: u32,
}

#[derive(Default)]
pub(super) struct Futex {
    sleepers: Mutex<Sleepers>,
    woken: Condvar,
}

impl Futex {
    /// `FUTEX_WAIT_BITSET`: compares and goes to sleep in one step, as seen by [`Self::wake`].
    pub(super) fn wait(&self, word: &AtomicU32, expected: u32, bits: u32) {
        let mut sleepers = self.sleepers.lock().unwrap();
        if word.load(SeqCst) != expected {
            return;
        }
        let me = sleepers.came;
        sleepers.came += 1;
        sleepers.all.push((me, bits));
        while sleepers.all.iter().any(|(number, _)| *number == me) {
            sleepers = self.woken.wait(sleepers).unwrap();
        }
    }

    /// `FUTEX_WAKE_BITSET`: wakes so many at most; how many that were.
    pub(super) fn wake(&self, count: usize, bits: u32) -> usize {
        let mut sleepers = self.sleepers.lock().unwrap();
        let before = sleepers.all.len();
        let mut left = count;
        sleepers.all.retain(|(_, own)| {
            let wakes = left > 0 && own & bits != 0;
            left -= usize::from(wakes);
            !wakes
        });
        let woken = before - sleepers.all.len();
        drop(sleepers);
        self.woken.notify_all();
        woken
    }

    /// `FUTEX_WAKE` of all.
    pub(super) fn wake_all(&self) {
        self.wake(usize::MAX, u32::MAX);
    }
}
