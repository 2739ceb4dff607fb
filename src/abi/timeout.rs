//! `utils/timeout.h`: reasons for timeouts, and how several are set at once.
//! Runs in: any process.

use core::ffi::{c_int, c_uint};

use super::timestamp::TimestampTz;

/// What a timeout is for; of several that are due at once the lowest comes first.
pub type TimeoutId = c_uint;
/// A client's first packet.
pub const STARTUP_PACKET_TIMEOUT: TimeoutId = 0;
/// A wait for a lock that may be a deadlock.
pub const DEADLOCK_TIMEOUT: TimeoutId = 1;
/// `lock_timeout`.
pub const LOCK_TIMEOUT: TimeoutId = 2;
/// `statement_timeout`.
pub const STATEMENT_TIMEOUT: TimeoutId = 3;
/// The first that a module can get.
pub const USER_TIMEOUT: TimeoutId = 13;
/// How many there are.
pub const MAX_TIMEOUTS: TimeoutId = USER_TIMEOUT + 10;

/// Called from the signal handler when the time has come.
pub type timeout_handler_proc = Option<unsafe extern "C" fn()>;

/// When a timeout is due.
pub type TimeoutType = c_uint;
/// After a delay.
pub const TMPARAM_AFTER: TimeoutType = 0;
/// At a moment.
pub const TMPARAM_AT: TimeoutType = 1;
/// After a delay, again and again.
pub const TMPARAM_EVERY: TimeoutType = 2;

/// A timeout to set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct EnableTimeoutParams {
    /// Which.
    pub id: TimeoutId,
    /// When it is due.
    pub r#type: TimeoutType,
    /// Milliseconds, but for `TMPARAM_AT`.
    pub delay_ms: c_int,
    /// The moment, for `TMPARAM_AT`.
    pub fin_time: TimestampTz,
}

/// A timeout to clear.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DisableTimeoutParams {
    /// Which.
    pub id: TimeoutId,
    /// Whether what it says about having fired stays.
    pub keep_indicator: bool,
}
