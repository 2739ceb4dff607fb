//! How areas come and go: making, attaching, letting go, releasing.
//! Runs in: worker and backend; postmaster while libraries set up shared memory.

use core::cell::Cell;
use core::mem::{align_of, size_of};
use core::ptr::{self, NonNull};
use core::sync::atomic::Ordering::Relaxed;

use crate::abi::c::dsm_handle;
use crate::abi::variables::{CurrentMemoryContext, CurrentResourceOwner};
use crate::error::{Report, Result, SqlState};
use crate::memory;
use crate::shmem::lwlock;

use super::control::{self, Control, MAGIC};
use super::maps::{self, Map};
use super::{Area, internal, to_u64};
use crate::dynamic::segments::{self, OnDetach, Segment};

/// How large segments are, and what their lock is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) tranche: i32,
    pub(crate) initial: usize,
    pub(crate) largest: usize,
}

/// This process's part of an area.
fn local(control: NonNull<Control>, segment: Option<NonNull<Segment>>) -> Result<NonNull<Area>> {
    const { assert!(align_of::<Area>() <= 16) };
    let area = memory::alloc(CurrentMemoryContext.get(), size_of::<Area>())?.cast::<Area>();
    let fresh = Area {
        control,
        owner: Cell::new(CurrentResourceOwner.get()),
        removed: Cell::new(0),
        maps: [const { Cell::new(Map::NONE) }; control::MOST_SEGMENTS],
    };
    // SAFETY: fresh memory of the right size.
    unsafe { area.write(fresh) };
    // SAFETY: just written.
    let this = unsafe { area.as_ref() };
    this.removed.set(this.control().removed.load(Relaxed));
    if let Some(first) = this.map(0) {
        let segment = segment.map_or(ptr::null_mut(), NonNull::as_ptr);
        first.set(Map { base: control.as_ptr().cast(), segment });
    }
    Ok(area)
}

/// Makes an area in memory of the caller's.
///
/// # Safety
/// So many bytes, aligned to eight, that nobody else uses.
///
/// # Errors
/// There is not enough room; out of memory.
pub(crate) unsafe fn create_in_place(
    place: NonNull<u8>,
    bytes: usize,
    sizes: Sizes,
    segment: Option<NonNull<Segment>>,
) -> Result<NonNull<Area>> {
    let least = control::minimum();
    if bytes < least {
        let message = format!("dsa_area space must be at least {least}, but {bytes} provided");
        return Err(internal(&message));
    }
    let control = place.cast::<Control>();
    // SAFETY: the caller's promise; all zeros are a valid control.
    unsafe { control.write_bytes(0, 1) };
    // SAFETY: just written; atomics and a lock.
    let fresh = unsafe { control.as_ref() };
    let handle = segment.map_or(0, |segment| {
        // SAFETY: a segment of this process.
        unsafe { segment.as_ref() }.handle()
    });
    fresh.handle.store(handle, Relaxed);
    fresh.references.store(1, Relaxed);
    fresh.total.store(to_u64(bytes), Relaxed);
    fresh.limit.store(u64::MAX, Relaxed);
    fresh.initial.store(to_u64(sizes.initial), Relaxed);
    fresh.largest.store(to_u64(sizes.largest), Relaxed);
    if let Some(first) = fresh.handles.first() {
        first.store(handle, Relaxed);
    }
    let tranche = u16::try_from(sizes.tranche).unwrap_or(u16::MAX);
    // SAFETY: nobody has it yet.
    unsafe { lwlock::initialize(fresh.lock.get(), tranche) };
    // SAFETY: the caller's promise.
    let _has_room = unsafe { maps::begin(place, 0, bytes) };
    fresh.magic.store(MAGIC, Relaxed);
    let area = local(control, segment)?;
    // SAFETY: just made.
    let this = unsafe { area.as_ref() };
    this.set_hint(0, this.runs(0)?.longest());
    Ok(area)
}

