//! `port.h`: paths as text.
//! Runs in: any process.

use core::ffi::{CStr, c_char};
use core::ptr;
use std::os::unix::ffi::OsStrExt as _;

use crate::abi::c::MAXPGPATH;
use crate::error::{Report, Result, SqlState};
use crate::files::path as paths;

/// # Safety
/// NUL-terminated.
unsafe fn bytes<'a>(path: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(path) }.to_bytes()
}

/// # Safety
/// `to` has room for the text and a NUL.
unsafe fn write(to: *mut c_char, text: &[u8]) {
    // SAFETY: the caller's promise; the text is not in there.
    unsafe { ptr::copy_nonoverlapping(text.as_ptr().cast(), to, text.len()) };
    // SAFETY: the same.
    let end_of_text = unsafe { to.add(text.len()) };
    // SAFETY: the same.
    unsafe { end_of_text.write(0) };
}

fn separator(path: *const c_char, find: fn(&[u8]) -> Option<usize>) -> *mut c_char {
    // SAFETY: a NUL-terminated string.
    let found = find(unsafe { bytes(path) });
    // SAFETY: within the string.
    found.map_or(ptr::null_mut(), |at| unsafe { path.add(at) }.cast_mut())
}

plain! {
    /// The first slash, or NULL.
    fn first_dir_separator(filename: *const c_char) -> *mut c_char {
        separator(filename, |path| path.iter().position(|b| *b == b'/'))
    }

    /// The last slash, or NULL.
    fn last_dir_separator(filename: *const c_char) -> *mut c_char {
        separator(filename, |path| path.iter().rposition(|b| *b == b'/'))
    }

    /// The colon between two folders of a list, or NULL.
    fn first_path_var_separator(pathlist: *const c_char) -> *mut c_char {
        separator(pathlist, |list| list.iter().position(|b| *b == b':'))
    }

    /// Whether a path begins with a drive's letter: there are none.
    fn has_drive_prefix(_path: *const c_char) -> bool {
        false
    }

    /// Makes a path what the system wants it to be, which it is.
    fn make_native_path(_filename: *mut c_char) {}

    /// Makes a path what PostgreSQL wants it to be, which it is.
    fn cleanup_path(_path: *mut c_char) {}

    /// Whether a path stays where it starts, wherever it leads in between.
    fn path_is_safe_for_extraction(path: *const c_char) -> bool {
        // SAFETY: a NUL-terminated string.
        let path = paths::canonical(unsafe { bytes(path) });
        !path.starts_with(b"/") && !paths::leads_out(&path)
    }

    /// Writes `head/tail` to a buffer of `MAXPGPATH` bytes, which may be `head`.
    fn join_path_components(ret_path: *mut c_char, head: *const c_char, tail: *const c_char) {
        // SAFETY: a NUL-terminated string.
        let mut joined = unsafe { bytes(head) }.to_vec();
        joined.truncate(MAXPGPATH - 1);
        // SAFETY: the same.
        let tail = unsafe { bytes(tail) };
        if !tail.is_empty() && !joined.is_empty() {
            joined.push(b'/');
        }
        joined.extend_from_slice(tail);
        joined.truncate(MAXPGPATH - 1);
        // SAFETY: the caller's buffer has MAXPGPATH bytes.
        unsafe { write(ret_path, &joined) };
    }

    /// Removes from a path what does not matter, in place.
    fn canonicalize_path(path: *mut c_char) {
        // SAFETY: a NUL-terminated string.
        let old = unsafe { bytes(path) };
        let mut canonical = paths::canonical(old);
        // Never longer, but for an empty path.
        canonical.truncate(old.len());
        // SAFETY: not longer than what was there.
        unsafe { write(path, &canonical) };
    }

    /// Cuts a path to that of its folder, in place.
    fn get_parent_directory(path: *mut c_char) {
        // SAFETY: a NUL-terminated string.
        let end = paths::parent(unsafe { bytes(path) });
        // SAFETY: within the string, or its NUL.
        let end_of_text = unsafe { path.add(end) };
        // SAFETY: the same.
        unsafe { end_of_text.write(0) };
    }

    /// Whether a canonical path leads out of where it starts.
    fn path_contains_parent_reference(path: *const c_char) -> bool {
        // SAFETY: a NUL-terminated string.
        paths::leads_out(unsafe { bytes(path) })
    }

    /// Whether a canonical path stays where it starts, and that is not the root.
    fn path_is_relative_and_below_cwd(path: *const c_char) -> bool {
        // SAFETY: a NUL-terminated string.
        let path = unsafe { bytes(path) };
        !path.starts_with(b"/") && !paths::leads_out(path)
    }

    /// Whether a canonical path is another or leads into it.
    fn path_is_prefix_of_path(path1: *const c_char, path2: *const c_char) -> bool {
        // SAFETY: a NUL-terminated string.
        let prefix = unsafe { bytes(path1) };
        // SAFETY: the same.
        paths::is_prefix(prefix, unsafe { bytes(path2) })
    }
}

throwing! {
    /// The canonical path from the root, in memory of malloc; NULL for NULL.
    fn make_absolute_path(path: *const c_char) -> *mut c_char {
        if path.is_null() {
            return Ok(ptr::null_mut());
        }
        // SAFETY: a NUL-terminated string.
        absolute(unsafe { bytes(path) })
    }
}

fn absolute(path: &[u8]) -> Result<*mut c_char> {
    let mut whole = Vec::new();
    if !path.starts_with(b"/") {
        let here = std::env::current_dir().map_err(|error| {
            let reason = crate::sys::reason::of_io(&error);
            let message = format!("could not get current working directory: {reason}\n");
            Report::error(SqlState::INTERNAL_ERROR, message)
        })?;
        whole.extend_from_slice(here.as_os_str().as_bytes());
        whole.push(b'/');
    }
    whole.extend_from_slice(path);
    let mut whole = paths::canonical(&whole);
    whole.push(0);
    // SAFETY: a NUL-terminated string.
    let copy = unsafe { libc::strdup(whole.as_ptr().cast()) };
    if copy.is_null() {
        return Err(Report::error(SqlState::OUT_OF_MEMORY, "out of memory").into());
    }
    Ok(copy)
}
