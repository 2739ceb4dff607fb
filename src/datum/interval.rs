#![forbid(unsafe_code)]
//! Spans of time: their form in memory (datatype/timestamp.h), and their texts.
//! Runs in: any process.

use crate::abi::timestamp::USECS_PER_SEC;
use crate::abi::variables::IntervalStyle;

use super::calendar::seconds_text;
use super::output::first;

/// Values of the variable `IntervalStyle` (miscadmin.h).
const VERBOSE: i32 = 1;
pub(super) const SQL_STANDARD: i32 = 2;
pub(crate) const ISO_8601: i32 = 3;

/// A span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) micros: i64,
    pub(crate) days: i32,
    pub(crate) months: i32,
}

pub(crate) const INFINITE: Interval =
    Interval { micros: i64::MAX, days: i32::MAX, months: i32::MAX };
pub(crate) const MINUS_INFINITE: Interval =
    Interval { micros: i64::MIN, days: i32::MIN, months: i32::MIN };

pub(super) const HOUR: i64 = 3600 * USECS_PER_SEC;
pub(super) const MINUTE: i64 = 60 * USECS_PER_SEC;

impl Interval {
    /// The content of a value in memory.
    pub(crate) fn pack(self) -> Vec<u8> {
        let Self { micros, days, months } = self;
        [&micros.to_le_bytes()[..], &days.to_le_bytes(), &months.to_le_bytes()].concat()
    }

    /// The reverse.
    pub(crate) fn unpack(content: &[u8]) -> Self {
        let at = |at: usize| content.get(at..).unwrap_or_default();
        Self {
            micros: i64::from_le_bytes(first(content)),
            days: i32::from_le_bytes(first(at(8))),
            months: i32::from_le_bytes(first(at(12))),
        }
    }

    /// The text, in the session's style.
    pub(crate) fn text(self) -> String {
        if self == INFINITE {
            return "infinity".into();
        }
        if self == MINUS_INFINITE {
            return "-infinity".into();
        }
        let parts = Split::of(self);
        match IntervalStyle.get() {
            VERBOSE => parts.verbose(),
            SQL_STANDARD => parts.sql_standard(),
            ISO_8601 => parts.iso_8601(),
            _ => parts.postgres(),
        }
    }
}

/// A span in the units that people use, each with its sign.
#[derive(Clone, Copy)]
struct Split {
    years: i64,
    months: i64,
    days: i64,
    hours: i64,
    minutes: i64,
    seconds: i64,
    micros: i64,
}

fn plural(value: i64) -> &'static str {
    if value == 1 { "" } else { "s" }
}

impl Split {
    fn of(interval: Interval) -> Self {
        let (months, micros) = (i64::from(interval.months), interval.micros);
        Self {
            years: months / 12,
            months: months % 12,
            days: interval.days.into(),
            hours: micros / HOUR,
            minutes: micros / MINUTE % 60,
            seconds: micros / USECS_PER_SEC % 60,
            micros: micros % USECS_PER_SEC,
        }
    }

    fn time(&self) -> [i64; 4] {
        [self.hours, self.minutes, self.seconds, self.micros]
    }

    fn has_time(&self) -> bool {
        self.time() != [0; 4]
    }

    fn is_time_negative(&self) -> bool {
        self.time().iter().any(|part| *part < 0)
    }

    fn clock(&self, width: usize) -> String {
        let seconds = seconds_text(self.seconds.abs(), self.micros.abs(), 2);
        format!("{:0width$}:{:02}:{seconds}", self.hours.abs(), self.minutes.abs())
    }

    fn postgres(&self) -> String {
        let mut out = String::new();
        let mut is_before = false;
        for (value, unit) in [(self.years, "year"), (self.months, "mon"), (self.days, "day")] {
            if value != 0 {
                let blank = if out.is_empty() { "" } else { " " };
                let sign = if is_before && value > 0 { "+" } else { "" };
                out += &format!("{blank}{sign}{value} {unit}{}", plural(value));
                is_before = value < 0;
            }
        }
        if out.is_empty() || self.has_time() {
            let blank = if out.is_empty() { "" } else { " " };
            let sign = match (self.is_time_negative(), is_before) {
                (true, _) => "-",
                (false, true) => "+",
                (false, false) => "",
            };
            out += &format!("{blank}{sign}{}", self.clock(2));
        }
        out
    }

