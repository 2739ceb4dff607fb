//! `executor/spi.h`: memory of who opened a level.
//! Runs in: worker.

use core::ffi::c_void;
use core::ptr::NonNull;

use crate::abi::c::Size;
use crate::abi::memnodes::MemoryContext;
use crate::database::levels;
use crate::error::{Report, Result, SqlState};
use crate::memory;

fn outer() -> Result<MemoryContext> {
    levels::outer_context().ok_or_else(|| {
        let message = "SPI_palloc called while not connected to SPI";
        Report::error(SqlState::INTERNAL_ERROR, message).into()
    })
}

throwing! {
    /// Allocates in the memory that was current before SPI_connect.
    fn SPI_palloc(size: Size) -> *mut c_void {
        Ok(memory::alloc(outer()?, size)?.as_ptr().cast())
    }

    /// Makes a chunk larger or smaller.
    fn SPI_repalloc(pointer: *mut c_void, size: Size) -> *mut c_void {
        let Some(chunk) = NonNull::new(pointer.cast()) else { return Ok(pointer) };
        // SAFETY: a chunk of the caller's.
        Ok(unsafe { memory::realloc(chunk, size)? }.as_ptr().cast())
    }
}

plain! {
    /// Frees a chunk.
    fn SPI_pfree(pointer: *mut c_void) {
        if let Some(chunk) = NonNull::new(pointer.cast()) {
            // SAFETY: a chunk of the caller's, which is not used any more.
            unsafe { memory::free(chunk) };
        }
    }
}
