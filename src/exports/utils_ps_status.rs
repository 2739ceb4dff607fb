//! `utils/ps_status.h`: the process title.
//! Runs in: worker.

use core::ffi::{c_char, c_int};

use crate::worker::title;

plain! {
    /// Shows what the process does, after its name.
    fn set_ps_display_with_len(activity: *const c_char, len: usize) {
        // SAFETY: `len` bytes of the caller.
        title::set_activity(unsafe { core::slice::from_raw_parts(activity.cast(), len) });
    }

    /// What set_ps_display_with_len was last told.
    fn get_ps_display(displen: *mut c_int) -> *const c_char {
        let (text, len) = title::activity();
        // SAFETY: the caller's variable.
        unsafe { *displen = c_int::try_from(len).unwrap_or(c_int::MAX) };
        text
    }
}