    fn verbose(&self) -> String {
        let mut out = String::from("@");
        // Once the first part is negative, all are written turned around.
        let mut turned: Option<bool> = None;
        let units = [
            (self.years, "year"),
            (self.months, "mon"),
            (self.days, "day"),
            (self.hours, "hour"),
            (self.minutes, "min"),
        ];
        for (value, unit) in units {
            if value != 0 {
                let is_turned = *turned.get_or_insert(value < 0);
                let value = if is_turned { -value } else { value };
                out += &format!(" {value} {unit}{}", plural(value));
            }
        }
        if self.seconds != 0 || self.micros != 0 {
            let is_negative = self.seconds < 0 || self.micros < 0;
            let is_turned = *turned.get_or_insert(is_negative);
            let sign = if is_negative == is_turned { "" } else { "-" };
            let seconds = seconds_text(self.seconds.abs(), self.micros.abs(), 1);
            let is_one = self.seconds.abs() == 1 && self.micros == 0;
            out += &format!(" {sign}{seconds} sec{}", if is_one { "" } else { "s" });
        }
        match turned {
            None => out + " 0",
            Some(true) => out + " ago",
            Some(false) => out,
        }
    }

    fn sql_standard(&self) -> String {
        let all = [self.years, self.months, self.days].into_iter().chain(self.time());
        let has_negative = all.clone().any(|part| part < 0);
        let has_positive = all.clone().any(|part| part > 0);
        let has_months = self.years != 0 || self.months != 0;
        let has_days = self.days != 0;
        let is_mixed = has_negative && has_positive || has_months && (has_days || self.has_time());
        let sign = |is_negative: bool| if is_negative { '-' } else { '+' };
        let (years, months, days) = (self.years.abs(), self.months.abs(), self.days.abs());
        if !has_negative && !has_positive {
            return "0".into();
        }
        if is_mixed {
            return format!(
                "{}{years}-{months} {}{days} {}{}",
                sign(self.years < 0 || self.months < 0),
                sign(self.days < 0),
                sign(self.is_time_negative()),
                self.clock(1)
            );
        }
        let minus = if has_negative { "-" } else { "" };
        if has_months {
            format!("{minus}{years}-{months}")
        } else if has_days {
            format!("{minus}{days} {}", self.clock(1))
        } else {
            format!("{minus}{}", self.clock(1))
        }
    }

    fn iso_8601(&self) -> String {
        let part = |value: i64, unit: char| match value {
            0 => String::new(),
            _ => format!("{value}{unit}"),
        };
        let mut out = String::from("P");
        out += &part(self.years, 'Y');
        out += &part(self.months, 'M');
        out += &part(self.days, 'D');
        if self.has_time() {
            out.push('T');
            out += &part(self.hours, 'H');
            out += &part(self.minutes, 'M');
            if self.seconds != 0 || self.micros != 0 {
                let minus = if self.seconds < 0 || self.micros < 0 { "-" } else { "" };
                out += minus;
                out += &seconds_text(self.seconds.abs(), self.micros.abs(), 1);
                out.push('S');
            }
        }
        if out == "P" { "PT0S".into() } else { out }
    }
}

#[cfg(test)]
mod tests {
    use super::super::interval_in::read;
    use super::*;

    // What PostgreSQL 17 makes of them.
    #[test]
    fn texts_are_read_and_written_as_in_postgresql() {
        for (text, expected) in [
            ("1 year 2 mons -3 days 04:05:06.789", "1 year 2 mons -3 days +04:05:06.789"),
            ("P1Y2M-3DT4H5M6.789S", "1 year 2 mons -3 days +04:05:06.789"),
            ("+1-2 -3 +4:05:06.789", "1 year 2 mons -3 days +04:05:06.789"),
            ("@ 1 year 2 days ago", "-1 years -2 days"),
            ("1.5 days", "1 day 12:00:00"),
            ("1.5 months", "1 mon 15 days"),
            ("1.5 years", "1 year 6 mons"),
            ("90", "00:01:30"),
            ("1 04:05:06", "1 day 04:05:06"),
            ("2 weeks", "14 days"),
            ("-00:00:00.000001", "-00:00:00.000001"),
            ("0", "00:00:00"),
            ("PT0S", "00:00:00"),
            ("infinity", "infinity"),
            ("2562047788:00:54.775807", "2562047788:00:54.775807"),
        ] {
            let value = read(text.as_bytes()).unwrap_or_default();
            assert_eq!(value.text(), expected, "{text}");
            assert_eq!(Interval::unpack(&value.pack()), value);
        }
        for text in ["", "1 foo", "P", "1 day ago 2", "x", "3000000000 years"] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn all_styles_read_back_as_the_same() {
        let value = Interval { micros: -14_706_789_000, days: -3, months: 14 };
        let mixed = Split::of(value);
        assert_eq!(mixed.sql_standard(), "+1-2 -3 -4:05:06.789");
        assert_eq!(mixed.verbose(), "@ 1 year 2 mons -3 days -4 hours -5 mins -6.789 secs");
        for text in [mixed.sql_standard(), mixed.verbose(), mixed.iso_8601(), mixed.postgres()] {
            assert_eq!(read(text.as_bytes()).ok(), Some(value), "{text}");
        }
    }
}
