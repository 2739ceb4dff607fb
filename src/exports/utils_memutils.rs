//! `utils/memutils.h`: memory contexts.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_void};
use core::ptr::{self, NonNull};

use crate::abi::c::Size;
use crate::abi::memnodes::{MemoryContext, MemoryContextCounters};
use crate::error::{Report, SqlState};
use crate::memory::{self, Kind, STATS_LIMIT};

/// What a slab needs for itself, and for each chunk: that decides which sizes are refused.
const SLAB_HEADER: Size = 48;
const SLAB_CHUNK_HEADER: Size = 8;
const SMALLEST_SLAB_CHUNK: Size = 8;

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

    /// Makes a context for chunks of similar age.
    fn GenerationContextCreate(
        parent: MemoryContext,
        name: *const c_char,
        _minContextSize: Size,
        _initBlockSize: Size,
        _maxBlockSize: Size,
    ) -> MemoryContext {
        memory::create_kind(Kind::Generation, parent, name)
    }

    /// Makes a context for chunks that are not freed one by one.
    fn BumpContextCreate(
        parent: MemoryContext,
        name: *const c_char,
        _minContextSize: Size,
        _initBlockSize: Size,
        _maxBlockSize: Size,
    ) -> MemoryContext {
        memory::create_kind(Kind::Bump, parent, name)
    }

    /// Makes a context for chunks of one size.
    fn SlabContextCreate(
        parent: MemoryContext,
        name: *const c_char,
        blockSize: Size,
        chunkSize: Size,
    ) -> MemoryContext {
        let chunk = chunkSize.max(SMALLEST_SLAB_CHUNK);
        let needed = chunk.checked_next_multiple_of(8).and_then(|size| {
            size.checked_add(SLAB_CHUNK_HEADER + SLAB_HEADER)
        });
        if needed.is_none_or(|needed| needed > blockSize) {
            let message =
                format!("block size {blockSize} for slab is too small for {chunk}-byte chunks");
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        }
        memory::create_kind(Kind::Slab(chunk), parent, name)
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

    /// Frees what is in a context; its children stay.
    fn MemoryContextResetOnly(context: MemoryContext) {
        // SAFETY: a live context whose content is not used any more.
        unsafe { memory::reset_only(context) }
    }

    /// Frees what is in the contexts below a context; they stay.
    fn MemoryContextResetChildren(context: MemoryContext) {
        // SAFETY: live contexts whose content is not used any more.
        unsafe { memory::reset_children(context) }
    }

    /// Frees the contexts below a context.
    fn MemoryContextDeleteChildren(context: MemoryContext) {
        // SAFETY: live contexts that are not used any more.
        unsafe { memory::delete_children(context) }
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

    /// Bytes that a chunk takes.
    fn GetMemoryChunkSpace(pointer: *mut c_void) -> Size {
        // SAFETY: a live chunk.
        NonNull::new(pointer.cast()).map_or(0, |chunk| unsafe { memory::space(chunk) })
    }

    /// The context above a context, NULL for a root.
    fn MemoryContextGetParent(context: MemoryContext) -> MemoryContext {
        // SAFETY: a live context.
        unsafe { (*context).parent }
    }

    /// Puts a context below another one.
    fn MemoryContextSetParent(context: MemoryContext, new_parent: MemoryContext) {
        // SAFETY: live contexts, the new parent not below the other.
        unsafe { memory::set_parent(context, new_parent) };
    }

    /// Tells contexts of one name apart.
    fn MemoryContextSetIdentifier(context: MemoryContext, id: *const c_char) {
        // SAFETY: a live context, and a string that lives as long.
        unsafe { memory::set_identifier(context, id) };
    }

    /// Allows allocations of a context in critical sections.
    fn MemoryContextAllowInCriticalSection(context: MemoryContext, allow: bool) {
        // SAFETY: a live context.
        unsafe { (*context).allowInCritSection = allow };
    }

    /// Whether a context has neither children nor chunks.
    fn MemoryContextIsEmpty(context: MemoryContext) -> bool {
        // SAFETY: a live context.
        unsafe { memory::is_empty(context) }
    }

    /// Bytes that a context takes, or it and all below it.
    fn MemoryContextMemAllocated(context: MemoryContext, recurse: bool) -> Size {
        // SAFETY: a live context.
        unsafe { memory::allocated(context, recurse) }
    }

    /// What a context and all below it take.
    fn MemoryContextMemConsumed(context: MemoryContext, consumed: *mut MemoryContextCounters) {
        // SAFETY: a live context.
        let sum = unsafe { memory::consumed(context) };
        // SAFETY: the caller's variable.
        unsafe { consumed.write(sum) };
    }

    /// Prints on standard error what a context and all below it take.
    fn MemoryContextStats(context: MemoryContext) {
        // SAFETY: a live context.
        unsafe { memory::print(context, STATS_LIMIT, STATS_LIMIT, true) };
    }

    /// The same, on standard error or in the log, of so many levels and children.
    fn MemoryContextStatsDetail(
        context: MemoryContext,
        max_level: c_int,
        max_children: c_int,
        print_to_stderr: bool,
    ) {
        // SAFETY: a live context.
        unsafe { memory::print(context, max_level, max_children, print_to_stderr) };
    }
}
