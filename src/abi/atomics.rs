//! `port/atomics.h`, `storage/s_lock.h`: words that several processes change.
//! Runs in: any process.

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
