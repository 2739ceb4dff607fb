//! The C API of the library, as far as the command uses it (`include/pgbgw.h`).
//! Runs in: command.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::protocol::Row;

type Fact = unsafe extern "C" fn(arg: *mut c_void, key: *const c_char, value: *const c_char);

// The prototypes are those of include/pgbgw.h.
unsafe extern "C" {
    safe fn pgbgw_version() -> *const c_char;
    safe fn pgbgw_sample_config() -> *const c_char;
    fn pgbgw_postmaster_main(
        data_directory: *const c_char,
        settings: *const *const c_char,
    ) -> c_int;
    fn pgbgw_check(path: *const c_char, fact: Fact, arg: *mut c_void) -> c_int;
    fn pgbgw_settings(data_directory: *const c_char, fact: Fact, arg: *mut c_void) -> c_int;
}

/// The text behind a pointer that the library keeps for as long as the process lives.
fn lasting(text: *const c_char) -> &'static str {
    if text.is_null() {
        return "";
    }
    // SAFETY: the two callers pass what `pgbgw_version` and `pgbgw_sample_config` return.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or_default()
}

/// Version of the library and of PostgreSQL's interface.
pub(crate) fn version() -> &'static str {
    lasting(pgbgw_version())
}

/// The text of a new pgbgw.conf.
pub(crate) fn sample_config() -> &'static str {
    lasting(pgbgw_sample_config())
}

/// Runs the postmaster in this process until it ends; its exit code. None where a text has a NUL
/// inside.
pub(crate) fn postmaster_main<S: AsRef<OsStr>>(directory: &Path, settings: &[S]) -> Option<c_int> {
    let directory = text(directory.as_os_str())?;
    let settings: Vec<CString> =
        settings.iter().map(|setting| text(setting.as_ref())).collect::<Option<_>>()?;
    let mut pointers: Vec<*const c_char> = settings.iter().map(|text| text.as_ptr()).collect();
    pointers.push(ptr::null());
    // SAFETY: C strings and a NULL-terminated array of them, alive during the call.
    Some(unsafe { pgbgw_postmaster_main(directory.as_ptr(), pointers.as_ptr()) })
}

/// What the library finds out about a module: keys with values, in order. None where the path has
/// a NUL inside.
pub(crate) fn check(path: &Path) -> Option<(c_int, Vec<(String, String)>)> {
    let path = text(path.as_os_str())?;
    let mut facts: Vec<(String, String)> = Vec::new();
    let arg: *mut c_void = (&raw mut facts).cast();
    // SAFETY: the path lives during the call, in which `note` gets the address of `facts`.
    let code = unsafe { pgbgw_check(path.as_ptr(), note, arg) };
    Some((code, facts))
}

/// The settings of a data directory, or with none those of pgbgw itself, each a row, and what is
/// wrong with its file. None where the path has a NUL inside.
pub(crate) fn settings(directory: Option<&Path>) -> Option<Vec<Row>> {
    let path = directory.map(|directory| text(directory.as_os_str()));
    let path = path.map_or(Some(None), |path| path.map(Some))?;
    let mut facts: Vec<(String, String)> = Vec::new();
    let arg: *mut c_void = (&raw mut facts).cast();
    let at = path.as_ref().map_or(ptr::null(), |path| path.as_ptr());
    // SAFETY: the path lives during the call, in which `note` gets the address of `facts`.
    let _wrong = unsafe { pgbgw_settings(at, note, arg) };
    let mut rows: Vec<Row> = Vec::new();
    for (key, value) in facts {
        if key == "name" || key == "problem" {
            rows.push(Row::new());
        }
        if let Some(row) = rows.last_mut() {
            row.push((key, Some(value)));
        }
    }
    Some(rows)
}

/// # Safety
/// `arg` is the address that `check` or `settings` gave, `key` a C string, `value` one or NULL.
unsafe extern "C" fn note(arg: *mut c_void, key: *const c_char, value: *const c_char) {
    // SAFETY: the address of the caller's vector, which nobody else touches during the call.
    let facts = unsafe { &mut *arg.cast::<Vec<(String, String)>>() };
    let read = |text: *const c_char| {
        if text.is_null() {
            return String::new();
        }
        // SAFETY: a C string by the contract.
        unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
    };
    facts.push((read(key), read(value)));
}

fn text(text: &OsStr) -> Option<CString> {
    CString::new(text.as_bytes()).ok()
}
