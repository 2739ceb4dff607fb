#![forbid(unsafe_code)]
//! Targets for fuzzers: each takes any bytes and fails only where the library has a bug.
//! Runs in: tests, and the programs in `fuzz/`.

pub use crate::guc::fuzz::config;
pub use crate::loader::fuzz::library;
pub use crate::postmaster::fuzz::{registration, roster, states};
pub use crate::shmem::fuzz::slots;

/// Choices out of bytes; zeros once they are used up.
pub(crate) struct Choices<'a>(pub(crate) &'a [u8]);

impl Choices<'_> {
    /// None: nothing is left to choose by.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number out of up to eight bytes, the lower half.
    pub(crate) fn half(&mut self) -> u32 {
        u32::try_from(self.number() & u64::from(u32::MAX)).unwrap_or_default()
    }

    /// A number out of up to eight bytes.
    pub(crate) fn number(&mut self) -> u64 {
        let (now, rest) = self.0.split_at(self.0.len().min(8));
        self.0 = rest;
        now.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests;
