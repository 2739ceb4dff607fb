//! The settings that a data directory has, told without running anything.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::check::pgbgw_fact_callback;
use crate::abi::variables::{IsPostmasterEnvironment, IsUnderPostmaster};
use crate::guc;

/// Tells all settings as a postmaster started in this data directory would have them before it
/// loads libraries, or with NULL all settings of pgbgw's own with their defaults. Each begins with the
/// fact `name`; then, where there is one, `value`, `source` (`default` or `configuration file`),
/// `file`, `line`, `description`, `context`, `type`, `unit`, `min`, `max`, `words` (of an enum),
/// `boot_value` and others, as PostgreSQL's view pg_settings has them. A fact `problem` for
/// each thing that is wrong with the file.
///
/// Not for a process that is a postmaster, or is attached to one. Returns 0 if nothing is wrong, 1
/// if something is, -1 if nothing can be told.
///
/// # Safety
/// `data_directory` is NUL-terminated or NULL; `fact` may be called with `arg`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_settings(
    data_directory: *const c_char,
    fact: pgbgw_fact_callback,
    arg: *mut c_void,
) -> c_int {
    let busy = IsPostmasterEnvironment.get() || IsUnderPostmaster.get();
    let Some(fact) = fact.filter(|_| !busy) else { return -1 };
    // SAFETY: not NULL, and the caller's promise.
    let bytes = (!data_directory.is_null()).then(|| unsafe { CStr::from_ptr(data_directory) });
    let directory = bytes.map(|bytes| Path::new(OsStr::from_bytes(bytes.to_bytes())));
    let Ok(rows) = guc::of_directory(directory) else { return -1 };
    let mut wrong = false;
    for (key, value) in rows.into_iter().flatten() {
        wrong |= key == "problem";
        let Some(value) = value.and_then(|value| CString::new(value).ok()) else { continue };
        let key = CString::new(key).unwrap_or_default();
        // SAFETY: the caller's promise; both texts outlive the call.
        unsafe { fact(arg, key.as_ptr(), value.as_ptr()) };
    }
    c_int::from(wrong)
}
