//! The functions that called one another, as the C library names them.
//! Runs in: any process.

use core::ffi::{CStr, c_int, c_void};
use core::ptr;

/// Frames that are shown.
const FRAMES: u8 = 100;

/// The frames of this thread, the innermost first; none where there is no memory for their names.
pub(crate) fn frames() -> Vec<Vec<u8>> {
    let mut addresses: [*mut c_void; FRAMES as usize] = [ptr::null_mut(); FRAMES as usize];
    // SAFETY: so many of a live array.
    let count = unsafe { libc::backtrace(addresses.as_mut_ptr(), c_int::from(FRAMES)) };
    // SAFETY: as many as it has filled in.
    let names = unsafe { libc::backtrace_symbols(addresses.as_ptr(), count) };
    if names.is_null() {
        return Vec::new();
    }
    let lines = (0..usize::try_from(count).unwrap_or(0)).map(|i| {
        // SAFETY: one name for each frame.
        let name = unsafe { names.add(i) };
        // SAFETY: the same.
        let name = unsafe { name.read() };
        // SAFETY: NUL-terminated.
        unsafe { CStr::from_ptr(name) }.to_bytes().to_vec()
    });
    let lines = lines.collect();
    // SAFETY: one block for all of them.
    unsafe { libc::free(names.cast()) };
    lines
}
