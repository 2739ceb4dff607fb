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

/// A latch, and work that somebody announces by setting it.
struct Shared {
    is_set: AtomicI32,
    word: AtomicU32,
    owner: AtomicI32,
    work: AtomicI32,
    futex: Futex,
}

impl Shared {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            is_set: AtomicI32::new(0),
            word: AtomicU32::new(0),
            owner: AtomicI32::new(1),
            work: AtomicI32::new(0),
            futex: Futex::default(),
        })
    }

    fn words(&self) -> Words<'_> {
        Words { is_set: &self.is_set, word: &self.word, owner: &self.owner }
    }

    /// `SetLatch` after something was done.
    fn work_and_set(&self) {
        self.work.fetch_add(1, SeqCst);
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
                self.futex.wait(&self.word, word);
                words.withdraw();
            }
        }
    }

    /// The same with the look before the announcement: wrong.
    fn wait_with_an_early_look(&self) {
        let words = self.words();
        while !words.is_set() {
            if let Some(word) = words.announce(IN_FUTEX, || false) {
                self.futex.wait(&self.word, word);
                words.withdraw();
            }
        }
    }
}

/// The owner's loop, as latch.h says that it has to be: reset, look for work, wait.
fn owner_and_setters(setters: i32, wait: fn(&Shared)) {
    let shared = Shared::new();
    let threads: Vec<_> = (0..setters)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.work_and_set())
        })
        .collect();
    loop {
        shared.words().reset();
        if shared.work.load(SeqCst) == setters {
            break;
        }
        wait(&shared);
    }
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(shared.word.load(SeqCst) & 15, 0, "the owner is awake");
}

#[test]
fn no_wake_up_is_lost_in_any_order_of_one_setter() {
    shuttle::check_dfs(|| owner_and_setters(1, Shared::wait), None);
}

#[test]
fn no_wake_up_is_lost_with_two_setters() {
    shuttle::check_pct(|| owner_and_setters(2, Shared::wait), rounds(3000), 4);
    shuttle::check_random(|| owner_and_setters(2, Shared::wait), rounds(3000));
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_look_before_the_announcement_is_found_out() {
    shuttle::check_dfs(|| owner_and_setters(1, Shared::wait_with_an_early_look), None);
}
