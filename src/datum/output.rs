//! From values to texts, as PostgreSQL's output functions write them.
//! Runs in: any process.

use core::ptr;

use crate::abi::c::{Datum, varlena};
use crate::error::Result;
use crate::memory::varlena as values;
use crate::time::{self, stamp};

use super::types::{Base, Type};
use super::{array, array_text, float};

/// The text of a value.
///
/// # Safety
/// `value` is of this type and, where it is a pointer, live.
///
/// # Errors
/// The value is stored in a form that cannot be read here.
pub(crate) unsafe fn write(of: Type, value: Datum) -> Result<Vec<u8>> {
    if !of.is_array {
        // SAFETY: the caller's promise.
        return unsafe { base(of.base, value) };
    }
    let (_, _, form) = of.base.facts();
    // SAFETY: the caller's promise.
    let members = unsafe { array::split(ptr::with_exposed_provenance(value), form) }?;
    let texts = members.into_iter().map(|member| {
        // SAFETY: members of an array of this type.
        member.map(|value| unsafe { base(of.base, value) }).transpose()
    });
    Ok(array_text::join(&texts.collect::<Result<Vec<_>>>()?))
}

/// # Safety
/// As [`write`].
unsafe fn base(of: Base, value: Datum) -> Result<Vec<u8>> {
    let bytes = value.to_le_bytes();
    let [b0, b1, b2, b3, ..] = bytes;
    let text = match of {
        Base::Bool => if b0 == 0 { "f" } else { "t" }.to_owned(),
        Base::Int2 => i16::from_le_bytes([b0, b1]).to_string(),
        Base::Int4 => i32::from_le_bytes([b0, b1, b2, b3]).to_string(),
        Base::Int8 => i64::from_le_bytes(bytes).to_string(),
        Base::Oid => u32::from_le_bytes([b0, b1, b2, b3]).to_string(),
        Base::Float4 => float::float4(f32::from_le_bytes([b0, b1, b2, b3])),
        Base::Float8 => float::float8(f64::from_le_bytes(bytes)),
        Base::Text => {
            let value: *const varlena = ptr::with_exposed_provenance(value);
            // SAFETY: the caller's promise.
            return Ok(unsafe { values::bytes(value) }?.to_vec());
        }
        Base::TimestampTz => {
            return Ok(stamp::text(i64::from_le_bytes(bytes), time::of_the_system()));
        }
    };
    Ok(text.into_bytes())
}
