//! `nodes/memnodes.h`: the visible part of a memory context.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_void};

use super::c::Size;
use super::nodes::NodeTag;
use super::palloc::MemoryContextCallback;

/// A memory context; may be NULL where PostgreSQL says so.
pub type MemoryContext = *mut MemoryContextData;

/// Receives one line of statistics.
pub type MemoryStatsPrintFunc = Option<
    unsafe extern "C" fn(
        context: MemoryContext,
        passthru: *mut c_void,
        stats_string: *const c_char,
        print_to_stderr: bool,
    ),
>;

/// Sums over blocks and chunks.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryContextCounters {
    /// Blocks.
    pub nblocks: Size,
    /// Free chunks.
    pub freechunks: Size,
    /// Bytes of all blocks.
    pub totalspace: Size,
    /// Bytes not used of them.
    pub freespace: Size,
}

/// What a kind of context can do.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MemoryContextMethods {
    /// Allocates; `MCXT_ALLOC_ZERO` is the caller's.
    pub alloc: Option<unsafe extern "C" fn(MemoryContext, Size, c_int) -> *mut c_void>,
    /// Frees a chunk.
    pub free_p: Option<unsafe extern "C" fn(*mut c_void)>,
    /// Changes a chunk's size.
    pub realloc: Option<unsafe extern "C" fn(*mut c_void, Size, c_int) -> *mut c_void>,
    /// Frees all chunks.
    pub reset: Option<unsafe extern "C" fn(MemoryContext)>,
    /// Frees the context.
    pub delete_context: Option<unsafe extern "C" fn(MemoryContext)>,
    /// The context of a chunk.
    pub get_chunk_context: Option<unsafe extern "C" fn(*mut c_void) -> MemoryContext>,
    /// Bytes of a chunk with its overhead.
    pub get_chunk_space: Option<unsafe extern "C" fn(*mut c_void) -> Size>,
    /// Whether nothing was allocated since the last reset.
    pub is_empty: Option<unsafe extern "C" fn(MemoryContext) -> bool>,
    /// Adds to the counters and prints.
    pub stats: Option<
        unsafe extern "C" fn(
            MemoryContext,
            MemoryStatsPrintFunc,
            *mut c_void,
            *mut MemoryContextCounters,
            bool,
        ),
    >,
}

/// What every memory context starts with.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MemoryContextData {
    /// Which kind it is.
    pub r#type: NodeTag,
    /// Nothing was allocated since the last reset.
    pub isReset: bool,
    /// Allocating is allowed in a critical section.
    pub allowInCritSection: bool,
    /// Bytes of its blocks.
    pub mem_allocated: Size,
    /// What it can do.
    pub methods: *const MemoryContextMethods,
    /// The context it is deleted with, or NULL.
    pub parent: MemoryContext,
    /// Newest child, or NULL.
    pub firstchild: MemoryContext,
    /// Sibling before, or NULL.
    pub prevchild: MemoryContext,
    /// Sibling after, or NULL.
    pub nextchild: MemoryContext,
    /// Name, for people.
    pub name: *const c_char,
    /// More of a name, or NULL.
    pub ident: *const c_char,
    /// Callbacks, newest first.
    pub reset_cbs: *mut MemoryContextCallback,
}
