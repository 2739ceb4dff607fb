//! The segments that this process has (storage/dsm.h).
//! Runs in: worker and backend.
//!
//! Functions of modules are called on the way, which may come back here: nothing is borrowed across
//! such a call.

use core::cell::{Cell, RefCell};
use core::ffi::c_char;
use core::ptr::{self, NonNull};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::abi::c::{Datum, ResourceOwner, dsm_handle};
use crate::abi::resowner::{RESOURCE_RELEASE_BEFORE_LOCKS, ResourceOwnerDesc};
use crate::abi::variables::{CurrentMemoryContext, CurrentResourceOwner, InterruptHoldoffCount};
use crate::error::{self, Level, Raised, Report, Result, SqlState};
use crate::memory::{self, owners};
use crate::shmem::{procs, segment};

use super::files::{self, Mapping};
use super::table::{self, Claim, Left, TooMany};

/// Called when the process lets go of a segment.
pub(crate) type OnDetach = Option<unsafe extern "C" fn(*mut Segment, Datum)>;

/// `dsm_segment`: one segment as this process has it.
#[derive(Debug)]
pub(crate) struct Segment {
    handle: dsm_handle,
    /// Nothing if its end is no business of this process.
    claim: Cell<Option<Claim>>,
    mapping: Cell<Option<Mapping>>,
    /// Who gives it back; null: the end of the process.
    owner: Cell<ResourceOwner>,
    /// The newest last.
    callbacks: RefCell<Vec<(OnDetach, Datum)>>,
}

/// A kind of resources, which is constant.
struct Kind(ResourceOwnerDesc);

// SAFETY: a constant.
unsafe impl Sync for Kind {}

/// `RELEASE_PRIO_DSMS` (utils/resowner.h).
const PRIORITY: u32 = 400;

static KIND: Kind = Kind(ResourceOwnerDesc {
    name: c"dynamic shared memory segment".as_ptr(),
    release_phase: RESOURCE_RELEASE_BEFORE_LOCKS,
    release_priority: PRIORITY,
    ReleaseResource: Some(release),
    DebugPrint: Some(print),
});

/// # Safety
/// `value` is a segment of this process.
unsafe extern "C" fn release(value: Datum) {
    error::throwing(|| {
        let Some(segment) = NonNull::new(ptr::with_exposed_provenance_mut::<Segment>(value)) else {
            return Ok(());
        };
        // SAFETY: the caller's promise.
        unsafe { segment.as_ref() }.owner.set(ptr::null_mut());
        // SAFETY: the same.
        unsafe { detach(segment) }
    });
}

/// # Safety
/// As [`release`].
unsafe extern "C" fn print(value: Datum) -> *mut c_char {
    error::throwing(|| {
        // SAFETY: the caller's promise.
        let segment = unsafe { &*ptr::with_exposed_provenance::<Segment>(value) };
        let text = format!("dynamic shared memory segment {}", segment.handle);
        Ok(memory::copy_bytes(CurrentMemoryContext.get(), text.as_bytes())?.as_ptr().cast())
    })
}

/// The segments, the newest last.
struct Segments(Vec<NonNull<Segment>>);

// SAFETY: server functions belong to the main thread.
unsafe impl Send for Segments {}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static SEGMENTS: Mutex<Segments> = Mutex::new(Segments(Vec::new()));

fn segments() -> MutexGuard<'static, Segments> {
    SEGMENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Enters a segment into this process's list and into that of the current owner.
fn add(handle: dsm_handle, claim: Claim, mapping: Mapping) -> NonNull<Segment> {
    let owner = CurrentResourceOwner.get();
    let segment = Box::leak(Box::new(Segment {
        handle,
        claim: Cell::new(Some(claim)),
        mapping: Cell::new(Some(mapping)),
        owner: Cell::new(owner),
        callbacks: RefCell::new(Vec::new()),
    }));
    let segment = NonNull::from(segment);
    segments().0.push(segment);
    if !owner.is_null() {
        // SAFETY: the current owner is live, and has made room.
        unsafe { owners::remember(owner, value(segment), &raw const KIND.0) };
    }
    segment
}

fn value(segment: NonNull<Segment>) -> Datum {
    segment.as_ptr().expose_provenance()
}

/// The current owner has room for one more.
fn enlarge() -> Result<()> {
    let owner = CurrentResourceOwner.get();
    if owner.is_null() {
        return Ok(());
    }
    // SAFETY: the current owner is live.
    unsafe { owners::enlarge(owner) }
}

