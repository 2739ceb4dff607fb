//! `libpq/libpq.h`, `libpq/libpq-be.h`: a process's client.
//! Runs in: any process.

use core::ffi::{c_char, c_int};

use super::c::opaque;

/// How messages reach the client.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PQcommMethods {
    /// Starts afresh after an error.
    pub comm_reset: Option<unsafe extern "C" fn()>,
    /// Sends what is buffered; not 0 is failure.
    pub flush: Option<unsafe extern "C" fn() -> c_int>,
    /// The same, without waiting.
    pub flush_if_writable: Option<unsafe extern "C" fn() -> c_int>,
    /// Whether something is buffered.
    pub is_send_pending: Option<unsafe extern "C" fn() -> bool>,
    /// Buffers a message; not 0 is failure.
    pub putmessage: Option<unsafe extern "C" fn(c_char, *const c_char, usize) -> c_int>,
    /// The same, growing the buffer instead of waiting.
    pub putmessage_noblock: Option<unsafe extern "C" fn(c_char, *const c_char, usize)>,
}

opaque! {
    /// A client's connection; a worker has none.
    Port;
}
