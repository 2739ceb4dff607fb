//! `pgtime.h`: calendar time.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_long};

use super::c::opaque;

/// Seconds since 1970-01-01 00:00:00 UTC.
pub type pg_time_t = i64;

/// Longest name of a time zone, without the NUL.
pub const TZ_STRLEN_MAX: usize = 255;

/// A broken-down time, as C's `struct tm`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct pg_tm {
    /// Second.
    pub tm_sec: c_int,
    /// Minute.
    pub tm_min: c_int,
    /// Hour.
    pub tm_hour: c_int,
    /// Day of the month.
    pub tm_mday: c_int,
    /// Month, from 0 or 1 as the function says.
    pub tm_mon: c_int,
    /// Year, from 1900 or 0 as the function says.
    pub tm_year: c_int,
    /// Day of the week, from 0 = Sunday.
    pub tm_wday: c_int,
    /// Day of the year, from 0.
    pub tm_yday: c_int,
    /// Summer time when positive.
    pub tm_isdst: c_int,
    /// Seconds east of UTC.
    pub tm_gmtoff: c_long,
    /// Abbreviation of the zone.
    pub tm_zone: *const c_char,
}

opaque! {
    /// A time zone.
    pg_tz;
}