/// `dsm_create`: a segment of at least so many bytes. None: there are as many as there can be.
///
/// # Errors
/// There is no shared memory yet; the memory is not to be had.
pub(crate) fn create(len: usize) -> Result<Option<NonNull<Segment>>> {
    segment::get_or_error()?;
    enlarge()?;
    if table::has_set_aside() {
        match table::lock()?.carve(len) {
            Ok(Some((handle, mapping, claim))) => return Ok(Some(add(handle, claim, mapping))),
            Ok(None) => {}
            Err(TooMany) => return Ok(None),
        }
    }
    let (handle, mapping) = loop {
        let handle = table::new_handle();
        if let Some(mapping) = files::create(handle, len)? {
            break (handle, mapping);
        }
    };
    let claim = table::lock().map(|table| table.enter(handle));
    if let Ok(Some(claim)) = claim {
        return Ok(Some(add(handle, claim, mapping)));
    }
    // SAFETY: just mapped, and nobody knows of it.
    warn(unsafe { files::unmap(handle, mapping) });
    warn(files::remove(handle));
    claim.map(|_| None)
}

/// The report of [`create`]'s `None`.
pub(crate) fn too_many() -> Raised {
    let message = "too many dynamic shared memory segments";
    Report::error(SqlState::new(*b"53000"), message).into()
}

/// What could not be undone is told.
fn warn(result: core::result::Result<(), Report>) -> bool {
    if let Err(mut report) = result {
        report.level = Level::Warning;
        error::emit(&report);
        return false;
    }
    true
}

/// `dsm_attach`: another process's segment. None: it is gone.
///
/// # Errors
/// This process has it already; it could not be mapped.
pub(crate) fn attach(handle: dsm_handle) -> Result<Option<NonNull<Segment>>> {
    if find(handle).is_some() {
        return Err(table::internal("can't attach the same segment more than once"));
    }
    enlarge()?;
    let Some((claim, mapping)) = table::lock()?.refer(handle) else { return Ok(None) };
    let mapping = match mapping {
        Some(mapping) => Ok(mapping),
        None => files::attach(handle),
    };
    match mapping {
        Ok(mapping) => Ok(Some(add(handle, claim, mapping))),
        Err(report) => {
            drop_claim(handle, claim)?;
            Err(report.into())
        }
    }
}

/// Gives a reference back; the last one takes the segment along.
fn drop_claim(handle: dsm_handle, claim: Claim) -> Result<()> {
    if !table::is_valid(claim) {
        return Ok(());
    }
    let left = table::lock()?.drop_claim(claim);
    bury(handle, left)
}

/// Removes a segment that nobody has any more. If that fails the row stays as it is: nobody finds the
/// segment, and the postmaster removes it in the end.
fn bury(handle: dsm_handle, left: Left) -> Result<()> {
    if let Left::Nobody(row) = left
        && (table::is_set_aside(handle) || warn(files::remove(handle)))
    {
        table::lock()?.free(row);
    }
    Ok(())
}

/// `dsm_find_mapping`: the segment of a handle, if this process has it.
pub(crate) fn find(handle: dsm_handle) -> Option<NonNull<Segment>> {
    let of = |segment: &NonNull<Segment>| {
        // SAFETY: what is in the list is live.
        unsafe { segment.as_ref() }.handle == handle
    };
    segments().0.iter().rev().copied().find(of)
}

/// `dsm_detach`: the segment's callbacks, the newest first, then the mapping, then the segment, if it
/// was the last process that had it.
///
/// # Safety
/// `segment` is live, and not used any more.
///
/// # Errors
/// What a callback raised: those before it are done then, and the segment is still there.
pub(crate) unsafe fn detach(segment: NonNull<Segment>) -> Result<()> {
    // SAFETY: the caller's promise.
    let this = unsafe { segment.as_ref() };
    if this.claim.get().is_some_and(|claim| !table::is_valid(claim)) {
        // Shared memory was reset since, or it is the parent's: what it would do is not to be done.
        this.callbacks.borrow_mut().clear();
    }
    call_back(segment)?;
    if let Some(mapping) = this.mapping.take()
        && !table::is_set_aside(this.handle)
    {
        // SAFETY: this segment's; the caller does not use it any more.
        warn(unsafe { files::unmap(this.handle, mapping) });
    }
    let done = this.claim.take().map_or(Ok(()), |claim| drop_claim(this.handle, claim));
    let owner = this.owner.replace(ptr::null_mut());
    segments().0.retain(|other| *other != segment);
    let forgotten = if owner.is_null() {
        Ok(())
    } else {
        // SAFETY: an owner is live as long as it has something.
        unsafe { owners::forget(owner, value(segment), &raw const KIND.0) }
    };
    // SAFETY: it came out of a Box, and is in no list any more.
    drop(unsafe { Box::from_raw(segment.as_ptr()) });
    done.and(forgotten)
}

