//! What a C program asks before anything runs: the version, and the sample configuration.
//! Runs in: any process.

use core::ffi::{CStr, c_char};
use std::ffi::CString;
use std::sync::OnceLock;

use crate::guc;

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (PostgreSQL 17)\0");

/// The version of the library and of PostgreSQL's interface, as in `0.1.0 (PostgreSQL 17)`. The
/// text lives as long as the process.
#[unsafe(no_mangle)]
pub extern "C" fn pgbgw_version() -> *const c_char {
    CStr::from_bytes_with_nul(VERSION.as_bytes()).unwrap_or_default().as_ptr()
}

/// The text of a new `pgbgw.conf`: every setting with its default, commented out. The text lives
/// as long as the process.
#[unsafe(no_mangle)]
pub extern "C" fn pgbgw_sample_config() -> *const c_char {
    static SAMPLE: OnceLock<CString> = OnceLock::new();
    SAMPLE.get_or_init(|| CString::new(guc::sample()).unwrap_or_default()).as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_c_strings() {
        // SAFETY: both functions return NUL-terminated texts that live as long as the process.
        let version = unsafe { CStr::from_ptr(pgbgw_version()) }.to_str().unwrap();
        assert!(version.starts_with(env!("CARGO_PKG_VERSION")), "{version}");
        // SAFETY: as above.
        let sample = unsafe { CStr::from_ptr(pgbgw_sample_config()) }.to_str().unwrap();
        assert!(sample.contains("\n#shared_preload_libraries = ''"));
    }
}
