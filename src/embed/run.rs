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
    // SAFETY: the same.
    let settings = unsafe { texts(settings) };
    let arguments: Vec<&[u8]> = settings.iter().map(Vec::as_slice).collect();
    postmaster::run(Path::new(OsStr::from_bytes(directory)), &arguments)
}

/// The strings of an array that ends with NULL; none for NULL.
///
/// # Safety
/// `array` is NULL or such an array of NUL-terminated strings.
pub(super) unsafe fn texts(array: *const *const c_char) -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    let mut next = array;
    while !next.is_null() {
        // SAFETY: the array has not ended yet.
        let text = unsafe { *next };
        if text.is_null() {
            break;
        }
        // SAFETY: the caller's promise.
        texts.push(unsafe { CStr::from_ptr(text) }.to_bytes().to_vec());
        // SAFETY: the array has a further element, NULL at the latest.
        next = unsafe { next.add(1) };
    }
    texts
}
