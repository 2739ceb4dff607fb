//! `storage/lock.h`, `storage/lockdefs.h`: heavyweight locks.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_uint};

use super::c::{LocalTransactionId, ProcNumber, opaque};

/// How a heavyweight lock is held.
pub type LOCKMODE = c_int;
/// A bit per lock mode.
pub type LOCKMASK = c_int;

/// How many modes there are, the unused number 0 included.
pub const MODES: usize = 9;

/// What the modes are called, by number.
pub const MODE_NAMES: [&CStr; MODES] = [
    c"INVALID",
    c"AccessShareLock",
    c"RowShareLock",
    c"RowExclusiveLock",
    c"ShareUpdateExclusiveLock",
    c"ShareLock",
    c"ShareRowExclusiveLock",
    c"ExclusiveLock",
    c"AccessExclusiveLock",
];

/// A mode's bit.
#[must_use]
pub const fn bit(mode: LOCKMODE) -> LOCKMASK {
    1 << mode
}

/// The modes from one to another.
const fn modes(first: LOCKMODE, last: LOCKMODE) -> LOCKMASK {
    (bit(last + 1) - 1) & !(bit(first) - 1)
}

/// For each mode the modes in which nobody else may hold the lock.
pub static CONFLICTS: [LOCKMASK; MODES] = [
    0,
    bit(8),
    modes(7, 8),
    modes(5, 8),
    modes(4, 8),
    modes(3, 4) | modes(6, 8),
    modes(3, 8),
    modes(2, 8),
    modes(1, 8),
];

/// What conflicts with a mode; nothing with what is no mode.
#[must_use]
pub fn conflicts_of(mode: LOCKMODE) -> LOCKMASK {
    usize::try_from(mode).ok().and_then(|mode| CONFLICTS.get(mode)).copied().unwrap_or(0)
}

/// A mode's name.
#[must_use]
pub fn mode_name(mode: LOCKMODE) -> &'static CStr {
    let found = usize::try_from(mode).ok().and_then(|mode| MODE_NAMES.get(mode));
    found.copied().unwrap_or(c"???")
}

/// The server's own locks.
pub const DEFAULT_LOCKMETHOD: u8 = 1;
/// Locks of users, which outlive transactions.
pub const USER_LOCKMETHOD: u8 = 2;

/// The last kind of lockable object.
pub const LOCKTAG_LAST_TYPE: u8 = 11;
/// The right to make a relation longer; nobody waits for anything else who has it.
pub const LOCKTAG_RELATION_EXTEND: u8 = 1;

/// How an attempt to take a lock ended.
pub type LockAcquireResult = c_uint;
/// It could not be had at once.
pub const LOCKACQUIRE_NOT_AVAIL: LockAcquireResult = 0;
/// It was taken.
pub const LOCKACQUIRE_OK: LockAcquireResult = 1;
/// This process had it already.
pub const LOCKACQUIRE_ALREADY_HELD: LockAcquireResult = 2;

/// How locks of a method work.
#[repr(C)]
pub struct LockMethodData {
    /// How many modes.
    pub numLockModes: c_int,
    /// By mode, what it conflicts with.
    pub conflictTab: *const LOCKMASK,
    /// By mode, its name.
    pub lockModeNames: *const *const c_char,
    /// Whether to tell what is done.
    pub trace_flag: *const bool,
}

/// A [`LOCKTAG`] as words.
pub type Tag = [u32; TAG_WORDS];
/// How many.
pub const TAG_WORDS: usize = 4;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

impl LOCKTAG {
    /// As words.
    #[must_use]
    pub fn words(&self) -> Tag {
        let last = u32::from(self.locktag_field4)
            | u32::from(self.locktag_type) << 16
            | u32::from(self.locktag_lockmethodid) << 24;
        [self.locktag_field1, self.locktag_field2, self.locktag_field3, last]
    }

    /// Of words.
    #[must_use]
    pub fn of(words: &Tag) -> Self {
        let &[locktag_field1, locktag_field2, locktag_field3, last] = words;
        let [low, high, locktag_type, locktag_lockmethodid] = last.to_le_bytes();
        let locktag_field4 = u16::from_le_bytes([low, high]);
        Self {
            locktag_field1,
            locktag_field2,
            locktag_field3,
            locktag_field4,
            locktag_type,
            locktag_lockmethodid,
        }
    }
}

opaque! {
    /// A lock of the lock table.
    LOCK;
    /// One holder of a lock.
    PROCLOCK;
}
