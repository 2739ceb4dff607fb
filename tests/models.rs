//! The hand-off of registrations, that of messages, locks and the latch, the library's own code, in every
//! order of steps (or very many): `shuttle` takes the place of the atomics and of the scheduler.
//! Runs in: tests.
//!
//! Everything in these protocols is sequentially consistent, which is what shuttle goes by. A signal
//! handler is a thread here: its orders of steps are some of a thread's. `PGBGW_MODEL_ROUNDS` says
//! how many orders are tried where there are too many for all of them.
#![cfg(test)]

#[path = "models"]
mod sigsafe {
    #[path = "../../src/sigsafe/word.rs"]
    pub(crate) mod word;
}

#[path = "models"]
mod shmem {
    #![allow(dead_code, unused_imports, reason = "the models need some of it")]

    mod atomic {
        pub(super) use shuttle::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, fence};
    }
    #[path = "../../src/shmem/bitmap.rs"]
    pub(crate) mod bitmap;
    #[path = "../../src/shmem/latch_words.rs"]
    mod latch_words;
    #[path = "../../src/shmem/lwlock_words.rs"]
    mod lwlock_words;
    #[path = "../../src/shmem/queue_words.rs"]
    mod queue_words;
    #[path = "../../src/shmem/slot_words.rs"]
    mod slot_words;

    mod futex;
    mod latch;
    mod lwlock;
    mod queue;
    mod slots;

    /// How many orders to try.
    fn rounds(few: usize) -> usize {
        let given = std::env::var("PGBGW_MODEL_ROUNDS").ok();
        given.and_then(|rounds| rounds.parse().ok()).unwrap_or(few)
    }
}
