#![forbid(unsafe_code)]
//! `TimestampTz`: the clock, distances, conversions, texts.
//! Runs in: any process.

use std::io::Write as _;

use crate::abi::timestamp::{
    DT_NOBEGIN, DT_NOEND, POSTGRES_EPOCH_JDATE, SECS_PER_DAY, TimestampTz, UNIX_EPOCH_JDATE,
    USECS_PER_SEC,
};
use crate::sys::clock;

use super::civil::{Broken, break_down};
use super::zone::Zone;

/// Seconds from 1970 to 2000.
const EPOCHS_APART: i64 = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
/// The first moment that has a date: Julian day 0.
const FIRST: TimestampTz = -POSTGRES_EPOCH_JDATE * SECS_PER_DAY * USECS_PER_SEC;

/// Now.
pub(crate) fn now() -> TimestampTz {
    clock::wall_micros() - EPOCHS_APART * USECS_PER_SEC
}

/// Seconds and microseconds from one moment to a later one; zero if it is not later. Distances
/// that do not fit wrap around, as in PostgreSQL.
pub(crate) fn difference(start: TimestampTz, stop: TimestampTz) -> (i64, i64) {
    let difference = stop.wrapping_sub(start).max(0);
    (difference / USECS_PER_SEC, difference % USECS_PER_SEC)
}

/// Milliseconds from one moment to a later one, rounded up, at most what an `int` holds; zero if
/// it is not later.
pub(crate) fn milliseconds(start: TimestampTz, stop: TimestampTz) -> i64 {
    const MOST: i64 = i32::MAX as i64;
    if start >= stop {
        return 0;
    }
    match stop.checked_sub(start) {
        Some(difference) if difference < MOST * 1000 - 999 => (difference + 999) / 1000,
        _ => MOST,
    }
}

/// Whether at least so many milliseconds lie between.
pub(crate) fn exceeds(start: TimestampTz, stop: TimestampTz, milliseconds: i32) -> bool {
    stop.wrapping_sub(start) >= i64::from(milliseconds) * 1000
}

/// Seconds since 1970; fractions are cut off.
pub(crate) fn to_unix(t: TimestampTz) -> i64 {
    (t / USECS_PER_SEC).wrapping_add(EPOCHS_APART)
}

/// The reverse.
pub(crate) fn from_unix(seconds: i64) -> TimestampTz {
    seconds.wrapping_sub(EPOCHS_APART).wrapping_mul(USECS_PER_SEC)
}

/// The date and time of a moment in a zone, and the microseconds. `None`: it is before all dates.
pub(crate) fn in_zone(t: TimestampTz, zone: &Zone) -> Option<(Broken<'_>, i64)> {
    if t < FIRST {
        return None;
    }
    let seconds = t.div_euclid(USECS_PER_SEC) + EPOCHS_APART;
    Some((break_down(seconds, zone.at(seconds)?), t.rem_euclid(USECS_PER_SEC)))
}

/// The text of a moment as log messages show it: ISO 8601 with a blank.
pub(crate) fn text(t: TimestampTz, zone: Option<&Zone>) -> Vec<u8> {
    match t {
        DT_NOBEGIN => return b"-infinity".to_vec(),
        DT_NOEND => return b"infinity".to_vec(),
        _ => {}
    }
    let Some((b, micros)) = zone.and_then(|zone| in_zone(t, zone)) else {
        return b"(timestamp out of range)".to_vec();
    };
    let mut out = Vec::with_capacity(40);
    let year = if b.year > 0 { b.year } else { 1 - b.year };
    let _infallible = write!(out, "{year:04}-{:02}-{:02} ", b.month, b.day);
    let _infallible = write!(out, "{:02}:{:02}:{:02}", b.hour, b.minute, b.second);
    if micros != 0 {
        let _infallible = write!(out, ".{micros:06}");
        let zeros = out.iter().rev().take_while(|b| **b == b'0').count();
        out.truncate(out.len() - zeros);
    }
    let east = b.kind.east;
    let away = east.unsigned_abs();
    let _infallible = write!(out, "{}{:02}", if east < 0 { '-' } else { '+' }, away / 3600);
    if !away.is_multiple_of(3600) {
        let _infallible = write!(out, ":{:02}", away / 60 % 60);
    }
    if !away.is_multiple_of(60) {
        let _infallible = write!(out, ":{:02}", away % 60);
    }
    if b.year <= 0 {
        out.extend_from_slice(b" BC");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_rounded_up_and_bounded() {
        assert_eq!(milliseconds(0, 1), 1);
        assert_eq!(milliseconds(0, 1000), 1);
        assert_eq!(milliseconds(0, 1001), 2);
        assert_eq!(milliseconds(1, 0), 0);
        assert_eq!(milliseconds(DT_NOBEGIN, DT_NOEND), i64::from(i32::MAX));
    }

    #[test]
    fn the_clock_runs_since_2000() {
        assert_eq!(to_unix(0), 946_684_800);
        assert_eq!(from_unix(946_684_801), USECS_PER_SEC);
        let apart = clock::wall_micros() / USECS_PER_SEC - to_unix(now());
        assert!((0..=1).contains(&apart.abs()), "{apart}");
    }
}
