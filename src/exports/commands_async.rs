//! `commands/async.h`: notifications.
//! Runs in: worker.

use core::ffi::{CStr, c_char};

use crate::database::notify;

/// A text, empty for NULL.
///
/// # Safety
/// It is NULL or NUL-terminated.
unsafe fn text<'a>(text: *const c_char) -> &'a CStr {
    if text.is_null() {
        return c"";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }
}

throwing! {
    /// Notifies a channel when the transaction is committed.
    fn Async_Notify(channel: *const c_char, payload: *const c_char) {
        // SAFETY: the header's prototype.
        notify::send(unsafe { text(channel) }, unsafe { text(payload) })
    }
}
