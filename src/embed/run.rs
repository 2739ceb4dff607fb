//! Running a postmaster in the calling process.
//! Runs in: postmaster.

use core::ffi::{CStr, c_char, c_int};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::postmaster;

/// Runs the postmaster of a data directory in the calling process, until it is told to stop by
/// SIGTERM (smart), SIGINT (fast) or SIGQUIT (immediate shutdown). The log goes to standard error.
/// The process must have one thread and must not be root's.
///
/// `settings` is an array of `NAME=VALUE` strings that ends with NULL, or NULL; they are stronger
/// than pgbgw.conf. Returns the exit code: 0 after an orderly shutdown, 1 otherwise.
///
/// # Safety
/// `data_directory` and each setting are NUL-terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_postmaster_main(
    data_directory: *const c_char,
    settings: *const *const c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    let directory = unsafe { CStr::from_ptr(data_directory) }.to_bytes();
    let mut arguments: Vec<&[u8]> = Vec::new();
    let mut next = settings;
    while !next.is_null() {
        // SAFETY: the array has not ended yet.
        let text = unsafe { *next };
        if text.is_null() {
            break;
        }
        // SAFETY: the caller's promise.
        arguments.push(unsafe { CStr::from_ptr(text) }.to_bytes());
        // SAFETY: the array has a further element, NULL at the latest.
        next = unsafe { next.add(1) };
    }
    postmaster::run(Path::new(OsStr::from_bytes(directory)), &arguments)
}
