#![forbid(unsafe_code)]
//! What lies where in the segment of shared memory.
//! Runs in: any process.

use core::mem::size_of;
use core::ops::Range;
use core::sync::atomic::{AtomicI32, AtomicU64};

use crate::abi::lwlock::LWLockPadded;
use crate::abi::proc::{PGPROC, PROC_HDR};

use super::index::{self, Entry};
use super::segment::Header;
use super::slots::{Registration, Slot};
use super::{activity, bitmap, dynamic, lock_table, wait_events};

/// What the size of the segment depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// `max_worker_processes`: slots, and as many places for processes.
    pub(crate) slots: usize,
    /// Places for processes that are no workers, behind those of the workers.
    pub(crate) backends: usize,
    /// Lightweight locks, the fixed ones included.
    pub(crate) lwlocks: usize,
    /// Heavyweight locks that can be held at a time.
    pub(crate) locks: usize,
    /// Bytes that libraries asked for, with what is left free for those that did not.
    pub(crate) addin: usize,
    /// Bytes set aside for dynamic segments.
    pub(crate) dynamic: usize,
}

impl Plan {
    /// Places in the array of processes: a worker's is its slot's number.
    pub(crate) fn places(&self) -> usize {
        self.slots.saturating_add(self.backends)
    }
}

/// Where each area lies, as offsets; a private copy in each process.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) free: Range<usize>,
    pub(super) dirty: Range<usize>,
    pub(super) slots: Range<usize>,
    pub(super) registrations: Range<usize>,
    pub(super) clean: Range<usize>,
    pub(super) activities: Range<usize>,
    pub(super) proc_header: Range<usize>,
    pub(super) procs: Range<usize>,
    pub(super) activity_texts: Range<usize>,
    pub(super) lwlocks: Range<usize>,
    pub(super) locks: Range<usize>,
    pub(super) lock_holders: Range<usize>,
    pub(super) lock_waiters: Range<usize>,
    pub(super) index: Range<usize>,
    pub(super) wait_events: Range<usize>,
    pub(super) addin: Range<usize>,
    pub(super) dynamic_rows: Range<usize>,
    pub(super) dynamic: Range<usize>,
    pub(super) len: usize,
}

/// Bytes that each area is aligned to.
pub(super) const AREA_ALIGN: usize = 128;

impl Layout {
    /// Where they lie for a plan. None: no address space has room for it.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        let mut end = size_of::<Header>();
        let mut area = |len: Option<usize>| {
            let start = end.checked_next_multiple_of(AREA_ALIGN)?;
            end = start.checked_add(len?)?;
            Some(start..end)
        };
        let words = bitmap::words(plan.slots).checked_mul(size_of::<AtomicU64>());
        let free = area(words)?;
        let dirty = area(words)?;
        let slots = area(plan.slots.checked_mul(size_of::<Slot>()))?;
        let registrations = area(plan.slots.checked_mul(size_of::<Registration>()))?;
        // What a process writes to at its start and end is near together.
        let places = plan.slots.checked_add(plan.backends)?;
        let clean = area(places.checked_mul(size_of::<AtomicI32>()))?;
        let activities = area(places.checked_mul(size_of::<activity::Row>()))?;
        let proc_header = area(Some(size_of::<PROC_HDR>()))?;
        let procs = area(places.checked_mul(size_of::<PGPROC>()))?;
        let activity_texts = area(places.checked_mul(size_of::<activity::Texts>()))?;
        let lwlocks = area(plan.lwlocks.checked_mul(size_of::<LWLockPadded>()))?;
        let (locks, holders) = lock_table::sizes(plan.locks)?;
        let locks = area(locks.checked_mul(size_of::<lock_table::Lock>()))?;
        let lock_holders = area(holders.checked_mul(size_of::<lock_table::Holder>()))?;
        let lock_waiters = area(places.checked_mul(size_of::<lock_table::Waiter>()))?;
        let index = area(index::ENTRIES.checked_mul(size_of::<Entry>()))?;
        let wait_events = area(wait_events::ENTRIES.checked_mul(size_of::<wait_events::Entry>()))?;
        let addin = area(Some(plan.addin))?;
        let rows = dynamic::rows(places)?.checked_mul(size_of::<dynamic::Row>());
        let dynamic_rows = area(rows)?;
        let pages = dynamic_rows.end.checked_next_multiple_of(dynamic::PAGE)?;
        let dynamic = pages..pages.checked_add(plan.dynamic)?;
        let len = dynamic.end.checked_next_multiple_of(4096)?;
        Some(Self {
            free,
            dirty,
            slots,
            registrations,
            clean,
            activities,
            proc_header,
            procs,
            activity_texts,
            lwlocks,
            locks,
            lock_holders,
            lock_waiters,
            index,
            wait_events,
            addin,
            dynamic_rows,
            dynamic,
            len,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_apart_and_within() {
        for slots in [0, 1, 8, 64, 65, 262_143] {
            let layout = Layout::of(&Plan {
                slots,
                backends: 100,
                lwlocks: 213,
                locks: 6400,
                addin: 1 << 20,
                dynamic: 5 << 20,
            });
            let layout = layout.expect("fits an address space");
            let areas = [
                layout.free,
                layout.dirty,
                layout.slots,
                layout.registrations,
                layout.clean,
                layout.activities,
                layout.proc_header,
                layout.procs,
                layout.activity_texts,
                layout.lwlocks,
                layout.locks,
                layout.lock_holders,
                layout.lock_waiters,
                layout.index,
                layout.wait_events,
                layout.addin,
                layout.dynamic_rows,
                layout.dynamic,
            ];
            assert!(areas.windows(2).all(|w| w[0].end <= w[1].start));
            assert!(areas.iter().all(|a| a.start % AREA_ALIGN == 0 && a.end <= layout.len));
        }
        let absurd = Plan {
            slots: 8,
            backends: 0,
            lwlocks: 1,
            locks: 0,
            addin: usize::MAX - 64,
            dynamic: 0,
        };
        assert!(Layout::of(&absurd).is_none());
    }
}
