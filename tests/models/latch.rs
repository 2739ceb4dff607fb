//! No wake-up is lost between the owner's look and its sleep.
//! Runs in: tests.
//!
//! A lost one shows as a deadlock, which shuttle reports as a panic.

use core::sync::atomic::Ordering::SeqCst;

use shuttle::sync::Arc;
use shuttle::thread;

use super::atomic::{AtomicI32, AtomicU32};
use super::futex::Futex;
use super::latch_words::{IN_FUTEX, Sleeper, Words};
use super::rounds;

/// A latch of the model: the library's words, and a futex.
pub(super) struct Latch {
    is_set: AtomicI32,
    word: AtomicU32,
    owner: AtomicI32,
    futex: Futex,
}

impl Default for Latch {
    fn default() -> Self {
        Self {
            is_set: AtomicI32::new(0),
            word: AtomicU32::new(0),
            owner: AtomicI32::new(1),
            futex: Futex::default(),
        }
    }
}

impl Latch {
    fn words(&self) -> Words<'_> {
        Words { is_set: &self.is_set, word: &self.word, owner: &self.owner }
    }

    /// `SetLatch`.
    pub(super) fn set(&self) {
        match self.words().set() {
            Sleeper::Nobody => {}
            Sleeper::InFutex => self.futex.wake_all(),
            Sleeper::InEpoll(_) => panic!("nobody sleeps in epoll"),
        }
    }

    /// `WaitLatch`.
    fn wait(&self) {
        let words = self.words();
        while !words.is_set() {
            if let Some(word) = words.announce(IN_FUTEX, || words.is_set()) {
                self.futex.wait(&self.word, word, u32::MAX);
                words.withdraw();
            }
        }
    }

    /// `WaitLatch`, then `ResetLatch`; what the caller looks at next it looks at after that.
    pub(super) fn wait_and_reset(&self) {
        self.wait();
        self.words().reset();
    }

    /// The other way round, which is wrong for who has looked before.
    pub(super) fn reset_and_wait(&self) {
        self.words().reset();
        self.wait();
    }

    /// The same with the look before the announcement: wrong.
    fn wait_with_an_early_look(&self) {
        let words = self.words();
        while !words.is_set() {
            if let Some(word) = words.announce(IN_FUTEX, || false) {
                self.futex.wait(&self.word, word, u32::MAX);
                words.withdraw();
            }
        }
    }
}

/// A latch, and work that somebody announces by setting it.
#[derive(Default)]
struct Shared {
    latch: Latch,
    work: AtomicI32,
}

impl Shared {
    fn work_and_set(&self) {
        self.work.fetch_add(1, SeqCst);
        self.latch.set();
    }
}

/// The owner's loop, as latch.h says that it has to be: reset, look for work, wait.
fn owner_and_setters(setters: i32, wait: fn(&Latch)) {
    let shared = Arc::new(Shared::default());
    let threads: Vec<_> = (0..setters)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.work_and_set())
        })
        .collect();
    loop {
        shared.latch.words().reset();
        if shared.work.load(SeqCst) == setters {
            break;
        }
        wait(&shared.latch);
    }
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(shared.latch.word.load(SeqCst) & 15, 0, "the owner is awake");
}

#[test]
fn no_wake_up_is_lost_in_any_order_of_one_setter() {
    shuttle::check_dfs(|| owner_and_setters(1, Latch::wait), None);
}

#[test]
fn no_wake_up_is_lost_with_two_setters() {
    shuttle::check_pct(|| owner_and_setters(2, Latch::wait), rounds(3000), 4);
    shuttle::check_random(|| owner_and_setters(2, Latch::wait), rounds(3000));
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_look_before_the_announcement_is_found_out() {
    shuttle::check_dfs(|| owner_and_setters(1, Latch::wait_with_an_early_look), None);
}
