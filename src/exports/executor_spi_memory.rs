//! `executor/spi.h`: memory of who opened a level.
//! Runs in: worker.

use core::ffi::{c_int, c_void};
use core::ptr::NonNull;

use crate::abi::c::{Datum, Size};
use crate::abi::memnodes::MemoryContext;
use crate::abi::variables::CurrentMemoryContext;
use crate::database::levels;
use crate::error::{Report, Result, SqlState};
use crate::memory;

use super::utils_datum::{copy, form};

fn outer(function: &str) -> Result<MemoryContext> {
    levels::outer_context().ok_or_else(|| {
        let message = format!("{function} called while not connected to SPI");
        Report::error(SqlState::INTERNAL_ERROR, message).into()
    })
}

/// Makes something in that memory.
fn made_in<T>(context: MemoryContext, make: impl FnOnce() -> T) -> T {
    let before = CurrentMemoryContext.replace(context);
    let made = make();
    CurrentMemoryContext.set(before);
    made
}

throwing! {
    /// Allocates in the memory that was current before SPI_connect.
    fn SPI_palloc(size: Size) -> *mut c_void {
        Ok(memory::alloc(outer("SPI_palloc")?, size)?.as_ptr().cast())
    }

    /// Makes a chunk larger or smaller.
    fn SPI_repalloc(pointer: *mut c_void, size: Size) -> *mut c_void {
        let Some(chunk) = NonNull::new(pointer.cast()) else { return Ok(pointer) };
        // SAFETY: a chunk of the caller's.
        Ok(unsafe { memory::realloc(chunk, size)? }.as_ptr().cast())
    }
}

throwing! {
    /// A copy of a value there.
    fn SPI_datumTransfer(value: Datum, typByVal: bool, typLen: c_int) -> Datum {
        let context = outer("SPI_datumTransfer")?;
        made_in(context, || copy(value, form(typByVal, typLen)))
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