/// Makes an area with a segment of its own, which is let go of by `release`.
///
/// # Errors
/// The memory is not to be had.
pub(crate) fn create(sizes: Sizes, release: OnDetach) -> Result<NonNull<Area>> {
    let segment = segments::create(sizes.initial)?.ok_or_else(segments::too_many)?;
    // SAFETY: just made.
    let made = unsafe { segment.as_ref() };
    made.pin()?;
    let Some((base, len)) = made.mapping() else { return Err(cannot_attach()) };
    // SAFETY: a fresh segment.
    let area = unsafe { create_in_place(base, len, sizes, Some(segment)) };
    if area.is_err() {
        segments::unpin(made.handle())?;
        // SAFETY: just made, and nobody else knows of it.
        unsafe { segments::detach(segment) }?;
        return area;
    }
    made.on_detach(release, base.as_ptr().expose_provenance());
    area
}

fn cannot_attach() -> crate::error::Raised {
    let message = "could not attach to dynamic shared area";
    Report::error(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE, message).into()
}

/// The area in memory of somebody's.
///
/// # Safety
/// An area was made there, or other memory as large is.
///
/// # Errors
/// There is none any more; out of memory.
pub(crate) unsafe fn attach_in_place(
    place: NonNull<u8>,
    segment: Option<NonNull<Segment>>,
) -> Result<NonNull<Area>> {
    let place = place.cast::<Control>();
    // SAFETY: the caller's promise; atomics and a lock.
    let control = unsafe { place.as_ref() };
    if control.magic.load(Relaxed) != MAGIC {
        return Err(cannot_attach());
    }
    let guard = Control::lock(&control.lock)?;
    if control.references.load(Relaxed) == 0 {
        return Err(cannot_attach());
    }
    let area = local(place, segment)?;
    control.references.fetch_add(1, Relaxed);
    drop(guard);
    Ok(area)
}

/// The area of a handle, which is let go of by `release`.
///
/// # Errors
/// It is gone; this process has it already; out of memory.
pub(crate) fn attach(handle: dsm_handle, release: OnDetach) -> Result<NonNull<Area>> {
    let segment = segments::attach(handle)?.ok_or_else(cannot_attach)?;
    // SAFETY: just attached.
    let attached = unsafe { segment.as_ref() };
    let Some((base, len)) = attached.mapping() else { return Err(cannot_attach()) };
    let area = if len < control::minimum() {
        Err(cannot_attach())
    } else {
        // SAFETY: a segment that is large enough.
        unsafe { attach_in_place(base, Some(segment)) }
    };
    if area.is_err() {
        // SAFETY: just attached, and nobody else knows of it.
        unsafe { segments::detach(segment) }?;
        return area;
    }
    attached.on_detach(release, base.as_ptr().expose_provenance());
    area
}

/// One process less has the area; the last one takes its segments along.
///
/// # Safety
/// An area is there that this process has.
///
/// # Errors
/// A lock is not to be had.
pub(crate) unsafe fn release_in_place(place: NonNull<u8>) -> Result<()> {
    // SAFETY: the caller's promise; atomics and a lock.
    let control = unsafe { place.cast::<Control>().as_ref() };
    let _guard = Control::lock(&control.lock)?;
    if control.references.fetch_sub(1, Relaxed) != 1 {
        return Ok(());
    }
    for handle in &control.handles {
        let handle = handle.load(Relaxed);
        if handle != 0 {
            segments::unpin(handle)?;
        }
    }
    Ok(())
}

/// `dsa_pin_mapping`: this process has the area until its end.
///
/// # Errors
/// The owner gives things back.
pub(crate) fn pin_mapping(area: &Area) -> Result<()> {
    if !area.owner.replace(ptr::null_mut()).is_null() {
        for segment in area.mapped() {
            // SAFETY: a segment of this process.
            unsafe { segments::pin_mapping(segment) }?;
        }
    }
    Ok(())
}

/// `dsa_detach`: this process lets go of the segments. What it counted for is another matter
/// (`release_in_place`).
///
/// # Safety
/// `area` is live, and not used any more.
///
/// # Errors
/// A callback's, a lock's that is not to be had.
pub(crate) unsafe fn detach(area: NonNull<Area>) -> Result<()> {
    // SAFETY: the caller's promise.
    for map in unsafe { area.as_ref() }.maps.iter().rev() {
        if let Some(segment) = map.replace(Map::NONE).segment() {
            // SAFETY: this process's, and nobody finds it here any more.
            unsafe { segments::detach(segment) }?;
        }
    }
    // SAFETY: palloc'd by `local`, and not used any more.
    unsafe { memory::free(area.cast()) };
    Ok(())
}
