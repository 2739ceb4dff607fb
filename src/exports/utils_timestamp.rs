//! `utils/timestamp.h`: the clock, and computing with what it says.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_long};
use core::ptr;

use crate::abi::pgtime::{pg_time_t, pg_tm, pg_tz};
use crate::abi::timestamp::TimestampTz;
use crate::abi::variable::Variable;
use crate::abi::variables::session_timezone;
use crate::time::{self, Zone, stamp};

use super::pgtime::zone;

/// Longest text of a moment, with the NUL.
const ROOM: usize = 129;
/// What `timestamptz_to_str` returns a pointer to.
static TEXT: Variable<[c_char; ROOM]> = Variable::new([0; ROOM]);

/// The session's zone. A program that only embeds the library was never set one.
fn in_session() -> Option<&'static Zone> {
    zone(session_timezone.get()).or_else(time::of_the_system)
}

plain! {
    /// Now.
    fn GetCurrentTimestamp() -> TimestampTz {
        stamp::now()
    }

    /// The time to a later moment, in seconds and microseconds; zero if it is not later.
    fn TimestampDifference(
        start_time: TimestampTz,
        stop_time: TimestampTz,
        secs: *mut c_long,
        microsecs: *mut c_int,
    ) {
        let (seconds, micros) = stamp::difference(start_time, stop_time);
        // SAFETY: the caller's variable.
        unsafe { secs.write(seconds) };
        // SAFETY: the same.
        unsafe { microsecs.write(c_int::try_from(micros).unwrap_or_default()) };
    }

    /// The same in milliseconds, rounded up, at most `INT_MAX`.
    fn TimestampDifferenceMilliseconds(start_time: TimestampTz, stop_time: TimestampTz) -> c_long {
        stamp::milliseconds(start_time, stop_time)
    }

    /// Whether at least so many milliseconds lie between.
    fn TimestampDifferenceExceeds(
        start_time: TimestampTz,
        stop_time: TimestampTz,
        msec: c_int,
    ) -> bool {
        stamp::exceeds(start_time, stop_time, msec)
    }

    /// Seconds since 1970.
    fn timestamptz_to_time_t(t: TimestampTz) -> pg_time_t {
        stamp::to_unix(t)
    }

    /// The moment so many seconds after 1970.
    fn time_t_to_timestamptz(tm: pg_time_t) -> TimestampTz {
        stamp::from_unix(tm)
    }

    /// The text of a moment in the session's zone, in a static buffer.
    fn timestamptz_to_str(t: TimestampTz) -> *const c_char {
        let mut text = stamp::text(t, in_session());
        text.truncate(ROOM - 1);
        text.push(0);
        // SAFETY: the text fits; only this function writes there.
        unsafe { ptr::copy_nonoverlapping(text.as_ptr(), TEXT.as_ptr().cast(), text.len()) };
        TEXT.as_ptr().cast::<c_char>().cast_const()
    }

    /// Negative, 0 or positive, as the first is before, the same as or after the second.
    fn timestamp_cmp_internal(dt1: TimestampTz, dt2: TimestampTz) -> c_int {
        dt1.cmp(&dt2) as c_int
    }

    /// Date and time of a moment: in a zone (NULL: the session's) if `tzp` is not NULL, as they
    /// are otherwise. Months are from 1, years from 0. -1: there is no such date.
    fn timestamp2tm(
        dt: TimestampTz,
        tzp: *mut c_int,
        tm: *mut pg_tm,
        fsec: *mut i32,
        tzn: *mut *const c_char,
        attimezone: *mut pg_tz,
    ) -> c_int {
        // SAFETY: null or the caller's variable.
        let tzp = unsafe { tzp.as_mut() };
        let there = if tzp.is_none() {
            time::gmt()
        } else {
            zone(attimezone).or_else(in_session)
        };
        let Some((b, micros)) = there.and_then(|there| stamp::in_zone(dt, there)) else {
            return -1;
        };
        let is_in_zone = tzp.is_some();
        let name = if is_in_zone { b.kind.abbreviation.as_ptr() } else { ptr::null() };
        if let Some(west) = tzp {
            *west = c_int::try_from(-b.kind.east).unwrap_or_default();
        }
        // SAFETY: the caller's variable.
        let tm = unsafe { &mut *tm };
        (tm.tm_sec, tm.tm_min, tm.tm_hour) = (b.second, b.minute, b.hour);
        (tm.tm_mday, tm.tm_mon) = (b.day, b.month);
        tm.tm_year = c_int::try_from(b.year).unwrap_or_default();
        tm.tm_isdst = if is_in_zone { b.kind.is_dst.into() } else { -1 };
        (tm.tm_gmtoff, tm.tm_zone) = (if is_in_zone { b.kind.east } else { 0 }, name);
        // SAFETY: the caller's variable.
        unsafe { fsec.write(i32::try_from(micros).unwrap_or_default()) };
        // SAFETY: null or the caller's variable.
        if let Some(tzn) = unsafe { tzn.as_mut() } {
            *tzn = name;
        }
        0
    }
}
