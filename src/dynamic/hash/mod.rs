//! Hash tables in an area (lib/dshash.h).
//! Runs in: worker and backend; postmaster while libraries set up shared memory.
//!
//! A table has a fixed number of partitions, each with a lock, a count and an array of buckets of its
//! own, which grows with it: whoever makes one grow needs no lock but the one that it has. An entry
//! that was found stays locked with its partition until it is released.

mod keys;
mod scan;

use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::mem::size_of;
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::abi::lwlock::{LW_EXCLUSIVE, LW_SHARED, LWLock, LWLockMode};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::Result;
use crate::memory;
use crate::shmem::lwlock;

use super::area::{Area, HUGE, NO_OOM, Pointer, ZERO, out_of_memory};
use super::guard::{self, Guard};
use super::table::internal;
use super::under_lock::UnderLock as _;

pub(crate) use keys::{Compare, Copying, Hash, Keys, hash_text};
pub(crate) use scan::{begin, delete_current, end, next};

/// Partitions, by the highest bits of a hash.
const PARTITION_BITS: u32 = 7;
const PARTITIONS: usize = 1 << PARTITION_BITS;
/// Buckets of a partition that has more than one.
const FIRST_BITS: u32 = 3;
/// What a table begins with.
const MAGIC: u32 = 0x7062_6468;

/// Entries of some hashes, and the lock for them.
#[repr(C)]
struct Partition {
    lock: UnsafeCell<LWLock>,
    count: AtomicU64,
    /// Buckets there are, as a power of two.
    bits: AtomicU32,
    /// Where they are, unless there is one.
    buckets: AtomicU64,
    only: AtomicU64,
}

/// What all processes share of a table.
#[repr(C)]
struct Control {
    magic: AtomicU32,
    handle: AtomicU64,
    partitions: [Partition; PARTITIONS],
}

/// What an entry is preceded by.
#[repr(C)]
pub(super) struct Item {
    /// The next one of the bucket.
    next: AtomicU64,
    hash: AtomicU32,
}

/// `dshash_table`: a table as this process has it, in a memory context.
#[derive(Debug)]
pub(crate) struct Table {
    area: NonNull<Area>,
    keys: Keys,
    entry_size: usize,
    control: NonNull<Control>,
}

fn local(
    area: NonNull<Area>,
    keys: Keys,
    entry_size: usize,
    at: Pointer,
) -> Result<NonNull<Table>> {
    // SAFETY: the caller of all of this has the area.
    let control = NonNull::new(unsafe { area.as_ref() }.address(at)?.cast());
    let control = control.ok_or_else(|| internal("invalid dshash table handle"))?;
    let table = memory::alloc(CurrentMemoryContext.get(), size_of::<Table>())?.cast::<Table>();
    // SAFETY: fresh memory of the right size.
    unsafe { table.write(Table { area, keys, entry_size, control }) };
    Ok(table)
}

/// `dshash_create`.
///
/// # Safety
/// The area is this process's, for as long as it has the table.
///
/// # Errors
/// Out of memory.
pub(crate) unsafe fn create(
    area: NonNull<Area>,
    keys: Keys,
    entry_size: usize,
    tranche: i32,
) -> Result<NonNull<Table>> {
    // SAFETY: the caller's promise.
    let shared = unsafe { area.as_ref() };
    let handle = shared.allocate(size_of::<Control>(), ZERO)?;
    let table = local(area, keys, entry_size, handle).inspect_err(|_| {
        // Nobody else has it; that it stays is the lesser evil.
        let _freed = shared.free(handle);
    })?;
    // SAFETY: just made.
    let control = unsafe { table.as_ref() }.control();
    let tranche = u16::try_from(tranche).unwrap_or(u16::MAX);
    for partition in &control.partitions {
        // SAFETY: nobody has it yet.
        unsafe { lwlock::initialize(partition.lock.get(), tranche) };
    }
    control.handle.store(handle, Relaxed);
    control.magic.store(MAGIC, Relaxed);
    Ok(table)
}

