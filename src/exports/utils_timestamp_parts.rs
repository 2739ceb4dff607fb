//! `utils/timestamp.h`: dates, weeks and spans of time in parts, and the reverse.
//! Runs in: any process.

use core::ffi::c_int;

use crate::abi::pgtime::pg_tm;
use crate::abi::timestamp::{
    DT_NOBEGIN, DT_NOEND, Interval, POSTGRES_EPOCH_JDATE, TimestampTz, UNIX_EPOCH_JDATE,
    USECS_PER_DAY, USECS_PER_SEC, pg_itm, pg_itm_in,
};
use crate::error::{Level, Report, SqlState, emit};
use crate::time::{self, civil, days, week};

const USECS_PER_MINUTE: i64 = 60 * USECS_PER_SEC;
const USECS_PER_HOUR: i64 = 60 * USECS_PER_MINUTE;
const MONTHS_PER_YEAR: i32 = 12;
/// The first moment, and the first that is too late (datatype/timestamp.h).
const VALID: core::ops::Range<i64> =
    -POSTGRES_EPOCH_JDATE * USECS_PER_DAY..(109_203_528 - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;
/// The first month that has Julian days, and the first that is too late: year and month.
const MONTHS: core::ops::Range<(c_int, c_int)> = (-4713, 11)..(5_874_898, 6);
/// The most digits that a second's fraction has.
const MAX_PRECISION: i32 = 6;

fn small(number: i64) -> c_int {
    c_int::try_from(number).unwrap_or_default()
}

/// Writes a day's date where the caller wants it.
///
/// # Safety
/// The caller's variables.
unsafe fn put_date(day: i64, year: *mut c_int, mon: *mut c_int, mday: *mut c_int) {
    let (y, m, d) = civil(day);
    for (to, number) in [(year, y), (mon, m), (mday, d)] {
        // SAFETY: the caller's promise.
        unsafe { to.write(small(number)) };
    }
}

fn day(year: c_int, mon: c_int, mday: c_int) -> i64 {
    days(year.into(), mon.into(), mday.into())
}

/// A moment from its parts; `None`: there is none.
fn moment(tm: &pg_tm, micros: i32, west: i32) -> Option<TimestampTz> {
    if !MONTHS.contains(&(tm.tm_year, tm.tm_mon)) {
        return None;
    }
    let date = day(tm.tm_year, tm.tm_mon, tm.tm_mday) + UNIX_EPOCH_JDATE - POSTGRES_EPOCH_JDATE;
    let minutes = tm.tm_hour.wrapping_mul(60).wrapping_add(tm.tm_min);
    let seconds = i64::from(minutes.wrapping_mul(60).wrapping_add(tm.tm_sec));
    let time = seconds * USECS_PER_SEC + i64::from(micros);
    let here = date.checked_mul(USECS_PER_DAY)?.checked_add(time)?;
    let there = here.checked_add(i64::from(west) * USECS_PER_SEC)?;
    Some(there).filter(|there| VALID.contains(there))
}

fn months(year: c_int, mon: c_int) -> Option<i32> {
    i32::try_from(i64::from(year) * i64::from(MONTHS_PER_YEAR) + i64::from(mon)).ok()
}

/// A span's time from its parts; `None`: it does not fit.
fn time_of(itm: &pg_itm) -> Option<i64> {
    let time = itm.tm_hour.checked_mul(USECS_PER_HOUR)?;
    let time = time.checked_add(i64::from(itm.tm_min) * USECS_PER_MINUTE)?;
    let time = time.checked_add(i64::from(itm.tm_sec) * USECS_PER_SEC)?;
    time.checked_add(itm.tm_usec.into())
}

/// A span from its parts; `None`: it does not fit, or means infinity.
fn span_of(itm: &pg_itm) -> Option<Interval> {
    let (time, month) = (time_of(itm)?, months(itm.tm_year, itm.tm_mon)?);
    let span = Interval { time, day: itm.tm_mday, month };
    let infinite = [(DT_NOBEGIN, i32::MIN, i32::MIN), (DT_NOEND, i32::MAX, i32::MAX)];
    (!infinite.contains(&(span.time, span.day, span.month))).then_some(span)
}

plain! {
    /// The moment of a date and a time, so many seconds west of Greenwich if `tzp` is not NULL.
    /// -1: there is no such moment, and the result is 0.
    fn tm2timestamp(
        tm: *mut pg_tm,
        fsec: i32,
        tzp: *mut c_int,
        result: *mut TimestampTz,
    ) -> c_int {
        // SAFETY: NULL or the caller's variable.
        let west = unsafe { tzp.as_ref() }.copied().unwrap_or(0);
        // SAFETY: the caller's variable.
        let moment = moment(unsafe { &*tm }, fsec, west);
        // SAFETY: the same.
        unsafe { result.write(moment.unwrap_or(0)) };
        if moment.is_some() { 0 } else { -1 }
    }

    /// Microseconds as hours, minutes, seconds and the rest.
    fn dt2time(
        jd: TimestampTz,
        hour: *mut c_int,
        min: *mut c_int,
        sec: *mut c_int,
        fsec: *mut i32,
    ) {
        let parts = [
            (hour, jd / USECS_PER_HOUR),
            (min, jd % USECS_PER_HOUR / USECS_PER_MINUTE),
            (sec, jd % USECS_PER_MINUTE / USECS_PER_SEC),
            (fsec, jd % USECS_PER_SEC),
        ];
        for (to, number) in parts {
            // SAFETY: the caller's variable.
            unsafe { to.write(small(number)) };
        }
    }

    /// A span in parts.
    fn interval2itm(span: Interval, itm: *mut pg_itm) {
        let parts = pg_itm {
            tm_usec: small(span.time % USECS_PER_SEC),
            tm_sec: small(span.time % USECS_PER_MINUTE / USECS_PER_SEC),
            tm_min: small(span.time % USECS_PER_HOUR / USECS_PER_MINUTE),
            tm_hour: span.time / USECS_PER_HOUR,
            tm_mday: span.day,
            tm_mon: span.month % MONTHS_PER_YEAR,
            tm_year: span.month / MONTHS_PER_YEAR,
        };
        // SAFETY: the caller's variable.
        unsafe { itm.write(parts) };
    }

    /// The span of parts; -1: it does not fit.
    fn itm2interval(itm: *mut pg_itm, span: *mut Interval) -> c_int {
        // SAFETY: the caller's variable.
        let Some(whole) = span_of(unsafe { &*itm }) else { return -1 };
        // SAFETY: the same.
        unsafe { span.write(whole) };
        0
    }

    /// The span of parts as they come in; -1: it does not fit.
    fn itmin2interval(itm_in: *mut pg_itm_in, span: *mut Interval) -> c_int {
        // SAFETY: the caller's variable.
        let parts = unsafe { &*itm_in };
        let Some(month) = months(parts.tm_year, parts.tm_mon) else { return -1 };
        // SAFETY: the same.
        unsafe { span.write(Interval { time: parts.tm_usec, day: parts.tm_mday, month }) };
        0
    }

    /// The date and time of 1970: year, month from 1, day, hour, minute, second.
    fn GetEpochTime(tm: *mut pg_tm) {
        // SAFETY: the caller's variable.
        let tm = unsafe { &mut *tm };
        (tm.tm_year, tm.tm_mon, tm.tm_mday) = (1970, 1, 1);
        (tm.tm_hour, tm.tm_min, tm.tm_sec) = (0, 0, 0);
    }

    /// The moment that is.
    fn SetEpochTimestamp() -> TimestampTz {
        time::stamp::from_unix(0)
    }

    /// The Julian day of the Monday of a week.
    fn isoweek2j(year: c_int, week: c_int) -> c_int {
        small(week::monday(year.into(), week.into()) + UNIX_EPOCH_JDATE)
    }

    /// The date of the Monday of a week of `year`.
    fn isoweek2date(woy: c_int, year: *mut c_int, mon: *mut c_int, mday: *mut c_int) {
        // SAFETY: the caller's variable.
        let monday = week::monday(unsafe { *year }.into(), woy.into());
        // SAFETY: the same.
        unsafe { put_date(monday, year, mon, mday) };
    }

    /// The date of a day of a week of `year`; days are from 1 = Sunday, which is the week's last.
    fn isoweekdate2date(
        isoweek: c_int,
        wday: c_int,
        year: *mut c_int,
        mon: *mut c_int,
        mday: *mut c_int,
    ) {
        // SAFETY: the caller's variable.
        let monday = week::monday(unsafe { *year }.into(), isoweek.into());
        let after = if wday > 1 { i64::from(wday) - 2 } else { 6 };
        // SAFETY: the same.
        unsafe { put_date(monday + after, year, mon, mday) };
    }

    /// The week of a date.
    fn date2isoweek(year: c_int, mon: c_int, mday: c_int) -> c_int {
        small(week::of(day(year, mon, mday)).1)
    }

    /// The year that the week of a date belongs to.
    fn date2isoyear(year: c_int, mon: c_int, mday: c_int) -> c_int {
        small(week::of(day(year, mon, mday)).0)
    }

    /// The day of that year, from 1.
    fn date2isoyearday(year: c_int, mon: c_int, mday: c_int) -> c_int {
        let day = day(year, mon, mday);
        small(day - week::monday(week::of(day).0, 1) + 1)
    }
}

throwing! {
    /// How many digits of a second's fraction a type asks for, at most 6 after a WARNING.
    fn anytimestamp_typmod_check(istz: bool, typmod: i32) -> i32 {
        let zone = if istz { " WITH TIME ZONE" } else { "" };
        let state = SqlState::INVALID_PARAMETER_VALUE;
        if typmod < 0 {
            let message = format!("TIMESTAMP({typmod}){zone} precision must not be negative");
            return Err(Report::error(state, message).into());
        }
        if typmod > MAX_PRECISION {
            let message = format!(
                "TIMESTAMP({typmod}){zone} precision reduced to maximum allowed, {MAX_PRECISION}"
            );
            emit(&Report::new(Level::Warning, message).with_sqlstate(state));
        }
        Ok(typmod.min(MAX_PRECISION))
    }
}
