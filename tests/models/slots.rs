//! No registration is lost, no slot has two tenants, and who waits sees the truth and is woken.
//! Runs in: tests.
//!
//! A lost registration and a lost wake-up show as a deadlock, which shuttle reports as a panic.

use core::sync::atomic::Ordering::SeqCst;

use shuttle::sync::Arc;
use shuttle::thread;

use super::atomic::{AtomicI32, AtomicU32, AtomicU64};
use super::bitmap::{self, Bitmap};
use super::futex::Futex;
use super::rounds;
use super::slot_words::{self, Seen, SlotWords, State};

struct Shared {
    free: Vec<AtomicU64>,
    dirty: Vec<AtomicU64>,
    slots: Vec<SlotWords>,
    /// What each slot's registration says; who is writing it.
    payload: Vec<AtomicI32>,
    writers: Vec<AtomicI32>,
    /// Sleeps on the words of slots; the postmaster's sleep, and how often it was woken.
    futex: Futex,
    signals: AtomicU32,
    postmaster: Futex,
}

/// What is done in another order to see that the model finds it out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Broken {
    Nothing,
    /// The mark comes before the hand-over.
    EarlyMark,
    /// The word is stored on release, whoever has the slot by then.
    BlindRelease,
    /// The slot's bit comes after the word.
    LateBit,
}

impl Shared {
    fn new(slots: usize) -> Arc<Self> {
        let memory = || (0..bitmap::words(slots)).map(|_| AtomicU64::new(0)).collect();
        let numbers = || (0..slots).map(|_| AtomicI32::new(0)).collect();
        let this = Self {
            free: memory(),
            dirty: memory(),
            slots: (0..slots).map(|_| SlotWords::default()).collect(),
            payload: numbers(),
            writers: numbers(),
            futex: Futex::default(),
            signals: AtomicU32::new(0),
            postmaster: Futex::default(),
        };
        this.free().set_first(slots);
        Arc::new(this)
    }

    fn free(&self) -> Bitmap<'_> {
        Bitmap::new(&self.free, self.slots.len()).unwrap()
    }

    fn dirty(&self) -> Bitmap<'_> {
        Bitmap::new(&self.dirty, self.slots.len()).unwrap()
    }

    fn signal_postmaster(&self) {
        self.signals.fetch_add(1, SeqCst);
        self.postmaster.wake_all();
    }

    /// Writes the registration of `asker`, alone.
    fn fill(&self, number: usize, asker: i32) {
        assert_eq!(self.writers[number].fetch_add(1, SeqCst), 0, "a slot has two tenants");
        self.payload[number].store(asker, SeqCst);
        assert_eq!(self.writers[number].fetch_sub(1, SeqCst), 1, "a slot has two tenants");
    }

    fn publish(&self, asker: i32, broken: Broken) -> Option<(usize, u64)> {
        let (free, dirty) = (self.free(), self.dirty());
        if broken != Broken::EarlyMark {
            let words = |number: usize| self.slots.get(number);
            return slot_words::publish((&free, &dirty), words, 0, |at| self.fill(at, asker));
        }
        let number = free.take_first()?;
        let words = &self.slots[number];
        let generation = words.claim(0);
        self.fill(number, asker);
        dirty.set(number);
        self.signal_postmaster();
        words.hand_over();
        Some((number, generation))
    }

    fn release(&self, number: usize, broken: Broken) {
        let (free, words) = (self.free(), &self.slots[number]);
        let next = (words.word().load(SeqCst) & !15) + 16;
        match broken {
            Broken::Nothing | Broken::EarlyMark => slot_words::release(&free, number, words),
            Broken::BlindRelease => {
                free.set(number);
                words.word().store(next, SeqCst);
            }
            Broken::LateBit => {
                words.word().store(next, SeqCst);
                free.set(number);
            }
        }
        self.futex.wake_all();
    }

    /// A process that asks for a worker and waits for its end.
    fn ask(&self, asker: i32, broken: Broken) -> bool {
        let Some((number, generation)) = self.publish(asker, broken) else { return false };
        if broken != Broken::EarlyMark {
            self.signal_postmaster();
        }
        let words = &self.slots[number];
        loop {
            let (seen, word) = words.look(generation);
            match seen {
                // It sits out its restart delay, and has its slot.
                Seen::Stopped if word & 15 == State::Delayed as u32 => {}
                Seen::Stopped => return true,
                Seen::Started(pid) => assert_eq!(pid, pid_of(asker), "somebody else's pid"),
                Seen::NotYetStarted => {}
            }
            self.futex.wait(words.word(), word, u32::MAX);
        }
    }

    /// The postmaster, until it has had `expected` registrations.
    fn serve(&self, expected: usize, broken: Broken) {
        let mut had = Vec::new();
        loop {
            let signals = self.signals.load(SeqCst);
            let mut marked = Vec::new();
            self.dirty().drain(|number| marked.push(number));
            for number in marked {
                let words = &self.slots[number];
                let Some(generation) = words.published() else { continue };
                let asker = self.payload[number].load(SeqCst);
                assert!(!had.contains(&asker), "registration {asker} was seen twice");
                had.push(asker);
                words.report(State::Started, pid_of(asker));
                self.futex.wake_all();
                words.report(State::Delayed, 0);
                self.futex.wake_all();
                assert_eq!(words.generation.load(SeqCst), generation);
                self.release(number, broken);
            }
            if had.len() == expected {
                return;
            }
            self.postmaster.wait(&self.signals, signals, u32::MAX);
        }
    }
}

fn pid_of(asker: i32) -> i32 {
    asker + 1000
}

/// `askers` processes, each of which asks `times` times, and a slot for each of them.
fn scenario(askers: usize, times: usize, broken: Broken) {
    let shared = Shared::new(askers);
    let threads: Vec<_> = (0..askers)
        .map(|asker| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                for time in 0..times {
                    let number = i32::try_from(asker * times + time + 1).unwrap();
                    let had_room = shared.ask(number, broken);
                    assert!(had_room, "a worker was seen stopped before there was room");
                }
            })
        })
        .collect();
    shared.serve(askers * times, broken);
    for thread in threads {
        thread.join().unwrap();
    }
    assert!((0..askers).all(|_| shared.free().take_first().is_some()), "a slot is lost");
    assert_eq!(shared.free().take_first(), None);
}

fn try_many(askers: usize, times: usize, broken: Broken, few: usize) {
    shuttle::check_random(move || scenario(askers, times, broken), rounds(few));
    shuttle::check_pct(move || scenario(askers, times, broken), rounds(few), 4);
}

#[test]
fn one_slot_goes_from_tenant_to_tenant() {
    try_many(1, 3, Broken::Nothing, 1500);
}

#[test]
fn two_processes_ask_at_once() {
    try_many(2, 2, Broken::Nothing, 600);
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_mark_before_the_hand_over_is_found_out() {
    try_many(1, 1, Broken::EarlyMark, 10_000);
}

#[test]
#[should_panic(expected = "")] // Nobody is woken, or somebody sees a new tenant as stopped.
fn a_release_that_stores_blindly_is_found_out() {
    try_many(2, 2, Broken::BlindRelease, 10_000);
}

#[test]
#[should_panic(expected = "before there was room")]
fn a_bit_after_the_word_is_found_out() {
    try_many(1, 2, Broken::LateBit, 10_000);
}