/// `dshash_attach`.
///
/// # Safety
/// As [`create`]; the handle is a table's.
///
/// # Errors
/// Out of memory; there is no table.
pub(crate) unsafe fn attach(
    area: NonNull<Area>,
    keys: Keys,
    entry_size: usize,
    handle: Pointer,
) -> Result<NonNull<Table>> {
    let table = local(area, keys, entry_size, handle)?;
    // SAFETY: just made.
    if unsafe { table.as_ref() }.control().magic.load(Relaxed) == MAGIC {
        return Ok(table);
    }
    // SAFETY: just made, and nobody knows of it.
    unsafe { detach(table) };
    Err(internal("invalid dshash table handle"))
}

/// `dshash_detach`.
///
/// # Safety
/// The table is this process's, and not used any more.
pub(crate) unsafe fn detach(table: NonNull<Table>) {
    // SAFETY: palloc'd by `local`.
    unsafe { memory::free(table.cast()) };
}

/// `dshash_destroy`: no other process uses it any more.
///
/// # Safety
/// As [`detach`].
///
/// # Errors
/// The area's.
pub(crate) unsafe fn destroy(table: NonNull<Table>) -> Result<()> {
    // SAFETY: the caller's promise.
    let this = unsafe { table.as_ref() };
    for partition in &this.control().partitions {
        for bucket in this.buckets(partition)? {
            let mut at = bucket.put(0);
            while at != 0 {
                let after = this.item(at)?.next.load(Relaxed);
                this.area().free(at)?;
                at = after;
            }
        }
        this.free_buckets(partition)?;
    }
    this.control().magic.store(0, Relaxed);
    this.area().free(this.handle())?;
    // SAFETY: the caller's promise.
    unsafe { detach(table) };
    Ok(())
}

/// Whether entries are to be changed.
fn mode(exclusive: bool) -> LWLockMode {
    if exclusive { LW_EXCLUSIVE } else { LW_SHARED }
}

fn entry_of(item: &Item) -> *mut c_void {
    ptr::from_ref(item).wrapping_add(1).cast::<c_void>().cast_mut()
}

/// # Safety
/// An entry of a table.
unsafe fn item_of<'a>(entry: *mut c_void) -> &'a Item {
    // SAFETY: the caller's promise; atomics.
    unsafe { &*entry.cast::<Item>().wrapping_sub(1) }
}

impl Table {
    fn area(&self) -> &Area {
        // SAFETY: whoever made this has it.
        unsafe { self.area.as_ref() }
    }

    fn control(&self) -> &Control {
        // SAFETY: an object of the area, which stays mapped; atomics and locks.
        unsafe { self.control.as_ref() }
    }

    /// `dshash_get_hash_table_handle`.
    pub(crate) fn handle(&self) -> Pointer {
        self.control().handle.load(Relaxed)
    }

    #[inline]
    fn partition(&self, hash: u32) -> Result<&Partition> {
        let number = usize::try_from(hash >> (u32::BITS - PARTITION_BITS)).unwrap_or(0);
        self.numbered(number)
    }

    #[inline]
    fn numbered(&self, number: usize) -> Result<&Partition> {
        let partition = self.control().partitions.get(number);
        partition.ok_or_else(|| internal("invalid dshash partition"))
    }

    #[inline]
    fn locked(&self, hash: u32, mode: LWLockMode) -> Result<(&Partition, Guard)> {
        let partition = self.partition(hash)?;
        Ok((partition, guard::take(partition.lock.get(), mode)?))
    }

    #[inline]
    fn item(&self, at: Pointer) -> Result<&Item> {
        let item = self.area().address(at)?.cast::<Item>();
        // SAFETY: an entry of the table, under its partition's lock.
        unsafe { item.as_ref() }.ok_or_else(|| internal("invalid dshash item"))
    }

    /// The buckets of a partition; under its lock.
    #[inline]
    fn buckets<'a>(&'a self, partition: &'a Partition) -> Result<&'a [AtomicU64]> {
        let bits = partition.bits.load(Relaxed);
        if bits == 0 {
            return Ok(slice::from_ref(&partition.only));
        }
        let at = self.area().address(partition.buckets.load(Relaxed))?.cast::<AtomicU64>();
        if at.is_null() {
            return Err(internal("invalid dshash buckets"));
        }
        // SAFETY: the partition's array, which is so long.
        Ok(unsafe { slice::from_raw_parts(at, 1 << bits) })
    }

