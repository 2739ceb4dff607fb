//! `utils/datum.h`: copies and comparisons of values by what pg_type says of their types.
//! Runs in: any process.

use core::ffi::c_int;
use core::ptr;

use crate::abi::c::Datum;
use crate::abi::variables::CurrentMemoryContext;
use crate::datum::content;
use crate::datum::types::Form;
use crate::error::{Report, Result, SqlState};
use crate::memory::{self, arrays, varlena as values};

pub(super) fn form(by_value: bool, len: c_int) -> Form {
    Form { len: i16::try_from(len).unwrap_or(-1), by_value, align: 1 }
}

fn check(value: Datum, form: Form) -> Result<()> {
    if form.by_value || value != 0 {
        return Ok(());
    }
    Err(Report::error(SqlState::new(*b"22000"), "invalid Datum pointer").into())
}

/// Bytes of a value, with its length word or its NUL.
fn size(value: Datum, form: Form) -> Result<usize> {
    check(value, form)?;
    // SAFETY: the caller's value is of this form.
    let content = unsafe { content::of(value, form) }?.len();
    // SAFETY: the same, of variable length.
    let is_long = || unsafe { values::is_long(ptr::with_exposed_provenance(value)) };
    Ok(content
        + match form.len {
            -1 if is_long() => 4,
            -1 | -2 => 1,
            _ => 0,
        })
}

/// A copy in the current context; a short form stays one.
pub(super) fn copy(value: Datum, form: Form) -> Result<Datum> {
    if form.by_value {
        return Ok(value);
    }
    let at: *const u8 = ptr::with_exposed_provenance(value);
    // SAFETY: the caller's value has so many bytes.
    let bytes = unsafe { arrays::read(at, size(value, form)?) };
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), bytes)?.as_ptr().expose_provenance())
}

/// Whether two values have the same bytes.
fn is_equal(one: Datum, other: Datum, form: Form) -> Result<bool> {
    if form.by_value {
        return Ok(one == other);
    }
    check(one, form)?;
    check(other, form)?;
    // SAFETY: the caller's value is of this form.
    let one = unsafe { content::of(one, form) }?;
    // SAFETY: the same.
    Ok(one == unsafe { content::of(other, form) }?)
}

throwing! {
    /// Bytes of a value.
    fn datumGetSize(value: Datum, typByVal: bool, typLen: c_int) -> usize {
        if typByVal {
            return Ok(usize::try_from(typLen).unwrap_or(0));
        }
        size(value, form(typByVal, typLen))
    }

    /// A copy, in the current context.
    fn datumCopy(value: Datum, typByVal: bool, typLen: c_int) -> Datum {
        copy(value, form(typByVal, typLen))
    }

    /// The same: no value here can be handed over.
    fn datumTransfer(value: Datum, typByVal: bool, typLen: c_int) -> Datum {
        copy(value, form(typByVal, typLen))
    }

    /// Whether two values have the same bytes.
    fn datumIsEqual(value1: Datum, value2: Datum, typByVal: bool, typLen: c_int) -> bool {
        let form = form(typByVal, typLen);
        // Forms of different length count as different, too.
        Ok(typByVal && value1 == value2
            || !typByVal
                && size(value1, form)? == size(value2, form)?
                && is_equal(value1, value2, form)?)
    }

    /// The same, whatever the forms of the lengths are.
    fn datum_image_eq(value1: Datum, value2: Datum, typByVal: bool, typLen: c_int) -> bool {
        is_equal(value1, value2, form(typByVal, typLen))
    }
}
