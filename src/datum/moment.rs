#![forbid(unsafe_code)]
//! Dates and times from texts.
//! Runs in: any process.

use crate::abi::timestamp::{DT_NOBEGIN, DT_NOEND, USECS_PER_DAY, USECS_PER_SEC};
use crate::error::{Report, Result, SqlState};
use crate::time::{self, Zone, stamp};

use super::calendar::{DATE_NOBEGIN, DATE_NOEND, EPOCHS_APART, date, is_timestamp, pack_timetz};
use super::decode::{Parts, Place, Word, Wrong, decode};

pub(crate) use super::calendar::{
    write_date, write_time, write_timestamp, write_timestamptz as write, write_timetz,
};

fn about(state: [u8; 5], before: &str, text: &[u8]) -> Report {
    Report::error(SqlState::new(state), [before.as_bytes(), b"\"", text, b"\""].concat())
}

fn syntax(kind: &str, text: &[u8]) -> Report {
    about(*b"22007", &format!("invalid input syntax for type {kind}: "), text)
}

fn parts(kind: &str, text: &[u8]) -> Result<Parts> {
    let read = core::str::from_utf8(text).map_err(|_| Wrong::Syntax).and_then(decode);
    let range = || about(*b"22008", "date/time field value out of range: ", text);
    read.map_err(|wrong| {
        match wrong {
            Wrong::Syntax => syntax(kind, text),
            Wrong::Range => range(),
            Wrong::Order => {
                range().with_hint("Perhaps you need a different \"datestyle\" setting.")
            }
            Wrong::Offset => about(*b"22009", "time zone displacement out of range: ", text),
            Wrong::Zone(name) => {
                let message = format!("time zone \"{name}\" not recognized");
                Report::error(SqlState::INVALID_PARAMETER_VALUE, message)
            }
        }
        .into()
    })
}

/// The session's clock now: microseconds since 2000.
fn local_now() -> i64 {
    let now = stamp::now();
    let zone = time::of_the_session();
    let east = zone.and_then(|zone| stamp::in_zone(now, zone)).map_or(0, |(b, _)| b.kind.east);
    now + east * USECS_PER_SEC
}

/// Midnight so many days from now.
fn midnight(days: i64) -> i64 {
    (local_now().div_euclid(USECS_PER_DAY) + days) * USECS_PER_DAY
}

/// A `date`: days since 2000.
///
/// # Errors
/// It is none (22007), or there is no such day (22008).
pub(crate) fn read_date(text: &[u8]) -> Result<i32> {
    let parts = parts("date", text)?;
    let days = match parts.word {
        Some(Word::Infinity) => return Ok(DATE_NOEND),
        Some(Word::MinusInfinity) => return Ok(DATE_NOBEGIN),
        Some(Word::Epoch) => -EPOCHS_APART,
        Some(Word::Now) => local_now().div_euclid(USECS_PER_DAY),
        Some(Word::Day(days)) => midnight(days) / USECS_PER_DAY,
        None => parts.days.ok_or_else(|| syntax("date", text))? - EPOCHS_APART,
    };
    date(days).ok_or_else(|| about(*b"22008", "date out of range: ", text).into())
}

/// A `time`: microseconds since midnight.
///
/// # Errors
/// As [`read_date`].
pub(crate) fn read_time(text: &[u8]) -> Result<i64> {
    time_of_day("time", text, &parts("time", text)?)
}

fn time_of_day(kind: &str, text: &[u8], parts: &Parts) -> Result<i64> {
    match (parts.word, parts.micros) {
        (Some(Word::Now), _) => Ok(local_now().rem_euclid(USECS_PER_DAY)),
        (None, Some(micros)) => Ok(micros),
        _ => Err(syntax(kind, text).into()),
    }
}

/// The content of a `timetz`.
///
/// # Errors
/// As [`read_date`].
pub(crate) fn read_timetz(text: &[u8]) -> Result<Vec<u8>> {
    const KIND: &str = "time with time zone";
    let parts = parts(KIND, text)?;
    let micros = time_of_day(KIND, text, &parts)?;
    let day = parts.days.map_or_else(|| midnight(0), |days| (days - EPOCHS_APART) * USECS_PER_DAY);
    let east = east(parts.place, day + micros);
    Ok(pack_timetz(micros, i32::try_from(-east).unwrap_or(0)))
}

/// A `timestamp`: microseconds since 2000.
///
/// # Errors
/// As [`read_date`].
pub(crate) fn read_timestamp(text: &[u8]) -> Result<i64> {
    let parts = parts("timestamp", text)?;
    match local("timestamp", text, &parts)? {
        Ok(value) if is_timestamp(value) => Ok(value),
        Ok(_) => Err(about(*b"22008", "timestamp out of range: ", text).into()),
        Err(Word::Epoch) => Ok(-EPOCHS_APART * USECS_PER_DAY),
        Err(Word::Now) => Ok(local_now()),
        Err(word) => Ok(endless(word)),
    }
}

