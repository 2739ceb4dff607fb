//! The program that embeds the manager, as a library: its functions can be workers.
//! Runs in: worker (look up); the program and its postmaster (the rest).

use core::ffi::c_void;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::ffi::CString;

use crate::error::{Report, Result, SqlState};

use super::names::{NAMES, State};

/// The library name that stands for the program.
pub(crate) const PROGRAM: &[u8] = b"$program";
/// Its number in shared memory.
pub(crate) const PROGRAM_ID: u64 = u64::MAX;

/// Whether this process was forked from such a program.
static IS_OFFERED: AtomicBool = AtomicBool::new(false);

/// Has the program's functions found in this process and those that it forks.
pub(crate) fn offer_program() {
    IS_OFFERED.store(true, Relaxed);
}

/// A function of the program: by its name, if the program exports it (`-rdynamic`), or by its
/// address, as `0x...`, which is the same in all processes that were forked from it.
///
/// # Errors
/// There is no program, or no such function.
pub(super) fn function(name: &[u8]) -> Result<NonNull<c_void>> {
    if !IS_OFFERED.load(Relaxed) {
        let message = "library \"$program\" is there only in a program that embeds pgbgw";
        return Err(Report::error(SqlState::UNDEFINED_OBJECT, message).into());
    }
    let text = core::str::from_utf8(name).unwrap_or_default();
    let address = text.strip_prefix("0x").and_then(|hex| usize::from_str_radix(hex, 16).ok());
    let found = match address {
        Some(address) => NonNull::new(ptr::with_exposed_provenance_mut(address)),
        None => CString::new(name).ok().and_then(|name| {
            // SAFETY: the name is NUL-terminated.
            NonNull::new(unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) })
        }),
    };
    found.ok_or_else(|| {
        let message = [b"could not find function \"".as_slice(), name, b"\" in the program"];
        Report::error(SqlState::UNDEFINED_FUNCTION, message.concat())
            .with_hint("A function is found by its name if the program is linked with -rdynamic.")
            .into()
    })
}

/// Server functions that the process gets from elsewhere than from this library: extensions would
/// call those instead. A library that was opened for one user only is opened for all first.
pub(crate) fn clashes() -> Vec<&'static str> {
    let Some(own) = own_handle() else { return Vec::new() };
    let functions =
        NAMES.iter().filter(|name| matches!(name.state, State::Implemented | State::Refused));
    functions
        .filter(|entry| {
            let Ok(name) = CString::new(entry.name) else { return false };
            // SAFETY: the name is NUL-terminated.
            let global = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
            // SAFETY: the same; the handle is this library's.
            let ours = unsafe { libc::dlsym(own, name.as_ptr()) };
            global != ours
        })
        .map(|entry| entry.name)
        .collect()
}

/// This library, opened for all; None where it is part of the program itself.
fn own_handle() -> Option<*mut c_void> {
    // SAFETY: an all-zero value is a valid one.
    let mut info: libc::Dl_info = unsafe { core::mem::zeroed() };
    let inside: *const c_void = ptr::from_ref(&IS_OFFERED).cast();
    // SAFETY: an address of this library, and a live place for what is found out about it.
    if unsafe { libc::dladdr(inside, &raw mut info) } == 0 || info.dli_fname.is_null() {
        return None;
    }
    let flags = libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_GLOBAL;
    // SAFETY: the name that the dynamic linker has for this library.
    let handle = unsafe { libc::dlopen(info.dli_fname, flags) };
    (!handle.is_null()).then_some(handle)
}
