//! Where the table of dynamic segments lies, and the memory that was set aside for them
//! (`min_dynamic_shared_memory`). `crate::dynamic` says what they mean.
//! Runs in: postmaster (reset), any process (look).

use core::sync::atomic::{AtomicU32, AtomicU64};

use super::segment::AnyBytes;

/// Segments that there can be in any case, and for each process.
const FIXED: usize = 64;
const PER_PROCESS: usize = 5;

/// Bytes of a page of the memory that was set aside.
pub(crate) const PAGE: usize = 4096;

/// Rows of the table for so many places of processes.
pub(super) fn rows(places: usize) -> Option<usize> {
    places.checked_mul(PER_PROCESS)?.checked_add(FIXED)
}

/// One segment. Who writes it holds `DynamicSharedMemoryControlLock`.
#[repr(C)]
pub(crate) struct Row {
    pub(crate) handle: AtomicU32,
    /// 0: free; 1: on its way out; more: one more than there are processes and pins.
    pub(crate) references: AtomicU32,
    pub(crate) is_pinned: AtomicU32,
    /// The pages that it has, if it lies in the memory that was set aside.
    pub(crate) page: AtomicU64,
    pub(crate) pages: AtomicU64,
}

// SAFETY: atomic integers.
unsafe impl AnyBytes for Row {}
