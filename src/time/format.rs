#![forbid(unsafe_code)]
//! `pg_strftime`: a date and time by a format, in the C locale whatever the process's is.
//! Runs in: any process.

use std::io::Write as _;

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The fields of a `pg_tm`, as its user filled them in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fields<'a> {
    pub(crate) second: i32,
    pub(crate) minute: i32,
    pub(crate) hour: i32,
    pub(crate) day: i32,
    /// From 0.
    pub(crate) month: i32,
    /// From 1900.
    pub(crate) year: i32,
    pub(crate) weekday: i32,
    pub(crate) yearday: i32,
    /// Negative: unknown.
    pub(crate) dst: i32,
    pub(crate) east: i64,
    pub(crate) zone: Option<&'a [u8]>,
}

/// Appends what the format says.
pub(crate) fn append(out: &mut Vec<u8>, format: &[u8], f: &Fields<'_>) {
    let mut rest = format.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        // Modifiers mean nothing in the C locale.
        let mut last = byte;
        let conversion = rest.find(|b| {
            last = *b;
            !b"EO".contains(b)
        });
        match conversion {
            Some(conversion) => convert(out, conversion, f),
            None => out.push(last),
        }
    }
}

fn convert(out: &mut Vec<u8>, conversion: u8, f: &Fields<'_>) {
    match conversion {
        b'A' => out.extend_from_slice(name(&DAYS, f.weekday).as_bytes()),
        b'a' => out.extend_from_slice(short(name(&DAYS, f.weekday))),
        b'B' => out.extend_from_slice(name(&MONTHS, f.month).as_bytes()),
        b'b' | b'h' => out.extend_from_slice(short(name(&MONTHS, f.month))),
        b'C' => year(out, f.year, true, false),
        b'c' => append(out, b"%a %b %e %T %Y", f),
        b'D' | b'x' => append(out, b"%m/%d/%y", f),
        b'd' => two(out, f.day),
        b'e' => blank_two(out, f.day),
        b'F' => append(out, b"%Y-%m-%d", f),
        b'G' => year(out, iso(f).0, true, true),
        b'g' => year(out, iso(f).0, false, true),
        b'H' => two(out, f.hour),
        b'I' => two(out, twelve(f.hour)),
        b'j' => number(out, i64::from(f.yearday) + 1, 3),
        b'k' => blank_two(out, f.hour),
        b'l' => blank_two(out, twelve(f.hour)),
        b'M' => two(out, f.minute),
        b'm' => number(out, i64::from(f.month) + 1, 2),
        b'n' => out.push(b'\n'),
        b'p' => out.extend_from_slice(if f.hour >= 12 { b"PM" } else { b"AM" }),
        b'R' => append(out, b"%H:%M", f),
        b'r' => append(out, b"%I:%M:%S %p", f),
        b'S' => two(out, f.second),
        b'T' | b'X' => append(out, b"%H:%M:%S", f),
        b't' => out.push(b'\t'),
        b'U' => two(out, week(f, f.weekday)),
        b'u' => number(out, if f.weekday == 0 { 7 } else { f.weekday.into() }, 1),
        b'V' => two(out, iso(f).1),
        b'v' => append(out, b"%e-%b-%Y", f),
        b'W' => two(out, week(f, f.weekday.wrapping_add(6).rem_euclid(7))),
        b'w' => number(out, f.weekday.into(), 1),
        b'Y' => year(out, f.year, true, true),
        b'y' => year(out, f.year, false, true),
        b'Z' => out.extend_from_slice(f.zone.unwrap_or_default()),
        b'z' => offset(out, f),
        b'+' => append(out, b"%a %b %e %H:%M:%S %Z %Y", f),
        other => out.push(other),
    }
}

fn name(names: &'static [&'static str], index: i32) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or("?")
}

fn short(name: &str) -> &[u8] {
    name.as_bytes().get(..3).unwrap_or(name.as_bytes())
}

/// As `%.*d`: the sign does not count.
fn number(out: &mut Vec<u8>, number: i64, digits: usize) {
    let sign = if number < 0 { "-" } else { "" };
    let _infallible = write!(out, "{sign}{:0digits$}", number.unsigned_abs());
}

fn two(out: &mut Vec<u8>, value: i32) {
    number(out, value.into(), 2);
}

fn blank_two(out: &mut Vec<u8>, number: i32) {
    let _infallible = write!(out, "{number:2}");
}

fn twelve(hour: i32) -> i32 {
    if hour % 12 == 0 { 12 } else { hour % 12 }
}

/// Week of the year when weeks begin where `weekday` is 0.
fn week(f: &Fields<'_>, weekday: i32) -> i32 {
    f.yearday.wrapping_add(7).wrapping_sub(weekday) / 7
}

/// Century, year of it, or both, of a year since 1900; both have the year's sign.
fn year(out: &mut Vec<u8>, since_1900: i32, century: bool, of_century: bool) {
    let year = i64::from(since_1900) + 1900;
    let (high, low) = (year / 100, year % 100);
    if century {
        if high == 0 && low < 0 {
            out.extend_from_slice(b"-0");
        } else {
            number(out, high, 2);
        }
    }
    if of_century {
        number(out, low.abs(), 2);
    }
}

/// Year since 1900 and week by ISO 8601: weeks begin on Monday and belong to the year in which
/// their Thursday lies.
fn iso(f: &Fields<'_>) -> (i32, i32) {
    let is_leap = |year: i32| super::civil::is_leap(i64::from(year) + 1900);
    let length = |year: i32| if is_leap(year) { 366 } else { 365 };
    let monday = f.weekday.wrapping_add(6).rem_euclid(7);
    let mut year = f.year;
    let mut thursday = f.yearday.wrapping_sub(monday).wrapping_add(3);
    if thursday < 0 {
        year = year.wrapping_sub(1);
        thursday += length(year);
    } else if thursday >= length(year) {
        thursday -= length(year);
        year = year.wrapping_add(1);
    }
    (year, thursday / 7 + 1)
}

fn offset(out: &mut Vec<u8>, f: &Fields<'_>) {
    if f.dst < 0 {
        return;
    }
    let is_west = f.east < 0 || f.east == 0 && f.zone.is_some_and(|zone| zone.starts_with(b"-"));
    let minutes = f.east.unsigned_abs() / 60;
    let _infallible =
        write!(out, "{}{:02}{:02}", if is_west { '-' } else { '+' }, minutes / 60, minutes % 60);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(format: &str, fields: &Fields<'_>) -> String {
        let mut out = Vec::new();
        append(&mut out, format.as_bytes(), fields);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn weeks_of_iso_belong_to_the_year_of_their_thursday() {
        // 2021-01-03 is a Sunday, 2024-12-30 a Monday, 2020-12-31 a Thursday.
        for (year, yearday, weekday, wanted) in
            [(121, 2, 0, "2020-W53-7"), (124, 364, 1, "2025-W01-1"), (120, 365, 4, "2020-W53-4")]
        {
            let fields = Fields { year, yearday, weekday, ..Fields::default() };
            assert_eq!(show("%G-W%V-%u", &fields), wanted);
        }
    }

    #[test]
    fn fields_out_of_range_are_shown_somehow() {
        let fields = Fields { weekday: 9, month: -1, hour: i32::MIN, ..Fields::default() };
        assert_eq!(show("%A %b", &fields), "? ?");
        assert!(!show("%c %I %U %W %G %V", &fields).is_empty());
    }
}
