//! `datatype/timestamp.h`, `portability/instr_time.h`: points in time.
//! Runs in: any process.

/// Microseconds since 2000-01-01 00:00:00 UTC.
pub type TimestampTz = i64;
/// Microseconds.
pub type TimeOffset = i64;

/// Julian day of 1970-01-01.
pub const UNIX_EPOCH_JDATE: i64 = 2_440_588;
/// Julian day of 2000-01-01.
pub const POSTGRES_EPOCH_JDATE: i64 = 2_451_545;
/// Seconds of a day.
pub const SECS_PER_DAY: i64 = 86_400;
/// Microseconds of a second.
pub const USECS_PER_SEC: i64 = 1_000_000;
/// Microseconds of a day.
pub const USECS_PER_DAY: i64 = 86_400_000_000;
/// -infinity.
pub const DT_NOBEGIN: TimestampTz = i64::MIN;
/// infinity.
pub const DT_NOEND: TimestampTz = i64::MAX;

/// A measured time, in nanoseconds.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct instr_time {
    /// Nanoseconds.
    pub ticks: i64,
}
