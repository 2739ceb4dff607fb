//! `lib/dshash.h`: hash tables in dynamic shared memory.
//! Runs in: worker; postmaster while libraries set up shared memory.
//!
//! Safety of all: a table is one that the process made or attached and has not detached; keys and
//! entries are its.

use core::ffi::{c_int, c_void};
use core::ptr::{self, NonNull};
use core::slice;

use crate::abi::dshash::{dshash_parameters, dshash_seq_status};
use crate::dynamic::area::{Area, Pointer};
use crate::dynamic::hash::{self, Compare, Copying, Hash, Keys, Table};
use crate::error::{Report, Result, SqlState};
use crate::sigsafe::line::write_all;
use crate::text;

fn present<T>(at: *mut T, message: &'static str) -> Result<NonNull<T>> {
    NonNull::new(at).ok_or_else(|| Report::error(SqlState::INTERNAL_ERROR, message).into())
}

/// # Safety
/// As said above.
unsafe fn live<'a>(table: *mut Table) -> Result<&'a Table> {
    // SAFETY: the caller's promise.
    present(table, "no dshash table").map(|table| unsafe { table.as_ref() })
}

fn area_at(area: *mut Area) -> Result<NonNull<Area>> {
    present(area, "no dsa_area")
}

/// What is done with keys; for the functions below without a call.
fn keys(params: &dshash_parameters, arg: *mut c_void) -> Keys {
    let compare = params.compare_function;
    let is =
        |f: unsafe extern "C" fn(*const c_void, *const c_void, usize, *mut c_void) -> c_int| {
            compare.is_some_and(|g| ptr::fn_addr_eq(f, g))
        };
    let compare = if is(dshash_memcmp) {
        Compare::Bytes
    } else if is(dshash_strcmp) {
        Compare::Text
    } else {
        Compare::Other(compare)
    };
    let hash = params.hash_function;
    let is = |f: unsafe extern "C" fn(*const c_void, usize, *mut c_void) -> u32| {
        hash.is_some_and(|g| ptr::fn_addr_eq(f, g))
    };
    let hash = if is(dshash_memhash) {
        Hash::Bytes
    } else if is(dshash_strhash) {
        Hash::Text
    } else {
        Hash::Other(hash)
    };
    let copy = params.copy_function;
    let is = |f: unsafe extern "C" fn(*mut c_void, *const c_void, usize, *mut c_void)| {
        copy.is_some_and(|g| ptr::fn_addr_eq(f, g))
    };
    let copy = if is(dshash_memcpy) {
        Copying::Bytes
    } else if is(dshash_strcpy) {
        Copying::Text
    } else {
        Copying::Other(copy)
    };
    Keys { size: params.key_size, compare, hash, copy, arg }
}

