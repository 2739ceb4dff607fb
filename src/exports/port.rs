//! `port.h`: PostgreSQL's names for what the C library does.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use core::slice;

use crate::abi::c::pgsocket;
use crate::abi::variable::Variable;
use crate::sys::random;
use crate::text::strings;

/// Room for an error's text, with the NUL.
const STRERROR_ROOM: usize = 256;
/// What `pg_strerror` returns a pointer to.
static STRERROR: Variable<[c_char; STRERROR_ROOM]> = Variable::new([0; STRERROR_ROOM]);

/// # Safety
/// Both are NUL-terminated.
unsafe fn compare(s1: *const c_char, s2: *const c_char, most: usize) -> c_int {
    // SAFETY: the caller's promise.
    let a = unsafe { CStr::from_ptr(s1) }.to_bytes();
    // SAFETY: the same.
    let b = unsafe { CStr::from_ptr(s2) }.to_bytes();
    strings::compare_ignoring_case(a, b, most)
}

/// At most `n` bytes of what may have no NUL after them.
///
/// # Safety
/// `s` is NUL-terminated or has `n` bytes.
unsafe fn bounded<'a>(s: *const c_char, n: usize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    let length = unsafe { libc::strnlen(s, n) };
    // SAFETY: so many bytes are there.
    unsafe { slice::from_raw_parts(s.cast(), length) }
}

// Those that are variadic or take a va_list, and those whose callbacks may jump.
variadic! {
    /// `snprintf`.
    pg_snprintf => pgbgw_shim_snprintf;
    /// `vsnprintf`.
    pg_vsnprintf => pgbgw_shim_vsnprintf;
    /// `sprintf`.
    pg_sprintf => pgbgw_shim_sprintf;
    /// `vsprintf`.
    pg_vsprintf => pgbgw_shim_vsprintf;
    /// `fprintf`.
    pg_fprintf => pgbgw_shim_fprintf;
    /// `vfprintf`.
    pg_vfprintf => pgbgw_shim_vfprintf;
    /// `printf`.
    pg_printf => pgbgw_shim_printf;
    /// `vprintf`.
    pg_vprintf => pgbgw_shim_vprintf;
    /// `%.*g` with a precision from 1 to 32.
    pg_strfromd => pgbgw_shim_strfromd;
    /// `qsort`.
    pg_qsort => pgbgw_shim_qsort;
    /// `qsort_r`.
    qsort_arg => pgbgw_shim_qsort_arg;
}

plain! {
    /// Compares without regard to the case of ASCII letters.
    fn pg_strcasecmp(s1: *const c_char, s2: *const c_char) -> c_int {
        // SAFETY: NUL-terminated strings.
        unsafe { compare(s1, s2, usize::MAX) }
    }

    /// The same for at most `n` bytes.
    fn pg_strncasecmp(s1: *const c_char, s2: *const c_char, n: usize) -> c_int {
        // SAFETY: NUL-terminated, or `n` bytes long.
        let a = unsafe { bounded(s1, n) };
        // SAFETY: the same.
        strings::compare_ignoring_case(a, unsafe { bounded(s2, n) }, n)
    }

    /// The capital of an ASCII letter.
    fn pg_toupper(ch: u8) -> u8 {
        ch.to_ascii_uppercase()
    }

    /// The small one.
    fn pg_tolower(ch: u8) -> u8 {
        ch.to_ascii_lowercase()
    }

    /// The capital of an ASCII letter.
    fn pg_ascii_toupper(ch: u8) -> u8 {
        ch.to_ascii_uppercase()
    }

    /// The small one.
    fn pg_ascii_tolower(ch: u8) -> u8 {
        ch.to_ascii_lowercase()
    }

    /// Compares strings that the arguments point to pointers to.
    fn pg_qsort_strcmp(a: *const c_void, b: *const c_void) -> c_int {
        // SAFETY: an element of an array of strings.
        let a = unsafe { *a.cast::<*const c_char>() };
        // SAFETY: the same.
        let b = unsafe { *b.cast::<*const c_char>() };
        // SAFETY: NUL-terminated strings.
        unsafe { libc::strcmp(a, b) }
    }

    /// Sleeps so many microseconds, or until a signal comes.
    fn pg_usleep(microsec: c_long) {
        if microsec > 0 {
            let time = libc::timespec {
                tv_sec: microsec / 1_000_000,
                tv_nsec: microsec % 1_000_000 * 1_000,
            };
            // SAFETY: a time, and nowhere to put the rest.
            let _interrupted = unsafe { libc::nanosleep(&raw const time, core::ptr::null_mut()) };
        }
    }

    /// An error's text, in a static buffer.
    fn pg_strerror(errnum: c_int) -> *mut c_char {
        let text = STRERROR.as_ptr().cast();
        // SAFETY: the buffer has that room.
        unsafe { libc::strerror_r(errnum, text, STRERROR_ROOM) };
        text
    }

    /// An error's text, in the caller's buffer.
    fn pg_strerror_r(errnum: c_int, buf: *mut c_char, buflen: usize) -> *mut c_char {
        // SAFETY: the caller's buffer.
        unsafe { libc::strerror_r(errnum, buf, buflen) };
        buf
    }

    /// Fills a buffer with random bytes that nobody can foretell; false: there are none.
    fn pg_strong_random(buf: *mut c_void, len: usize) -> bool {
        // SAFETY: the caller's buffer.
        len == 0 || random::fill(unsafe { slice::from_raw_parts_mut(buf.cast(), len) })
    }

    /// Makes a socket non-blocking; false: errno says why not.
    fn pg_set_noblock(sock: pgsocket) -> bool {
        set_blocking(sock, false)
    }

    /// Makes a socket blocking; false: errno says why not.
    fn pg_set_block(sock: pgsocket) -> bool {
        set_blocking(sock, true)
    }
}

fn set_blocking(sock: pgsocket, blocking: bool) -> bool {
    // SAFETY: a descriptor of any kind; a bad one is refused.
    let flags = unsafe { libc::fcntl(sock, libc::F_GETFL) };
    if flags < 0 {
        return false;
    }
    let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
    // SAFETY: the same.
    unsafe { libc::fcntl(sock, libc::F_SETFL, flags) >= 0 }
}
