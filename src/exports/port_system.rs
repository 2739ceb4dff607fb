//! `port.h`: folders, users, programs.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::ffi::CString;

use nix::errno::Errno;
use nix::unistd::{Uid, User};

use crate::abi::c::MAXPGPATH;
use crate::error::{Level, Report, SqlState, emit};
use crate::files::tree;
use crate::sys::reason::reason;
use crate::worker::interrupts;

use super::port_wait::{copy_bounded, in_words};

/// # Safety
/// NUL-terminated.
unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// Copies a text into a caller's buffer, as much as fits.
///
/// # Safety
/// The buffer has that room.
unsafe fn put(text: Vec<u8>, buffer: *mut c_char, room: usize) {
    let text = CString::new(text).unwrap_or_default();
    // SAFETY: a NUL-terminated string, and the caller's promise.
    unsafe { copy_bounded(buffer, text.as_ptr(), room) };
}

/// Puts what is known of a user into a buffer; false: why not is there.
///
/// # Safety
/// The buffer has that room.
unsafe fn user(
    id: libc::uid_t,
    buffer: *mut c_char,
    room: usize,
    what: fn(User) -> Vec<u8>,
) -> bool {
    let found = User::from_uid(Uid::from_raw(id));
    let (text, is_found) = match found {
        Ok(Some(user)) => (what(user), true),
        Ok(None) => (format!("local user with ID {id} does not exist").into_bytes(), false),
        Err(errno) => {
            let said = reason(errno);
            (format!("could not look up local user ID {id}: {said}").into_bytes(), false)
        }
    };
    // SAFETY: the caller's promise.
    unsafe { put(text, buffer, room) };
    is_found
}

fn home(user: User) -> Vec<u8> {
    user.dir.into_os_string().into_encoded_bytes()
}

// Those whose callbacks may jump.
variadic! {
    /// `qsort_r` that a cancel request or the process's end can interrupt.
    qsort_interruptible => pgbgw_shim_qsort_interruptible;
    /// `bsearch` whose callback gets an argument.
    bsearch_arg => pgbgw_shim_bsearch_arg;
}

throwing! {
    /// CHECK_FOR_INTERRUPTS for the C shim.
    fn pgbgw__check_for_interrupts() {
        interrupts::check()
    }
}

plain! {
    /// Removes what is in a folder, and the folder itself if asked for. False after WARNINGs.
    fn rmtree(path: *const c_char, rmtopdir: bool) -> bool {
        // SAFETY: a NUL-terminated string.
        tree::remove(unsafe { bytes(path) }, rmtopdir)
    }

    /// `pclose`; a LOG line says how the program ended if not well.
    fn pclose_check(stream: *mut libc::FILE) -> c_int {
        // SAFETY: the caller's stream.
        let status = unsafe { libc::pclose(stream) };
        let message = match status {
            0 => return 0,
            -1 => format!("pclose() failed: {}", reason(Errno::last())),
            _ => in_words(status),
        };
        emit(&Report::new(Level::Log, message).with_sqlstate(SqlState::new(*b"58000")));
        status
    }

    /// The name of a program without its folder, in memory of malloc.
    fn get_progname(argv0: *const c_char) -> *const c_char {
        // SAFETY: a NUL-terminated string.
        let start = unsafe { bytes(argv0) }.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
        // SAFETY: within the string, or its NUL.
        let name = unsafe { argv0.add(start) };
        // SAFETY: a NUL-terminated string.
        unsafe { libc::strdup(name) }
    }

    /// The user's home folder: HOME, or what the system knows; false: nothing.
    fn get_home_path(ret_path: *mut c_char) -> bool {
        let set = std::env::var_os("HOME").filter(|home| !home.is_empty());
        let known = || User::from_uid(Uid::effective()).ok().flatten().map(home);
        let Some(path) = set.map(std::ffi::OsString::into_encoded_bytes).or_else(known) else {
            return false;
        };
        // SAFETY: the caller's room for a path.
        unsafe { put(path, ret_path, MAXPGPATH) };
        true
    }

    /// A user's name; false: why not.
    fn pg_get_user_name(user_id: libc::uid_t, buffer: *mut c_char, buflen: usize) -> bool {
        // SAFETY: the caller's buffer.
        unsafe { user(user_id, buffer, buflen, |user| user.name.into_bytes()) }
    }

    /// A user's home folder; false: why not.
    fn pg_get_user_home_dir(user_id: libc::uid_t, buffer: *mut c_char, buflen: usize) -> bool {
        // SAFETY: the caller's buffer.
        unsafe { user(user_id, buffer, buflen, home) }
    }

    /// Who is at the other end of a Unix socket; -1: errno says why nobody knows.
    fn getpeereid(sock: c_int, uid: *mut libc::uid_t, gid: *mut libc::gid_t) -> c_int {
        let mut peer = libc::ucred { pid: 0, uid: 0, gid: 0 };
        let mut size = c_uint::try_from(size_of::<libc::ucred>()).unwrap_or(0);
        let to = (&raw mut peer).cast::<c_void>();
        let (level, what) = (libc::SOL_SOCKET, libc::SO_PEERCRED);
        // SAFETY: a variable and its size.
        if unsafe { libc::getsockopt(sock, level, what, to, &raw mut size) } != 0 {
            return -1;
        }
        // SAFETY: the caller's variable.
        unsafe { uid.write(peer.uid) };
        // SAFETY: the same.
        unsafe { gid.write(peer.gid) };
        0
    }

    /// A copy with quotes and backslashes doubled, in memory of malloc; NULL: there is none.
    fn escape_single_quotes_ascii(src: *const c_char) -> *mut c_char {
        let mut text = Vec::new();
        // SAFETY: a NUL-terminated string.
        for byte in unsafe { bytes(src) } {
            let count = if matches!(byte, b'\'' | b'\\') { 2 } else { 1 };
            text.extend(core::iter::repeat_n(*byte, count));
        }
        text.push(0);
        // SAFETY: a NUL-terminated string.
        unsafe { libc::strdup(text.as_ptr().cast()) }
    }
}
