//! The atomics of the protocols in shared memory. tests/models.rs compiles `bitmap`, `slot_words` and
//! `latch_words` with others in their place, which try every order of steps.
//! Runs in: any process.

pub(super) use core::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, fence};
