//! The one segment of shared memory: a memfd, mapped before the first fork, the same address in
//! every process, reset in place after a crash.
//! Runs in: postmaster (create, reset), any process (look).

use core::mem::{align_of, size_of};
use core::num::NonZeroUsize;
use core::ops::Range;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering::SeqCst};
use std::os::fd::OwnedFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap, mmap_anonymous, munmap};

use crate::abi::lwlock::LWLockPadded;
use crate::abi::proc::{PGPROC, PROC_HDR};
use crate::error::{Raised, Report, SqlState};

use super::bitmap::Bitmap;
use super::index::Entry;
use super::layout::{AREA_ALIGN, Layout};
use super::slots::{Registration, Slot};
use super::{activity, dynamic, lock_table, wait_events};

pub(crate) use super::layout::Plan;

/// What all processes share and nobody owns.
#[repr(C)]
pub(crate) struct Header {
    /// Upper part of the generations of slots: grows with each reset.
    pub(crate) epoch: AtomicU64,
    /// Parallel workers ever registered, and ever forgotten.
    pub(crate) parallel_registered: AtomicU64,
    pub(crate) parallel_forgotten: AtomicU64,
    /// Bytes used of the area for libraries.
    pub(crate) addin_used: AtomicU64,
    /// Lock tranches given out by `LWLockNewTrancheId`.
    pub(crate) tranches: AtomicU64,
    /// Rows of the table of dynamic segments that were ever used.
    pub(crate) dynamic_rows: AtomicU64,
    /// The table of named segments: its area, and where it is in that; 0: nobody has asked yet.
    pub(crate) registry_area: AtomicU64,
    pub(crate) registry_table: AtomicU64,
    /// What the files of dynamic segments are called, and of which kind they are.
    pub(crate) dynamic_run: AtomicU64,
    pub(crate) dynamic_kind: AtomicU64,
}

/// The mapped segment, as this process sees it.
pub(crate) struct Segment {
    base: NonNull<u8>,
    plan: Plan,
    layout: Layout,
}

static CURRENT: AtomicPtr<Segment> = AtomicPtr::new(ptr::null_mut());

/// The segment of this process, once there is one.
pub(crate) fn get() -> Option<&'static Segment> {
    // SAFETY: `create` leaks what it stores here.
    unsafe { CURRENT.load(SeqCst).as_ref() }
}

/// The same.
///
/// # Errors
/// There is none yet.
pub(crate) fn get_or_error() -> Result<&'static Segment, Raised> {
    get().ok_or_else(|| {
        let message = "shared memory is not set up yet";
        Report::error(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE, message)
            .with_hint("Ask for shared memory in shmem_startup_hook.")
            .into()
    })
}

/// Where a segment will be that is made later, by the postmaster: the file and the addresses.
struct Reservation {
    base: NonNull<u8>,
    len: usize,
    fd: OwnedFd,
}

// SAFETY: an address range that nobody uses until the segment is mapped there.
unsafe impl Send for Reservation {}

// Never contended: there is one thread. A Mutex only makes it a static.
static RESERVED: Mutex<Option<Reservation>> = Mutex::new(None);

/// Addresses to reserve: most, if they are to be had, and least.
const MOST_RESERVED: usize = 1 << 36;
const LEAST_RESERVED: usize = 1 << 26;

/// Reserves addresses, so that a segment that a child makes can be mapped at the same ones here.
///
/// # Errors
/// What memfd_create or mmap said.
pub(crate) fn reserve() -> Result<(), Errno> {
    let fd = memfd_create(c"pgbgw", MFdFlags::MFD_CLOEXEC)?;
    let flags = MapFlags::MAP_PRIVATE | MapFlags::MAP_NORESERVE;
    let mut len = MOST_RESERVED;
    let base = loop {
        let size = NonZeroUsize::new(len).ok_or(Errno::ENOMEM)?;
        // SAFETY: a new mapping without access, placed where the kernel likes.
        match unsafe { mmap_anonymous(None, size, ProtFlags::PROT_NONE, flags) } {
            Ok(base) => break base.cast(),
            Err(_) if len > LEAST_RESERVED => len /= 2,
            Err(errno) => return Err(errno),
        }
    };
    *reserved() = Some(Reservation { base, len, fd });
    Ok(())
}

