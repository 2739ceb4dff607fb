#![forbid(unsafe_code)]
//! Spans of time from texts.
//! Runs in: any process.

use crate::abi::timestamp::{USECS_PER_DAY, USECS_PER_SEC};
use crate::abi::variables::IntervalStyle;
use crate::error::{Report, Result, SqlState};

use super::interval::{HOUR, INFINITE, Interval, MINUS_INFINITE, MINUTE, SQL_STANDARD};

fn syntax(text: &[u8]) -> Report {
    let message = [b"invalid input syntax for type interval: \"", text, b"\""].concat();
    Report::error(SqlState::new(*b"22007"), message)
}

/// Reads a text in any of the styles.
///
/// # Errors
/// It is none (22007), or does not fit (22015).
pub(crate) fn read(text: &[u8]) -> Result<Interval> {
    let trimmed = core::str::from_utf8(text).map_err(|_| syntax(text))?.trim();
    let lower = trimmed.to_ascii_lowercase();
    match &*lower {
        "infinity" | "+infinity" | "inf" => return Ok(INFINITE),
        "-infinity" | "-inf" => return Ok(MINUS_INFINITE),
        _ => {}
    }
    let sum = match lower.strip_prefix('p') {
        Some(rest) if trimmed.starts_with('P') => iso_8601(rest),
        _ => words(&lower),
    };
    let sum = sum.ok_or_else(|| syntax(text))?;
    let fits = sum.finish();
    fits.ok_or_else(|| {
        let message = [b"interval field value out of range: \"", text, b"\""].concat();
        Report::error(SqlState::new(*b"22015"), message).into()
    })
}

/// The parts read so far; larger than any that fits.
#[derive(Clone, Copy, Default)]
struct Sum {
    months: i128,
    days: i128,
    micros: i128,
}

impl Sum {
    fn finish(self) -> Option<Interval> {
        let interval = Interval {
            micros: i64::try_from(self.micros).ok()?,
            days: i32::try_from(self.days).ok()?,
            months: i32::try_from(self.months).ok()?,
        };
        (interval != INFINITE && interval != MINUS_INFINITE).then_some(interval)
    }

    fn negated(self) -> Self {
        Self { months: -self.months, days: -self.days, micros: -self.micros }
    }

    /// Adds so much of a unit.
    fn add(&mut self, amount: &Amount, unit: &str) -> Option<()> {
        let sign = if amount.is_negative { -1 } else { 1 };
        let whole = i128::from(amount.whole) * sign;
        #[expect(clippy::cast_precision_loss, reason = "1 or -1")]
        let fraction = amount.fraction * sign as f64;
        match unit {
            "us" | "usec" | "usecs" | "microsecond" | "microseconds" => {
                self.micros += whole + nearest(fraction);
            }
            "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => {
                self.add_time(whole, fraction, 1000);
            }
            "s" | "sec" | "secs" | "second" | "seconds" => {
                self.add_time(whole, fraction, USECS_PER_SEC);
            }
            "m" | "min" | "mins" | "minute" | "minutes" => self.add_time(whole, fraction, MINUTE),
            "h" | "hr" | "hrs" | "hour" | "hours" => self.add_time(whole, fraction, HOUR),
            "d" | "day" | "days" => self.add_days(whole, fraction, 1),
            "w" | "week" | "weeks" => self.add_days(whole, fraction, 7),
            "mon" | "mons" | "month" | "months" => {
                self.months += whole;
                self.add_days(0, fraction, 30);
            }
            "y" | "yr" | "yrs" | "year" | "years" => self.add_months(whole, fraction, 12),
            "dec" | "decs" | "decade" | "decades" => self.add_months(whole, fraction, 120),
            "c" | "cent" | "century" | "centuries" => self.add_months(whole, fraction, 1200),
            "mil" | "mils" | "millennium" | "millennia" => {
                self.add_months(whole, fraction, 12_000);
            }
            _ => return None,
        }
        Some(())
    }

    fn add_time(&mut self, whole: i128, fraction: f64, micros: i64) {
        #[expect(clippy::cast_precision_loss, reason = "far below the digits of a double")]
        let part = nearest(fraction * micros as f64);
        self.micros += whole * i128::from(micros) + part;
    }

    fn add_days(&mut self, whole: i128, fraction: f64, days: i64) {
        #[expect(clippy::cast_precision_loss, reason = "at most 30")]
        let part = fraction * days as f64;
        self.days += whole * i128::from(days);
        let full = part.trunc();
        self.days += nearest(full);
        self.add_time(0, part - full, USECS_PER_DAY);
    }

    fn add_months(&mut self, whole: i128, fraction: f64, months: i64) {
        #[expect(clippy::cast_precision_loss, reason = "at most 12,000")]
        let part = fraction * months as f64;
        self.months += whole * i128::from(months) + nearest(part.round_ties_even());
    }
}

#[expect(clippy::cast_possible_truncation, reason = "parts of a unit, in smaller ones")]
fn nearest(value: f64) -> i128 {
    value.round_ties_even() as i128
}

