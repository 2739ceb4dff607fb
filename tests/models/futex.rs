//! A futex: who sleeps, sleeps only while the word has the value that it saw.
//! Runs in: tests.

use core::sync::atomic::Ordering::SeqCst;

use shuttle::sync::{Condvar, Mutex};

use super::atomic::AtomicU32;

#[derive(Default)]
pub(super) struct Futex {
    lock: Mutex<()>,
    sleepers: Condvar,
}

impl Futex {
    /// `FUTEX_WAIT`: compares and goes to sleep in one step, as seen by [`Self::wake_all`].
    pub(super) fn wait(&self, word: &AtomicU32, expected: u32) {
        let lock = self.lock.lock().unwrap();
        if word.load(SeqCst) == expected {
            drop(self.sleepers.wait(lock).unwrap());
        }
    }

    /// `FUTEX_WAKE` of all.
    pub(super) fn wake_all(&self) {
        drop(self.lock.lock().unwrap());
        self.sleepers.notify_all();
    }
}
