#![forbid(unsafe_code)]
//! Computing with points in time and spans of it.
//! Runs in: any process.

use core::cmp::Ordering;

use crate::abi::timestamp::{DT_NOBEGIN, DT_NOEND, USECS_PER_DAY};
use crate::error::{Report, Result, SqlState};
use crate::time::{civil, days};

use super::calendar::{DATE_NOBEGIN, DATE_NOEND, EPOCHS_APART, date, is_timestamp};
use super::interval::{INFINITE, Interval, MINUS_INFINITE};
use super::moment::{from_local, to_local};

fn out_of_range(what: &str) -> Report {
    Report::error(SqlState::new(*b"22008"), format!("{what} out of range"))
}

/// What infinite times and spans have in common; None: it is finite.
fn sign_of_moment(value: i64) -> Option<bool> {
    match value {
        DT_NOBEGIN => Some(false),
        DT_NOEND => Some(true),
        _ => None,
    }
}

impl Interval {
    /// Whether it is infinite, and then whether it is positive.
    pub(crate) fn endless(self) -> Option<bool> {
        if self == INFINITE {
            return Some(true);
        }
        (self == MINUS_INFINITE).then_some(false)
    }

    /// # Errors
    /// It does not fit (22008).
    pub(crate) fn negated(self) -> Result<Self> {
        let negated = || {
            let micros = self.micros.checked_neg()?;
            let (days, months) = (self.days.checked_neg()?, self.months.checked_neg()?);
            finite(Self { micros, days, months })
        };
        match self.endless() {
            Some(true) => Ok(MINUS_INFINITE),
            Some(false) => Ok(INFINITE),
            None => negated().ok_or_else(|| out_of_range("interval").into()),
        }
    }

    /// # Errors
    /// It does not fit, or is infinite in both directions (22008).
    pub(crate) fn plus(self, other: Self) -> Result<Self> {
        let sum = || {
            finite(Self {
                micros: self.micros.checked_add(other.micros)?,
                days: self.days.checked_add(other.days)?,
                months: self.months.checked_add(other.months)?,
            })
        };
        let sum = match (self.endless(), other.endless()) {
            (None, None) => sum(),
            (Some(a), Some(b)) if a != b => None,
            (Some(_), _) => Some(self),
            (None, Some(_)) => Some(other),
        };
        sum.ok_or_else(|| out_of_range("interval").into())
    }

    /// Compares with months of 30 days and days of 24 hours.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        let span = |interval: Self| {
            let days = i128::from(interval.months) * 30 + i128::from(interval.days);
            days * i128::from(USECS_PER_DAY) + i128::from(interval.micros)
        };
        span(self).cmp(&span(other))
    }
}

/// A span that is not one of the infinite ones.
fn finite(interval: Interval) -> Option<Interval> {
    interval.endless().is_none().then_some(interval)
}

/// What a clock shows, so much later: months first, of which the last days may be missing, then
/// days.
fn later(local: i64, span: Interval) -> Option<i64> {
    let (mut day, micros) = (local.div_euclid(USECS_PER_DAY), local.rem_euclid(USECS_PER_DAY));
    if span.months != 0 {
        let (year, month, of_month) = civil(day + EPOCHS_APART);
        let months = year * 12 + month - 1 + i64::from(span.months);
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let last = days(next_year, next, 1) - days(year, month, 1);
        day = days(year, month, of_month.min(last)) - EPOCHS_APART;
    }
    day = day.checked_add(span.days.into())?;
    day.checked_mul(USECS_PER_DAY)?.checked_add(micros)
}

/// `timestamp + interval`.
///
/// # Errors
/// It does not fit (22008).
pub(crate) fn timestamp_plus(value: i64, span: Interval) -> Result<i64> {
    plus(value, span, |value| value, |value| value)
}

/// `timestamptz + interval`: months and days are those of the session's clocks.
///
/// # Errors
/// It does not fit (22008).
pub(crate) fn timestamptz_plus(value: i64, span: Interval) -> Result<i64> {
    plus(value, span, to_local, from_local)
}

fn plus(
    value: i64,
    span: Interval,
    to_local: impl Fn(i64) -> i64,
    from_local: impl Fn(i64) -> i64,
) -> Result<i64> {
    let wrong = || out_of_range("timestamp");
    match (sign_of_moment(value), span.endless()) {
        (Some(a), Some(b)) if a != b => return Err(wrong().into()),
        (Some(_), _) => return Ok(value),
        (None, Some(true)) => return Ok(DT_NOEND),
        (None, Some(false)) => return Ok(DT_NOBEGIN),
        (None, None) => {}
    }
    let moved = if span.months != 0 || span.days != 0 {
        let local = later(to_local(value), span).filter(|local| is_timestamp(*local));
        from_local(local.ok_or_else(wrong)?)
    } else {
        value
    };
    let sum = moved.checked_add(span.micros).filter(|sum| is_timestamp(*sum));
    sum.ok_or_else(|| wrong().into())
}

/// `timestamp - timestamp`: days and hours.
///
/// # Errors
/// It does not fit (22008).
pub(crate) fn difference(one: i64, other: i64) -> Result<Interval> {
    let wrong = || out_of_range("interval");
    match (sign_of_moment(one), sign_of_moment(other)) {
        (Some(a), Some(b)) if a == b => return Err(wrong().into()),
        (Some(true), _) | (None, Some(false)) => return Ok(INFINITE),
        (Some(false), _) | (None, Some(true)) => return Ok(MINUS_INFINITE),
        (None, None) => {}
    }
    let micros = one.checked_sub(other).ok_or_else(wrong)?;
    let days = i32::try_from(micros / USECS_PER_DAY).map_err(|_| wrong())?;
    Ok(Interval { micros: micros % USECS_PER_DAY, days, months: 0 })
}

/// Midnight of a day, on a clock.
///
/// # Errors
/// It does not fit (22008).
pub(crate) fn timestamp_of_date(day: i32) -> Result<i64> {
    match day {
        DATE_NOBEGIN => Ok(DT_NOBEGIN),
        DATE_NOEND => Ok(DT_NOEND),
        day => {
            let value = i64::from(day).checked_mul(USECS_PER_DAY);
            let value = value.filter(|value| is_timestamp(*value));
            let message = "date out of range for timestamp";
            value.ok_or_else(|| Report::error(SqlState::new(*b"22008"), message).into())
        }
    }
}

/// The moment at which the session's clocks show this.
///
/// # Errors
/// It does not fit (22008).
pub(crate) fn timestamptz_of_timestamp(value: i64) -> Result<i64> {
    if sign_of_moment(value).is_some() {
        return Ok(value);
    }
    let moment = from_local(value);
    if is_timestamp(moment) { Ok(moment) } else { Err(out_of_range("timestamp").into()) }
}

/// What the session's clocks show at a moment.
///
/// # Errors
/// It does not fit (22008).
pub(crate) fn timestamp_of_timestamptz(value: i64) -> Result<i64> {
    if sign_of_moment(value).is_some() {
        return Ok(value);
    }
    let local = to_local(value);
    if is_timestamp(local) { Ok(local) } else { Err(out_of_range("timestamp").into()) }
}

/// The day of what a clock shows.
///
/// # Errors
/// It does not fit (22008).
pub(crate) fn date_of_timestamp(value: i64) -> Result<i32> {
    match value {
        DT_NOBEGIN => Ok(DATE_NOBEGIN),
        DT_NOEND => Ok(DATE_NOEND),
        value => {
            let day = date(value.div_euclid(USECS_PER_DAY));
            day.ok_or_else(|| out_of_range("timestamp").into())
        }
    }
}
