//! PostgreSQL's printf, into a buffer of the caller's.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};

use nix::errno::Errno;

use crate::error::{Report, Result, SqlState};
use crate::sys::reason::reason;

unsafe extern "C" {
    fn pgbgw_shim_format_into(
        buf: *mut c_char,
        len: usize,
        fmt: *const c_char,
        args: *mut c_void,
    ) -> c_int;
}

/// Formats. Returns the length if there is room for it and a NUL, else how much room is needed.
/// `args` is a `va_list`: an array, or larger than two registers, so that C passes its address.
///
/// # Safety
/// `buf` has `len` bytes; `fmt` is a NUL-terminated string, and `args` are its arguments.
///
/// # Errors
/// What cannot be formatted.
pub(crate) unsafe fn into_buffer(
    buf: *mut c_char,
    len: usize,
    fmt: *const c_char,
    args: *mut c_void,
) -> Result<usize> {
    // SAFETY: the caller's promise.
    let written = unsafe { pgbgw_shim_format_into(buf, len, fmt, args) };
    let Ok(written) = usize::try_from(written) else {
        let said = reason(Errno::last());
        // SAFETY: the same.
        let fmt = unsafe { CStr::from_ptr(fmt) }.to_string_lossy();
        let message = format!("vsnprintf failed: {said} with format string \"{fmt}\"");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    };
    Ok(if written < len { written } else { written + 1 })
}
