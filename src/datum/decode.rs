#![forbid(unsafe_code)]
//! The parts of a date and a time in a text.
//! Runs in: any process.
//!
//! Read are PostgreSQL's own styles, ISO 8601, and most of what people write: names of months and
//! days, two-digit years, `am` and `pm`, Julian days, zones as offsets and by name.

use crate::abi::timestamp::{UNIX_EPOCH_JDATE, USECS_PER_DAY, USECS_PER_SEC};
use crate::abi::variables::DateOrder;
use crate::time::{self, Zone, civil, days};

use super::calendar::{MONTHS, ORDER_DMY, ORDER_YMD};

/// Why a text has no such parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Syntax,
    /// There is no such day or time.
    Range,
    /// The same, and the order of the parts may be another.
    Order,
    /// The offset is none.
    Offset,
    /// There is no zone of that name.
    Zone(String),
}

/// Where a time is.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Seconds east of Greenwich.
    East(i64),
    Zone(&'static Zone),
}

/// Words that stand for a whole date, or moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Infinity,
    MinusInfinity,
    Epoch,
    Now,
    /// So many days from today.
    Day(i64),
}

/// What a text has.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts {
    pub(super) word: Option<Word>,
    /// Days since 1970.
    pub(super) days: Option<i64>,
    /// Microseconds since midnight.
    pub(super) micros: Option<i64>,
    pub(super) place: Option<Place>,
}

/// Zones that people abbreviate, with their hours.
const ABBREVIATIONS: [(&str, i64); 20] = [
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("zulu", 0),
    ("ut", 0),
    ("wet", 0),
    ("bst", 1),
    ("cet", 1),
    ("cest", 2),
    ("eet", 2),
    ("eest", 3),
    ("msk", 3),
    ("jst", 9),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("pst", -8),
    ("pdt", -7),
];

#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    parts: Parts,
    /// Numbers of a date that is not complete, with their digits.
    numbers: Vec<(i64, usize)>,
    month: Option<i64>,
    /// Hours to add, and whether the clock has 12.
    afternoon: Option<bool>,
    before_christ: bool,
    days_of_year: Option<(i64, i64)>,
    saw_t: bool,
}

/// The parts of a text.
pub(super) fn decode(text: &str) -> Result<Parts, Wrong> {
    let mut reader = Reader { rest: text, ..Reader::default() };
    loop {
        let is_nothing = |c: char| c.is_ascii_whitespace() || c == ',';
        reader.rest = reader.rest.trim_start_matches(is_nothing);
        let Some(first) = reader.rest.chars().next() else { break };
        match first {
            '0'..='9' => reader.number()?,
            '+' | '-' => reader.offset()?,
            _ if first.is_ascii_alphabetic() => reader.word()?,
            '.' => reader.fraction()?,
            _ => return Err(Wrong::Syntax),
        }
    }
    reader.finish()
}

fn split(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn whole(text: &str) -> Result<i64, Wrong> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::Syntax);
    }
    text.parse().map_err(|_| Wrong::Range)
}

/// Microseconds of what is behind a point.
pub(super) fn micros(digits: &str) -> Result<i64, Wrong> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::Syntax);
    }
    let value: f64 = format!("0.{digits}0").parse().map_err(|_| Wrong::Syntax)?;
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and a million")]
    Ok((value * 1e6).round_ties_even() as i64)
}

impl<'a> Reader<'a> {
    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let (taken, rest) = split(self.rest, is_part);
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> Result<(), Wrong> {
        let (digits, after) = split(self.rest, |c| c.is_ascii_digit());
        let next = after.chars().next();
        let second = after.chars().nth(1);
        match next {
            Some(':') => self.clock(),
            Some('-' | '/') if second.is_some_and(|c| c.is_ascii_alphanumeric()) => {
                self.rest = after;
                self.date(digits)
            }
            Some('.')
                if after.get(1..).is_some_and(is_rest_of_date) && self.parts.days.is_none() =>
            {
                self.rest = after;
                self.date(digits)
            }
            _ => {
                self.rest = after;
                self.plain(digits)
            }
        }
    }

