//! `utils/palloc.h`: allocation in memory contexts.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_void};
use core::ptr::NonNull;

use crate::abi::c::Size;
use crate::abi::memnodes::MemoryContext;
use crate::abi::palloc::MemoryContextCallback;
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{Report, Result, SqlState};
use crate::memory;

fn chunk(pointer: *mut c_void) -> Result<NonNull<u8>> {
    NonNull::new(pointer.cast()).ok_or_else(|| {
        let message = "pfree or repalloc called with a null pointer";
        Report::error(SqlState::INTERNAL_ERROR, message).into()
    })
}

fn copy(context: MemoryContext, text: &[u8]) -> Result<*mut c_char> {
    Ok(memory::copy_bytes(context, text)?.as_ptr().cast())
}

throwing! {
    /// Allocates in CurrentMemoryContext.
    fn palloc(size: Size) -> *mut c_void {
        Ok(memory::alloc(CurrentMemoryContext.get(), size)?.as_ptr().cast())
    }

    /// The same, zeroed.
    fn palloc0(size: Size) -> *mut c_void {
        Ok(memory::alloc_zeroed(CurrentMemoryContext.get(), size)?.as_ptr().cast())
    }

    /// Allocates in a context.
    fn MemoryContextAlloc(context: MemoryContext, size: Size) -> *mut c_void {
        Ok(memory::alloc(context, size)?.as_ptr().cast())
    }

    /// The same, zeroed.
    fn MemoryContextAllocZero(context: MemoryContext, size: Size) -> *mut c_void {
        Ok(memory::alloc_zeroed(context, size)?.as_ptr().cast())
    }

    /// Frees.
    fn pfree(pointer: *mut c_void) {
        // SAFETY: a live chunk of one of the functions above.
        unsafe { memory::free(chunk(pointer)?) };
        Ok(())
    }

    /// Gives a chunk another size.
    fn repalloc(pointer: *mut c_void, size: Size) -> *mut c_void {
        // SAFETY: a live chunk of one of the functions above.
        Ok(unsafe { memory::realloc(chunk(pointer)?, size)? }.as_ptr().cast())
    }

    /// Copies a string to CurrentMemoryContext.
    fn pstrdup(r#in: *const c_char) -> *mut c_char {
        // SAFETY: a NUL-terminated string.
        copy(CurrentMemoryContext.get(), unsafe { CStr::from_ptr(r#in) }.to_bytes())
    }

    /// Copies a string to a context.
    fn MemoryContextStrdup(context: MemoryContext, string: *const c_char) -> *mut c_char {
        // SAFETY: a NUL-terminated string.
        copy(context, unsafe { CStr::from_ptr(string) }.to_bytes())
    }
}

plain! {
    /// Has a callback called when a context is reset or deleted.
    fn MemoryContextRegisterResetCallback(context: MemoryContext, cb: *mut MemoryContextCallback) {
        if let Some(callback) = NonNull::new(cb) {
            // SAFETY: both live; the callback until it was called.
            unsafe { memory::register_callback(context, callback) };
        }
    }
}
