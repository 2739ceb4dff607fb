//! `storage/dsm.h`, `storage/dsm_impl.h`: shared memory that comes and goes.
//! Runs in: worker.
//!
//! Safety of all: a segment is one that `dsm_create`, `dsm_attach` or `dsm_find_mapping` gave and
//! that the process still has.

use core::ffi::{c_int, c_void};
use core::ptr::{self, NonNull};

use crate::abi::c::{Datum, Size, dsm_handle};
use crate::abi::dsm::{
    DSM_CREATE_NULL_IF_MAXSEGMENTS, DSM_OP_ATTACH, DSM_OP_CREATE, DSM_OP_DESTROY, DSM_OP_DETACH,
    dsm_op,
};
use crate::dynamic;
use crate::dynamic::files::{self, Mapping};
use crate::dynamic::segments::{self, OnDetach, Segment};
use crate::error::{self, Level, Report, Result, SqlState};

/// A segment, which C never gives as NULL.
fn live(seg: *mut Segment) -> Result<NonNull<Segment>> {
    NonNull::new(seg).ok_or_else(|| {
        let message = "no dynamic shared memory segment";
        Report::error(SqlState::INTERNAL_ERROR, message).into()
    })
}

fn or_null(segment: Option<NonNull<Segment>>) -> *mut Segment {
    segment.map_or(ptr::null_mut(), NonNull::as_ptr)
}

/// # Safety
/// As said above.
unsafe fn mapping(seg: *mut Segment) -> (*mut c_void, Size) {
    // SAFETY: the caller's promise.
    let mapping = unsafe { seg.as_ref() }.and_then(Segment::mapping);
    mapping.map_or((ptr::null_mut(), 0), |(address, len)| (address.as_ptr().cast(), len))
}

plain! {
    /// Where the segment is in this process.
    fn dsm_segment_address(seg: *mut Segment) -> *mut c_void {
        // SAFETY: as said above.
        unsafe { mapping(seg) }.0
    }

    /// How long it is.
    fn dsm_segment_map_length(seg: *mut Segment) -> Size {
        // SAFETY: as said above.
        unsafe { mapping(seg) }.1
    }

    /// What other processes attach it by.
    fn dsm_segment_handle(seg: *mut Segment) -> dsm_handle {
        // SAFETY: as said above.
        unsafe { seg.as_ref() }.map_or(0, Segment::handle)
    }

    /// The segment of a handle if this process has it, or NULL.
    fn dsm_find_mapping(handle: dsm_handle) -> *mut Segment {
        or_null(segments::find(handle))
    }

    /// Has a function called when this process lets go of the segment.
    fn on_dsm_detach(seg: *mut Segment, function: OnDetach, arg: Datum) {
        // SAFETY: as said above.
        if let Some(segment) = unsafe { seg.as_ref() } {
            segment.on_detach(function, arg);
        }
    }

    /// Takes the newest of its like back.
    fn cancel_on_dsm_detach(seg: *mut Segment, function: OnDetach, arg: Datum) {
        // SAFETY: as said above.
        if let Some(segment) = unsafe { seg.as_ref() } {
            segment.cancel_on_detach(function, arg);
        }
    }

    /// Leaves all segments as they are, for those who have them too.
    fn reset_on_dsm_detach() {
        segments::disown_all();
    }

    /// Bytes that are set aside for segments.
    fn dsm_estimate_size() -> Size {
        dynamic::set_aside()
    }

    /// Nothing is to be done for a segment to stay.
    fn dsm_impl_pin_segment(
        _handle: dsm_handle,
        _impl_private: *mut c_void,
        _impl_private_pm_handle: *mut *mut c_void,
    ) {
    }

    /// Nor for it not to.
    fn dsm_impl_unpin_segment(_handle: dsm_handle, _impl_private: *mut *mut c_void) {}
}

