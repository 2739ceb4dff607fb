//! The C library's mathematics, opened when it is first asked for: hardly any worker needs it, and
//! a library more in every process makes each fork and each end dearer.
//! Runs in: any process.

use core::ffi::{CStr, c_double};
use core::mem;
use std::sync::OnceLock;

const LIBRARY: &CStr = c"libm.so.6";

type Function = extern "C" fn(c_double) -> c_double;

/// Functions of math.h, with the very results that C programs get.
#[derive(Clone, Copy)]
pub(crate) struct Mathematics {
    /// `log`.
    pub(crate) log: Function,
    /// `sin`.
    pub(crate) sin: Function,
}

/// None: the library is not there.
pub(crate) fn get() -> Option<Mathematics> {
    static FOUND: OnceLock<Option<Mathematics>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        // SAFETY: the library's initializers touch nothing of ours.
        let library = unsafe { libc::dlopen(LIBRARY.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        let function = |name: &CStr| {
            // SAFETY: a handle or null, which means the program's own libraries, and a name.
            let found = unsafe { libc::dlsym(library, name.as_ptr()) };
            // SAFETY: math.h declares both functions so, and the library is never closed.
            (!found.is_null()).then(|| unsafe { mem::transmute::<*mut _, Function>(found) })
        };
        Some(Mathematics { log: function(c"log")?, sin: function(c"sin")? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_those_that_programs_get() {
        let Mathematics { log, sin } = get().unwrap();
        assert_eq!(
            (log(2.5).to_bits(), sin(2.5).to_bits()),
            (2.5f64.ln().to_bits(), 2.5f64.sin().to_bits())
        );
    }
}
