//! `lib/dshash.h`: hash tables in dynamic shared memory.
//! Runs in: any process.

use core::ffi::{c_int, c_void};

/// 0 if two keys are equal.
pub type dshash_compare_function = Option<
    unsafe extern "C" fn(
        a: *const c_void,
        b: *const c_void,
        size: usize,
        arg: *mut c_void,
    ) -> c_int,
>;
/// The hash of a key.
pub type dshash_hash_function =
    Option<unsafe extern "C" fn(v: *const c_void, size: usize, arg: *mut c_void) -> u32>;
/// Copies a key.
pub type dshash_copy_function = Option<
    unsafe extern "C" fn(dest: *mut c_void, src: *const c_void, size: usize, arg: *mut c_void),
>;

/// What a table is like; the same in all processes that have it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct dshash_parameters {
    /// Bytes of a key, which is what an entry begins with.
    pub key_size: usize,
    /// Bytes of an entry.
    pub entry_size: usize,
    /// Compares keys.
    pub compare_function: dshash_compare_function,
    /// The hash of a key.
    pub hash_function: dshash_hash_function,
    /// Copies a key into a new entry.
    pub copy_function: dshash_copy_function,
    /// What the locks are called.
    pub tranche_id: c_int,
}

/// A walk through a table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct dshash_seq_status {
    /// The table.
    pub hash_table: *mut c_void,
    /// Which bucket, of the partition's.
    pub curbucket: c_int,
    /// How many it has.
    pub nbuckets: c_int,
    /// The entry that was returned last.
    pub curitem: *mut c_void,
    /// The one after it in its bucket, a `dsa_pointer`.
    pub pnextitem: u64,
    /// Which partition, whose lock is held; -1: none yet.
    pub curpartition: c_int,
    /// Whether entries may be changed.
    pub exclusive: bool,
}