throwing! {
    /// A segment of at least so many bytes.
    fn dsm_create(size: Size, flags: c_int) -> *mut Segment {
        match segments::create(size)? {
            None if flags & DSM_CREATE_NULL_IF_MAXSEGMENTS == 0 => Err(segments::too_many()),
            segment => Ok(or_null(segment)),
        }
    }

    /// Another process's segment; NULL if it is gone.
    fn dsm_attach(h: dsm_handle) -> *mut Segment {
        segments::attach(h).map(or_null)
    }

    /// Lets go of a segment.
    fn dsm_detach(seg: *mut Segment) {
        // SAFETY: as said above.
        unsafe { segments::detach(live(seg)?) }
    }

    /// Keeps it until the end of the process.
    fn dsm_pin_mapping(seg: *mut Segment) {
        // SAFETY: as said above.
        unsafe { segments::pin_mapping(live(seg)?) }
    }

    /// Keeps it as long as the current resource owner.
    fn dsm_unpin_mapping(seg: *mut Segment) {
        // SAFETY: as said above.
        unsafe { segments::unpin_mapping(live(seg)?) }
    }

    /// Has the segment stay when no process has it.
    fn dsm_pin_segment(seg: *mut Segment) {
        // SAFETY: as said above.
        unsafe { live(seg)?.as_ref() }.pin()
    }

    /// Does not any more.
    fn dsm_unpin_segment(handle: dsm_handle) {
        segments::unpin(handle)
    }

    /// Lets go of all segments.
    fn dsm_backend_shutdown() {
        dynamic::leave();
        Ok(())
    }

    /// The same, here.
    fn dsm_detach_all() {
        dynamic::leave();
        Ok(())
    }

    /// Makes, maps, unmaps or removes the memory of a segment; what goes wrong is told at `elevel`.
    fn dsm_impl_op(
        op: dsm_op,
        handle: dsm_handle,
        request_size: Size,
        _impl_private: *mut *mut c_void,
        mapped_address: *mut *mut c_void,
        mapped_size: *mut Size,
        elevel: c_int,
    ) -> bool {
        // SAFETY: the caller's variables.
        let address = unsafe { mapped_address.read() };
        // SAFETY: the same.
        let before = (address, unsafe { mapped_size.read() });
        // SAFETY: the mapping is one that this function made.
        match unsafe { operate(op, handle, request_size, before) } {
            Ok(None) => Ok(false),
            Ok(Some((address, len))) => {
                // SAFETY: the caller's variables.
                unsafe { mapped_address.write(address) };
                // SAFETY: the same.
                unsafe { mapped_size.write(len) };
                Ok(true)
            }
            Err(mut report) => {
                report.level = Level::from_c(elevel);
                if report.level >= Level::Error {
                    return Err(report.into());
                }
                error::emit(&report);
                Ok(false)
            }
        }
    }
}

/// Does it; none: there is a segment of this handle already.
///
/// # Safety
/// What is mapped was mapped here, and is not used any more if it is to be unmapped.
unsafe fn operate(
    op: dsm_op,
    handle: dsm_handle,
    size: Size,
    (address, len): (*mut c_void, Size),
) -> core::result::Result<Option<(*mut c_void, Size)>, Report> {
    let shown = |mapping: Mapping| (mapping.address.as_ptr().cast(), mapping.len);
    match op {
        DSM_OP_CREATE => Ok(files::create(handle, size)?.map(shown)),
        DSM_OP_ATTACH => files::attach(handle).map(shown).map(Some),
        DSM_OP_DETACH | DSM_OP_DESTROY => {
            if let Some(address) = NonNull::new(address.cast()) {
                // SAFETY: the caller's promise.
                unsafe { files::unmap(handle, Mapping { address, len })? };
            }
            if op == DSM_OP_DESTROY {
                files::remove(handle)?;
            }
            Ok(Some((ptr::null_mut(), 0)))
        }
        _ => {
            let message = "unexpected dynamic shared memory operation";
            Err(Report::error(SqlState::INTERNAL_ERROR, message))
        }
    }
}
