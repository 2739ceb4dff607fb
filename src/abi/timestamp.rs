//! `datatype/timestamp.h`, `portability/instr_time.h`: points in time.
//! Runs in: any process.

use core::ffi::c_int;

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

/// A span of time, each part with a sign of its own.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// Microseconds.
    pub time: TimeOffset,
    /// Days.
    pub day: i32,
    /// Months.
    pub month: i32,
}

/// A span of time in parts.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct pg_itm {
    /// Microseconds of the second.
    pub tm_usec: c_int,
    /// Seconds of the minute.
    pub tm_sec: c_int,
    /// Minutes of the hour.
    pub tm_min: c_int,
    /// Hours, any number.
    pub tm_hour: i64,
    /// Days, any number.
    pub tm_mday: c_int,
    /// Months of the year.
    pub tm_mon: c_int,
    /// Years.
    pub tm_year: c_int,
}

/// A span of time as it is read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct pg_itm_in {
    /// Microseconds, any number.
    pub tm_usec: i64,
    /// Days.
    pub tm_mday: c_int,
    /// Months.
    pub tm_mon: c_int,
    /// Years.
    pub tm_year: c_int,
}

/// A measured time, in nanoseconds.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct instr_time {
    /// Nanoseconds.
    pub ticks: i64,
}
