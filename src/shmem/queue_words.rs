//! The words of a queue, and the order in which its two sides look at them. tests/models.rs runs
//! this very code through every order of steps.
//! Runs in: any process.
//!
//! Each position has one writer. What is in the ring is written before the position that says so,
//! and read before the position that gives its room back; so a position that was read with
//! [`Acquire`] vouches for the bytes behind it. Who changes a word sets the other side's latch
//! afterwards; who finds nothing to do looks again after it has reset its own latch.

use core::sync::atomic::Ordering::{Acquire, Release};

use super::atomic::{AtomicU32, AtomicU64};

/// The words of a queue, accessed atomically.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    /// Bytes that were ever written, and read. They only grow.
    pub(crate) written: &'a AtomicU64,
    pub(crate) read: &'a AtomicU64,
    /// Not 0: one side has left.
    pub(crate) detached: &'a AtomicU32,
}

/// What a receiver finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Bytes up to this position.
    Written(u64),
    /// The same, and there will never be more.
    Last(u64),
}

impl Words<'_> {
    /// The sender: everything before this position is in the ring.
    pub(crate) fn publish_written(self, position: u64) {
        self.written.store(position, Release);
    }

    /// The receiver: the room before this position may be used again.
    pub(crate) fn publish_read(self, position: u64) {
        self.read.store(position, Release);
    }

    /// The sender: room up to a ring's length after this position may be used.
    pub(crate) fn look_for_room(self) -> u64 {
        self.read.load(Acquire)
    }

    /// The receiver: how far the sender has come.
    pub(crate) fn look_for_bytes(self) -> Found {
        let written = self.written.load(Acquire);
        if !self.is_detached() {
            return Found::Written(written);
        }
        // What was written before the sender left may have been written after the first look.
        Found::Last(self.written.load(Acquire))
    }

    /// The same, by a receiver that does not ask yet whether there will be more.
    pub(crate) fn look_for_bytes_now(self) -> u64 {
        self.written.load(Acquire)
    }

    /// Either side: the other one need not wait any more.
    pub(crate) fn detach(self) {
        self.detached.store(1, Release);
    }

    /// Has one side left?
    pub(crate) fn is_detached(self) -> bool {
        self.detached.load(Acquire) != 0
    }
}
