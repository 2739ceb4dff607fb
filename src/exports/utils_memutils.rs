//! `utils/memutils.h`: memory contexts.
//! Runs in: any process.

use core::ffi::{c_char, c_void};
use core::ptr::{self, NonNull};

use crate::abi::c::Size;
use crate::abi::memnodes::MemoryContext;
use crate::memory;

throwing! {
    /// Makes a context. Block sizes mean nothing here: every chunk is malloc's.
    fn AllocSetContextCreateInternal(
        parent: MemoryContext,
        name: *const c_char,
        _minContextSize: Size,
        _initBlockSize: Size,
        _maxBlockSize: Size,
    ) -> MemoryContext {
        memory::create(parent, name)
    }

    /// Makes the contexts that everything else needs; a program that is no worker calls it first.
    fn MemoryContextInit() {
        memory::init()
    }

    /// Frees what is in a context, and its children.
    fn MemoryContextReset(context: MemoryContext) {
        // SAFETY: a live context whose content is not used any more.
        unsafe { memory::reset(context) }
    }

    /// Frees a context with all that is in it.
    fn MemoryContextDelete(context: MemoryContext) {
        // SAFETY: a live context that is not used any more.
        unsafe { memory::delete(context) }
    }
}

plain! {
    /// The context a chunk is in.
    fn GetMemoryChunkContext(pointer: *mut c_void) -> MemoryContext {
        // SAFETY: a live chunk.
        NonNull::new(pointer.cast()).map_or(ptr::null_mut(), |chunk| unsafe { memory::owner(chunk) })
    }
}