    #[inline]
    fn bucket<'a>(&'a self, partition: &'a Partition, hash: u32) -> Result<&'a AtomicU64> {
        let buckets = self.buckets(partition)?;
        let number = usize::try_from(hash).unwrap_or(0) & (buckets.len() - 1);
        buckets.get(number).ok_or_else(|| internal("invalid dshash bucket"))
    }

    /// The entry of a key and the link to it, in its bucket; none if there is no entry.
    #[inline]
    fn find_link<'a>(
        &'a self,
        partition: &'a Partition,
        (key, hash): (*const c_void, u32),
    ) -> Result<Option<(&'a AtomicU64, &'a Item)>> {
        let mut link = self.bucket(partition, hash)?;
        loop {
            let at = link.load(Relaxed);
            if at == 0 {
                return Ok(None);
            }
            let item = self.item(at)?;
            if item.hash.load(Relaxed) == hash && self.keys.are_equal(key, entry_of(item))? {
                return Ok(Some((link, item)));
            }
            link = &item.next;
        }
    }

    /// The link to an entry.
    fn link_to(&self, partition: &Partition, item: &Item) -> Result<Option<Pointer>> {
        let mut link = self.bucket(partition, item.hash.load(Relaxed))?;
        loop {
            let at = link.load(Relaxed);
            if at == 0 {
                return Ok(None);
            }
            let found = self.item(at)?;
            if ptr::eq(found, item) {
                link.store(item.next.load(Relaxed), Relaxed);
                return Ok(Some(at));
            }
            link = &found.next;
        }
    }

    /// `dshash_find`: an entry, with its partition locked; null if there is none.
    ///
    /// # Errors
    /// A callback's; the lock is not to be had.
    pub(crate) fn find(&self, key: *const c_void, exclusive: bool) -> Result<*mut c_void> {
        let hash = self.keys.hash(key)?;
        let (partition, guard) = self.locked(hash, mode(exclusive))?;
        let Some((_, item)) = self.find_link(partition, (key, hash))? else {
            return Ok(ptr::null_mut());
        };
        guard.keep();
        Ok(entry_of(item))
    }

    /// `dshash_find_or_insert`: the same; a new entry has its key, and is not filled in otherwise.
    ///
    /// # Errors
    /// Out of memory, too.
    pub(crate) fn find_or_insert(&self, key: *const c_void) -> Result<(*mut c_void, bool)> {
        let hash = self.keys.hash(key)?;
        let (partition, guard) = self.locked(hash, LW_EXCLUSIVE)?;
        if let Some((_, item)) = self.find_link(partition, (key, hash))? {
            guard.keep();
            return Ok((entry_of(item), true));
        }
        self.grow(partition)?;
        let bytes = memory::add(self.entry_size, size_of::<Item>())?;
        let at = self.area().allocate(bytes, NO_OOM)?;
        if at == 0 {
            return Err(out_of_memory(bytes));
        }
        let item = self.item(at)?;
        if let Err(raised) = self.keys.copy(entry_of(item), key) {
            self.area().free(at)?;
            return Err(raised);
        }
        item.hash.store(hash, Relaxed);
        let bucket = self.bucket(partition, hash)?;
        item.next.store(bucket.put(at), Relaxed);
        partition.count.raise(1);
        guard.keep();
        Ok((entry_of(item), false))
    }

    /// Doubles the buckets of a partition that is three quarters full, if there is memory for that.
    #[inline]
    fn grow(&self, partition: &Partition) -> Result<()> {
        let old = self.buckets(partition)?;
        let count = usize::try_from(partition.count.load(Relaxed)).unwrap_or(usize::MAX);
        if count < old.len() / 4 * 3 + old.len() % 4 { Ok(()) } else { self.double(partition, old) }
    }

    #[cold]
    fn double(&self, partition: &Partition, old: &[AtomicU64]) -> Result<()> {
        let bits = (partition.bits.load(Relaxed) + 1).max(FIRST_BITS);
        let Some(bytes) = size_of::<Pointer>().checked_shl(bits) else { return Ok(()) };
        let Ok(array) = self.area().allocate(bytes, NO_OOM | ZERO | HUGE) else { return Ok(()) };
        if array == 0 {
            return Ok(());
        }
        let at = self.area().address(array)?.cast::<AtomicU64>();
        // SAFETY: just allocated, so long, and zeroed.
        let new = unsafe { slice::from_raw_parts(at, 1 << bits) };
        for bucket in old {
            let mut next = bucket.put(0);
            while next != 0 {
                let item = self.item(next)?;
                let number = usize::try_from(item.hash.load(Relaxed)).unwrap_or(0);
                let Some(bucket) = new.get(number & (new.len() - 1)) else { break };
                let after = item.next.load(Relaxed);
                item.next.store(bucket.put(next), Relaxed);
                next = after;
            }
        }
        self.free_buckets(partition)?;
        partition.buckets.store(array, Relaxed);
        partition.bits.store(bits, Relaxed);
        Ok(())
    }

    fn free_buckets(&self, partition: &Partition) -> Result<()> {
        let old = partition.buckets.put(0);
        partition.bits.store(0, Relaxed);
        if old == 0 { Ok(()) } else { self.area().free(old) }
    }

    /// `dshash_delete_key`: whether there was one.
    ///
    /// # Errors
    /// A callback's; the lock is not to be had.
    pub(crate) fn delete_key(&self, key: *const c_void) -> Result<bool> {
        let hash = self.keys.hash(key)?;
        let (partition, _guard) = self.locked(hash, LW_EXCLUSIVE)?;
        let found = self.find_link(partition, (key, hash))?;
        let Some((link, item)) = found else { return Ok(false) };
        let at = link.put(item.next.load(Relaxed));
        partition.count.lower(1);
        self.area().free(at)?;
        Ok(true)
    }

    /// Deletes an entry whose partition is locked.
    fn remove(&self, item: &Item) -> Result<()> {
        let partition = self.partition(item.hash.load(Relaxed))?;
        if let Some(at) = self.link_to(partition, item)? {
            partition.count.lower(1);
            self.area().free(at)?;
        }
        Ok(())
    }

    /// `dshash_delete_entry`: it was found exclusively.
    ///
    /// # Safety
    /// An entry of the table.
    ///
    /// # Errors
    /// The area's; the lock was not held.
    pub(crate) unsafe fn delete_entry(&self, entry: *mut c_void) -> Result<()> {
        // SAFETY: the caller's promise.
        let item = unsafe { item_of(entry) };
        let lock = self.partition(item.hash.load(Relaxed))?.lock.get();
        self.remove(item)?;
        lwlock::release(lock)
    }

    /// `dshash_release_lock`: the entry was found.
    ///
    /// # Safety
    /// An entry of the table.
    ///
    /// # Errors
    /// The lock was not held.
    pub(crate) unsafe fn release(&self, entry: *mut c_void) -> Result<()> {
        // SAFETY: the caller's promise.
        let hash = unsafe { item_of(entry) }.hash.load(Relaxed);
        lwlock::release(self.partition(hash)?.lock.get())
    }

    /// `dshash_dump`, as text.
    ///
    /// # Errors
    /// A lock is not to be had.
    pub(crate) fn describe(&self) -> Result<String> {
        use core::fmt::Write as _;

        let mut text = String::new();
        for (number, partition) in self.control().partitions.iter().enumerate() {
            let _guard = guard::take(partition.lock.get(), LW_SHARED)?;
            let count = partition.count.load(Relaxed);
            let buckets = self.buckets(partition)?;
            // Writing to a string cannot fail.
            let _written = writeln!(
                text,
                "  partition {number}\n    {} buckets (key count = {count})",
                buckets.len()
            );
            for (number, bucket) in buckets.iter().enumerate() {
                let (mut at, mut keys) = (bucket.load(Relaxed), 0);
                while at != 0 {
                    keys += 1;
                    at = self.item(at)?.next.load(Relaxed);
                }
                let _written = writeln!(text, "      bucket {number} (key count = {keys})");
            }
        }
        Ok(text)
    }
}
