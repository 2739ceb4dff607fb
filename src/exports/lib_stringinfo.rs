//! `lib/stringinfo.h`: strings that grow.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_void};
use core::ptr::NonNull;

use crate::abi::stringinfo::StringInfo;
use crate::containers::string;

variadic! {
    /// Appends a text, formatted as printf does.
    appendStringInfo => pgbgw_shim_appendStringInfo;
}

throwing! {
    /// An empty string, itself allocated.
    fn makeStringInfo() -> StringInfo {
        string::make()
    }

    /// Makes a string of the caller's an empty one.
    fn initStringInfo(str: StringInfo) {
        let fresh = string::empty()?;
        // SAFETY: the caller's variable.
        unsafe { str.write(fresh) };
        Ok(())
    }

    /// Appends a formatted text if there is room; returns 0, or how much room to make.
    fn appendStringInfoVA(str: StringInfo, fmt: *const c_char, args: *mut c_void) -> c_int {
        // SAFETY: a string, a format and its arguments.
        unsafe { string::append_formatted(str, fmt, args) }
    }

    /// `appendStringInfoVA` for the C shim.
    fn pgbgw__append_formatted(str: StringInfo, fmt: *const c_char, args: *mut c_void) -> c_int {
        // SAFETY: a string, a format and its arguments.
        unsafe { string::append_formatted(str, fmt, args) }
    }

    /// Appends a NUL-terminated string.
    fn appendStringInfoString(str: StringInfo, s: *const c_char) {
        // SAFETY: both live.
        unsafe { string::append_text(str, s) }
    }

    /// Appends a byte.
    fn appendStringInfoChar(str: StringInfo, ch: c_char) {
        // SAFETY: a live string.
        unsafe { string::append_repeated(str, ch, 1) }
    }

    /// Appends blanks.
    fn appendStringInfoSpaces(str: StringInfo, count: c_int) {
        // SAFETY: a live string.
        unsafe { string::append_repeated(str, b' '.cast_signed(), count) }
    }

    /// Appends bytes, and a NUL that does not count.
    fn appendBinaryStringInfo(str: StringInfo, data: *const c_void, datalen: c_int) {
        // SAFETY: both live.
        unsafe { string::append(str, data.cast(), datalen, true) }
    }

    /// Appends bytes.
    fn appendBinaryStringInfoNT(str: StringInfo, data: *const c_void, datalen: c_int) {
        // SAFETY: both live.
        unsafe { string::append(str, data.cast(), datalen, false) }
    }

    /// Makes room for so many more bytes.
    fn enlargeStringInfo(str: StringInfo, needed: c_int) {
        // SAFETY: a live string.
        unsafe { string::enlarge(str, needed) }
    }

    /// `enlargeStringInfo` for the C shim.
    fn pgbgw__enlarge_string(str: StringInfo, needed: c_int) {
        // SAFETY: a live string.
        unsafe { string::enlarge(str, needed) }
    }
}

plain! {
    /// Empties a string.
    fn resetStringInfo(str: StringInfo) {
        // SAFETY: a live string.
        unsafe { string::reset(str) };
    }

    /// Frees a string of makeStringInfo.
    fn destroyStringInfo(str: StringInfo) {
        if let Some(string) = NonNull::new(str) {
            // SAFETY: live, and not used any more.
            unsafe { string::destroy(string) };
        }
    }
}
