//! `utils/ps_status.h`: the process title.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int};

use crate::abi::miscadmin;
use crate::abi::variables::MyBackendType;
use crate::worker::title;

plain! {
    /// Sets the part of the title that stays; NULL stands for the kind of process.
    fn init_ps_display(fixed_part: *const c_char) {
        let name = if fixed_part.is_null() {
            miscadmin::backend_type_name(MyBackendType.get())
        } else {
            // SAFETY: a NUL-terminated string.
            unsafe { CStr::from_ptr(fixed_part) }
        };
        title::set_name(name.to_bytes());
    }

    /// Shows what the process does, after its name.
    fn set_ps_display_with_len(activity: *const c_char, len: usize) {
        // SAFETY: `len` bytes of the caller.
        title::set_activity(unsafe { core::slice::from_raw_parts(activity.cast(), len) });
    }

    /// Shows words after that.
    fn set_ps_display_suffix(suffix: *const c_char) {
        // SAFETY: a NUL-terminated string.
        title::set_suffix(unsafe { CStr::from_ptr(suffix) }.to_bytes());
    }

    /// Removes them.
    fn set_ps_display_remove_suffix() {
        title::remove_suffix();
    }

    /// What the process says that it does.
    fn get_ps_display(displen: *mut c_int) -> *const c_char {
        let (text, len) = title::activity();
        // SAFETY: the caller's variable.
        unsafe { *displen = c_int::try_from(len).unwrap_or(c_int::MAX) };
        text
    }
}
