//! `utils/palloc.h`, `utils/memutils.h`: flags and limits of allocations.
//! Runs in: any process.

use core::ffi::{c_int, c_void};

use super::c::Size;
pub use super::memnodes::MemoryContext;

/// Allow more than [`MaxAllocSize`].
pub const MCXT_ALLOC_HUGE: c_int = 0x01;
/// Return NULL when there is no memory.
pub const MCXT_ALLOC_NO_OOM: c_int = 0x02;
/// Fill with zeros.
pub const MCXT_ALLOC_ZERO: c_int = 0x04;

/// Largest ordinary allocation, in bytes.
pub const MaxAllocSize: Size = 0x3fff_ffff;
/// Largest allocation that [`MCXT_ALLOC_HUGE`] allows.
pub const MaxAllocHugeSize: Size = usize::MAX / 2;

/// What stays of a usual context after a reset, in bytes.
pub const ALLOCSET_DEFAULT_MINSIZE: Size = 0;
/// First block, in bytes.
pub const ALLOCSET_DEFAULT_INITSIZE: Size = 8 * 1024;
/// Largest block, in bytes.
pub const ALLOCSET_DEFAULT_MAXSIZE: Size = 8 * 1024 * 1024;
/// What stays of a small context after a reset.
pub const ALLOCSET_SMALL_MINSIZE: Size = 0;
/// First block of a small context.
pub const ALLOCSET_SMALL_INITSIZE: Size = 1024;
/// Largest block of a small context.
pub const ALLOCSET_SMALL_MAXSIZE: Size = 8 * 1024;

/// What is called when a context is reset or deleted.
pub type MemoryContextCallbackFunction = Option<unsafe extern "C" fn(arg: *mut c_void)>;

/// A call to make before a context is reset or deleted; usually allocated in it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MemoryContextCallback {
    /// The function.
    pub func: MemoryContextCallbackFunction,
    /// Its argument.
    pub arg: *mut c_void,
    /// The callback registered before.
    pub next: *mut Self,
}
