//! `port/atomics.h`, `storage/s_lock.h`: words that several processes change.
//! Runs in: any process.

use core::ffi::{c_char, c_int};

/// A flag of one byte.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct pg_atomic_flag {
    /// 0 when clear.
    pub value: u8,
}

/// A 32-bit word; use it through `AtomicU32::from_ptr`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct pg_atomic_uint32 {
    /// The value.
    pub value: u32,
}

/// A 64-bit word; use it through `AtomicU64::from_ptr`.
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct pg_atomic_uint64 {
    /// The value.
    pub value: u64,
}

/// How long a loop has waited for something short.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SpinDelayStatus {
    /// Turns since the last sleep.
    pub spins: c_int,
    /// Sleeps so far.
    pub delays: c_int,
    /// Microseconds of the next sleep.
    pub cur_delay: c_int,
    /// Source file, line and function of the loop, for the report.
    pub file: *const c_char,
    /// Line.
    pub line: c_int,
    /// Function.
    pub func: *const c_char,
}
