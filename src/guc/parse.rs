#![forbid(unsafe_code)]
//! Reading booleans, numbers with units and enum words as PostgreSQL reads them.
//! Runs in: any process.

use core::ffi::CStr;

use super::types::EnumOption;
use super::units::{self, Base};

/// Text that is no value of the kind; the hint, if any, says what would be.
#[derive(Debug, PartialEq)]
pub(crate) struct Invalid {
    pub(crate) hint: Option<&'static CStr>,
}

const TOO_LARGE: &CStr = c"Value exceeds integer range.";
const INVALID: Invalid = Invalid { hint: None };

/// `on`, `off`, `1`, `0` and the beginnings of `true`, `false`, `yes`, `no`, in any case.
pub(crate) fn boolean(text: &[u8]) -> Option<bool> {
    let begins = |word: &str| {
        word.as_bytes().get(..text.len()).is_some_and(|head| head.eq_ignore_ascii_case(text))
    };
    match text.first()? {
        b't' | b'T' if begins("true") => Some(true),
        b'f' | b'F' if begins("false") => Some(false),
        b'y' | b'Y' if begins("yes") => Some(true),
        b'n' | b'N' if begins("no") => Some(false),
        // A lone `o` could be either.
        b'o' | b'O' if text.len() > 1 && begins("on") => Some(true),
        b'o' | b'O' if text.len() > 1 && begins("off") => Some(false),
        b'1' if text.len() == 1 => Some(true),
        b'0' if text.len() == 1 => Some(false),
        _ => None,
    }
}

/// A whole number: decimal, hex (`0x`) or octal (leading `0`), or a fraction that is rounded,
/// with a unit where the setting has one.
pub(crate) fn int(text: &[u8], flags: i32) -> Result<i32, Invalid> {
    let (value, rest) = match scan_integer(text) {
        Scan::Integer(value, rest) => (value, rest),
        Scan::Real => scan_real(text).ok_or(INVALID)?,
        Scan::Nothing => return Err(INVALID),
    };
    let value = in_base_unit(value, rest, flags)?.round_ties_even();
    if value > f64::from(i32::MAX) || value < f64::from(i32::MIN) {
        return Err(Invalid { hint: Some(TOO_LARGE) });
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range of an int")]
    Ok(value as i32)
}

/// A real number, with a unit where the setting has one. NaN is refused.
pub(crate) fn real(text: &[u8], flags: i32) -> Result<f64, Invalid> {
    let (value, rest) = scan_real(text).ok_or(INVALID)?;
    in_base_unit(value, rest, flags)
}

/// The value of a word, in any case.
pub(crate) fn enumeration(text: &[u8], options: &[EnumOption]) -> Option<i32> {
    let same = |option: &&EnumOption| option.name.to_bytes().eq_ignore_ascii_case(text);
    options.iter().find(same).map(|option| option.value)
}

/// What to offer instead of a word that is none.
pub(crate) fn enum_hint(options: &[EnumOption]) -> Vec<u8> {
    let shown: Vec<&[u8]> =
        options.iter().filter(|o| !o.hidden).map(|o| o.name.to_bytes()).collect();
    [b"Available values: ".as_slice(), &shown.join(b", ".as_slice()), b"."].concat()
}

fn in_base_unit(value: f64, rest: &[u8], flags: i32) -> Result<f64, Invalid> {
    if value.is_nan() {
        return Err(INVALID);
    }
    let unit = rest.trim_ascii();
    if unit.is_empty() {
        return Ok(value);
    }
    let base: Base = units::base(flags).ok_or(INVALID)?;
    base.convert(value, unit).ok_or(Invalid { hint: Some(base.hint) })
}

enum Scan<'a> {
    Integer(f64, &'a [u8]),
    /// Goes on as a fraction, has an exponent, or does not fit: to be read as a real number.
    Real,
    Nothing,
}

/// What `strtol` with base 0 takes from the front.
fn scan_integer(text: &[u8]) -> Scan<'_> {
    let (negative, unsigned) = sign(text.trim_ascii_start());
    let (radix, digits) = match unsigned {
        [b'0', b'x' | b'X', hex @ ..] if hex.first().is_some_and(u8::is_ascii_hexdigit) => {
            (16, hex)
        }
        [b'0', ..] => (8, unsigned),
        _ => (10, unsigned),
    };
    let length = digits.iter().take_while(|c| char::from(**c).is_digit(radix)).count();
    let (digits, rest) = digits.split_at(length);
    if matches!(rest.first(), Some(b'.' | b'e' | b'E')) {
        return Scan::Real;
    }
    if digits.is_empty() {
        return Scan::Nothing;
    }
    let mut value: i64 = 0;
    for digit in digits.iter().filter_map(|c| char::from(*c).to_digit(radix)) {
        let Some(next) =
            value.checked_mul(i64::from(radix)).and_then(|v| v.checked_add(i64::from(digit)))
        else {
            return Scan::Real;
        };
        value = next;
    }
    let value = value as f64;
    Scan::Integer(if negative { -value } else { value }, rest)
}

