#![forbid(unsafe_code)]
//! Points in time as texts: ISO 8601 dates and times, with an offset or a zone's name.
//! Runs in: any process.

use crate::abi::timestamp::{DT_NOBEGIN, DT_NOEND, TimestampTz, USECS_PER_SEC};
use crate::error::{Report, Result, SqlState};
use crate::time::{self, Zone, civil, days, stamp};

fn wrong(state: [u8; 5], before: &str, text: &[u8], after: &str) -> Report {
    let message = [before.as_bytes(), b"\"", text, b"\"", after.as_bytes()].concat();
    Report::error(SqlState::new(state), message)
}

fn syntax(text: &[u8]) -> Report {
    wrong(*b"22007", "invalid input syntax for type timestamp with time zone: ", text, "")
        .with_hint("Write it as YYYY-MM-DD HH:MM:SS[.ffffff] with an offset or a time zone.")
}

fn out_of_range(text: &[u8]) -> Report {
    wrong(*b"22008", "date/time field value out of range: ", text, "")
}

/// Reads a moment: `infinity`, `-infinity`, `epoch`, `now`, or a date with a time, of the session's
/// time zone unless it says otherwise.
///
/// # Errors
/// It is none (22007), or there is no such day or time (22008).
pub(super) fn read(text: &[u8]) -> Result<TimestampTz> {
    let trimmed = text.trim_ascii();
    match &*trimmed.to_ascii_lowercase() {
        b"infinity" | b"+infinity" => return Ok(DT_NOEND),
        b"-infinity" => return Ok(DT_NOBEGIN),
        b"epoch" => return Ok(stamp::from_unix(0)),
        b"now" => return Ok(stamp::now()),
        _ => {}
    }
    let parts =
        core::str::from_utf8(trimmed).ok().and_then(Parts::parse).ok_or_else(|| syntax(text))?;
    let days = parts.days().ok_or_else(|| out_of_range(text))?;
    let micros = parts.micros_of_day().ok_or_else(|| out_of_range(text))?;
    let local = days
        .checked_mul(86_400 * USECS_PER_SEC)
        .and_then(|day| day.checked_add(micros))
        .ok_or_else(|| out_of_range(text))?;
    let east = match parts.zone {
        Place::East(east) => east,
        Place::Named(name) => {
            let zone = time::by_name(name.as_bytes()).ok_or_else(|| {
                wrong(*b"22023", "time zone ", name.as_bytes(), " not recognized")
            })?;
            offset(zone, local.div_euclid(USECS_PER_SEC))
        }
        Place::Session => {
            time::of_the_system().map_or(0, |zone| offset(zone, local.div_euclid(USECS_PER_SEC)))
        }
    };
    let utc = local.checked_sub(east * USECS_PER_SEC).ok_or_else(|| out_of_range(text))?;
    utc.checked_add(stamp::from_unix(0)).ok_or_else(|| out_of_range(text).into())
}

/// Seconds east of Greenwich that hold in a zone when its clocks show `local` (seconds since
/// 1970 of that clock). Of two that fit the one before the change, as in PostgreSQL; in a gap what
/// held before it.
fn offset(zone: &Zone, local: i64) -> i64 {
    let east_at = |moment| zone.at(moment).map_or(0, |kind| kind.east);
    let before = east_at(local - 86_400);
    let after = east_at(local + 86_400);
    if east_at(local - before) == before {
        before
    } else if east_at(local - after) == after {
        after
    } else {
        before
    }
}

enum Place<'a> {
    Session,
    East(i64),
    Named(&'a str),
}

struct Parts<'a> {
    year: i64,
    month: i64,
    day: i64,
    time: [i64; 3],
    fraction: i64,
    zone: Place<'a>,
}

/// Digits at the start, at least so many and at most; what follows.
fn digits(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    if !(least..=most).contains(&end) {
        return None;
    }
    Some((number.parse().ok()?, rest))
}

