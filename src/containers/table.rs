//! Hash tables that grow bucket by bucket, in memory of this process or in shared memory: their
//! parts, and making them (hsearch.h).
//! Runs in: any process.
//!
//! The order of entries is PostgreSQL's, as modules go through them. Safety of all functions: a table
//! is a live one; who uses one in shared memory holds the locks that keep others from changing it,
//! as PostgreSQL asks for; keys are as long as the table says, or strings.

use core::cell::{Cell, UnsafeCell};
use core::ffi::{CStr, c_long, c_void};
use core::mem::size_of;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicI64, Ordering::Relaxed};

use crate::abi::atomics::SpinDelayStatus;
use crate::abi::c::slock_t;
use crate::abi::hsearch::{
    HASH_ALLOC, HASH_ATTACH, HASH_COMPARE, HASH_CONTEXT, HASH_DIRSIZE, HASH_FIXED_SIZE,
    HASH_KEYCOPY, HASH_PARTITION, HASH_SEGMENT, HASH_SHARED_MEM, HASHCTL, HashAllocFunc,
    HashCompareFunc, HashCopyFunc, NO_MAX_DSIZE,
};
use crate::abi::palloc::MemoryContext;
use crate::abi::variables::TopMemoryContext;
use crate::error::{Level, Report, Result, SqlState, guarded};
use crate::memory;
use crate::shmem::spin;

use super::table_keys::{Form, Hash};
use super::table_sizes::{DIRECTORY, SEGMENT, at_once, element_size, power_of_two};

/// Lists of free elements of a table in partitions.
pub(super) const LISTS: usize = 32;

/// What an entry, which begins with its key, stands behind.
#[repr(C)]
pub(super) struct Element {
    pub(super) link: Bucket,
    pub(super) hash: Cell<u32>,
}

/// The first of the elements of a bucket.
pub(super) type Bucket = Cell<*mut Element>;

/// Elements that are free, and how many are used of those whose hashes are of this list.
#[repr(C)]
pub(super) struct List {
    lock: UnsafeCell<slock_t>,
    pub(super) used: AtomicI64,
    pub(super) free: Bucket,
}

/// What all processes share of a table. The form is PostgreSQL's.
#[repr(C)]
pub(super) struct Header {
    pub(super) lists: [List; LISTS],
    directory_size: Cell<usize>,
    segments: Cell<usize>,
    pub(super) max_bucket: Cell<u32>,
    high_mask: Cell<u32>,
    low_mask: Cell<u32>,
    key_size: usize,
    entry_size: usize,
    partitions: usize,
    max_directory_size: c_long,
    segment_size: usize,
    segment_shift: u32,
    /// Elements that are made at once.
    more: u32,
}

impl List {
    fn lock(&self) -> Result<()> {
        let func = c"dynahash".as_ptr();
        let mut status =
            SpinDelayStatus { spins: 0, delays: 0, cur_delay: 0, file: func, line: 0, func };
        // SAFETY: the list's lock, and texts that end.
        unsafe { spin::acquire(self.lock.get(), &mut status) }
    }
}

/// Bytes of that.
pub(super) const HEADER_SIZE: usize = size_of::<Header>();

/// A table, as this process sees it.
pub(crate) struct Table {
    pub(super) header: NonNull<Header>,
    directory: Cell<*mut *mut Bucket>,
    pub(super) hash: Hash,
    pub(super) form: Form,
    /// None is for the usual ones.
    pub(super) compare: HashCompareFunc,
    pub(super) copy: HashCopyFunc,
    alloc: HashAllocFunc,
    /// Null if it is shared.
    pub(super) context: MemoryContext,
    name: *const core::ffi::c_char,
    pub(super) is_shared: bool,
    is_fixed: Cell<bool>,
    pub(super) is_frozen: Cell<bool>,
    pub(super) key_size: usize,
}

fn no_memory(what: &str) -> crate::error::Raised {
    Report::error(SqlState::OUT_OF_MEMORY, what).into()
}

