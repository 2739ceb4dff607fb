//! `storage/dsm_registry.h`: segments with names.
//! Runs in: worker; postmaster while libraries set up shared memory.

use core::ffi::{CStr, c_char, c_void};

use crate::dynamic::registry;

use super::utils_dsa::RELEASE;

/// # Safety
/// NULL or a NUL-terminated string.
unsafe fn name<'a>(name: *const c_char) -> &'a CStr {
    if name.is_null() {
        return c"";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) }
}

throwing! {
    /// The segment of a name; the first process that asks makes it.
    fn GetNamedDSMSegment(
        name: *const c_char,
        size: usize,
        init_callback: Option<unsafe extern "C" fn(*mut c_void)>,
        found: *mut bool,
    ) -> *mut c_void {
        // SAFETY: the header's prototype.
        let name = unsafe { self::name(name) };
        let (address, was_there) = registry::get(name, size, init_callback, RELEASE)?;
        // SAFETY: the caller's variable.
        unsafe { found.write(was_there) };
        Ok(address)
    }
}
