#![forbid(unsafe_code)]
//! Whole numbers as SQL reads them (utils/builtins.h).
//! Runs in: any process.

use crate::error::{Report, Result, SqlState};

/// Why a text is not such a number.
#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    Syntax,
    Range,
}

/// Reads a number of so many `bits`, with a sign; `kind` is the SQL type's name.
///
/// # Errors
/// It is none (22P02), or it does not fit (22003).
pub(crate) fn parse(text: &[u8], bits: u32, kind: &str) -> Result<i64> {
    read(text, 1 << (bits - 1)).map_err(|wrong| report(&wrong, text, kind).into())
}

fn report(wrong: &Wrong, text: &[u8], kind: &str) -> Report {
    let (state, before, after) = match wrong {
        Wrong::Syntax => (
            SqlState::new(*b"22P02"),
            format!("invalid input syntax for type {kind}: \""),
            "\"".into(),
        ),
        Wrong::Range => (
            SqlState::new(*b"22003"),
            "value \"".into(),
            format!("\" is out of range for type {kind}"),
        ),
    };
    Report::error(state, [before.as_bytes(), text, after.as_bytes()].concat())
}

/// Reads a number without a sign of so many `bits`, as strtoul does: decimal, `0x` or `0`; and how
/// many bytes it has. A sign wraps it around.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_unsigned(
    text: &[u8],
    bits: u32,
    kind: &str,
    whole: bool,
) -> Result<(u64, usize)> {
    unsigned(text, bits, whole).map_err(|wrong| report(&wrong, text, kind).into())
}

fn unsigned(text: &[u8], bits: u32, whole: bool) -> core::result::Result<(u64, usize), Wrong> {
    let is_blank = |b: &u8| b" \t\n\x0b\x0c\r".contains(b);
    let mut at = text.iter().position(|b| !is_blank(b)).unwrap_or(text.len());
    let negative = text.get(at) == Some(&b'-');
    at += usize::from(matches!(text.get(at), Some(b'-' | b'+')));
    let is_hex = |b: Option<&u8>| b.is_some_and(u8::is_ascii_hexdigit);
    let base = match text.get(at..) {
        Some([b'0', b'x' | b'X', ..]) if is_hex(text.get(at + 2)) => {
            at += 2;
            16
        }
        Some([b'0', ..]) => 8,
        _ => 10,
    };
    let start = at;
    let mut value: Option<u64> = Some(0);
    while let Some(digit) = text.get(at).and_then(|&b| char::from(b).to_digit(base)) {
        value = value.and_then(|v| v.checked_mul(base.into())?.checked_add(digit.into()));
        at += 1;
    }
    if at == start {
        return Err(Wrong::Syntax);
    }
    let value = value.ok_or(Wrong::Range)?;
    let value = if negative { value.wrapping_neg() } else { value };
    if whole && !text.get(at..).unwrap_or_default().iter().all(is_blank) {
        return Err(Wrong::Syntax);
    }
    let fits = bits == 64 || value >> 32 == 0 || value.cast_signed() >> 31 == -1;
    if fits { Ok((value, at)) } else { Err(Wrong::Range) }
}

/// `most` is how far below zero numbers go; above it, one less far.
fn read(text: &[u8], most: u64) -> core::result::Result<i64, Wrong> {
    let is_blank = |b: &u8| b" \t\n\x0b\x0c\r".contains(b);
    let start = text.iter().position(|b| !is_blank(b)).unwrap_or(text.len());
    let mut rest = text.get(start..).unwrap_or_default();
    let negative = rest.first() == Some(&b'-');
    if let [b'-' | b'+', after @ ..] = rest {
        rest = after;
    }
    let (base, mut rest) = match rest {
        [b'0', b'x' | b'X', after @ ..] => (16, after),
        [b'0', b'o' | b'O', after @ ..] => (8, after),
        [b'0', b'b' | b'B', after @ ..] => (2, after),
        _ => (10, rest),
    };
    let digit = |byte: u8| char::from(byte).to_digit(base).map(u64::from);
    let mut value: u64 = 0;
    let mut has_digits = false;
    while let [first, after @ ..] = rest {
        if let Some(digit) = digit(*first) {
            // What follows does not matter any more.
            if value > most / u64::from(base) {
                return Err(Wrong::Range);
            }
            value = value * u64::from(base) + digit;
            has_digits = true;
        } else if *first == b'_' && (base != 10 || has_digits) {
            if after.first().and_then(|next| digit(*next)).is_none() {
                return Err(Wrong::Syntax);
            }
        } else {
            break;
        }
        rest = after;
    }
    if !has_digits || !rest.iter().all(is_blank) {
        return Err(Wrong::Syntax);
    }
    if negative && value <= most {
        Ok(0i64.wrapping_sub_unsigned(value))
    } else {
        i64::try_from(value)
            .ok()
            .filter(|v| !negative && v.unsigned_abs() < most)
            .ok_or(Wrong::Range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_their_type_does() {
        let i32s = |text: &str| read(text.as_bytes(), 1 << 31);
        assert_eq!(i32s(" -0x8000_0000 "), Ok(-2_147_483_648));
        assert_eq!(i32s("2147483648"), Err(Wrong::Range));
        assert_eq!(i32s("99999999999x"), Err(Wrong::Range));
        assert_eq!(i32s("_1"), Err(Wrong::Syntax));
        assert_eq!(read(b"-9223372036854775808", 1 << 63), Ok(i64::MIN));
        assert_eq!(read(b"9223372036854775808", 1 << 63), Err(Wrong::Range));
    }
}
