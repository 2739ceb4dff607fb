//! Named pieces of shared memory: `ShmemInitStruct` and `ShmemAlloc` (shmem.h).
//! Runs in: postmaster while libraries set up shared memory; worker, under `ShmemIndexLock`.

use core::cell::UnsafeCell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

use crate::abi::c::PG_CACHE_LINE_SIZE;
use crate::abi::lwlock::{LW_EXCLUSIVE, LWLock, individual::ShmemIndexLock};
use crate::abi::variables::MainLWLockArray;
use crate::error::{Report, Result, SqlState};

use super::lwlock::{self, Permit};
use super::requests::library_id;
use super::segment::{self, AnyBytes, Segment};

/// Names there can be.
pub(super) const ENTRIES: usize = 1024;
/// Bytes of a name with its end, as PostgreSQL's SHMEM_INDEX_KEYSIZE.
const NAME_LEN: usize = 48;

/// One named piece. `offset` is 0 in a free entry.
#[repr(C)]
pub(crate) struct Entry {
    offset: AtomicU64,
    size: AtomicU64,
    /// Which library asked for it, a number of `requests::library_id`.
    library: AtomicU64,
    name: UnsafeCell<[u8; NAME_LEN]>,
}

// SAFETY: atomics and a cell of bytes.
unsafe impl AnyBytes for Entry {}

/// What `ShmemInitStruct` gives.
pub(crate) struct Piece {
    pub(crate) address: NonNull<u8>,
    pub(crate) found: bool,
}

/// Finds the piece called `name`, or makes it: zeroed the first time after a start or a crash.
///
/// # Errors
/// No shared memory yet; the piece exists with another size; no room.
pub(crate) fn init_struct(name: &[u8], size: usize) -> Result<Piece> {
    let segment = segment::get_or_error()?;
    let lock = index_lock();
    lwlock::acquire(lock, LW_EXCLUSIVE, Permit::of_this_process().as_ref())?;
    let piece = find_or_make(segment, name, size);
    lwlock::release(lock)?;
    piece
}

/// A nameless piece of `size` bytes, aligned to a cache line.
///
/// # Errors
/// No shared memory yet; no room.
pub(crate) fn alloc(size: usize) -> Result<NonNull<u8>> {
    let segment = segment::get_or_error()?;
    take(segment, size).map(|(address, _)| address).ok_or_else(|| {
        let message = format!("out of shared memory ({size} bytes requested)");
        Report::error(SqlState::OUT_OF_MEMORY, message).into()
    })
}

fn index_lock() -> *mut LWLock {
    // SAFETY: the array holds every individual lock.
    unsafe { MainLWLockArray.get().add(ShmemIndexLock) }.cast()
}

fn find_or_make(segment: &Segment, name: &[u8], size: usize) -> Result<Piece> {
    let name = name.get(..name.len().min(NAME_LEN - 1)).unwrap_or_default();
    let lossy = String::from_utf8_lossy(name).into_owned();
    for entry in segment.entries() {
        let offset = entry.offset.load(SeqCst);
        if offset == 0 {
            return make(segment, entry, name, size);
        }
        // SAFETY: written before the offset, under the index lock that this process holds.
        let stored = unsafe { entry.name.get().read() };
        if stored.get(..name.len()) != Some(name) || stored.get(name.len()) != Some(&0) {
            continue;
        }
        let there = usize::try_from(entry.size.load(SeqCst)).unwrap_or(0);
        if there != size {
            let message = format!(
                "ShmemIndex entry size is wrong for data structure \"{lossy}\": expected {size}, \
                 actual {there}"
            );
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        }
        let offset = usize::try_from(offset).unwrap_or(0);
        // SAFETY: an entry's offset lies within the mapping.
        let address = unsafe { segment.base().add(offset) };
        return Ok(Piece { address, found: true });
    }
    let message = format!("could not create ShmemIndex entry for data structure \"{lossy}\"");
    Err(Report::error(SqlState::OUT_OF_MEMORY, message).into())
}

fn make(segment: &Segment, entry: &Entry, name: &[u8], size: usize) -> Result<Piece> {
    let Some((address, offset)) = take(segment, size) else {
        let lossy = String::from_utf8_lossy(name);
        let message = format!(
            "not enough shared memory for data structure \"{lossy}\" ({size} bytes requested)"
        );
        return Err(Report::error(SqlState::OUT_OF_MEMORY, message).into());
    };
    let mut stored = [0u8; NAME_LEN];
    for (to, from) in stored.iter_mut().zip(name) {
        *to = *from;
    }
    // SAFETY: the entry is free and the index lock is held.
    unsafe { entry.name.get().write(stored) };
    entry.size.store(u64::try_from(size).unwrap_or(u64::MAX), SeqCst);
    entry.library.store(library_id(), SeqCst);
    entry.offset.store(offset, SeqCst);
    Ok(Piece { address, found: false })
}

/// Takes `size` bytes of the area for libraries: the address and its offset in the segment.
fn take(segment: &Segment, size: usize) -> Option<(NonNull<u8>, u64)> {
    let (start, len) = segment.addin();
    let rounded = u64::try_from(size.checked_next_multiple_of(PG_CACHE_LINE_SIZE)?).ok()?;
    let len = u64::try_from(len).ok()?;
    let used = segment
        .header()
        .addin_used
        .fetch_update(SeqCst, SeqCst, |used| {
            used.checked_add(rounded).filter(|&after| after <= len)
        })
        .ok()?;
    // SAFETY: the range taken lies within the area.
    let address = NonNull::new(unsafe { start.add(usize::try_from(used).ok()?) })?;
    let offset = address.as_ptr().addr() - segment.base().as_ptr().addr();
    Some((address, u64::try_from(offset).ok()?))
}