/// What `strtod` takes from the front; nothing where it would overflow or underflow.
fn scan_real(text: &[u8]) -> Option<(f64, &[u8])> {
    let (negative, unsigned) = sign(text.trim_ascii_start());
    let (value, rest) = match unsigned {
        [b'0', b'x' | b'X', hex @ ..] => scan_hex(hex).unwrap_or((0.0, unsigned.get(1..)?)),
        [b'0'..=b'9' | b'.', ..] => scan_decimal(unsigned)?,
        _ => scan_word(unsigned)?,
    };
    Some((if negative { -value } else { value }, rest))
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn scan_word(text: &[u8]) -> Option<(f64, &[u8])> {
    for (word, value) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if let Some((head, rest)) = text.split_at_checked(word.len())
            && head.eq_ignore_ascii_case(word.as_bytes())
        {
            return Some((value, rest));
        }
    }
    None
}

fn scan_decimal(text: &[u8]) -> Option<(f64, &[u8])> {
    let digits = |from: usize| {
        text.get(from..).map_or(0, |rest| rest.iter().take_while(|c| c.is_ascii_digit()).count())
    };
    let whole = digits(0);
    let mut end = whole;
    let mut fraction = 0;
    if text.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    let mantissa = end;
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(text.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    let (number, rest) = text.split_at_checked(end)?;
    let value: f64 = str::from_utf8(number).ok()?.parse().ok()?;
    let nonzero = number.iter().take(mantissa).any(|c| matches!(c, b'1'..=b'9'));
    let lost = value.is_infinite() || (value == 0.0 && nonzero);
    (!lost).then_some((value, rest))
}

/// `[digits][.digits][p[sign]digits]`, hexadecimal, after the `0x`.
fn scan_hex(text: &[u8]) -> Option<(f64, &[u8])> {
    let (mut value, mut scale, mut seen, mut end) = (0.0f64, 0i32, false, 0usize);
    let mut point = false;
    for c in text {
        match char::from(*c).to_digit(16) {
            Some(digit) => {
                value = value * 16.0 + f64::from(digit);
                scale -= if point { 4 } else { 0 };
                seen = true;
            }
            None if *c == b'.' && !point => point = true,
            None => break,
        }
        end += 1;
    }
    if !seen {
        return None;
    }
    if let Some((b'p' | b'P', rest)) = text.get(end..)?.split_first() {
        let (negative, digits) = sign(rest);
        let count = digits.iter().take_while(|c| c.is_ascii_digit()).count();
        if let Some(number) = digits.get(..count).and_then(|d| str::from_utf8(d).ok())
            && let Ok(power) = number.parse::<i32>()
        {
            scale = scale.saturating_add(if negative { -power } else { power });
            end += 1 + (rest.len() - digits.len()) + count;
        }
    }
    let value = value * 2f64.powi(scale);
    value.is_finite().then_some((value, text.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::guc::{GUC_UNIT_BYTE, GUC_UNIT_KB, GUC_UNIT_MS, GUC_UNIT_S};

    #[test]
    fn booleans() {
        for yes in ["on", "ON", "true", "t", "TRU", "yes", "y", "1"] {
            assert_eq!(boolean(yes.as_bytes()), Some(true), "{yes}");
        }
        for no in ["off", "of", "false", "F", "no", "n", "0"] {
            assert_eq!(boolean(no.as_bytes()), Some(false), "{no}");
        }
        for bad in ["", "o", "onn", "10", "truex", "maybe", " on", "-1"] {
            assert_eq!(boolean(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn integers() {
        let good: &[(&str, i32, i32)] = &[
            ("42", 0, 42),
            (" -42 ", 0, -42),
            ("+7", 0, 7),
            ("0x1F", 0, 31),
            ("017", 0, 15),
            ("0", 0, 0),
            ("1.5", 0, 2),
            ("2.5", 0, 2),
            ("0x1.8", 0, 2),
            ("1e3", 0, 1000),
            ("2147483647", 0, i32::MAX),
            ("4MB", GUC_UNIT_KB, 4096),
            ("4 MB ", GUC_UNIT_KB, 4096),
            ("4.5MB", GUC_UNIT_KB, 4608),
            ("5", GUC_UNIT_KB, 5),
            ("500us", GUC_UNIT_MS, 0),
            ("1501us", GUC_UNIT_MS, 2),
            ("2 h", GUC_UNIT_S, 7200),
            ("3min", GUC_UNIT_MS, 180_000),
        ];
        for (text, flags, value) in good {
            assert_eq!(int(text.as_bytes(), *flags), Ok(*value), "{text}");
        }
        for bad in ["", " ", "x", "1x", "5MB", "0x", "09", "nan", "1 2", "--1", "1e400", "."] {
            assert_eq!(int(bad.as_bytes(), 0), Err(INVALID), "{bad}");
        }
        let hint = |text: &[u8], flags| int(text, flags).unwrap_err().hint;
        assert_eq!(hint(b"99999999999999999999", 0), Some(TOO_LARGE));
        assert_eq!(hint(b"3GB", GUC_UNIT_BYTE), Some(TOO_LARGE));
        assert_eq!(hint(b"1xB", GUC_UNIT_KB), Some(units::MEMORY_HINT));
        assert_eq!(hint(b"1 kB x", GUC_UNIT_KB), Some(units::MEMORY_HINT));
        assert_eq!(hint(b"5 kB", GUC_UNIT_MS), Some(units::TIME_HINT));
    }

    #[test]
    fn reals() {
        let good = [
            ("1.5", 1.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("-1e-3", -0.001),
            ("0x10", 16.0),
            ("0x1p4", 16.0),
            ("inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("0e400", 0.0),
        ];
        for (text, value) in good {
            assert_eq!(real(text.as_bytes(), 0), Ok(value), "{text}");
        }
        for bad in ["", "nan", "1e400", "1e-400", "abc", "1e", "1.5x", "."] {
            assert_eq!(real(bad.as_bytes(), 0), Err(INVALID), "{bad}");
        }
        assert_eq!(real(b"1.5 s", GUC_UNIT_MS), Ok(1500.0));
        assert_eq!(real(b"1 day", GUC_UNIT_MS).unwrap_err().hint, Some(units::TIME_HINT));
    }

    #[test]
    fn words() {
        let options = [
            EnumOption::shown(c"one", 1),
            EnumOption::shown(c"Two", 2),
            EnumOption::hidden(c"x", 3),
        ];
        assert_eq!(enumeration(b"TWO", &options), Some(2));
        assert_eq!(enumeration(b"X", &options), Some(3));
        assert_eq!(enumeration(b"three", &options), None);
        assert_eq!(enum_hint(&options), b"Available values: one, Two.");
    }
}
