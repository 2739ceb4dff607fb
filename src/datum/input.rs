#![forbid(unsafe_code)]
//! From texts to values, as PostgreSQL's input functions read them.
//! Runs in: any process.

use crate::abi::c::Datum;
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{Report, Result, SqlState};
use crate::guc::parse;
use crate::memory::varlena;
use crate::text::number;

use super::types::{Base, Type};
use super::{array, array_text, moment};

/// The value that a text stands for, in the current memory context if it is not passed by value.
///
/// # Errors
/// The input function's: not such a value (22P02), or out of range (22003).
pub(crate) fn read(of: Type, text: &[u8]) -> Result<Datum> {
    if !of.is_array {
        return base(of.base, text);
    }
    let members = array_text::split(text)?.into_iter();
    let members: Vec<Option<Datum>> = members
        .map(|member| member.map(|text| base(of.base, &text)).transpose())
        .collect::<Result<_>>()?;
    let (_, oid, form) = of.base.facts();
    Ok(array::build(&members, oid, form)?.expose_provenance())
}

fn base(of: Base, text: &[u8]) -> Result<Datum> {
    let (name, ..) = of.facts();
    Ok(match of {
        Base::Bool => {
            let value = parse::boolean(text.trim_ascii()).ok_or_else(|| syntax(name, text))?;
            Datum::from(value)
        }
        Base::Int2 => whole(number::parse(text, 16, name)?),
        Base::Int4 => whole(number::parse(text, 32, name)?),
        Base::Int8 => whole(number::parse(text, 64, name)?),
        Base::Oid => object_id(text)?,
        Base::Float4 => float(text, name, |text| {
            let value: f32 = text.parse().ok()?;
            Some((f64::from(value), Datum::try_from(value.to_bits()).unwrap_or_default()))
        })?,
        Base::Float8 => float(text, name, |text| {
            let value: f64 = text.parse().ok()?;
            Some((value, Datum::try_from(value.to_bits()).unwrap_or_default()))
        })?,
        Base::Text => varlena::make(CurrentMemoryContext.get(), text)?.expose_provenance(),
        Base::TimestampTz => whole(moment::read(text)?),
    })
}

/// A number as the bits of a Datum, with its sign.
fn whole(value: i64) -> Datum {
    Datum::from_ne_bytes(value.to_ne_bytes())
}

fn syntax(kind: &str, text: &[u8]) -> Report {
    let before = format!("invalid input syntax for type {kind}: \"");
    Report::error(SqlState::new(*b"22P02"), [before.as_bytes(), text, b"\""].concat())
}

/// A number of an object: also a negative one, which stands for a large one.
fn object_id(text: &[u8]) -> Result<Datum> {
    let value = number::parse(text, 64, "oid").map_err(|raised| {
        let report = raised.into_report();
        if report.sqlstate == SqlState::new(*b"22003") { beyond(text) } else { report }
    })?;
    let fits = (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&value);
    if !fits {
        return Err(beyond(text).into());
    }
    Ok(whole(value & i64::from(u32::MAX)))
}

fn beyond(text: &[u8]) -> Report {
    let message = [b"value \"", text, b"\" is out of range for type oid"].concat();
    Report::error(SqlState::new(*b"22003"), message)
}

/// A floating-point number; what does not fit is out of range, not infinite or zero.
fn float(text: &[u8], kind: &str, parse: impl Fn(&str) -> Option<(f64, Datum)>) -> Result<Datum> {
    let trimmed = core::str::from_utf8(text.trim_ascii()).unwrap_or_default();
    let (value, datum) = parse(trimmed).ok_or_else(|| syntax(kind, text))?;
    let unsigned = trimmed.trim_start_matches(['-', '+']);
    let says_digits = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let mantissa = unsigned.split(['e', 'E']).next().unwrap_or_default();
    let is_nothing = mantissa.bytes().all(|b| matches!(b, b'0' | b'.'));
    if says_digits && (value.is_infinite() || value == 0.0 && !is_nothing) {
        let message = [b"\"", trimmed.as_bytes(), b"\" is out of range for type ", kind.as_bytes()];
        return Err(Report::error(SqlState::new(*b"22003"), message.concat()).into());
    }
    Ok(datum)
}
