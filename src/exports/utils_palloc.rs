//! `utils/palloc.h`: allocation in memory contexts.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{self, NonNull};

use crate::abi::c::Size;
use crate::abi::memnodes::MemoryContext;
use crate::abi::palloc::{MCXT_ALLOC_HUGE, MCXT_ALLOC_ZERO, MemoryContextCallback};
use crate::abi::variables::CurrentMemoryContext;
use crate::containers::format;
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

fn extended(context: MemoryContext, size: Size, flags: c_int) -> Result<*mut c_void> {
    Ok(address(memory::alloc_extended(context, size, flags)?))
}

fn aligned(context: MemoryContext, size: Size, align: Size, flags: c_int) -> Result<*mut c_void> {
    Ok(address(memory::alloc_aligned(context, size, align, flags)?))
}

fn address(chunk: Option<NonNull<u8>>) -> *mut c_void {
    chunk.map_or(ptr::null_mut(), |chunk| chunk.as_ptr().cast())
}

/// A chunk's new address, NULL if flags allow that.
fn resized(pointer: *mut c_void, size: Size, flags: c_int) -> Result<*mut c_void> {
    // SAFETY: a live chunk of one of the functions below.
    Ok(address(unsafe { memory::realloc_extended(chunk(pointer)?, size, flags)? }))
}

variadic! {
    /// Formats as printf does, into CurrentMemoryContext.
    psprintf => pgbgw_shim_psprintf;
}

throwing! {
    /// `palloc` for the C shim: a program may define that name itself.
    fn pgbgw__palloc(size: Size) -> *mut c_void {
        Ok(memory::alloc(CurrentMemoryContext.get(), size)?.as_ptr().cast())
    }

    /// `pfree` for the C shim.
    fn pgbgw__pfree(pointer: *mut c_void) {
        // SAFETY: the shim's own chunk.
        unsafe { memory::free(chunk(pointer)?) };
        Ok(())
    }

    /// `pvsnprintf` for the C shim.
    fn pgbgw__pvsnprintf(
        buf: *mut c_char,
        len: usize,
        fmt: *const c_char,
        args: *mut c_void,
    ) -> usize {
        // SAFETY: a C caller's buffer, format and arguments.
        unsafe { format::into_buffer(buf, len, fmt, args) }
    }

    /// Formats into a buffer. Returns the length if there is room for it and a NUL, else how much
    /// room is needed.
    fn pvsnprintf(
        buf: *mut c_char,
        len: usize,
        fmt: *const c_char,
        args: *mut c_void,
    ) -> usize {
        // SAFETY: a C caller's buffer, format and arguments.
        unsafe { format::into_buffer(buf, len, fmt, args) }
    }

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

    /// Allocates in CurrentMemoryContext, with MCXT_ALLOC_* flags.
    fn palloc_extended(size: Size, flags: c_int) -> *mut c_void {
        extended(CurrentMemoryContext.get(), size, flags)
    }

    /// Allocates in a context, with MCXT_ALLOC_* flags.
    fn MemoryContextAllocExtended(context: MemoryContext, size: Size, flags: c_int) -> *mut c_void {
        extended(context, size, flags)
    }

    /// Allocates in CurrentMemoryContext, at a multiple of a power of two.
    fn palloc_aligned(size: Size, alignto: Size, flags: c_int) -> *mut c_void {
        aligned(CurrentMemoryContext.get(), size, alignto, flags)
    }

    /// Allocates in a context, at a multiple of a power of two.
    fn MemoryContextAllocAligned(
        context: MemoryContext,
        size: Size,
        alignto: Size,
        flags: c_int,
    ) -> *mut c_void {
        aligned(context, size, alignto, flags)
    }

    /// Allocates in a context, more than 1 GB if need be.
    fn MemoryContextAllocHuge(context: MemoryContext, size: Size) -> *mut c_void {
        extended(context, size, MCXT_ALLOC_HUGE)
    }

    /// The sum of two sizes.
    fn add_size(s1: Size, s2: Size) -> Size {
        memory::add(s1, s2)
    }

    /// The product of two sizes.
    fn mul_size(s1: Size, s2: Size) -> Size {
        memory::multiply(s1, s2)
    }

    /// Allocates an array.
    fn palloc_mul(s1: Size, s2: Size) -> *mut c_void {
        extended(CurrentMemoryContext.get(), memory::multiply(s1, s2)?, 0)
    }

    /// The same, zeroed.
    fn palloc0_mul(s1: Size, s2: Size) -> *mut c_void {
        extended(CurrentMemoryContext.get(), memory::multiply(s1, s2)?, MCXT_ALLOC_ZERO)
    }

    /// The same, with MCXT_ALLOC_* flags.
    fn palloc_mul_extended(s1: Size, s2: Size, flags: c_int) -> *mut c_void {
        extended(CurrentMemoryContext.get(), memory::multiply(s1, s2)?, flags)
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

    /// The same, with MCXT_ALLOC_* flags; zeroes nothing.
    fn repalloc_extended(pointer: *mut c_void, size: Size, flags: c_int) -> *mut c_void {
        resized(pointer, size, flags)
    }

    /// Gives a chunk another size, more than 1 GB if need be.
    fn repalloc_huge(pointer: *mut c_void, size: Size) -> *mut c_void {
        resized(pointer, size, MCXT_ALLOC_HUGE)
    }

    /// Makes a chunk larger and zeroes what was added.
    fn repalloc0(pointer: *mut c_void, oldsize: Size, size: Size) -> *mut c_void {
        let Some(added) = size.checked_sub(oldsize) else {
            let message =
                format!("invalid repalloc0 call: oldsize {oldsize}, new size {size}");
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        };
        let moved = resized(pointer, size, 0)?;
        // SAFETY: the chunk has `oldsize + added` bytes.
        let behind = unsafe { moved.cast::<u8>().add(oldsize) };
        // SAFETY: the same.
        unsafe { behind.write_bytes(0, added) };
        Ok(moved)
    }

    /// Gives an array another size.
    fn repalloc_mul(p: *mut c_void, s1: Size, s2: Size) -> *mut c_void {
        resized(p, memory::multiply(s1, s2)?, 0)
    }

    /// The same, with MCXT_ALLOC_* flags.
    fn repalloc_mul_extended(p: *mut c_void, s1: Size, s2: Size, flags: c_int) -> *mut c_void {
        resized(p, memory::multiply(s1, s2)?, flags)
    }

    /// Copies at most len bytes of a string to CurrentMemoryContext.
    fn pnstrdup(r#in: *const c_char, len: Size) -> *mut c_char {
        // SAFETY: a string that has a NUL or `len` bytes.
        let length = unsafe { libc::strnlen(r#in, len) };
        // SAFETY: as long as that.
        copy(CurrentMemoryContext.get(), unsafe { core::slice::from_raw_parts(r#in.cast(), length) })
    }

    /// Copies a string without the newlines at its end.
    fn pchomp(r#in: *const c_char) -> *mut c_char {
        // SAFETY: a NUL-terminated string.
        let mut text = unsafe { CStr::from_ptr(r#in) }.to_bytes();
        while let [before @ .., b'\n'] = text {
            text = before;
        }
        copy(CurrentMemoryContext.get(), text)
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