fn reserved() -> MutexGuard<'static, Option<Reservation>> {
    RESERVED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the segment up, and the addresses: no process is attached to it here any more.
pub(crate) fn give_up() {
    let segment = CURRENT.swap(ptr::null_mut(), SeqCst);
    if !segment.is_null() {
        // SAFETY: `publish` leaked it, and nobody finds it any more.
        drop(unsafe { Box::from_raw(segment) });
    }
    if let Some(Reservation { base, len, .. }) = reserved().take() {
        // SAFETY: reserved by `reserve`; the segment lies within.
        let _unmapped = unsafe { munmap(base.cast(), len) };
    }
}

/// Maps the segment that a child has made at the reserved addresses.
///
/// # Errors
/// What mmap said; EOVERFLOW if it does not fit.
pub(crate) fn join(plan: Plan) -> Result<&'static Segment, Errno> {
    let layout = Layout::of(&plan).ok_or(Errno::EOVERFLOW)?;
    let base = match &*reserved() {
        Some(reservation) => map(Some(reservation), &reservation.fd, layout.len)?,
        None => return Err(Errno::EINVAL),
    };
    let segment = publish(Segment { base, plan, layout });
    super::procs::point_at(segment);
    super::lwlock::point_at(segment);
    Ok(segment)
}

fn publish(segment: Segment) -> &'static Segment {
    let segment = Box::leak(Box::new(segment));
    CURRENT.store(segment, SeqCst);
    segment
}

/// Maps the file, at the reserved addresses if there are any.
fn map(at: Option<&Reservation>, fd: &OwnedFd, len: usize) -> Result<NonNull<u8>, Errno> {
    let size = NonZeroUsize::new(len).ok_or(Errno::EINVAL)?;
    let mut flags = MapFlags::MAP_SHARED | MapFlags::MAP_NORESERVE;
    let place = match at {
        Some(reservation) if reservation.len < len => return Err(Errno::EOVERFLOW),
        Some(reservation) => {
            flags |= MapFlags::MAP_FIXED;
            NonZeroUsize::new(reservation.base.as_ptr().expose_provenance())
        }
        None => None,
    };
    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: a new mapping of the file, over reserved addresses or where the kernel likes.
    Ok(unsafe { mmap(place, size, access, flags, fd, 0)? }.cast())
}

/// Makes and maps the segment, empty. Call once, in the postmaster, before the first fork.
///
/// # Errors
/// What memfd_create, ftruncate or mmap said; EOVERFLOW for a size that no address space holds.
pub(crate) fn create(plan: Plan) -> Result<&'static Segment, Errno> {
    let layout = Layout::of(&plan).ok_or(Errno::EOVERFLOW)?;
    let len = i64::try_from(layout.len).map_err(|_| Errno::EOVERFLOW)?;
    let base = match &*reserved() {
        Some(reservation) => {
            nix::unistd::ftruncate(&reservation.fd, len)?;
            map(Some(reservation), &reservation.fd, layout.len)?
        }
        None => {
            let fd = memfd_create(c"pgbgw", MFdFlags::MFD_CLOEXEC)?;
            nix::unistd::ftruncate(&fd, len)?;
            map(None, &fd, layout.len)?
        }
    };
    let segment = publish(Segment { base, plan, layout });
    segment.fill(1);
    Ok(segment)
}

impl Segment {
    /// Empties the segment in place: every process that was attached is gone. `epoch` sets the
    /// generations of the slots apart from those before.
    ///
    /// # Errors
    /// What madvise said; nothing was changed then.
    pub(crate) fn reset(&self, epoch: u64) -> Result<(), Errno> {
        // SAFETY: the whole mapping is ours; MADV_REMOVE gives zero pages at the next touch.
        unsafe { madvise(self.base.cast(), self.layout.len, MmapAdvise::MADV_REMOVE)? };
        self.fill(epoch);
        Ok(())
    }

