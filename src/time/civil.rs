#![forbid(unsafe_code)]
//! The Gregorian calendar, before its invention too.
//! Runs in: any process.

use super::zone::Kind;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// A moment on a calendar and a clock somewhere. Year 0 is 1 BC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken<'a> {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i32,
    /// From 1.
    pub(crate) day: i32,
    pub(crate) hour: i32,
    pub(crate) minute: i32,
    pub(crate) second: i32,
    /// From 0 = Sunday.
    pub(crate) weekday: i32,
    /// From 0.
    pub(crate) yearday: i32,
    /// What holds there then.
    pub(crate) kind: &'a Kind,
}

/// The moment `seconds` after 1970 where `kind` holds.
pub(crate) fn break_down(seconds: i64, kind: &Kind) -> Broken<'_> {
    // The quotients first: a sum with an offset could overflow.
    let (mut days, mut second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY) + kind.east);
    days += second.div_euclid(DAY);
    second = second.rem_euclid(DAY);
    let (year, month, day) = civil(days);
    Broken {
        year,
        month: small(month),
        day: small(day),
        hour: small(second / 3600),
        minute: small(second / 60 % 60),
        second: small(second % 60),
        weekday: small((days + 4).rem_euclid(7)),
        yearday: small(days - days_before(year)),
        kind,
    }
}

fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or_default()
}

/// Year, month and day of a day since 1970-01-01, by 400-year eras that begin in March: there the
/// leap day is the last of its year. Async-signal-safe.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (year, day) = (era * 400 + year, day - (153 * month + 2) / 5 + 1);
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

/// Days from 1970-01-01 to the first of January of a year.
pub(super) fn days_before(year: i64) -> i64 {
    let before = year - 1;
    before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 719_162
}

/// Days from 1970-01-01 to a date; wrong for one that does not exist.
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + day - 719_468
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        for (days, date) in [
            (0, (1970, 1, 1)),
            (-1, (1969, 12, 31)),
            (11_016, (2000, 2, 29)),
            (-719_468, (0, 3, 1)),
            (-719_469, (0, 2, 29)),
        ] {
            assert_eq!(civil(days), date);
        }
        for year in -1000..3000 {
            assert_eq!(civil(days_before(year)), (year, 1, 1));
            assert_eq!(days(year, 1, 1), days_before(year));
            assert_eq!(civil(days(year, 3, 1)), (year, 3, 1));
            assert_eq!(days_before(year + 1) - days_before(year), 365 + i64::from(is_leap(year)));
        }
    }
}
