//! `utils/hsearch.h`: hash tables.
//! Runs in: any process.

use core::ffi::{c_int, c_long, c_void};

use super::c::Size;
use super::palloc::MemoryContext;

/// The hash of a key.
pub type HashValueFunc = Option<unsafe extern "C" fn(key: *const c_void, keysize: Size) -> u32>;
/// 0 if two keys are equal.
pub type HashCompareFunc =
    Option<unsafe extern "C" fn(key1: *const c_void, key2: *const c_void, keysize: Size) -> c_int>;
/// Copies a key.
pub type HashCopyFunc = Option<
    unsafe extern "C" fn(dest: *mut c_void, src: *const c_void, keysize: Size) -> *mut c_void,
>;
/// Memory, or NULL.
pub type HashAllocFunc = Option<unsafe extern "C" fn(request: Size) -> *mut c_void>;

/// What a new table is to be like; each field counts with its flag only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HASHCTL {
    /// Partitions, a power of 2.
    pub num_partitions: c_long,
    /// Buckets of a segment, a power of 2.
    pub ssize: c_long,
    /// Segments that there is room for at first.
    pub dsize: c_long,
    /// Most of them.
    pub max_dsize: c_long,
    /// Bytes of a key, which is what an entry begins with.
    pub keysize: Size,
    /// Bytes of an entry.
    pub entrysize: Size,
    /// The hash of a key.
    pub hash: HashValueFunc,
    /// Compares keys.
    pub r#match: HashCompareFunc,
    /// Copies keys.
    pub keycopy: HashCopyFunc,
    /// Memory.
    pub alloc: HashAllocFunc,
    /// The context that the table's own is below.
    pub hcxt: MemoryContext,
    /// Where the shared part of a table is.
    pub hctl: *mut c_void,
}

/// Where a scan is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HASH_SEQ_STATUS {
    /// The table.
    pub hashp: *mut c_void,
    /// The bucket that is looked at next.
    pub curBucket: u32,
    /// The next entry in it; NULL: its first one.
    pub curEntry: *mut c_void,
}

/// `num_partitions` counts.
pub const HASH_PARTITION: c_int = 0x0001;
/// `ssize` counts.
pub const HASH_SEGMENT: c_int = 0x0002;
/// `dsize` and `max_dsize` count.
pub const HASH_DIRSIZE: c_int = 0x0004;
/// Keys are strings.
pub const HASH_STRINGS: c_int = 0x0010;
/// Keys are bytes.
pub const HASH_BLOBS: c_int = 0x0020;
/// `hash` counts.
pub const HASH_FUNCTION: c_int = 0x0040;
/// `match` counts.
pub const HASH_COMPARE: c_int = 0x0080;
/// `keycopy` counts.
pub const HASH_KEYCOPY: c_int = 0x0100;
/// `alloc` counts.
pub const HASH_ALLOC: c_int = 0x0200;
/// `hcxt` counts.
pub const HASH_CONTEXT: c_int = 0x0400;
/// `hctl` counts: the table is in shared memory.
pub const HASH_SHARED_MEM: c_int = 0x0800;
/// It is there already.
pub const HASH_ATTACH: c_int = 0x1000;
/// It gets no more memory.
pub const HASH_FIXED_SIZE: c_int = 0x2000;

/// `max_dsize` of a table that may grow.
pub const NO_MAX_DSIZE: c_long = -1;

/// What is to be done with a key.
pub type HASHACTION = c_int;
/// Look it up.
pub const HASH_FIND: HASHACTION = 0;
/// Make an entry if there is none.
pub const HASH_ENTER: HASHACTION = 1;
/// Take its entry out.
pub const HASH_REMOVE: HASHACTION = 2;
/// [`HASH_ENTER`]; NULL if there is no memory.
pub const HASH_ENTER_NULL: HASHACTION = 3;
