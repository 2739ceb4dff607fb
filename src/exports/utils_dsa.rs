//! `utils/dsa.h`: memory of dynamic segments, in pieces.
//! Runs in: worker; postmaster while libraries set up shared memory.
//!
//! Safety of all: an area is one that the process made or attached and has not detached; a place is
//! where one was made.

use core::ffi::{c_int, c_void};
use core::ptr::{self, NonNull};

use crate::abi::c::{Datum, dsm_handle};
use crate::dynamic::area::{self, Area, Pointer, Sizes};
use crate::dynamic::segments::{OnDetach, Segment};
use crate::error::{self, Report, Result, SqlState};
use crate::sigsafe::line::write_all;

/// What an area with a segment of its own is let go of by.
pub(super) const RELEASE: OnDetach = Some(dsa_on_dsm_detach_release_in_place);

fn missing(message: &'static str) -> error::Raised {
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}

/// An area, which C never gives as NULL.
///
/// # Safety
/// As said above.
pub(super) unsafe fn live<'a>(area: *mut Area) -> Result<&'a Area> {
    // SAFETY: the caller's promise.
    unsafe { area.as_ref() }.ok_or_else(|| missing("no dsa_area"))
}

fn place_at(place: *mut c_void) -> Result<NonNull<u8>> {
    NonNull::new(place.cast()).ok_or_else(|| missing("no place for a dsa_area"))
}

/// Has the area released when a segment that it lies in is let go of.
///
/// # Safety
/// NULL or a segment of this process.
unsafe fn release_with(segment: *mut Segment, place: *mut c_void) {
    // SAFETY: the caller's promise.
    if let Some(segment) = unsafe { segment.as_ref() } {
        segment.on_detach(RELEASE, place.expose_provenance());
    }
}

/// # Safety
/// An area is there that the process has.
unsafe fn release(place: *mut c_void) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { area::release_in_place(place_at(place)?) }
}

throwing! {
    /// An area with a segment of its own.
    fn dsa_create_ext(
        tranche_id: c_int,
        init_segment_size: usize,
        max_segment_size: usize,
    ) -> *mut Area {
        let sizes =
            Sizes { tranche: tranche_id, initial: init_segment_size, largest: max_segment_size };
        area::create(sizes, RELEASE).map(NonNull::as_ptr)
    }

    /// An area in memory of the caller's.
    fn dsa_create_in_place_ext(
        place: *mut c_void,
        size: usize,
        tranche_id: c_int,
        segment: *mut Segment,
        init_segment_size: usize,
        max_segment_size: usize,
    ) -> *mut Area {
        let sizes =
            Sizes { tranche: tranche_id, initial: init_segment_size, largest: max_segment_size };
        // SAFETY: as said above.
        let area = unsafe { area::create_in_place(place_at(place)?, size, sizes, None)? };
        // SAFETY: as said above.
        unsafe { release_with(segment, place) };
        Ok(area.as_ptr())
    }

    /// The area of a handle.
    fn dsa_attach(handle: dsm_handle) -> *mut Area {
        area::attach(handle, RELEASE).map(NonNull::as_ptr)
    }

    /// The area in memory of somebody's.
    fn dsa_attach_in_place(place: *mut c_void, segment: *mut Segment) -> *mut Area {
        // SAFETY: as said above.
        let area = unsafe { area::attach_in_place(place_at(place)?, None)? };
        // SAFETY: as said above.
        unsafe { release_with(segment, place) };
        Ok(area.as_ptr())
    }

    /// One process less has the area; the last one takes its segments along.
    fn dsa_release_in_place(place: *mut c_void) {
        // SAFETY: as said above.
        unsafe { release(place) }
    }

    /// The same as a callback of `on_shmem_exit`.
    fn dsa_on_shmem_exit_release_in_place(_code: c_int, place: Datum) {
        // SAFETY: as said above.
        unsafe { release(ptr::with_exposed_provenance_mut(place)) }
    }

    /// Keeps the area until the end of the process.
    fn dsa_pin_mapping(area: *mut Area) {
        // SAFETY: as said above.
        area::pin_mapping(unsafe { live(area)? })
    }

    /// Lets go of the area's segments.
    fn dsa_detach(area: *mut Area) {
        let area = NonNull::new(area).ok_or_else(|| missing("no dsa_area"))?;
        // SAFETY: as said above.
        unsafe { area::detach(area) }
    }

    /// Has the area stay when no process has it.
    fn dsa_pin(area: *mut Area) {
        // SAFETY: as said above.
        unsafe { live(area)? }.pin()
    }

    /// Does not any more.
    fn dsa_unpin(area: *mut Area) {
        // SAFETY: as said above.
        unsafe { live(area)? }.unpin()
    }

    /// What all segments together may become.
    fn dsa_set_size_limit(area: *mut Area, limit: usize) {
        // SAFETY: as said above.
        unsafe { live(area)? }.set_limit(limit)
    }

    /// What they are.
    fn dsa_get_total_size(area: *mut Area) -> usize {
        // SAFETY: as said above.
        unsafe { live(area)? }.total()
    }

    /// An object of so many bytes.
    fn dsa_allocate_extended(area: *mut Area, size: usize, flags: c_int) -> Pointer {
        // SAFETY: as said above.
        unsafe { live(area)? }.allocate(size, flags)
    }

    /// Gives an object back.
    fn dsa_free(area: *mut Area, dp: Pointer) {
        // SAFETY: as said above.
        unsafe { live(area)? }.free(dp)
    }

    /// Where an object is in this process.
    fn dsa_get_address(area: *mut Area, dp: Pointer) -> *mut c_void {
        // SAFETY: as said above.
        unsafe { live(area)? }.address(dp).map(<*mut u8>::cast)
    }

    /// Gives back what nothing of is in use.
    fn dsa_trim(area: *mut Area) {
        // SAFETY: as said above.
        unsafe { live(area)? }.trim()
    }

    /// Shows the area on standard error.
    fn dsa_dump(area: *mut Area) {
        // SAFETY: as said above.
        let text = unsafe { live(area)? }.describe()?;
        write_all(libc::STDERR_FILENO, text.as_bytes());
        Ok(())
    }
}

/// [`dsa_release_in_place`] as a callback of `on_dsm_detach`.
///
/// # Safety
/// An area is there that the process has.
#[unsafe(no_mangle)]
unsafe extern "C" fn dsa_on_dsm_detach_release_in_place(_segment: *mut Segment, place: Datum) {
    error::throwing(|| {
        // SAFETY: the caller's promise.
        unsafe { release(ptr::with_exposed_provenance_mut(place)) }
    });
}

plain! {
    /// What others attach the area by.
    fn dsa_get_handle(area: *mut Area) -> dsm_handle {
        // SAFETY: as said above.
        unsafe { live(area) }.map_or(0, Area::handle)
    }

    /// The least memory that an area can be made in.
    fn dsa_minimum_size() -> usize {
        area::minimum()
    }
}
