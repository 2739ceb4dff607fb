#![forbid(unsafe_code)]
//! Weeks as ISO 8601 counts them: from Monday, the first has the year's first Thursday. Days are
//! since 1970-01-01.
//! Runs in: any process.

use super::civil::{civil, days, days_before};

/// Days from the last Monday, 0 for one. 1970-01-01 was a Thursday.
fn after_monday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// The Monday of a year's week.
pub(crate) fn monday(year: i64, week: i64) -> i64 {
    let fourth = days(year, 1, 4);
    fourth - after_monday(fourth) + (week - 1) * 7
}

/// Year and week of a day: those of its week's Thursday.
pub(crate) fn of(day: i64) -> (i64, i64) {
    let thursday = day - after_monday(day) + 3;
    let (year, ..) = civil(thursday);
    (year, (thursday - days_before(year)) / 7 + 1)
}
