//! `storage/lock.h`, `storage/lockdefs.h`: heavyweight locks, as far as layouts name them.
//! Runs in: any process.

use core::ffi::c_int;

use super::c::{LocalTransactionId, ProcNumber, opaque};

/// How a heavyweight lock is held.
pub type LOCKMODE = c_int;
/// A bit per lock mode.
pub type LOCKMASK = c_int;

/// A transaction without a permanent number.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct VirtualTransactionId {
    /// The process.
    pub procNumber: ProcNumber,
    /// Its own transaction number.
    pub localTransactionId: LocalTransactionId,
}

/// Names a lockable object.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct LOCKTAG {
    /// First number; its meaning depends on the type.
    pub locktag_field1: u32,
    /// Second number.
    pub locktag_field2: u32,
    /// Third number.
    pub locktag_field3: u32,
    /// Fourth number.
    pub locktag_field4: u16,
    /// What kind of object.
    pub locktag_type: u8,
    /// Which lock table.
    pub locktag_lockmethodid: u8,
}

opaque! {
    /// A lock of the lock table.
    LOCK;
    /// One holder of a lock.
    PROCLOCK;
}
