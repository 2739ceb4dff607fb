#![forbid(unsafe_code)]
//! Dates and times as PostgreSQL counts them, and their texts in the session's style
//! (utils/date.h, utils/timestamp.h).
//! Runs in: any process.

use crate::abi::timestamp::{
    DT_NOBEGIN, DT_NOEND, POSTGRES_EPOCH_JDATE, UNIX_EPOCH_JDATE, USECS_PER_DAY, USECS_PER_SEC,
};
use crate::abi::variables::{DateOrder, DateStyle};
use crate::time::{self, Zone, civil, stamp};

use super::output::first;

/// Days from 1970 to 2000.
pub(super) const EPOCHS_APART: i64 = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
/// `date` values that are no days.
pub(crate) const DATE_NOBEGIN: i32 = i32::MIN;
pub(crate) const DATE_NOEND: i32 = i32::MAX;
/// The first day, and the first that is none any more, since 2000.
const DATE_FIRST: i64 = -POSTGRES_EPOCH_JDATE;
const DATE_END: i64 = 2_147_483_494 - POSTGRES_EPOCH_JDATE;
/// The first moment, and the first that is none any more, since 2000.
pub(crate) const TIMESTAMP_FIRST: i64 = -POSTGRES_EPOCH_JDATE * USECS_PER_DAY;
pub(crate) const TIMESTAMP_END: i64 = (109_203_528 - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;

/// Values of the variable `DateStyle` (miscadmin.h).
const STYLE_POSTGRES: i32 = 0;
pub(crate) const STYLE_ISO: i32 = 1;
const STYLE_SQL: i32 = 2;
const STYLE_GERMAN: i32 = 3;
/// Values of the variable `DateOrder`.
pub(super) const ORDER_YMD: i32 = 0;
pub(super) const ORDER_DMY: i32 = 1;

/// A day since 2000, if a `date` can be it.
pub(super) fn date(days: i64) -> Option<i32> {
    (DATE_FIRST..DATE_END).contains(&days).then(|| i32::try_from(days).ok()).flatten()
}

/// Whether a moment is one.
pub(crate) fn is_timestamp(value: i64) -> bool {
    (TIMESTAMP_FIRST..TIMESTAMP_END).contains(&value)
}

fn special(is_first: bool) -> String {
    if is_first { "-infinity" } else { "infinity" }.to_owned()
}

/// Year, month, day; the year after Christ, and whether it is before.
fn parts(days: i64) -> (i64, i64, i64, bool) {
    let (year, month, day) = civil(days + EPOCHS_APART);
    if year > 0 { (year, month, day, false) } else { (1 - year, month, day, true) }
}

fn day_text(year: i64, month: i64, day: i64) -> String {
    let is_day_first = DateOrder.get() == ORDER_DMY;
    let (a, b) = if is_day_first { (day, month) } else { (month, day) };
    match DateStyle.get() {
        STYLE_SQL => format!("{a:02}/{b:02}/{year:04}"),
        STYLE_GERMAN => format!("{day:02}.{month:02}.{year:04}"),
        STYLE_POSTGRES => format!("{a:02}-{b:02}-{year:04}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// A `date`.
pub(crate) fn write_date(value: i32) -> String {
    if value == DATE_NOBEGIN || value == DATE_NOEND {
        return special(value == DATE_NOBEGIN);
    }
    let (year, month, day, is_bc) = parts(value.into());
    day_text(year, month, day) + if is_bc { " BC" } else { "" }
}

/// Seconds and what is behind their point; microseconds without trailing zeros.
pub(super) fn seconds_text(seconds: i64, micros: i64, width: usize) -> String {
    let mut text = format!("{seconds:0width$}");
    if micros != 0 {
        text += &format!(".{micros:06}");
        text.truncate(text.trim_end_matches('0').len());
    }
    text
}

/// A `time`.
pub(crate) fn write_time(value: i64) -> String {
    let (seconds, micros) = (value / USECS_PER_SEC, value % USECS_PER_SEC);
    let text = seconds_text(seconds % 60, micros, 2);
    format!("{:02}:{:02}:{text}", seconds / 3600, seconds / 60 % 60)
}

/// An offset from Greenwich, given to the west.
fn zone_text(west: i64) -> String {
    let (sign, away) = (if west <= 0 { '+' } else { '-' }, west.unsigned_abs());
    let mut text = format!("{sign}{:02}", away / 3600);
    if !away.is_multiple_of(3600) {
        text += &format!(":{:02}", away / 60 % 60);
    }
    if !away.is_multiple_of(60) {
        text += &format!(":{:02}", away % 60);
    }
    text
}

/// The content of a `timetz`: the time, and seconds west of Greenwich.
pub(crate) fn pack_timetz(micros: i64, west: i32) -> Vec<u8> {
    [&micros.to_le_bytes()[..], &west.to_le_bytes()].concat()
}

/// The reverse.
pub(crate) fn unpack_timetz(content: &[u8]) -> (i64, i32) {
    let west = content.get(8..).unwrap_or_default();
    (i64::from_le_bytes(first(content)), i32::from_le_bytes(first(west)))
}

/// A `timetz`.
pub(crate) fn write_timetz(content: &[u8]) -> String {
    let (micros, west) = unpack_timetz(content);
    write_time(micros) + &zone_text(west.into())
}

/// A `timestamp`.
pub(crate) fn write_timestamp(value: i64) -> String {
    moment_text(value, None)
}

/// A `timestamptz`.
pub(crate) fn write_timestamptz(value: i64) -> Vec<u8> {
    let zone = time::of_the_session();
    if DateStyle.get() == STYLE_ISO {
        return stamp::text(value, zone);
    }
    moment_text(value, zone).into_bytes()
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn moment_text(value: i64, zone: Option<&Zone>) -> String {
    if value == DT_NOBEGIN || value == DT_NOEND {
        return special(value == DT_NOBEGIN);
    }
    let kind = zone.and_then(|zone| stamp::in_zone(value, zone)).map(|(broken, _)| broken.kind);
    let local = value + kind.map_or(0, |kind| kind.east) * USECS_PER_SEC;
    let (days, micros) = (local.div_euclid(USECS_PER_DAY), local.rem_euclid(USECS_PER_DAY));
    let (year, month, day, is_bc) = parts(days);
    let clock = write_time(micros);
    let name = kind.map(|kind| kind.abbreviation.to_string_lossy());
    let mut text = if DateStyle.get() == STYLE_POSTGRES {
        let at = |names: &[&'static str], i: i64| {
            usize::try_from(i).ok().and_then(|i| names.get(i)).copied().unwrap_or("?")
        };
        let weekday = at(&WEEKDAYS, (days + EPOCHS_APART + 4).rem_euclid(7));
        let month = at(&MONTHS, month - 1);
        let is_day_first = DateOrder.get() == ORDER_DMY;
        let date =
            if is_day_first { format!("{day:02} {month}") } else { format!("{month} {day:02}") };
        format!("{weekday} {date} {clock} {year:04}")
    } else {
        format!("{} {clock}", day_text(year, month, day))
    };
    if let (Some(kind), Some(name)) = (kind, name) {
        text += &match DateStyle.get() {
            STYLE_ISO => zone_text(-kind.east),
            _ => format!(" {name}"),
        };
    }
    text + if is_bc { " BC" } else { "" }
}
