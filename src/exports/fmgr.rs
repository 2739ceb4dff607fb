//! `fmgr.h`: libraries and their functions.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_void};
use core::ptr;

use crate::error::Result;
use crate::loader::{self, Library};

throwing! {
    /// Loads a library and finds a function in it, NULL if it has none and `signalNotFound` is
    /// false. The library's handle goes to `filehandle`, unless that is NULL.
    fn load_external_function(
        filename: *const c_char,
        funcname: *const c_char,
        signalNotFound: bool,
        filehandle: *mut *mut c_void,
    ) -> *mut c_void {
        // SAFETY: NUL-terminated.
        let library = load(unsafe { CStr::from_ptr(filename) })?;
        if !filehandle.is_null() {
            // SAFETY: not null, and the caller's to be written.
            unsafe { filehandle.write(library.handle()) };
        }
        // SAFETY: NUL-terminated.
        let name = unsafe { CStr::from_ptr(funcname) };
        match loader::lookup_function(library, name.to_bytes()) {
            Ok(function) => Ok(function.as_ptr()),
            Err(_) if !signalNotFound => Ok(ptr::null_mut()),
            Err(raised) => Err(raised),
        }
    }

    /// Loads a library, one of `$libdir/plugins` if `restricted`.
    fn load_file(filename: *const c_char, restricted: bool) {
        // SAFETY: NUL-terminated.
        let name = unsafe { CStr::from_ptr(filename) };
        if restricted {
            loader::check_restricted(name.to_bytes())?;
        }
        load(name).map(|_| ())
    }
}

plain! {
    /// Finds a function in a library that is loaded, NULL if it has none.
    fn lookup_external_function(filehandle: *mut c_void, funcname: *const c_char) -> *mut c_void {
        // SAFETY: NUL-terminated.
        let name = unsafe { CStr::from_ptr(funcname) };
        // SAFETY: the caller has the handle from `load_external_function`.
        let found = unsafe { loader::lookup_handle(filehandle, name) };
        found.map_or(ptr::null_mut(), ptr::NonNull::as_ptr)
    }

    /// A pointer under a name, shared by the libraries of a process.
    fn find_rendezvous_variable(varName: *const c_char) -> *mut *mut c_void {
        // SAFETY: NUL-terminated.
        loader::rendezvous(unsafe { CStr::from_ptr(varName) }.to_bytes())
    }
}

fn load(name: &CStr) -> Result<&'static Library> {
    loader::load(name.to_bytes())
}
