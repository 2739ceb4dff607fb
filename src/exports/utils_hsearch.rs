//! `utils/hsearch.h`: hash tables.
//! Runs in: any process.
//!
//! Safety of all: tables are live, keys are what the table was made for, entries and scans are of
//! the table.

use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use core::ptr::{self, NonNull};

use crate::abi::c::Size;
use crate::abi::hsearch::{
    HASH_BLOBS, HASH_FUNCTION, HASH_SEQ_STATUS, HASHACTION, HASHCTL, HashValueFunc,
};
use crate::containers::scans;
use crate::containers::table::{self, Table};
use crate::containers::table_keys::Hash;
use crate::containers::table_search::{self, Found};
use crate::containers::table_sizes;
use crate::database::transaction;
use crate::error::Result;

use super::common_hashfn::{string_hash, tag_hash, uint32_hash};

/// How keys are hashed; ours are known by their addresses, as PostgreSQL knows its own.
fn hash_of(info: &HASHCTL, flags: c_int) -> Hash {
    let is = |other: HashValueFunc, own| other.is_some_and(|other| ptr::fn_addr_eq(other, own));
    type Function = unsafe extern "C" fn(*const c_void, Size) -> u32;
    if flags & HASH_FUNCTION != 0 {
        match info.hash {
            own if is(own, string_hash as Function) => Hash::Strings,
            own if is(own, tag_hash as Function) => Hash::Bytes,
            own if is(own, uint32_hash as Function) => Hash::Number,
            other => Hash::Other(other),
        }
    } else if flags & HASH_BLOBS == 0 {
        Hash::Strings
    } else if info.keysize == size_of::<u32>() {
        Hash::Number
    } else {
        Hash::Bytes
    }
}

/// Makes a table.
///
/// # Safety
/// As said above.
pub(super) unsafe fn create(
    name: *const c_char,
    nelem: c_long,
    info: *const HASHCTL,
    flags: c_int,
) -> Result<*mut Table> {
    // SAFETY: a string.
    let name = unsafe { CStr::from_ptr(name) };
    // SAFETY: the caller's, for the while.
    let info = unsafe { &*info };
    // SAFETY: as said above.
    unsafe { table::create(name, nelem, info, flags, hash_of(info, flags)) }.map(NonNull::as_ptr)
}

/// The entry that was found, or not.
///
/// # Safety
/// `found` is null, or where to say whether it was there before.
unsafe fn entry(result: Found, found: *mut bool) -> *mut c_void {
    if !found.is_null() {
        // SAFETY: the caller's variable.
        unsafe { found.write(result.was_there) };
    }
    result.entry
}

throwing! {
    /// A new table.
    fn hash_create(tabname: *const c_char, nelem: c_long, info: *const HASHCTL, flags: c_int) -> *mut Table {
        // SAFETY: as said above.
        unsafe { create(tabname, nelem, info, flags) }
    }

    /// A table's end; nothing for NULL.
    fn hash_destroy(hashp: *mut Table) {
        // SAFETY: as said above.
        unsafe { table_search::destroy(hashp) }
    }

    /// The hash of a key.
    fn get_hash_value(hashp: *mut Table, keyPtr: *const c_void) -> u32 {
        // SAFETY: as said above.
        let table = unsafe { &*hashp };
        // SAFETY: the same.
        unsafe { table.hash(keyPtr) }
    }

    /// The entry of a key.
    fn hash_search(hashp: *mut Table, keyPtr: *const c_void, action: HASHACTION, foundPtr: *mut bool) -> *mut c_void {
        // SAFETY: as said above.
        let table = unsafe { &*hashp };
        // SAFETY: the same.
        let result = unsafe { table.search(keyPtr, action)? };
        // SAFETY: the same.
        Ok(unsafe { entry(result, foundPtr) })
    }

    /// The entry of a key whose hash is known.
    fn hash_search_with_hash_value(hashp: *mut Table, keyPtr: *const c_void, hashvalue: u32, action: HASHACTION, foundPtr: *mut bool) -> *mut c_void {
        // SAFETY: as said above.
        let table = unsafe { &*hashp };
        // SAFETY: the same.
        let result = unsafe { table.search_with_hash(keyPtr, hashvalue, action)? };
        // SAFETY: the same.
        Ok(unsafe { entry(result, foundPtr) })
    }

    /// Gives an entry another key; false if that has one.
    fn hash_update_hash_key(hashp: *mut Table, existingEntry: *mut c_void, newKeyPtr: *const c_void) -> bool {
        // SAFETY: as said above.
        let table = unsafe { &*hashp };
        // SAFETY: the same.
        unsafe { table.change_key(existingEntry, newKeyPtr) }
    }

    /// Begins to go through a table.
    fn hash_seq_init(status: *mut HASH_SEQ_STATUS, hashp: *mut Table) {
        // SAFETY: as said above.
        let scan = unsafe { &*hashp }.begin_scan(transaction::nest_level())?;
        // SAFETY: the caller's.
        unsafe { status.write(scan) };
        Ok(())
    }

    /// The next entry; NULL at the end.
    fn hash_seq_search(status: *mut HASH_SEQ_STATUS) -> *mut c_void {
        // SAFETY: the caller's.
        let scan = unsafe { &mut *status };
        // SAFETY: a scan's table is live.
        let table = unsafe { &*scan.hashp.cast::<Table>() };
        // SAFETY: as said above.
        unsafe { table.next(scan) }
    }

    /// Goes through a table no further.
    fn hash_seq_term(status: *mut HASH_SEQ_STATUS) {
        // SAFETY: the caller's.
        let scan = unsafe { status.read() };
        // SAFETY: a scan's table is live.
        unsafe { &*scan.hashp.cast::<Table>() }.end_scan()
    }

    /// Lets nothing be added to a table any more.
    fn hash_freeze(hashp: *mut Table) {
        // SAFETY: as said above.
        unsafe { &*hashp }.freeze()
    }

    /// Bytes of shared memory that a table needs.
    fn hash_estimate_size(num_entries: c_long, entrysize: Size) -> Size {
        table_sizes::estimate(num_entries, entrysize)
    }
}

plain! {
    /// How many entries there are.
    fn hash_get_num_entries(hashp: *mut Table) -> c_long {
        // SAFETY: as said above.
        unsafe { &*hashp }.entries()
    }

    /// Segments that a table in shared memory needs.
    fn hash_select_dirsize(num_entries: c_long) -> c_long {
        c_long::try_from(table_sizes::directory_size(num_entries)).unwrap_or(c_long::MAX)
    }

    /// Bytes of the piece of shared memory that a table begins with.
    fn hash_get_shared_size(info: *mut HASHCTL, _flags: c_int) -> Size {
        // SAFETY: the caller's.
        table_sizes::shared_size(unsafe { &*info })
    }

    /// Nothing: PostgreSQL counts only when it is built for it.
    fn hash_stats(_where: *const c_char, _hashp: *mut Table) {}

    /// The end of a transaction.
    fn AtEOXact_HashTables(isCommit: bool) {
        scans::end_level(isCommit, 0);
    }

    /// The end of a subtransaction.
    fn AtEOSubXact_HashTables(isCommit: bool, nestDepth: c_int) {
        scans::end_level(isCommit, nestDepth);
    }
}
