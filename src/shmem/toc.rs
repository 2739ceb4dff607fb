//! Tables of contents: pieces of one stretch of memory, and keys under which others find them
//! (shm_toc.h).
//! Runs in: any process.
//!
//! The table grows from the start of the stretch, the pieces from its end. Whoever changes it holds
//! its spin lock; whoever looks a key up takes none: an entry is written before it is counted.

use core::cell::UnsafeCell;
use core::mem::size_of;
use core::ptr::{self, NonNull};
use core::sync::atomic::{
    AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::abi::atomics::SpinDelayStatus;
use crate::abi::c::{Size, slock_t};
use crate::error::{Report, Result, SqlState};

use super::spin;

/// Pieces begin at multiples of this (`BUFFERALIGN`).
pub(crate) const ALIGN: usize = 32;

/// What a stretch of memory begins with; entries follow. The form is PostgreSQL's.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Toc {
    magic: u64,
    lock: UnsafeCell<slock_t>,
    /// Bytes of the stretch, and those of them that pieces have.
    total: AtomicUsize,
    allocated: AtomicUsize,
    entries: AtomicU32,
}

/// A key, and where its piece is, in bytes from the table.
#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    key: u64,
    offset: Size,
}

/// Bytes of a table without entries, and of each entry.
pub(crate) const HEADER_SIZE: usize = size_of::<Toc>();
pub(crate) const ENTRY_SIZE: usize = size_of::<Entry>();

/// The next size that pieces may have; none if there is none.
pub(crate) fn round_up(bytes: Size) -> Option<Size> {
    bytes.checked_next_multiple_of(ALIGN)
}

/// Begins a stretch of `bytes` bytes with an empty table.
///
/// # Safety
/// The stretch is the caller's alone, aligned to eight bytes and has room for the table.
pub(crate) unsafe fn create(magic: u64, address: *mut Toc, bytes: Size) -> *mut Toc {
    let fresh = Toc {
        magic,
        lock: UnsafeCell::new(0),
        total: AtomicUsize::new(bytes - bytes % ALIGN),
        allocated: AtomicUsize::new(0),
        entries: AtomicU32::new(0),
    };
    // SAFETY: the caller's promise.
    unsafe { address.write(fresh) };
    address
}

/// The table at an address; null if it has another magic number.
///
/// # Safety
/// Someone's table, or other memory as large.
pub(crate) unsafe fn attach(magic: u64, address: *mut Toc) -> *mut Toc {
    // SAFETY: the caller's promise; a table begins with it.
    let found = unsafe { address.cast::<u64>().read() };
    if found == magic { address } else { ptr::null_mut() }
}

/// Room that a table says it has.
struct Room {
    total: usize,
    allocated: usize,
    entries: u32,
}

impl Room {
    /// Bytes of the table itself.
    fn table(&self) -> usize {
        let entries = usize::try_from(self.entries).unwrap_or(usize::MAX);
        HEADER_SIZE.saturating_add(entries.saturating_mul(ENTRY_SIZE))
    }

    /// Bytes that nobody has.
    fn free(&self) -> usize {
        self.total.saturating_sub(self.table().saturating_add(self.allocated))
    }
}

impl Toc {
    /// Does something under the lock, which must be short, with the room that there is.
    fn locked<T>(&self, action: impl FnOnce(Room) -> T) -> Result<T> {
        let func = c"shm_toc".as_ptr();
        let mut status =
            SpinDelayStatus { spins: 0, delays: 0, cur_delay: 0, file: func, line: 0, func };
        // SAFETY: the table's lock, and texts that end.
        unsafe { spin::acquire(self.lock.get(), &mut status) }?;
        let done = action(Room {
            total: self.total.load(Relaxed),
            allocated: self.allocated.load(Relaxed),
            entries: self.entries.load(Relaxed),
        });
        // SAFETY: taken above.
        unsafe { spin::release(self.lock.get()) };
        Ok(done)
    }

    /// Bytes that pieces can still have.
    ///
    /// # Errors
    /// PANIC if the lock is not to be had for minutes.
    pub(crate) fn free_space(&self) -> Result<Size> {
        self.locked(|room| {
            let table = round_up(room.table()).unwrap_or(usize::MAX);
            room.total.saturating_sub(table.saturating_add(room.allocated))
        })
    }
}

fn out_of_memory() -> crate::error::Raised {
    Report::error(SqlState::OUT_OF_MEMORY, "out of shared memory").into()
}

/// A piece of at least so many bytes.
///
/// # Safety
/// A live table, for the memory that it was made with.
///
/// # Errors
/// There is no room; PANIC if the lock is not to be had for minutes.
pub(crate) unsafe fn allocate(toc: NonNull<Toc>, bytes: Size) -> Result<*mut u8> {
    // SAFETY: the caller's promise.
    let table = unsafe { toc.as_ref() };
    let bytes = round_up(bytes).ok_or_else(out_of_memory)?;
    let at = table.locked(|room| {
        (bytes <= room.free()).then(|| {
            let allocated = room.allocated + bytes;
            table.allocated.store(allocated, Relaxed);
            room.total - allocated
        })
    })?;
    // SAFETY: within the stretch.
    at.map(|at| unsafe { toc.as_ptr().byte_add(at) }.cast()).ok_or_else(out_of_memory)
}

/// Where the entry of a number is.
///
/// # Safety
/// A live table with room for so many entries.
unsafe fn entry(toc: NonNull<Toc>, number: u32) -> *mut Entry {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    // SAFETY: entries follow the table.
    let first: *mut Entry = unsafe { toc.as_ptr().add(1) }.cast();
    // SAFETY: the caller's promise.
    unsafe { first.add(number) }
}

/// Gives a piece a key.
///
/// # Safety
/// A live table, an address in the memory that it was made with.
///
/// # Errors
/// There is no room; PANIC if the lock is not to be had for minutes.
pub(crate) unsafe fn insert(toc: NonNull<Toc>, key: u64, address: *const u8) -> Result<()> {
    // SAFETY: the caller's promise.
    let table = unsafe { toc.as_ref() };
    let offset = address.addr().wrapping_sub(toc.as_ptr().addr());
    let inserted = table.locked(|room| {
        if ENTRY_SIZE > room.free() || room.entries == u32::MAX {
            return false;
        }
        // SAFETY: there is room for it.
        let place = unsafe { entry(toc, room.entries) };
        // SAFETY: nobody reads it before it is counted, and the lock keeps others from writing.
        unsafe { place.write(Entry { key, offset }) };
        table.entries.store(room.entries + 1, Release);
        true
    })?;
    if inserted { Ok(()) } else { Err(out_of_memory()) }
}

/// The piece of a key; none if no entry has it.
///
/// # Safety
/// A live table.
pub(crate) unsafe fn lookup(toc: NonNull<Toc>, key: u64) -> Option<*mut u8> {
    // SAFETY: the caller's promise.
    let entries = unsafe { toc.as_ref() }.entries.load(Acquire);
    (0..entries).find_map(|number| {
        // SAFETY: it is counted.
        let place = unsafe { entry(toc, number) };
        // SAFETY: what is counted is not written any more.
        let Entry { key: found, offset } = unsafe { place.read() };
        (found == key).then(|| toc.as_ptr().wrapping_byte_add(offset).cast())
    })
}