/// A number as it is written.
struct Amount {
    is_signed: bool,
    is_negative: bool,
    whole: i64,
    /// Behind the point, below 1.
    fraction: f64,
}

impl Amount {
    /// The number at the start of a text, and what follows.
    fn read(text: &str) -> Option<(Self, &str)> {
        let is_signed = text.starts_with(['-', '+']);
        let unsigned = if is_signed { text.get(1..)? } else { text };
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, mut rest) = unsigned.split_at_checked(digits(unsigned))?;
        let mut fraction = 0.0;
        let mut behind = "";
        if let Some(after) = rest.strip_prefix('.') {
            (behind, rest) = after.split_at_checked(digits(after))?;
            fraction = format!("0.{behind}0").parse().ok()?;
        }
        if whole.is_empty() && behind.is_empty() {
            return None;
        }
        let whole = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(i64::MAX) };
        let is_negative = text.starts_with('-');
        Some((Self { is_signed, is_negative, whole, fraction }, rest))
    }
}

/// `P1Y2M3DT4H5M6S`, without the `P`.
fn iso_8601(text: &str) -> Option<Sum> {
    let mut sum = Sum::default();
    let mut is_time = false;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('t').filter(|_| !is_time) {
            (is_time, rest) = (true, after);
            continue;
        }
        let (amount, after) = Amount::read(rest)?;
        let unit = match (after.chars().next()?, is_time) {
            ('y', false) => "year",
            ('m', false) => "month",
            ('w', false) => "week",
            ('d', false) => "day",
            ('h', true) => "hour",
            ('m', true) => "minute",
            ('s', true) => "second",
            _ => return None,
        };
        sum.add(&amount, unit)?;
        rest = after.get(1..)?;
    }
    Some(sum)
}

/// PostgreSQL's own styles and SQL's: amounts with units, `Y-M`, and a time of a clock.
fn words(text: &str) -> Option<Sum> {
    let mut sum = Sum::default();
    let mut rest = text.trim_start_matches('@').trim_start();
    let mut is_ago = false;
    let mut signs = Vec::new();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        if is_ago {
            return None;
        }
        if let Some(after) = rest.strip_prefix("ago") {
            (is_ago, rest) = (true, after.trim_start());
            continue;
        }
        let (amount, after) = Amount::read(rest)?;
        signs.push((amount.is_signed, amount.is_negative));
        rest = match after.chars().next() {
            Some(':') => clock(&mut sum, &amount, after)?,
            Some('-') => year_and_month(&mut sum, &amount, after)?,
            _ => with_unit(&mut sum, &amount, after)?,
        };
        rest = rest.trim_start();
    }
    // The standard's leading minus is for all parts, unless others have signs, too.
    let leads = matches!(signs.first(), Some((true, true)));
    let alone = signs.iter().skip(1).all(|(is_signed, _)| !is_signed);
    if IntervalStyle.get() == SQL_STANDARD && leads && alone && signs.len() > 1 {
        sum = Sum { months: -sum.months.abs(), days: -sum.days.abs(), micros: -sum.micros.abs() };
    }
    Some(if is_ago { sum.negated() } else { sum })
}

/// An amount with its unit; without one it is days before a clock, else seconds.
fn with_unit<'a>(sum: &mut Sum, amount: &Amount, after: &'a str) -> Option<&'a str> {
    let after = after.trim_start();
    let len = after.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (unit, rest) = after.split_at_checked(len)?;
    if !unit.is_empty() && unit != "ago" {
        sum.add(amount, unit)?;
        return Some(rest);
    }
    let is_day = Amount::read(after).is_some_and(|(_, rest)| rest.starts_with(':'));
    sum.add(amount, if is_day { "day" } else { "second" })?;
    Some(after)
}

/// `:MM[:SS[.ffffff]]` behind hours.
fn clock<'a>(sum: &mut Sum, hours: &Amount, after: &'a str) -> Option<&'a str> {
    let (minutes, rest) = Amount::read(after.strip_prefix(':')?)?;
    let (seconds, rest) = match rest.strip_prefix(':') {
        Some(rest) => Amount::read(rest)?,
        None => (Amount { is_signed: false, is_negative: false, whole: 0, fraction: 0.0 }, rest),
    };
    let is_clock = !minutes.is_signed && !seconds.is_signed && minutes.whole < 60;
    (is_clock && seconds.whole <= 60 && minutes.fraction == 0.0).then_some(())?;
    let is_negative = hours.is_negative;
    sum.add(hours, "hour")?;
    sum.add(&Amount { is_negative, ..minutes }, "minute")?;
    sum.add(&Amount { is_negative, ..seconds }, "second")?;
    Some(rest)
}

/// `-M` behind years.
fn year_and_month<'a>(sum: &mut Sum, years: &Amount, after: &'a str) -> Option<&'a str> {
    let (months, rest) = Amount::read(after.strip_prefix('-')?)?;
    (!months.is_signed && months.whole < 12 && months.fraction == 0.0).then_some(())?;
    sum.add(years, "year")?;
    sum.add(&Amount { is_negative: years.is_negative, ..months }, "month")?;
    Some(rest)
}