    /// What is not zero at the start.
    fn fill(&self, epoch: u64) {
        self.header().epoch.store(epoch, SeqCst);
        if let Some(free) = self.free_slots() {
            free.set_first(self.plan.slots);
        }
        super::procs::fill_header(self);
        super::lwlock::fill(self);
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether an address lies in it.
    pub(crate) fn contains(&self, address: usize) -> bool {
        let offset = address.checked_sub(self.base.as_ptr().addr());
        offset.is_some_and(|offset| offset < self.layout.len)
    }

    pub(crate) fn base(&self) -> NonNull<u8> {
        self.base
    }

    pub(crate) fn header(&self) -> &Header {
        // SAFETY: the header lies at the start, is made of atomics, and lives as long as the
        // mapping, which is for ever.
        unsafe { self.base.cast().as_ref() }
    }

    /// Slots that nobody has.
    pub(crate) fn free_slots(&self) -> Option<Bitmap<'_>> {
        Bitmap::new(self.area(&self.layout.free), self.plan.slots)
    }

    /// Slots that the postmaster has to look at.
    pub(crate) fn dirty_slots(&self) -> Option<Bitmap<'_>> {
        Bitmap::new(self.area(&self.layout.dirty), self.plan.slots)
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        self.area(&self.layout.slots)
    }

    /// What was asked for in each slot.
    pub(crate) fn registrations(&self) -> &[Registration] {
        self.area(&self.layout.registrations)
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        self.area(&self.layout.index)
    }

    pub(super) fn locks(&self) -> &[lock_table::Lock] {
        self.area(&self.layout.locks)
    }

    /// Who holds the locks or waits for them.
    pub(super) fn lock_holders(&self) -> &[lock_table::Holder] {
        self.area(&self.layout.lock_holders)
    }

    /// By place, which lock its process waits for.
    pub(super) fn lock_waiters(&self) -> &[lock_table::Waiter] {
        self.area(&self.layout.lock_waiters)
    }

    /// Wait events of libraries.
    pub(crate) fn wait_events(&self) -> &[wait_events::Entry] {
        self.area(&self.layout.wait_events)
    }

    /// What processes say that they are doing, by slot.
    pub(crate) fn activities(&self) -> &[activity::Row] {
        self.area(&self.layout.activities)
    }

    /// The texts of [`Self::activities`].
    pub(crate) fn activity_texts(&self) -> &[activity::Texts] {
        self.area(&self.layout.activity_texts)
    }

    pub(crate) fn proc_header(&self) -> *mut PROC_HDR {
        self.at(&self.layout.proc_header)
    }

    pub(crate) fn procs(&self) -> *mut PGPROC {
        self.at(&self.layout.procs)
    }

    /// For each place, the pid that came to the end of its exit callbacks there.
    pub(super) fn clean(&self) -> &[AtomicI32] {
        self.area(&self.layout.clean)
    }

    pub(crate) fn lwlocks(&self) -> *mut LWLockPadded {
        self.at(&self.layout.lwlocks)
    }

    /// The area for libraries: its start and its length.
    pub(crate) fn addin(&self) -> (*mut u8, usize) {
        (self.at(&self.layout.addin), self.layout.addin.len())
    }

    /// The table of dynamic segments.
    pub(crate) fn dynamic_rows(&self) -> &[dynamic::Row] {
        self.area(&self.layout.dynamic_rows)
    }

    /// The memory that was set aside for dynamic segments: its start and its length.
    pub(crate) fn dynamic(&self) -> (*mut u8, usize) {
        (self.at(&self.layout.dynamic), self.layout.dynamic.len())
    }

    fn at<T>(&self, area: &Range<usize>) -> *mut T {
        // SAFETY: areas lie within the mapping.
        unsafe { self.base.add(area.start) }.as_ptr().cast()
    }

    /// An area as a slice of values that are valid whatever their bytes are.
    fn area<T: AnyBytes>(&self, area: &Range<usize>) -> &[T] {
        const { assert!(align_of::<T>() <= AREA_ALIGN) };
        // SAFETY: the area lies within the mapping and is aligned; `AnyBytes` values are made of
        // atomics and cells, so other processes may write them meanwhile.
        unsafe { core::slice::from_raw_parts(self.at(area), area.len() / size_of::<T>()) }
    }
}

/// Types of which every byte pattern is a value and which tolerate other processes' writes.
///
/// # Safety
/// All fields are atomics or `UnsafeCell`s of plain data.
pub(crate) unsafe trait AnyBytes {}

// SAFETY: an atomic integer.
unsafe impl AnyBytes for AtomicU64 {}
// SAFETY: an atomic integer.
unsafe impl AnyBytes for AtomicI32 {}