/// Calls the callbacks of a segment, without interrupts in between. Each is off the list before.
fn call_back(segment: NonNull<Segment>) -> Result<()> {
    InterruptHoldoffCount.set(InterruptHoldoffCount.get().wrapping_add(1));
    loop {
        // SAFETY: live until `detach` has called all of them.
        let next = unsafe { segment.as_ref() }.callbacks.borrow_mut().pop();
        let Some((function, arg)) = next else { break };
        let Some(function) = function else { continue };
        // SAFETY: whoever registered it promised that it takes this segment and this argument.
        error::guarded(|| unsafe { function(segment.as_ptr(), arg) })?;
    }
    // An ERROR may have cleared it already.
    InterruptHoldoffCount.set(InterruptHoldoffCount.get().saturating_sub(1));
    Ok(())
}

/// `dsm_backend_shutdown`, and what the end of a process does: lets go of all segments, the newest
/// first. A process that is not attached to shared memory, the postmaster above all, leaves alone what
/// is in it.
pub(crate) fn leave() {
    loop {
        let newest = segments().0.last().copied();
        let Some(newest) = newest else { break };
        if !procs::is_attached() {
            // SAFETY: what is in the list is live.
            unsafe { newest.as_ref() }.disown();
        }
        // SAFETY: the same; the process is at its end.
        if let Err(raised) = unsafe { detach(newest) } {
            let mut report = raised.into_report();
            report.level = report.level.min(Level::Warning);
            error::emit(&report);
        }
    }
}

/// `reset_on_dsm_detach`: what happens to the segments is no business of this process any more.
pub(crate) fn disown_all() {
    for segment in &segments().0 {
        // SAFETY: what is in the list is live.
        unsafe { segment.as_ref() }.disown();
    }
}

impl Segment {
    /// What happens to it is no business of this process any more.
    fn disown(&self) {
        self.callbacks.borrow_mut().clear();
        self.claim.set(None);
    }

    /// Where it is in this process, and its length.
    pub(crate) fn mapping(&self) -> Option<(NonNull<u8>, usize)> {
        self.mapping.get().map(|mapping| (mapping.address, mapping.len))
    }

    pub(crate) fn handle(&self) -> dsm_handle {
        self.handle
    }

    /// `dsm_pin_segment`: it stays when no process has it.
    ///
    /// # Errors
    /// It does already.
    pub(crate) fn pin(&self) -> Result<()> {
        let Some(claim) = self.claim.get().filter(|claim| table::is_valid(*claim)) else {
            return Ok(());
        };
        table::lock()?.pin(claim)
    }

    /// Has a function called when this process lets go of it.
    pub(crate) fn on_detach(&self, function: OnDetach, arg: Datum) {
        self.callbacks.borrow_mut().push((function, arg));
    }

    /// Takes the newest of its like back.
    pub(crate) fn cancel_on_detach(&self, function: OnDetach, arg: Datum) {
        let same = |other: OnDetach| match (other, function) {
            (Some(f), Some(g)) => ptr::fn_addr_eq(f, g),
            (f, g) => f.is_none() && g.is_none(),
        };
        let mut callbacks = self.callbacks.borrow_mut();
        if let Some(at) = callbacks.iter().rposition(|(f, a)| same(*f) && *a == arg) {
            callbacks.remove(at);
        }
    }
}

/// `dsm_unpin_segment`: it does not stay any more; if no process has it, it goes.
///
/// # Errors
/// There is no such segment; it was not pinned.
pub(crate) fn unpin(handle: dsm_handle) -> Result<()> {
    let left = table::lock()?.unpin(handle)?;
    bury(handle, left)
}

/// `dsm_pin_mapping`: this process has it until it lets go of it, or ends.
///
/// # Safety
/// `segment` is live.
///
/// # Errors
/// Its owner gives things back.
pub(crate) unsafe fn pin_mapping(segment: NonNull<Segment>) -> Result<()> {
    // SAFETY: the caller's promise.
    let owner = unsafe { segment.as_ref() }.owner.get();
    if owner.is_null() {
        return Ok(());
    }
    // SAFETY: an owner is live as long as it has something.
    unsafe { owners::forget(owner, value(segment), &raw const KIND.0)? };
    // SAFETY: the caller's promise.
    unsafe { segment.as_ref() }.owner.set(ptr::null_mut());
    Ok(())
}

/// `dsm_unpin_mapping`: the current owner has it.
///
/// # Safety
/// `segment` is live and has no owner.
///
/// # Errors
/// The owner gives things back.
pub(crate) unsafe fn unpin_mapping(segment: NonNull<Segment>) -> Result<()> {
    enlarge()?;
    let owner = CurrentResourceOwner.get();
    if owner.is_null() {
        return Err(table::internal("no resource owner for the dynamic shared memory segment"));
    }
    // SAFETY: the current owner is live.
    unsafe { owners::remember(owner, value(segment), &raw const KIND.0) };
    // SAFETY: the caller's promise.
    unsafe { segment.as_ref() }.owner.set(owner);
    Ok(())
}
