#![forbid(unsafe_code)]
//! Numbers in shared memory that are changed under a lock only.
//! Runs in: any process.
//!
//! They are atomic, since others may read them at any time. A change of them is not one step: that would
//! cost as much as a lock does.

use core::sync::atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed};

/// A number whose lock this process holds. Each change returns what it was before.
pub(super) trait UnderLock {
    type Value;

    fn put(&self, value: Self::Value) -> Self::Value;
    fn raise(&self, by: Self::Value) -> Self::Value;
    fn lower(&self, by: Self::Value) -> Self::Value;
}

macro_rules! under_lock {
    ($($atomic:ty: $value:ty,)*) => {
        $(impl UnderLock for $atomic {
            type Value = $value;

            #[inline]
            fn put(&self, value: $value) -> $value {
                let before = self.load(Relaxed);
                self.store(value, Relaxed);
                before
            }

            #[inline]
            fn raise(&self, by: $value) -> $value {
                self.put(self.load(Relaxed).wrapping_add(by))
            }

            #[inline]
            fn lower(&self, by: $value) -> $value {
                self.put(self.load(Relaxed).wrapping_sub(by))
            }
        })*
    };
}

under_lock! {
    AtomicU16: u16,
    AtomicU32: u32,
    AtomicU64: u64,
}
