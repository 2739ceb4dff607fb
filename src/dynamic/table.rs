//! The table of segments, which all processes share (storage/dsm.h).
//! Runs in: worker and backend.
//!
//! Everything is done under `DynamicSharedMemoryControlLock`. A segment whose references are down to
//! one belongs to the process that took the last but one: nobody else finds it, and that process
//! frees the row when the memory is gone.

use core::ops::Range;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};

use crate::abi::c::dsm_handle;
use crate::abi::dsm::DSM_HANDLE_INVALID;
use crate::abi::lwlock::{LW_EXCLUSIVE, LWLock, individual::DynamicSharedMemoryControlLock};
use crate::abi::variables::{MainLWLockArray, MyProcPid};
use crate::error::{Raised, Report, Result, SqlState};
use crate::shmem::dynamic::{PAGE, Row};
use crate::shmem::segment::{self, Segment};
use crate::sys::random;

use super::files::Mapping;
use super::guard::{self, Guard};

/// A reference that this process holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    row: usize,
    /// What makes it void: a reset of shared memory, or that it is the parent's.
    epoch: u64,
    pid: i32,
}

/// What is to be done for a segment that lost a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Others have it.
    Others,
    /// It is to be removed, and then [`Table::free`] to be called.
    Nobody(usize),
}

/// The table, locked as long as this lives.
pub(super) struct Table {
    segment: &'static Segment,
    _lock: Guard,
}

/// Segments in the memory that was set aside have odd handles, those with files even ones.
pub(super) fn is_set_aside(handle: dsm_handle) -> bool {
    handle & 1 == 1
}

/// A number that nobody can foretell.
fn random() -> u32 {
    let mut bytes = [0; 4];
    if !random::fill(&mut bytes) {
        let [seed, _] = random::seed();
        return u32::try_from(seed & u64::from(u32::MAX)).unwrap_or(0);
    }
    u32::from_ne_bytes(bytes)
}

/// A handle that a segment with a file may have.
pub(super) fn new_handle() -> dsm_handle {
    loop {
        let handle = random() << 1;
        if handle != DSM_HANDLE_INVALID {
            return handle;
        }
    }
}

/// Locks the table.
///
/// # Errors
/// There is no shared memory; the lock is not to be had.
pub(super) fn lock() -> Result<Table> {
    let segment = segment::get_or_error()?;
    // SAFETY: the array holds every individual lock.
    let lock: *mut LWLock =
        unsafe { MainLWLockArray.get().add(DynamicSharedMemoryControlLock) }.cast();
    Ok(Table { segment, _lock: guard::take(lock, LW_EXCLUSIVE)? })
}

/// Is there memory that was set aside?
pub(super) fn has_set_aside() -> bool {
    segment::get().is_some_and(|segment| segment.dynamic().1 > 0)
}

/// Does a claim still stand for something?
pub(super) fn is_valid(claim: Claim) -> bool {
    let epoch = segment::get().map(|segment| segment.header().epoch.load(SeqCst));
    epoch == Some(claim.epoch) && claim.pid == MyProcPid.get()
}

impl Table {
    fn used(&self) -> &AtomicU64 {
        &self.segment.header().dynamic_rows
    }

    /// The rows that were ever used.
    fn rows(&self) -> impl Iterator<Item = (usize, &'static Row)> {
        let used = usize::try_from(self.used().load(SeqCst)).unwrap_or(usize::MAX);
        self.segment.dynamic_rows().iter().take(used).enumerate()
    }