    /// `HH:MM[:SS[.ffffff]]`.
    fn clock(&mut self) -> Result<(), Wrong> {
        let text = self.take(|c| c.is_ascii_digit() || c == ':' || c == '.');
        let (clock, behind) = text.split_once('.').unwrap_or((text, ""));
        let mut parts = clock.split(':').map(whole);
        let mut next = || parts.next().transpose();
        let (hour, minute, second) = (next()?, next()?, next()?);
        if next()?.is_some() || self.parts.micros.is_some() {
            return Err(Wrong::Syntax);
        }
        self.set_time(hour.unwrap_or(0), minute.unwrap_or(0), second.unwrap_or(0), micros(behind)?)
    }

    fn set_time(&mut self, hour: i64, minute: i64, second: i64, micros: i64) -> Result<(), Wrong> {
        if minute > 59 || second > 60 || hour > 24 {
            return Err(Wrong::Range);
        }
        let total = ((hour * 60 + minute) * 60 + second) * USECS_PER_SEC + micros;
        if total > USECS_PER_DAY {
            return Err(Wrong::Range);
        }
        self.parts.micros = Some(total);
        Ok(())
    }

    /// A date whose parts have a `-`, `/` or `.` between them; the first has been read.
    fn date(&mut self, first: &str) -> Result<(), Wrong> {
        let separator = self.rest.chars().next().unwrap_or('-');
        let mut parts = vec![first];
        while parts.len() < 3 && self.rest.starts_with(separator) {
            self.rest = self.rest.get(1..).unwrap_or_default();
            let part = if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.take(|c| c.is_ascii_alphabetic())
            } else {
                self.take(|c| c.is_ascii_digit())
            };
            parts.push(part);
        }
        if self.parts.days.is_some() {
            return Err(Wrong::Syntax);
        }
        if let [year, day] = parts[..]
            && year.len() > 2
            && day.len() == 3
        {
            self.days_of_year = Some((whole(year)?, whole(day)?));
            return Ok(());
        }
        for part in parts {
            match month(part) {
                Some(number) if self.month.is_none() => self.month = Some(number),
                Some(_) => return Err(Wrong::Syntax),
                None => self.numbers.push((whole(part)?, part.len())),
            }
        }
        Ok(())
    }

    /// Digits that stand alone.
    fn plain(&mut self, digits: &str) -> Result<(), Wrong> {
        let part = |range: core::ops::Range<usize>| whole(digits.get(range).unwrap_or_default());
        let has_date = self.parts.days.is_some() || self.numbers.len() > 1 || self.month.is_some();
        match digits.len() {
            8 if self.numbers.is_empty() && self.month.is_none() => {
                self.numbers.extend([(part(0..4)?, 4), (part(4..6)?, 2), (part(6..8)?, 2)]);
                Ok(())
            }
            6 | 4 if (has_date || self.saw_t) && self.parts.micros.is_none() && self.is_dated() => {
                let second = if digits.len() == 6 { part(4..6)? } else { 0 };
                let behind = match self.rest.strip_prefix('.') {
                    Some(rest) => {
                        self.rest = rest;
                        micros(self.take(|c| c.is_ascii_digit()))?
                    }
                    None => 0,
                };
                self.set_time(part(0..2)?, part(2..4)?, second, behind)
            }
            6 if self.numbers.is_empty() && self.month.is_none() => {
                self.numbers.extend([(part(0..2)?, 2), (part(2..4)?, 2), (part(4..6)?, 2)]);
                let (year, _) = self.numbers.first().copied().unwrap_or_default();
                let century = if year < 70 { 2000 } else { 1900 };
                if let Some(first) = self.numbers.first_mut() {
                    *first = (year + century, 4);
                }
                Ok(())
            }
            1..=2 if self.is_dated() && self.parts.micros.is_none() && self.is_clock_ahead() => {
                self.set_time(whole(digits)?, 0, 0, 0)
            }
            _ => {
                self.numbers.push((whole(digits)?, digits.len()));
                Ok(())
            }
        }
    }

    fn is_clock_ahead(&self) -> bool {
        let next = self.rest.trim_start().get(..2).unwrap_or_default();
        self.saw_t || next.eq_ignore_ascii_case("am") || next.eq_ignore_ascii_case("pm")
    }

    /// Whether the date is complete.
    fn is_dated(&self) -> bool {
        let numbers = if self.month.is_some() { 2 } else { 3 };
        self.parts.days.is_some()
            || self.days_of_year.is_some()
            || self.numbers.len() == numbers
            || self.parts.word.is_some()
    }

    fn fraction(&mut self) -> Result<(), Wrong> {
        Err(Wrong::Syntax)
    }

    /// What begins with a sign: an offset behind a time, or `-infinity`.
    fn offset(&mut self) -> Result<(), Wrong> {
        let is_west = self.rest.starts_with('-');
        self.rest = self.rest.get(1..).unwrap_or_default();
        if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let word = self.take(|c| c.is_ascii_alphabetic()).to_ascii_lowercase();
            if word != "infinity" && word != "inf" {
                return Err(Wrong::Syntax);
            }
            self.parts.word = Some(if is_west { Word::MinusInfinity } else { Word::Infinity });
            return Ok(());
        }
        if self.parts.micros.is_none() && !self.is_dated() || self.parts.place.is_some() {
            return Err(Wrong::Syntax);
        }
        let text = self.take(|c| c.is_ascii_digit() || c == ':');
        let mut parts = text.split(':');
        let first = parts.next().unwrap_or_default();
        let number = |text: Option<&str>| text.map_or(Ok(0), whole);
        let (hours, minutes, seconds) = if first.len() > 2 {
            let at = first.len() - 2;
            (whole(first.get(..at).unwrap_or_default())?, number(first.get(at..))?, 0)
        } else {
            (whole(first)?, number(parts.next())?, number(parts.next())?)
        };
        if parts.next().is_some() {
            return Err(Wrong::Syntax);
        }
        if hours > 15 || minutes > 59 || seconds > 59 {
            return Err(Wrong::Offset);
        }
        let away = (hours * 60 + minutes) * 60 + seconds;
        self.parts.place = Some(Place::East(if is_west { -away } else { away }));
        Ok(())
    }

    fn word(&mut self) -> Result<(), Wrong> {
        let start = self.rest;
        let word = self.take(|c| c.is_ascii_alphabetic()).to_ascii_lowercase();
        if let Some(number) = month(&word) {
            let is_second = self.month.replace(number).is_some();
            return if is_second { Err(Wrong::Syntax) } else { Ok(()) };
        }
        if is_weekday(&word) || matches!(&*word, "at" | "on") {
            return Ok(());
        }
        match &*word {
            "am" | "pm" => self.afternoon = Some(word == "pm"),
            "bc" => self.before_christ = true,
            "ad" => {}
            "t" if self.rest.starts_with(|c: char| c.is_ascii_digit()) => self.saw_t = true,
            "infinity" | "inf" => self.parts.word = Some(Word::Infinity),
            "epoch" => self.parts.word = Some(Word::Epoch),
            "now" => self.parts.word = Some(Word::Now),
            "today" => self.parts.word = Some(Word::Day(0)),
            "tomorrow" => self.parts.word = Some(Word::Day(1)),
            "yesterday" => self.parts.word = Some(Word::Day(-1)),
            "allballs" => self.set_time(0, 0, 0, 0)?,
            "j" | "jd" | "julian" if self.rest.starts_with(|c: char| c.is_ascii_digit()) => {
                let digits = self.take(|c| c.is_ascii_digit());
                self.parts.days = Some(whole(digits)? - UNIX_EPOCH_JDATE);
            }
            _ => {
                self.rest = start;
                return self.zone();
            }
        }
        Ok(())
    }

    fn zone(&mut self) -> Result<(), Wrong> {
        let name = self.take(|c| c.is_ascii_alphanumeric() || "/_+-:.".contains(c));
        if self.parts.place.is_some() {
            return Err(Wrong::Syntax);
        }
        let lower = name.to_ascii_lowercase();
        let session = time::of_the_session().and_then(|zone| zone.abbreviated(name.as_bytes()));
        let known = ABBREVIATIONS.iter().find(|(known, _)| *known == lower);
        let east = session.or_else(|| known.map(|(_, hours)| hours * 3600));
        self.parts.place = Some(match (east, time::by_name(name.as_bytes())) {
            (Some(east), _) => Place::East(east),
            (None, Some(zone)) => Place::Zone(zone),
            (None, None) if name.contains(['/', '_']) => return Err(Wrong::Zone(lower)),
            (None, None) => return Err(Wrong::Syntax),
        });
        Ok(())
    }

    fn finish(mut self) -> Result<Parts, Wrong> {
        if let Some(is_afternoon) = self.afternoon {
            let micros = self.parts.micros.ok_or(Wrong::Syntax)?;
            const HOUR: i64 = 3600 * USECS_PER_SEC;
            if micros >= 13 * HOUR {
                return Err(Wrong::Range);
            }
            let noon = if micros >= 12 * HOUR { micros - 12 * HOUR } else { micros };
            self.parts.micros = Some(noon + if is_afternoon { 12 * HOUR } else { 0 });
        }
        if let Some((year, day)) = self.days_of_year {
            let first = days(self.year(year, 4)?, 1, 1);
            self.parts.days = Some(first + day - 1);
        }
        let wanted = if self.month.is_some() { 2 } else { 3 };
        if self.numbers.is_empty() && self.month.is_none() {
            return Ok(self.parts);
        }
        if self.numbers.len() != wanted || self.parts.days.is_some() || self.parts.word.is_some() {
            return Err(Wrong::Syntax);
        }
        let (year, month, day) = self.arrange()?;
        let year = self.year(year.0, year.1)?;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(Wrong::Order);
        }
        if year > 6_000_000 {
            return Err(Wrong::Range);
        }
        let days = days(year, month, day);
        if civil(days) != (year, month, day) {
            return Err(Wrong::Range);
        }
        self.parts.days = Some(days);
        Ok(self.parts)
    }

    /// Which number is what: the year with its digits, the month, the day.
    fn arrange(&self) -> Result<((i64, usize), i64, i64), Wrong> {
        let order = DateOrder.get();
        let is_year_first = self.numbers.first().is_some_and(|(_, digits)| *digits > 2);
        match (&self.numbers[..], self.month) {
            ([year, day], Some(month)) if is_year_first || order == ORDER_YMD => {
                Ok((*year, month, day.0))
            }
            ([day, year], Some(month)) => Ok((*year, month, day.0)),
            ([year, month, day], None) if is_year_first || order == ORDER_YMD => {
                Ok((*year, month.0, day.0))
            }
            ([day, month, year], None) if order == ORDER_DMY => Ok((*year, month.0, day.0)),
            ([month, day, year], None) => Ok((*year, month.0, day.0)),
            _ => Err(Wrong::Syntax),
        }
    }

    /// A year with its century; those before Christ are 0 and below.
    fn year(&self, year: i64, digits: usize) -> Result<i64, Wrong> {
        if self.before_christ {
            return if year > 0 { Ok(1 - year) } else { Err(Wrong::Range) };
        }
        match (year, digits) {
            (..70, ..=2) => Ok(year + 2000),
            (_, ..=2) => Ok(year + 1900),
            (1.., _) => Ok(year),
            _ => Err(Wrong::Range),
        }
    }
}

/// Whether what follows the first point of a date with points has another one.
fn is_rest_of_date(text: &str) -> bool {
    let (digits, rest) = split(text, |c| c.is_ascii_digit());
    !digits.is_empty() && rest.starts_with('.')
}

/// The number of a month by its name, or three letters of it.
fn month(word: &str) -> Option<i64> {
    const LONG: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    let is_short = |name: &str| name.eq_ignore_ascii_case(&word);
    let found = MONTHS.iter().position(|name| is_short(name));
    let found = found.or_else(|| LONG.iter().position(|name| *name == word));
    let found = found.or_else(|| (word == "sept").then_some(8));
    found.and_then(|at| i64::try_from(at).ok()).map(|at| at + 1)
}

fn is_weekday(word: &str) -> bool {
    const NAMES: [&str; 7] =
        ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    const OTHERS: [&str; 5] = ["tues", "wednes", "weds", "thur", "thurs"];
    let is_it = |name: &str| name == word || name.get(..3) == Some(word);
    NAMES.iter().any(|name| is_it(name)) || OTHERS.contains(&word)
}
