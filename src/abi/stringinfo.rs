//! `lib/stringinfo.h`: a string that grows.
//! Runs in: any process.

use core::ffi::{c_char, c_int};

/// The string; its memory is palloc'd, or the caller's when `maxlen` is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct StringInfoData {
    /// The bytes, with a NUL behind them.
    pub data: *mut c_char,
    /// Bytes used, the NUL not counted.
    pub len: c_int,
    /// Bytes allocated; 0 marks a read-only string.
    pub maxlen: c_int,
    /// Where a reader is; not used by the functions here.
    pub cursor: c_int,
}

/// A string, passed to functions.
pub type StringInfo = *mut StringInfoData;

/// Bytes that `initStringInfo` allocates.
pub const STRINGINFO_DEFAULT_SIZE: usize = 1024;