/// A `timestamptz`: microseconds since 2000 in Greenwich.
///
/// # Errors
/// As [`read_date`].
pub(crate) fn read(text: &[u8]) -> Result<i64> {
    const KIND: &str = "timestamp with time zone";
    let parts = parts(KIND, text)?;
    let local = match local(KIND, text, &parts)? {
        Ok(local) => local,
        Err(Word::Epoch) => return Ok(stamp::from_unix(0)),
        Err(Word::Now) => return Ok(stamp::now()),
        Err(word) => return Ok(endless(word)),
    };
    let value = local.checked_sub(east(parts.place, local) * USECS_PER_SEC);
    let value = value.filter(|value| is_timestamp(*value));
    value.ok_or_else(|| about(*b"22008", "timestamp out of range: ", text).into())
}

fn endless(word: Word) -> i64 {
    if word == Word::MinusInfinity { DT_NOBEGIN } else { DT_NOEND }
}

/// What the clock shows, since 2000; or a word that is no time of a clock.
fn local(kind: &str, text: &[u8], parts: &Parts) -> Result<core::result::Result<i64, Word>> {
    let micros = parts.micros.unwrap_or(0);
    match parts.word {
        Some(Word::Day(days)) => return Ok(Ok(midnight(days) + micros)),
        Some(word) => return Ok(Err(word)),
        None => {}
    }
    let days = parts.days.ok_or_else(|| syntax(kind, text))? - EPOCHS_APART;
    let local = days.checked_mul(USECS_PER_DAY).and_then(|day| day.checked_add(micros));
    let local = local.ok_or_else(|| about(*b"22008", "timestamp out of range: ", text))?;
    Ok(Ok(local))
}

/// Seconds east of Greenwich at a place when its clocks show this time since 2000.
fn east(place: Option<Place>, local: i64) -> i64 {
    let seconds = local.div_euclid(USECS_PER_SEC) + EPOCHS_APART * 86_400;
    match place {
        Some(Place::East(east)) => east,
        Some(Place::Zone(zone)) => offset(zone, seconds),
        None => time::of_the_session().map_or(0, |zone| offset(zone, seconds)),
    }
}

/// A moment from what the session's clocks show then.
pub(crate) fn from_local(local: i64) -> i64 {
    local - east(None, local) * USECS_PER_SEC
}

/// The reverse.
pub(crate) fn to_local(value: i64) -> i64 {
    let zone = time::of_the_session();
    let east = zone.and_then(|zone| stamp::in_zone(value, zone)).map_or(0, |(b, _)| b.kind.east);
    value + east * USECS_PER_SEC
}

/// Seconds east of Greenwich that hold in a zone when its clocks show `local` (seconds since
/// 1970 of that clock). Of two that fit the one after the change, as in PostgreSQL; in a gap what
/// held before it.
pub(crate) fn offset(zone: &Zone, local: i64) -> i64 {
    let east_at = |moment| zone.at(moment).map_or(0, |kind| kind.east);
    let after = east_at(local + 86_400);
    if east_at(local - after) == after { after } else { east_at(local - 86_400) }
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
            ("Thu Feb 29 12:34:56.789 2024 UTC", "2024-02-29 12:34:56.789+00"),
            ("02/29/2024 12:34:56.789 UTC", "2024-02-29 12:34:56.789+00"),
            ("29-Feb-24 1:05 pm Z", "2024-02-29 13:05:00+00"),
            ("February 29, 2024 00:00 EST", "2024-02-29 05:00:00+00"),
            ("20240229T123456Z", "2024-02-29 12:34:56+00"),
            ("20240229 1234 +00", "2024-02-29 12:34:00+00"),
            ("J2451545 00:00Z", "2000-01-01 00:00:00+00"),
            ("2024-060 00:00Z", "2024-02-29 00:00:00+00"),
            ("2024-07-01 12:00 Europe/Berlin", "2024-07-01 10:00:00+00"),
            ("2024-03-31 02:30 Europe/Berlin", "2024-03-31 01:30:00+00"),
            ("2024-10-27 02:30 Europe/Berlin", "2024-10-27 01:30:00+00"),
            ("infinity", "infinity"),
            ("-Infinity", "-infinity"),
            ("epoch", "1970-01-01 00:00:00+00"),
        ] {
            assert_eq!(utc(text), expected, "{text}");
        }
        for text in [
            "",
            "tomorrow and more",
            "2024-02-30 00:00Z",
            "2024-13-01Z",
            "2024-01-01 25:00Z",
            "2024-01-01 12:60Z",
            "300000-01-01 00:00Z",
            "12:00",
            "2024-01-01 00:00 Nowhere/City",
            "2024-01-01 00:00+16",
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_and_times_survive_the_way_there_and_back() {
        for text in ["2024-02-29", "0044-03-15 BC", "infinity", "-infinity", "5874897-12-31"] {
            assert_eq!(read_date(text.as_bytes()).map(write_date).ok().as_deref(), Some(text));
        }
        for text in ["00:00:00", "24:00:00", "23:59:59.999999"] {
            assert_eq!(read_time(text.as_bytes()).map(write_time).ok().as_deref(), Some(text));
        }
        for text in ["12:00:00+05:30", "00:00:00-15:59:59"] {
            let content = read_timetz(text.as_bytes()).unwrap_or_default();
            assert_eq!(write_timetz(&content), text);
        }
        for text in
            ["2024-02-29 12:34:56.5", "4713-01-01 00:00:00 BC", "294276-12-31 23:59:59.999999"]
        {
            let value = read_timestamp(text.as_bytes()).map(write_timestamp).ok();
            assert_eq!(value.as_deref(), Some(text));
        }
        assert!(read_date(b"5874898-12-31").is_err());
    }
}
