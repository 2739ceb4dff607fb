//! A queue's two sides: every message comes through whole, nobody sleeps for ever, and the last
//! message before the sender leaves is not lost.
//! Runs in: tests.
//!
//! A lost wake-up shows as a deadlock, which shuttle reports as a panic. The ring has two places and
//! a message takes one.

use core::sync::atomic::Ordering::{Relaxed, SeqCst};

use shuttle::sync::Arc;
use shuttle::thread;

use super::atomic::{AtomicU32, AtomicU64};
use super::latch::Latch;
use super::queue_words::{Found, Words};
use super::rounds;

const RING: u64 = 2;

#[derive(Default)]
struct Queue {
    written: AtomicU64,
    read: AtomicU64,
    detached: AtomicU32,
    ring: [AtomicU64; 2],
    sender: Latch,
    receiver: Latch,
}

/// What a side does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The sender says that it has written before it has.
    EarlyWritten,
    /// The receiver gives room back before it has read.
    EarlyRead,
    /// The receiver looks only once when the sender has left.
    OneLook,
    /// A side resets its latch after it has looked.
    LateReset,
}

impl Queue {
    fn words(&self) -> Words<'_> {
        Words { written: &self.written, read: &self.read, detached: &self.detached }
    }

    fn place(&self, position: u64) -> &AtomicU64 {
        &self.ring[usize::try_from(position % RING).unwrap()]
    }

    fn send(&self, messages: u64, fault: Fault) {
        for position in 0..messages {
            while position - self.words().look_for_room() == RING {
                if self.words().is_detached() {
                    return;
                }
                self.sender.wait_and_reset();
            }
            if fault == Fault::EarlyWritten {
                self.words().publish_written(position + 1);
            }
            self.place(position).store(position + 1, Relaxed);
            self.words().publish_written(position + 1);
            self.receiver.set();
        }
        self.words().detach();
        self.receiver.set();
    }

    fn receive(&self, messages: u64, fault: Fault) {
        for position in 0..messages {
            loop {
                let found = if fault == Fault::OneLook {
                    let seen = self.written.load(SeqCst);
                    let is_over = self.words().is_detached();
                    if is_over { Found::Last(seen) } else { Found::Written(seen) }
                } else {
                    self.words().look_for_bytes()
                };
                let (Found::Written(seen) | Found::Last(seen)) = found;
                if seen > position {
                    break;
                }
                assert!(matches!(found, Found::Written(_)), "message {position} is lost");
                if fault == Fault::LateReset {
                    self.receiver.reset_and_wait();
                } else {
                    self.receiver.wait_and_reset();
                }
            }
            if fault == Fault::EarlyRead {
                self.words().publish_read(position + 1);
                self.sender.set();
            }
            assert_eq!(self.place(position).load(Relaxed), position + 1, "another message");
            self.words().publish_read(position + 1);
            self.sender.set();
        }
        assert_eq!(self.words().look_for_room(), messages);
    }
}

fn both(messages: u64, fault: Fault) {
    let queue = Arc::new(Queue::default());
    let other = Arc::clone(&queue);
    let sender = thread::spawn(move || other.send(messages, fault));
    queue.receive(messages, fault);
    sender.join().unwrap();
}

#[test]
fn every_message_comes_through_in_any_order() {
    shuttle::check_dfs(|| both(1, Fault::None), Some(rounds(20_000)));
    shuttle::check_random(|| both(5, Fault::None), rounds(2000));
    shuttle::check_pct(|| both(5, Fault::None), rounds(2000), 4);
}

#[test]
fn a_receiver_that_leaves_ends_the_senders_wait() {
    let scenario = || {
        let queue = Arc::new(Queue::default());
        let other = Arc::clone(&queue);
        let sender = thread::spawn(move || other.send(RING + 1, Fault::None));
        queue.words().detach();
        queue.sender.set();
        sender.join().unwrap();
    };
    shuttle::check_random(scenario, rounds(2000));
    shuttle::check_pct(scenario, rounds(2000), 4);
}

#[test]
#[should_panic(expected = "another message")]
fn a_position_before_its_message_is_found_out() {
    shuttle::check_random(|| both(3, Fault::EarlyWritten), rounds(2000));
}

#[test]
#[should_panic(expected = "another message")]
fn room_before_it_is_read_is_found_out() {
    shuttle::check_random(|| both(5, Fault::EarlyRead), rounds(20_000));
}

#[test]
#[should_panic(expected = "is lost")]
fn one_look_at_a_queue_that_was_left_is_found_out() {
    shuttle::check_random(|| both(1, Fault::OneLook), rounds(2000));
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_latch_reset_after_the_look_is_found_out() {
    shuttle::check_random(|| both(2, Fault::LateReset), rounds(2000));
}
