#![forbid(unsafe_code)]
//! What a type's modifier does to a value: lengths, precisions, scales.
//! Runs in: any process.

use crate::abi::timestamp::{DT_NOBEGIN, DT_NOEND};
use crate::error::{Report, Result, SqlState};

use super::calendar::{pack_timetz, unpack_timetz};
use super::numeric::{Finite, Numeric};
use super::output::first;
use super::types::{Base, Type};

/// What modifiers of `varchar`, `bpchar` and `numeric` begin with.
const HEADER: i32 = 4;
/// `bpchar` and `varchar`, which have their values' form in common with others.
const BPCHAR: u32 = 1042;
const VARCHAR: u32 = 1043;
const BIT: u32 = 1560;

/// The content that a value has with this modifier; -1 is none.
///
/// # Errors
/// It does not fit (22001, 22003, 22026); there is no such modifier here (0A000).
pub(crate) fn apply(of: Type, content: Vec<u8>, modifier: i32) -> Result<Vec<u8>> {
    if modifier < 0 || of.is_array {
        return Ok(content);
    }
    match (of.base, of.facts.oid) {
        (Base::Text, BPCHAR | VARCHAR) => characters(content, modifier, of.facts.oid == BPCHAR),
        (Base::Numeric, _) => numeric(&content, modifier),
        (Base::Time, _) => {
            Ok(time(i64::from_le_bytes(first(&content)), modifier).to_le_bytes().to_vec())
        }
        (Base::TimeTz, _) => {
            let (micros, west) = unpack_timetz(&content);
            Ok(pack_timetz(time(micros, modifier), west))
        }
        (Base::Timestamp | Base::TimestampTz, _) => {
            let value = i64::from_le_bytes(first(&content));
            let is_endless = value == DT_NOBEGIN || value == DT_NOEND;
            let value = if is_endless { value } else { rounded(value, modifier) };
            Ok(value.to_le_bytes().to_vec())
        }
        (Base::Bit, oid) => bits(content, modifier, oid == BIT),
        (Base::Interval, _) => {
            let message = "modifiers of intervals are not available outside PostgreSQL";
            Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into())
        }
        _ => Ok(content),
    }
}

/// How many bytes so many characters of UTF-8 have; None: there are fewer.
fn bytes_of(text: &[u8], characters: usize) -> Option<usize> {
    let starts = text.iter().enumerate().filter(|(_, byte)| **byte & 0xc0 != 0x80);
    starts.map(|(at, _)| at).nth(characters)
}

fn characters(mut content: Vec<u8>, modifier: i32, is_padded: bool) -> Result<Vec<u8>> {
    let most = usize::try_from(modifier - HEADER).unwrap_or(0);
    if let Some(end) = bytes_of(&content, most) {
        // Blanks may be lost.
        if content.get(end..).unwrap_or_default().iter().any(|byte| *byte != b' ') {
            let name = if is_padded { "character" } else { "character varying" };
            let message = format!("value too long for type {name}({most})");
            return Err(Report::error(SqlState::new(*b"22001"), message).into());
        }
        content.truncate(end);
    }
    if is_padded {
        let count = content.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        content.resize(content.len() + most.saturating_sub(count), b' ');
    }
    Ok(content)
}

fn numeric(content: &[u8], modifier: i32) -> Result<Vec<u8>> {
    let packed = modifier - HEADER;
    let precision = packed >> 16 & 0xffff;
    // Eleven bits with a sign.
    let scale = ((packed & 0x7ff) ^ 1024) - 1024;
    let overflow = |detail: String| {
        let report = Report::error(SqlState::new(*b"22003"), "numeric field overflow");
        report.with_detail(detail)
    };
    match Numeric::unpack(content) {
        Numeric::NaN => Ok(content.to_vec()),
        Numeric::Infinite { .. } => Err(overflow(format!(
            "A field with precision {precision}, scale {scale} cannot hold an infinite value."
        ))
        .into()),
        Numeric::Finite(value) => {
            let value = value.rounded(scale);
            let most = precision - scale;
            if decimal_digits(&value) > most {
                let one = if most != 0 { "10^" } else { "" };
                let power = if most != 0 { most } else { 1 };
                return Err(overflow(format!(
                    "A field with precision {precision}, scale {scale} must round to an absolute \
                     value less than {one}{power}."
                ))
                .into());
            }
            Numeric::Finite(value).pack()
        }
    }
}

/// Decimal digits before the point; below 0 for zeros behind it.
fn decimal_digits(value: &Finite) -> i32 {
    let Some(first) = value.digits.first() else { return i32::MIN };
    let digits = match first {
        1000.. => 4,
        100.. => 3,
        10.. => 2,
        _ => 1,
    };
    value.weight * 4 + digits
}

/// Microseconds rounded to so many digits behind the second.
fn rounded(micros: i64, digits: i32) -> i64 {
    let unit = 10i64.pow(6u32.saturating_sub(digits.unsigned_abs()));
    let half = unit / 2;
    if micros >= 0 { (micros + half) / unit * unit } else { -((-micros + half) / unit * unit) }
}

fn time(micros: i64, digits: i32) -> i64 {
    rounded(micros, digits.clamp(0, 6))
}

fn bits(content: Vec<u8>, modifier: i32, is_fixed: bool) -> Result<Vec<u8>> {
    let count = i32::from_le_bytes(first(&content));
    if is_fixed && count != modifier {
        let message = format!("bit string length {count} does not match type bit({modifier})");
        return Err(Report::error(SqlState::new(*b"22026"), message).into());
    }
    if count > modifier {
        let message = format!("bit string too long for type bit varying({modifier})");
        return Err(Report::error(SqlState::new(*b"22001"), message).into());
    }
    Ok(content)
}