/// Makes a table, or looks at one that is shared.
///
/// # Safety
/// `name` is a string, `info` fulfils `flags`; see above.
///
/// # Errors
/// No memory; what a function of the caller raised.
pub(crate) unsafe fn create(
    name: &CStr,
    entries: c_long,
    info: &HASHCTL,
    flags: i32,
    hash: Hash,
) -> Result<NonNull<Table>> {
    let is = |flag| flags & flag != 0;
    let is_shared = is(HASH_SHARED_MEM);
    let mut context = TopMemoryContext.get();
    if !is_shared {
        let parent = if is(HASH_CONTEXT) { info.hcxt } else { context };
        context = memory::create(parent, c"dynahash".as_ptr())?;
    }
    let place: NonNull<Table> = memory::alloc(context, size_of::<Table>())?.cast();
    let name = memory::copy_bytes(context, name.to_bytes_with_nul())?.as_ptr().cast();
    if !is_shared {
        // SAFETY: just made; the name lives in it.
        unsafe { memory::set_identifier(context, name) };
    }
    let alloc = if is(HASH_ALLOC) { info.alloc } else { None };
    let own = if is_shared { ptr::null_mut() } else { context };
    let header: *mut Header =
        if is_shared { info.hctl.cast() } else { take(alloc, own, HEADER_SIZE)?.cast() };
    let Some(header) = NonNull::new(header) else { return Err(no_memory("out of memory")) };
    if !is(HASH_ATTACH) {
        // SAFETY: room for a header, nobody else's yet.
        unsafe { header.write(fresh(info, flags)?) };
    }
    // The directory of a shared table follows its header.
    let behind = header.as_ptr().wrapping_add(1).cast();
    let directory = if is_shared { behind } else { ptr::null_mut() };
    // SAFETY: written above, or by who made the table.
    let key_size = unsafe { header.as_ref() }.key_size;
    let compare = if is(HASH_COMPARE) { info.r#match } else { None };
    let copy = if is(HASH_KEYCOPY) { info.keycopy } else { None };
    let table = Table {
        header,
        directory: Cell::new(directory),
        hash,
        form: Form::of(hash, key_size, compare, copy),
        compare,
        copy,
        alloc,
        context: own,
        name,
        is_shared,
        is_fixed: Cell::new(false),
        is_frozen: Cell::new(false),
        key_size,
    };
    // SAFETY: room for a table.
    unsafe { place.write(table) };
    if is(HASH_ATTACH) {
        return Ok(place);
    }
    // SAFETY: written above.
    let table = unsafe { place.as_ref() };
    table.set_up(entries)?;
    table.fill(entries)?;
    table.is_fixed.set(is(HASH_FIXED_SIZE));
    Ok(place)
}

/// A header as the caller wants it.
fn fresh(info: &HASHCTL, flags: i32) -> Result<Header> {
    let is = |flag| flags & flag != 0;
    let number = |number: c_long| usize::try_from(number).unwrap_or(0);
    let segment_size = if is(HASH_SEGMENT) { power_of_two(info.ssize, 1 << 30) } else { SEGMENT };
    Ok(Header {
        lists: core::array::from_fn(|_| List {
            lock: UnsafeCell::new(0),
            used: AtomicI64::new(0),
            free: Cell::new(ptr::null_mut()),
        }),
        directory_size: Cell::new(if is(HASH_DIRSIZE) { number(info.dsize) } else { DIRECTORY }),
        segments: Cell::new(0),
        max_bucket: Cell::new(0),
        high_mask: Cell::new(0),
        low_mask: Cell::new(0),
        key_size: info.keysize,
        entry_size: info.entrysize,
        partitions: if is(HASH_PARTITION) { number(info.num_partitions) } else { 0 },
        max_directory_size: if is(HASH_DIRSIZE) { info.max_dsize } else { NO_MAX_DSIZE },
        segment_size,
        segment_shift: segment_size.trailing_zeros(),
        more: u32::try_from(at_once(info.entrysize)?).unwrap_or(1),
    })
}

/// Memory of the caller's function, or of the context; null if there is none.
fn take(alloc: HashAllocFunc, context: MemoryContext, size: usize) -> Result<*mut c_void> {
    match alloc {
        // SAFETY: the caller's function.
        Some(alloc) => guarded(|| unsafe { alloc(size) }),
        None => Ok(memory::alloc(context, size)?.as_ptr().cast()),
    }
}

impl Table {
    pub(super) fn header(&self) -> &Header {
        // SAFETY: a live table has one.
        unsafe { self.header.as_ref() }
    }

    pub(super) fn name(&self) -> String {
        // SAFETY: the copy that was made with the table.
        unsafe { CStr::from_ptr(self.name) }.to_string_lossy().into_owned()
    }

    /// What stands for it in the list of scans.
    pub(super) fn id(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    pub(super) fn is_partitioned(&self) -> bool {
        self.header().partitions != 0
    }

    /// Which list the elements of a hash belong to.
    pub(super) fn list_of(&self, hash: u32) -> usize {
        if self.is_partitioned() { hash as usize % LISTS } else { 0 }
    }

    /// `hash_get_num_entries`.
    pub(crate) fn entries(&self) -> i64 {
        let lists = if self.is_partitioned() { LISTS } else { 1 };
        self.header().lists.iter().take(lists).map(|list| list.used.load(Relaxed)).sum()
    }

    /// The same of a table without partitions.
    pub(super) fn used(&self) -> i64 {
        let [list, ..] = &self.header().lists;
        list.used.load(Relaxed)
    }

    /// Does something short with a list, under its lock if there are others who might.
    #[inline]
    pub(super) fn with_list<T>(&self, list: usize, action: impl FnOnce(&List) -> T) -> Result<T> {
        let header = self.header();
        if !self.is_partitioned() {
            let [list, ..] = &header.lists;
            return Ok(action(list));
        }
        let Some(list) = header.lists.get(list) else { return Err(self.corrupted()) };
        list.lock()?;
        let done = action(list);
        // SAFETY: taken above.
        unsafe { spin::release(list.lock.get()) };
        Ok(done)
    }

    #[cold]
    pub(super) fn corrupted(&self) -> crate::error::Raised {
        let level = if self.is_shared { Level::Panic } else { Level::Fatal };
        Report::new(level, format!("hash table \"{}\" corrupted", self.name())).into()
    }

    /// The bucket of a hash.
    #[inline]
    pub(super) fn bucket_of(&self, hash: u32) -> u32 {
        let header = self.header();
        let bucket = hash & header.high_mask.get();
        if bucket > header.max_bucket.get() { bucket & header.low_mask.get() } else { bucket }
    }

    /// A bucket by its number.
    #[inline]
    pub(super) fn bucket(&self, number: u32) -> Result<&Bucket> {
        let header = self.header();
        let number = number as usize;
        let segment = number.wrapping_shr(header.segment_shift);
        if segment >= header.segments.get() {
            return Err(self.corrupted());
        }
        // SAFETY: so many segments are there.
        let segment = unsafe { self.directory.get().add(segment) };
        // SAFETY: the same.
        let segment = unsafe { segment.read() };
        if segment.is_null() {
            return Err(self.corrupted());
        }
        // SAFETY: a segment has so many buckets.
        let bucket = unsafe { segment.add(number & header.segment_size.wrapping_sub(1)) };
        // SAFETY: the same; they are cells.
        Ok(unsafe { &*bucket })
    }

    /// Buckets for so many entries.
    fn set_up(&self, entries: c_long) -> Result<()> {
        let header = self.header();
        let buckets = power_of_two(entries, 1 << 30).max(header.partitions.next_power_of_two());
        let last = u32::try_from(buckets - 1).unwrap_or(u32::MAX / 4);
        header.max_bucket.set(last);
        header.low_mask.set(last);
        header.high_mask.set(last << 1 | 1);
        let segments = ((buckets - 1) / header.segment_size + 1).next_power_of_two();
        let failed = || {
            let message = format!("failed to initialize hash table \"{}\"", self.name());
            crate::error::Raised::from(Report::error(SqlState::INTERNAL_ERROR, message))
        };
        if segments > header.directory_size.get() {
            if !self.directory.get().is_null() {
                return Err(failed());
            }
            header.directory_size.set(segments);
        }
        if self.directory.get().is_null() {
            let bytes = memory::multiply(header.directory_size.get(), size_of::<*mut Bucket>())?;
            self.directory.set(take(self.alloc, self.context, bytes)?.cast());
            if self.directory.get().is_null() {
                return Err(failed());
            }
        }
        while header.segments.get() < segments {
            if !self.add_segment()? {
                return Err(failed());
            }
        }
        Ok(())
    }

    /// One segment more, of empty buckets, for which the directory has room; false: no memory.
    fn add_segment(&self) -> Result<bool> {
        let header = self.header();
        let bytes = memory::multiply(header.segment_size, size_of::<Bucket>())?;
        let segment: *mut Bucket = take(self.alloc, self.context, bytes)?.cast();
        if segment.is_null() {
            return Ok(false);
        }
        // SAFETY: so many are new.
        unsafe { segment.write_bytes(0, header.segment_size) };
        // SAFETY: the directory has room for it.
        let place = unsafe { self.directory.get().add(header.segments.get()) };
        // SAFETY: the same.
        unsafe { place.write(segment) };
        header.segments.set(header.segments.get() + 1);
        Ok(true)
    }

    /// The elements that are made with the table.
    fn fill(&self, entries: c_long) -> Result<()> {
        let entries = usize::try_from(entries).unwrap_or(0);
        if !self.is_shared && entries >= self.more() {
            return Ok(());
        }
        let lists = if self.is_partitioned() { LISTS } else { 1 };
        let each = (entries / lists).max(1);
        for list in 0..lists {
            let rest = if list == 0 { entries.saturating_sub(each * lists) } else { 0 };
            if !self.add_elements(each + rest, list)? {
                return Err(no_memory("out of memory"));
            }
        }
        Ok(())
    }

    /// More free elements; false: no memory, or there are to be no more.
    pub(super) fn add_elements(&self, count: usize, list: usize) -> Result<bool> {
        if self.is_fixed.get() {
            return Ok(false);
        }
        let size = element_size(self.header().entry_size)?;
        let bytes = memory::multiply(count, size)?;
        let first: *mut u8 = take(self.alloc, self.context, bytes)?.cast();
        if first.is_null() {
            return Ok(false);
        }
        let mut newest = ptr::null_mut();
        for number in 0..count {
            // SAFETY: within what was taken.
            let element: *mut Element = unsafe { first.add(number * size) }.cast();
            // SAFETY: the same.
            unsafe { element.write(Element { link: Cell::new(newest), hash: Cell::new(0) }) };
            newest = element;
        }
        self.with_list(list, |list| {
            // SAFETY: written above.
            let last = unsafe { first.cast::<Element>().as_ref() };
            if let Some(last) = last {
                last.link.set(list.free.get());
            }
            list.free.set(newest);
        })?;
        Ok(true)
    }

    /// Elements that are made when there is no free one.
    pub(super) fn more(&self) -> usize {
        self.header().more as usize
    }

    /// Splits a bucket, unless there is no room for one more.
    pub(super) fn split(&self) -> Result<()> {
        let header = self.header();
        let Some(new) = header.max_bucket.get().checked_add(1) else { return Ok(()) };
        if new as usize >> header.segment_shift >= header.segments.get()
            && !(self.has_directory_room()? && self.add_segment()?)
        {
            return Ok(());
        }
        header.max_bucket.set(new);
        let old = new & header.low_mask.get();
        if new > header.high_mask.get() {
            header.low_mask.set(header.high_mask.get());
            header.high_mask.set(new | header.low_mask.get());
        }
        let (mut stay, mut go) = (self.bucket(old)?, self.bucket(new)?);
        let mut next = stay.get();
        // SAFETY: the elements of a bucket.
        while let Some(element) = unsafe { next.as_ref() } {
            next = element.link.get();
            let to = if self.bucket_of(element.hash.get()) == old { &mut stay } else { &mut go };
            to.set(ptr::from_ref(element).cast_mut());
            *to = &element.link;
        }
        stay.set(ptr::null_mut());
        go.set(ptr::null_mut());
        Ok(())
    }

    /// Room for one more segment, in a directory twice as large if need be.
    fn has_directory_room(&self) -> Result<bool> {
        let header = self.header();
        let size = header.directory_size.get();
        if header.segments.get() < size {
            return Ok(true);
        }
        if header.max_directory_size != NO_MAX_DSIZE {
            return Ok(false);
        }
        let old = self.directory.get();
        let bytes = memory::multiply(size, 2 * size_of::<*mut Bucket>())?;
        let new: *mut *mut Bucket = take(self.alloc, self.context, bytes)?.cast();
        if new.is_null() {
            return Ok(false);
        }
        // SAFETY: both are as large.
        unsafe { new.copy_from_nonoverlapping(old, size) };
        self.directory.set(new);
        header.directory_size.set(size * 2);
        if let Some(old) = NonNull::new(old.cast()).filter(|_| self.alloc.is_none()) {
            // SAFETY: of the table's context, and nobody's any more.
            unsafe { memory::free(old) };
        }
        Ok(true)
    }
}