throwing! {
    /// A table in an area.
    fn dshash_create(
        area: *mut Area,
        params: *const dshash_parameters,
        arg: *mut c_void,
    ) -> *mut Table {
        // SAFETY: the caller's.
        let params = unsafe { params.read() };
        let keys = keys(&params, arg);
        // SAFETY: as said above.
        let table = unsafe {
            hash::create(area_at(area)?, keys, params.entry_size, params.tranche_id)
        };
        table.map(NonNull::as_ptr)
    }

    /// A table that another process has made.
    fn dshash_attach(
        area: *mut Area,
        params: *const dshash_parameters,
        handle: Pointer,
        arg: *mut c_void,
    ) -> *mut Table {
        // SAFETY: the caller's.
        let params = unsafe { params.read() };
        let keys = keys(&params, arg);
        // SAFETY: as said above.
        let table = unsafe { hash::attach(area_at(area)?, keys, params.entry_size, handle) };
        table.map(NonNull::as_ptr)
    }

    /// Frees a table that no process uses any more, with all its entries.
    fn dshash_destroy(hash_table: *mut Table) {
        // SAFETY: as said above.
        unsafe { hash::destroy(present(hash_table, "no dshash table")?) }
    }

    /// The entry of a key, locked; NULL if there is none.
    fn dshash_find(hash_table: *mut Table, key: *const c_void, exclusive: bool) -> *mut c_void {
        // SAFETY: as said above.
        unsafe { live(hash_table)? }.find(key, exclusive)
    }

    /// The entry of a key, locked; a new one if there is none.
    fn dshash_find_or_insert(
        hash_table: *mut Table,
        key: *const c_void,
        found: *mut bool,
    ) -> *mut c_void {
        // SAFETY: as said above.
        let (entry, was_there) = unsafe { live(hash_table)? }.find_or_insert(key)?;
        // SAFETY: the caller's variable.
        unsafe { found.write(was_there) };
        Ok(entry)
    }

    /// Deletes the entry of a key; whether there was one.
    fn dshash_delete_key(hash_table: *mut Table, key: *const c_void) -> bool {
        // SAFETY: as said above.
        unsafe { live(hash_table)? }.delete_key(key)
    }

    /// Deletes an entry that was found exclusively.
    fn dshash_delete_entry(hash_table: *mut Table, entry: *mut c_void) {
        // SAFETY: as said above.
        let table = unsafe { live(hash_table)? };
        // SAFETY: the same.
        unsafe { table.delete_entry(entry) }
    }

    /// An entry that was found may be found by others.
    fn dshash_release_lock(hash_table: *mut Table, entry: *mut c_void) {
        // SAFETY: as said above.
        let table = unsafe { live(hash_table)? };
        // SAFETY: the same.
        unsafe { table.release(entry) }
    }

    /// Begins a walk.
    fn dshash_seq_init(status: *mut dshash_seq_status, hash_table: *mut Table, exclusive: bool) {
        let fresh = hash::begin(present(hash_table, "no dshash table")?, exclusive);
        // SAFETY: the caller's variable.
        unsafe { status.write(fresh) };
        Ok(())
    }

    /// The next entry of a walk; NULL at the end.
    fn dshash_seq_next(status: *mut dshash_seq_status) -> *mut c_void {
        let mut status = present(status, "no dshash scan")?;
        // SAFETY: the caller's variable.
        let status = unsafe { status.as_mut() };
        // SAFETY: as said above.
        unsafe { hash::next(status) }
    }

    /// Ends a walk.
    fn dshash_seq_term(status: *mut dshash_seq_status) {
        // SAFETY: the caller's variable.
        let status = unsafe { present(status, "no dshash scan")?.as_ref() };
        // SAFETY: as said above.
        unsafe { hash::end(status) }
    }

    /// Deletes the entry that an exclusive walk is at.
    fn dshash_delete_current(status: *mut dshash_seq_status) {
        // SAFETY: the caller's variable.
        let status = unsafe { present(status, "no dshash scan")?.as_ref() };
        // SAFETY: as said above.
        unsafe { hash::delete_current(status) }
    }

    /// Shows a table on standard error.
    fn dshash_dump(hash_table: *mut Table) {
        // SAFETY: as said above.
        let text = unsafe { live(hash_table)? }.describe()?;
        write_all(libc::STDERR_FILENO, text.as_bytes());
        Ok(())
    }
}

plain! {
    /// Lets go of a table.
    fn dshash_detach(hash_table: *mut Table) {
        if let Some(table) = NonNull::new(hash_table) {
            // SAFETY: as said above.
            unsafe { hash::detach(table) };
        }
    }

    /// What others attach the table by.
    fn dshash_get_hash_table_handle(hash_table: *mut Table) -> Pointer {
        // SAFETY: as said above.
        unsafe { hash_table.as_ref() }.map_or(0, Table::handle)
    }

    /// Compares keys byte by byte.
    fn dshash_memcmp(a: *const c_void, b: *const c_void, size: usize, _arg: *mut c_void) -> c_int {
        // SAFETY: keys of so many bytes.
        unsafe { libc::memcmp(a, b, size) }
    }

    /// The hash of a key's bytes.
    fn dshash_memhash(v: *const c_void, size: usize, _arg: *mut c_void) -> u32 {
        // SAFETY: a key of so many bytes.
        text::hash::bytes(unsafe { slice::from_raw_parts(v.cast(), size) })
    }

    /// Copies a key's bytes.
    fn dshash_memcpy(dest: *mut c_void, src: *const c_void, size: usize, _arg: *mut c_void) {
        // SAFETY: keys of so many bytes.
        unsafe { dest.cast::<u8>().copy_from_nonoverlapping(src.cast(), size) };
    }

    /// Compares keys that are strings.
    fn dshash_strcmp(a: *const c_void, b: *const c_void, _size: usize, _arg: *mut c_void) -> c_int {
        // SAFETY: NUL-terminated strings.
        unsafe { libc::strcmp(a.cast(), b.cast()) }
    }

    /// The hash of a key that is a string.
    fn dshash_strhash(v: *const c_void, size: usize, _arg: *mut c_void) -> u32 {
        // SAFETY: a NUL-terminated string.
        unsafe { hash::hash_text(v, size) }
    }

    /// Copies a key that is a string.
    fn dshash_strcpy(dest: *mut c_void, src: *const c_void, _size: usize, _arg: *mut c_void) {
        // SAFETY: a NUL-terminated string, and room for it.
        unsafe { libc::strcpy(dest.cast(), src.cast()) };
    }
}
