#![forbid(unsafe_code)]
//! Rules for all years, as POSIX writes them: `CET-1CEST,M3.5.0,M10.5.0/3`.
//! Runs in: any process.

use super::civil::{DAY, days_before, is_leap};
use super::zone::Kind;

/// What holds in any year.
#[derive(Debug)]
pub(super) struct Rule {
    standard: Kind,
    summer: Option<Summer>,
}

#[derive(Debug)]
struct Summer {
    kind: Kind,
    start: When,
    end: When,
}

/// A moment of any year, on the clock that holds until then.
#[derive(Debug)]
struct When {
    day: Day,
    second: i64,
}

#[derive(Debug)]
enum Day {
    /// From 1; the 29th of February is not counted.
    Julian(i64),
    /// From 0.
    OfYear(i64),
    /// Month from 1, week from 1 (5: the last), weekday from 0 = Sunday.
    OfMonth(i64, i64, i64),
}

impl Rule {
    /// Reads a rule; `None` if it is not one.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let mut rest = text;
        let name = take_name(&mut rest)?;
        let east = -take_offset(&mut rest)?;
        let standard = Kind::new(east, false, name);
        if rest.is_empty() {
            return Some(Self { standard, summer: None });
        }
        let name = take_name(&mut rest)?;
        let east = match rest.first() {
            None | Some(b',') => east + 3600,
            Some(_) => -take_offset(&mut rest)?,
        };
        if rest.is_empty() {
            // What PostgreSQL takes where no rule is given.
            rest = b",M3.2.0,M11.1.0";
        }
        let start = take_when(&mut rest)?;
        let end = take_when(&mut rest)?;
        let summer = Some(Summer { kind: Kind::new(east, true, name), start, end });
        rest.is_empty().then_some(Self { standard, summer })
    }

    /// What holds at a moment.
    pub(super) fn at(&self, seconds: i64) -> &Kind {
        let Some(summer) = &self.summer else { return &self.standard };
        let day = seconds.saturating_add(self.standard.east).div_euclid(DAY);
        // Days of a year are 365.2425 on average: wrong by one at most.
        let mut year =
            1970 + day.div_euclid(146_097) * 400 + day.rem_euclid(146_097) * 400 / 146_097;
        while days_before(year + 1) <= day {
            year += 1;
        }
        while days_before(year) > day {
            year -= 1;
        }
        let start = summer.start.in_year(year) - self.standard.east;
        let end = summer.end.in_year(year) - summer.kind.east;
        let is_summer = if start < end {
            (start..end).contains(&seconds)
        } else {
            !(end..start).contains(&seconds)
        };
        if is_summer { &summer.kind } else { &self.standard }
    }

    /// What holds outside summer.
    pub(super) fn standard(&self) -> &Kind {
        &self.standard
    }
}

impl When {
    /// Seconds since 1970 on the clock that holds until then.
    fn in_year(&self, year: i64) -> i64 {
        let first = days_before(year);
        let leap = i64::from(is_leap(year));
        let day = match self.day {
            Day::Julian(day) => first + day - 1 + if day >= 60 { leap } else { 0 },
            Day::OfYear(day) => first + day,
            Day::OfMonth(month, week, weekday) => {
                let before = |month: i64| {
                    let common = (367 * month - 362) / 12;
                    if month <= 2 { common } else { common - 2 + leap }
                };
                let start = first + before(month);
                let length = if month == 12 { 31 } else { before(month + 1) - before(month) };
                let mut day = (weekday - (start + 4)).rem_euclid(7) + (week - 1) * 7;
                while day >= length {
                    day -= 7;
                }
                start + day
            }
        };
        day.saturating_mul(DAY).saturating_add(self.second)
    }
}

/// Takes `<+01>` or `CET`.
fn take_name<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (name, after) = if let Some(quoted) = rest.strip_prefix(b"<") {
        let end = quoted.iter().position(|&b| b == b'>')?;
        (quoted.get(..end)?, quoted.get(end + 1..)?)
    } else {
        let ends = |b: &u8| b.is_ascii_digit() || b",+-".contains(b);
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        (rest.get(..end)?, rest.get(end..)?)
    };
    *rest = after;
    (!name.is_empty()).then_some(name)
}

fn take_number(rest: &mut &[u8], most: i64) -> Option<i64> {
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, after) = rest.split_at_checked(digits)?;
    *rest = after;
    core::str::from_utf8(number).ok()?.parse().ok().filter(|n| *n <= most)
}

fn take_byte(rest: &mut &[u8], byte: u8) -> bool {
    rest.strip_prefix(&[byte]).map(|after| *rest = after).is_some()
}

/// Takes `[+-]HH[:MM[:SS]]`; seconds.
fn take_offset(rest: &mut &[u8]) -> Option<i64> {
    let negative = take_byte(rest, b'-');
    if !negative {
        take_byte(rest, b'+');
    }
    let mut seconds = take_number(rest, 167)? * 3600;
    for unit in [60, 1] {
        if !take_byte(rest, b':') {
            break;
        }
        seconds += take_number(rest, if unit == 1 { 60 } else { 59 })? * unit;
    }
    Some(if negative { -seconds } else { seconds })
}

/// Takes `,M3.5.0/2`.
fn take_when(rest: &mut &[u8]) -> Option<When> {
    if !take_byte(rest, b',') {
        return None;
    }
    let day = if take_byte(rest, b'J') {
        Day::Julian(take_number(rest, 365).filter(|day| *day > 0)?)
    } else if take_byte(rest, b'M') {
        let month = take_number(rest, 12).filter(|month| *month > 0)?;
        let week = take_byte(rest, b'.').then(|| take_number(rest, 5))?.filter(|week| *week > 0)?;
        Day::OfMonth(month, week, take_byte(rest, b'.').then(|| take_number(rest, 6))??)
    } else {
        Day::OfYear(take_number(rest, 365)?)
    };
    let second = if take_byte(rest, b'/') { take_offset(rest)? } else { 7200 };
    Some(When { day, second })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rule: &str, seconds: &[i64]) -> Vec<String> {
        let rule = Rule::parse(rule.as_bytes()).expect("a rule");
        seconds.iter().map(|&s| rule.at(s).abbreviation.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn summer_begins_and_ends_on_the_second() {
        // 2024-03-31 01:00:00 UTC and 2024-10-27 01:00:00 UTC.
        let moments = [1_711_846_799, 1_711_846_800, 1_729_990_799, 1_729_990_800];
        let wanted = ["CET", "CEST", "CEST", "CET"];
        assert_eq!(names("CET-1CEST,M3.5.0,M10.5.0/3", &moments), wanted);
        // The same days, counted through the year; 2024 is a leap year.
        assert_eq!(names("CET-1CEST,J90,J300/3", &moments), wanted);
        assert_eq!(names("CET-1CEST,90,300/3", &moments), wanted);
    }

    #[test]
    fn summer_may_lie_over_the_new_year() {
        // 2024-04-06 16:00:00 UTC, when it ends, and 2024-12-31.
        let moments = [1_712_419_199, 1_712_419_200, 1_735_600_000];
        let names = names("AEST-10AEDT,M10.1.0,M4.1.0/3", &moments);
        assert_eq!(names, ["AEDT", "AEST", "AEDT"]);
    }

    #[test]
    fn nonsense_is_no_rule() {
        for text in
            ["", "CET", "5", "CET-1CEST,M3.5.0", "CET-1,", "CET-1CEST,M13.1.0,M1.1.1", "A1B2,"]
        {
            assert!(Rule::parse(text.as_bytes()).is_none(), "{text}");
        }
    }
}