    fn row(&self, row: usize) -> Option<&'static Row> {
        self.segment.dynamic_rows().get(row)
    }

    /// A row that is free, or else the next one; none: there are as many segments as can be.
    fn take_row(&self) -> Option<(usize, &'static Row)> {
        let free = self.rows().find(|(_, row)| row.references.load(SeqCst) == 0);
        free.or_else(|| {
            let next = usize::try_from(self.used().load(SeqCst)).ok()?;
            let row = self.row(next)?;
            self.used().fetch_add(1, SeqCst);
            Some((next, row))
        })
    }

    fn claim(&self, row: usize) -> Claim {
        let epoch = self.segment.header().epoch.load(SeqCst);
        Claim { row, epoch, pid: MyProcPid.get() }
    }

    fn fill(&self, (number, row): (usize, &Row), handle: dsm_handle, pages: &Range<u64>) -> Claim {
        row.handle.store(handle, SeqCst);
        row.page.store(pages.start, SeqCst);
        row.pages.store(pages.end - pages.start, SeqCst);
        row.is_pinned.store(0, SeqCst);
        row.references.store(2, SeqCst);
        self.claim(number)
    }

    /// Enters a segment that has a file; none: there is no room in the table.
    pub(super) fn enter(&self, handle: dsm_handle) -> Option<Claim> {
        self.take_row().map(|row| self.fill(row, handle, &(0..0)))
    }

    /// Makes a segment of memory that was set aside. `Ok(None)`: there is not so much of it.
    ///
    /// # Errors
    /// There is no room in the table.
    pub(super) fn carve(
        &self,
        len: usize,
    ) -> core::result::Result<Option<(dsm_handle, Mapping, Claim)>, TooMany> {
        let Some((pages, mapping)) = self.find_pages(len) else { return Ok(None) };
        let (number, row) = self.take_row().ok_or(TooMany)?;
        // Unlike those of other rows, and unlike the one that this row had before.
        let bits = usize::BITS - self.segment.dynamic_rows().len().leading_zeros();
        let low = u32::try_from(number << 1).unwrap_or(0) | 1;
        let handle = low | random().checked_shl(bits + 1).unwrap_or(0);
        let claim = self.fill((number, row), handle, &pages);
        Ok(Some((handle, mapping, claim)))
    }

    /// The first gap that is large enough, in pages.
    fn find_pages(&self, len: usize) -> Option<(Range<u64>, Mapping)> {
        let wanted = u64::try_from(len.div_ceil(PAGE).max(1)).ok()?;
        let all = u64::try_from(self.segment.dynamic().1 / PAGE).ok()?;
        let mut taken: Vec<(u64, u64)> = self
            .rows()
            .filter(|(_, row)| row.references.load(SeqCst) != 0)
            .map(|(_, row)| (row.page.load(SeqCst), row.pages.load(SeqCst)))
            .filter(|(_, pages)| *pages > 0)
            .collect();
        taken.sort_unstable();
        let mut start = 0;
        for (page, pages) in taken {
            if page.saturating_sub(start) >= wanted {
                break;
            }
            start = start.max(page.saturating_add(pages));
        }
        let end = start.checked_add(wanted).filter(|end| *end <= all)?;
        let mapping = self.mapping(start, wanted)?;
        Some((start..end, mapping))
    }

    fn mapping(&self, page: u64, pages: u64) -> Option<Mapping> {
        let (base, all) = self.segment.dynamic();
        let offset = usize::try_from(page).ok()?.checked_mul(PAGE)?;
        let len = usize::try_from(pages).ok()?.checked_mul(PAGE)?;
        offset.checked_add(len).filter(|end| *end <= all)?;
        Some(Mapping { address: NonNull::new(base.wrapping_add(offset))?, len })
    }

    /// A live segment.
    fn find(&self, handle: dsm_handle) -> Option<(usize, &'static Row)> {
        self.rows()
            .find(|(_, row)| row.references.load(SeqCst) > 1 && row.handle.load(SeqCst) == handle)
    }

    /// One more reference to a live segment, and where it is if it has no file.
    pub(super) fn refer(&self, handle: dsm_handle) -> Option<(Claim, Option<Mapping>)> {
        let (number, row) = self.find(handle)?;
        row.references.fetch_add(1, SeqCst);
        let mapping = self.mapping(row.page.load(SeqCst), row.pages.load(SeqCst));
        Some((self.claim(number), mapping.filter(|_| is_set_aside(handle))))
    }

    /// One reference less.
    pub(super) fn drop_claim(&self, claim: Claim) -> Left {
        self.row(claim.row).map_or(Left::Others, |row| lose(claim.row, &row.references))
    }

    /// The segment of the row is gone.
    pub(super) fn free(&self, row: usize) {
        if let Some(row) = self.row(row) {
            row.references.store(0, SeqCst);
        }
    }

    /// Has a segment stay when no process has it.
    ///
    /// # Errors
    /// It does already.
    pub(super) fn pin(&self, claim: Claim) -> Result<()> {
        let Some(row) = self.row(claim.row) else { return Ok(()) };
        if row.is_pinned.swap(1, SeqCst) != 0 {
            return Err(internal("cannot pin a segment that is already pinned"));
        }
        row.references.fetch_add(1, SeqCst);
        Ok(())
    }

    /// Does not any more.
    ///
    /// # Errors
    /// There is no such segment; it does not stay.
    pub(super) fn unpin(&self, handle: dsm_handle) -> Result<Left> {
        let found = self.find(handle);
        let (number, row) = found.ok_or_else(|| internal("cannot unpin unknown segment handle"))?;
        if row.is_pinned.swap(0, SeqCst) == 0 {
            return Err(internal("cannot unpin a segment that is not pinned"));
        }
        Ok(lose(number, &row.references))
    }
}

/// The table has no room.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooMany;

fn lose(row: usize, references: &AtomicU32) -> Left {
    if references.fetch_sub(1, SeqCst) == 2 { Left::Nobody(row) } else { Left::Others }
}

#[cold]
pub(super) fn internal(message: &str) -> Raised {
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}
