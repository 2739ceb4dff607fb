//! `storage/shm_toc.h`: a table of contents at the start of a stretch of memory.
//! Runs in: any process.
//!
//! Safety of all: a table is one that `shm_toc_create` made, in memory that is as large as it was
//! told.

use core::ffi::c_void;
use core::ptr::{self, NonNull};

use crate::abi::c::Size;
use crate::abi::shm_toc::shm_toc_estimator;
use crate::error::{Report, Result, SqlState};
use crate::memory;
use crate::shmem::toc::{self, Toc};

/// A table, which C never gives as NULL.
fn table(toc: *mut Toc) -> Result<NonNull<Toc>> {
    let message = "no table of contents";
    NonNull::new(toc).ok_or_else(|| Report::error(SqlState::INTERNAL_ERROR, message).into())
}

plain! {
    /// Begins a stretch of memory with an empty table.
    fn shm_toc_create(magic: u64, address: *mut c_void, nbytes: Size) -> *mut Toc {
        // SAFETY: as said above.
        unsafe { toc::create(magic, address.cast(), nbytes) }
    }

    /// The table at an address; NULL if it has another magic number.
    fn shm_toc_attach(magic: u64, address: *mut c_void) -> *mut Toc {
        // SAFETY: as said above.
        unsafe { toc::attach(magic, address.cast()) }
    }
}

throwing! {
    /// A piece of the stretch.
    fn shm_toc_allocate(toc: *mut Toc, nbytes: Size) -> *mut c_void {
        // SAFETY: as said above.
        Ok(unsafe { toc::allocate(table(toc)?, nbytes)? }.cast())
    }

    /// Bytes that can still be allocated.
    fn shm_toc_freespace(toc: *mut Toc) -> Size {
        // SAFETY: as said above.
        unsafe { table(toc)?.as_ref() }.free_space()
    }

    /// Gives a piece a key.
    fn shm_toc_insert(toc: *mut Toc, key: u64, address: *mut c_void) {
        // SAFETY: as said above.
        unsafe { toc::insert(table(toc)?, key, address.cast()) }
    }

    /// The piece of a key.
    fn shm_toc_lookup(toc: *mut Toc, key: u64, noError: bool) -> *mut c_void {
        // SAFETY: as said above.
        match unsafe { toc::lookup(table(toc)?, key) } {
            Some(piece) => Ok(piece.cast()),
            None if noError => Ok(ptr::null_mut()),
            None => {
                let message = format!("could not find key {key} in shm TOC at {toc:p}");
                Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
            }
        }
    }

    /// Bytes that a stretch needs.
    fn shm_toc_estimate(e: *mut shm_toc_estimator) -> Size {
        // SAFETY: the caller's.
        let e = unsafe { e.read() };
        let entries = memory::multiply(e.number_of_keys, toc::ENTRY_SIZE)?;
        let table = memory::add(toc::HEADER_SIZE, entries)?;
        let bytes = memory::add(table, e.space_for_chunks)?;
        toc::round_up(bytes).map_or_else(|| memory::add(bytes, toc::ALIGN - 1), Ok)
    }
}