impl<'a> Parts<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (text, before_christ) = match text.strip_suffix("BC") {
            Some(rest) => (rest.trim_end(), true),
            None => (text, false),
        };
        let (year, rest) = digits(text, 4, 6)?;
        let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
        let (day, mut rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
        let mut time = [0; 3];
        let mut fraction = 0;
        let starts = rest.trim_start_matches(' ').strip_prefix('T').unwrap_or(rest).trim_start();
        if starts.starts_with(|c: char| c.is_ascii_digit()) && starts.len() < rest.len() {
            (time, fraction, rest) = clock(starts)?;
        }
        let zone = place(rest.trim_start())?;
        let year = if before_christ { 1 - year } else { year };
        (year != 0 || before_christ).then_some(())?;
        Some(Self { year, month, day, time, fraction, zone })
    }

    /// Days since 1970-01-01.
    fn days(&self) -> Option<i64> {
        let (y, m, d) = (self.year, self.month, self.day);
        let days = days(y, m, d);
        (civil(days) == (y, m, d)).then_some(days)
    }

    fn micros_of_day(&self) -> Option<i64> {
        let [hour, minute, second] = self.time;
        let micros = ((hour * 60 + minute) * 60 + second) * USECS_PER_SEC + self.fraction;
        // 24:00:00 is the next day's start, and :60 the next minute's, as in PostgreSQL.
        let fits = minute < 60 && second <= 60 && micros <= 86_400 * USECS_PER_SEC;
        fits.then_some(micros)
    }
}

fn clock(text: &str) -> Option<([i64; 3], i64, &str)> {
    let (hour, rest) = digits(text, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let Some(rest_of_seconds) = rest.strip_prefix(':') else {
        return Some(([hour, minute, 0], 0, rest));
    };
    let (second, rest) = digits(rest_of_seconds, 2, 2)?;
    let Some(rest_of_fraction) = rest.strip_prefix('.') else {
        return Some(([hour, minute, second], 0, rest));
    };
    let end = rest_of_fraction.bytes().position(|b| !b.is_ascii_digit());
    let (number, rest) =
        rest_of_fraction.split_at_checked(end.unwrap_or(rest_of_fraction.len()))?;
    let seconds: f64 = format!("0.{number}").parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and a million")]
    let micros = (seconds * 1e6).round_ties_even() as i64;
    Some(([hour, minute, second], micros, rest))
}

fn place(text: &str) -> Option<Place<'_>> {
    if text.is_empty() {
        return Some(Place::Session);
    }
    if text.eq_ignore_ascii_case("z") {
        return Some(Place::East(0));
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => {
            let is_name = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
            return is_name.then_some(Place::Named(text));
        }
    };
    let (hours, rest) = digits(text.get(1..)?, 1, 2).or_else(|| {
        text.get(1..3).zip(text.get(3..)).and_then(|(h, r)| Some((h.parse().ok()?, r)))
    })?;
    let mut seconds = hours * 3600;
    let mut unit = 60;
    let mut rest = rest;
    while !rest.is_empty() && unit > 0 {
        let (number, after) = digits(rest.strip_prefix(':').unwrap_or(rest), 2, 2)?;
        seconds += number * unit;
        unit /= 60;
        rest = after;
    }
    (rest.is_empty() && hours < 16).then_some(Place::East(sign * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_in_postgresql() {
        let utc = |text: &str| {
            let t = read(text.as_bytes()).unwrap_or_else(|_| panic!("{text}"));
            String::from_utf8(stamp::text(t, time::gmt())).expect("ASCII")
        };
        for (text, expected) in [
            ("2000-01-01 00:00:00+00", "2000-01-01 00:00:00+00"),
            ("2024-02-29T12:34:56.789Z", "2024-02-29 12:34:56.789+00"),
            ("2024-02-29 12:34:56.7890001+05:30", "2024-02-29 07:04:56.789+00"),
            ("2024-02-29 12:34 -0330", "2024-02-29 16:04:00+00"),
            ("2024-02-29 00:00 +0530", "2024-02-28 18:30:00+00"),
            ("2024-12-31 24:00:00Z", "2025-01-01 00:00:00+00"),
            ("2024-01-01Z", "2024-01-01 00:00:00+00"),
            ("0044-03-15 12:00:00+00 BC", "0044-03-15 12:00:00+00 BC"),
            ("infinity", "infinity"),
            ("-Infinity", "-infinity"),
            ("epoch", "1970-01-01 00:00:00+00"),
        ] {
            assert_eq!(utc(text), expected, "{text}");
        }
        for text in
            ["", "tomorrow and more", "2024-02-30 00:00Z", "2024-13-01Z", "2024-01-01 25:00Z"]
        {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
