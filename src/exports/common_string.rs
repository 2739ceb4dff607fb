//! `common/string.h`: strings and the numbers in them.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use crate::abi::variables::CurrentMemoryContext;
use crate::memory;
use crate::text::strings;

/// `MCXT_ALLOC_NO_OOM` of palloc.h: NULL instead of an ERROR.
const ALLOC_NO_OOM: c_int = 2;

// They fill strings that grow, which may jump, and those who ask for a line may.
variadic! {
    /// The next line of a stream, in CurrentMemoryContext; NULL: there is none.
    pg_get_line => pgbgw_shim_get_line;
    /// The next line of a stream in a string, instead of what is in there.
    pg_get_line_buf => pgbgw_shim_get_line_buf;
    /// The next line of a stream, behind what is in a string.
    pg_get_line_append => pgbgw_shim_get_line_append;
}

plain! {
    /// Whether a string ends with another.
    fn pg_str_endswith(r#str: *const c_char, end: *const c_char) -> bool {
        // SAFETY: a NUL-terminated string.
        let whole = unsafe { CStr::from_ptr(r#str) }.to_bytes();
        // SAFETY: the same.
        whole.ends_with(unsafe { CStr::from_ptr(end) }.to_bytes())
    }

    /// `strtol` for an `int`; errno is ERANGE if it does not fit.
    fn strtoint(r#str: *const c_char, endptr: *mut *mut c_char, base: c_int) -> c_int {
        // SAFETY: the arguments are those of strtol.
        let value = unsafe { libc::strtol(r#str, endptr, base) };
        c_int::try_from(value).unwrap_or_else(|_| {
            nix::errno::Errno::ERANGE.set();
            #[expect(clippy::cast_possible_truncation, reason = "what PostgreSQL returns then")]
            let low = value as c_int;
            low
        })
    }

    /// Removes carriage returns and newlines at the end; the length then.
    fn pg_strip_crlf(r#str: *mut c_char) -> c_int {
        // SAFETY: a NUL-terminated string.
        let length = strings::without_line_end(unsafe { CStr::from_ptr(r#str) }.to_bytes());
        // SAFETY: within the string, or its NUL.
        let end_of_text = unsafe { r#str.add(length) };
        // SAFETY: the same.
        unsafe { end_of_text.write(0) };
        c_int::try_from(length).unwrap_or(c_int::MAX)
    }

    /// Whether all bytes are ASCII.
    fn pg_is_ascii(r#str: *const c_char) -> bool {
        // SAFETY: a NUL-terminated string.
        unsafe { CStr::from_ptr(r#str) }.to_bytes().is_ascii()
    }
}

throwing! {
    /// A copy with what is not printable ASCII as `\xNN`.
    fn pg_clean_ascii(r#str: *const c_char, alloc_flags: c_int) -> *mut c_char {
        // SAFETY: a NUL-terminated string.
        let clean = strings::clean_ascii(unsafe { CStr::from_ptr(r#str) }.to_bytes());
        match memory::copy_bytes(CurrentMemoryContext.get(), &clean) {
            Err(_) if alloc_flags & ALLOC_NO_OOM != 0 => Ok(ptr::null_mut()),
            copy => Ok(copy?.as_ptr().cast()),
        }
    }
}
