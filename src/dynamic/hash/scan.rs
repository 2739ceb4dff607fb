//! Walks through a table (lib/dshash.h): partition by partition, the one that the walk is in locked.
//! Runs in: worker and backend.

use core::ffi::c_void;
use core::ptr::{self, NonNull};
use core::sync::atomic::Ordering::Relaxed;

use crate::abi::dshash::dshash_seq_status;
use crate::error::Result;
use crate::shmem::lwlock;

use super::{Item, PARTITIONS, Partition, Table, entry_of, guard, internal, mode};

/// A walk that begins.
pub(crate) fn begin(table: NonNull<Table>, exclusive: bool) -> dshash_seq_status {
    dshash_seq_status {
        hash_table: table.as_ptr().cast(),
        curbucket: 0,
        nbuckets: 0,
        curitem: ptr::null_mut(),
        pnextitem: 0,
        curpartition: -1,
        exclusive,
    }
}

/// # Safety
/// The table of the walk is this process's.
unsafe fn table<'a>(status: &dshash_seq_status) -> Result<&'a Table> {
    // SAFETY: the caller's promise.
    unsafe { status.hash_table.cast::<Table>().as_ref() }
        .ok_or_else(|| internal("no dshash table to scan"))
}

fn to_usize(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// Goes to a partition: it is locked first, and the one before given back then.
fn enter(status: &mut dshash_seq_status, table: &Table, number: usize) -> Result<()> {
    let partition = table.numbered(number)?;
    let guard = guard::take(partition.lock.get(), mode(status.exclusive))?;
    let buckets = table.buckets(partition)?.len();
    guard.keep();
    if let Some(before) = held(status, table) {
        lwlock::release(before.lock.get())?;
    }
    status.curpartition = i32::try_from(number).unwrap_or(-1);
    status.nbuckets = i32::try_from(buckets).unwrap_or(i32::MAX);
    status.curbucket = 0;
    Ok(())
}

/// The partition that the walk has locked.
fn held<'a>(status: &dshash_seq_status, table: &'a Table) -> Option<&'a Partition> {
    table.numbered(usize::try_from(status.curpartition).ok()?).ok()
}

/// The entry after the last one; null at the end.
///
/// # Safety
/// The table of the walk is this process's.
///
/// # Errors
/// The lock is not to be had.
pub(crate) unsafe fn next(status: &mut dshash_seq_status) -> Result<*mut c_void> {
    // SAFETY: the caller's promise.
    let table = unsafe { table(status)? };
    let mut at = status.pnextitem;
    let mut is_new = status.curpartition < 0;
    if is_new {
        enter(status, table, 0)?;
    }
    while at == 0 {
        if !is_new {
            status.curbucket = status.curbucket.saturating_add(1);
        }
        is_new = false;
        if status.curbucket >= status.nbuckets {
            let number = to_usize(status.curpartition) + 1;
            if number >= PARTITIONS {
                return Ok(ptr::null_mut());
            }
            enter(status, table, number)?;
        }
        let buckets = held(status, table).map(|partition| table.buckets(partition)).transpose()?;
        let bucket = buckets.and_then(|buckets| buckets.get(to_usize(status.curbucket)));
        at = bucket.map_or(0, |bucket| bucket.load(Relaxed));
    }
    let item = table.item(at)?;
    // The caller may delete the entry.
    status.pnextitem = item.next.load(Relaxed);
    status.curitem = ptr::from_ref(item).cast::<c_void>().cast_mut();
    Ok(entry_of(item))
}

/// Ends a walk.
///
/// # Safety
/// The table of the walk is this process's.
///
/// # Errors
/// The lock was not held.
pub(crate) unsafe fn end(status: &dshash_seq_status) -> Result<()> {
    // SAFETY: the caller's promise.
    let table = unsafe { table(status)? };
    held(status, table).map_or(Ok(()), |partition| lwlock::release(partition.lock.get()))
}

/// Deletes the entry that the walk, an exclusive one, is at.
///
/// # Safety
/// The table of the walk is this process's, and there is such an entry.
///
/// # Errors
/// The area's.
pub(crate) unsafe fn delete_current(status: &dshash_seq_status) -> Result<()> {
    // SAFETY: the caller's promise.
    let table = unsafe { table(status)? };
    // SAFETY: the same.
    let Some(item) = (unsafe { status.curitem.cast::<Item>().as_ref() }) else { return Ok(()) };
    table.remove(item)
}
