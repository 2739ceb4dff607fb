//! `utils/numeric.h`: exact numbers, and the functions of SQL that compute with them.
//! Runs in: any process.

use core::cmp::Ordering;

use crate::abi::c::{Datum, varlena};
use crate::abi::variables::CurrentMemoryContext;
use crate::datum::array::by_value;
use crate::datum::numeric::Numeric;
use crate::datum::numeric_math::out_of_range;
use crate::error::{Report, Result, SqlState};
use crate::memory::varlena as values;

use super::fmgr_frame::Call;

/// What `numeric` values are to C code, which looks into them through functions only.
type Pointer = *mut varlena;

/// A number of the caller's.
///
/// # Safety
/// It is a `numeric` value.
unsafe fn read(number: *const varlena) -> Result<Numeric> {
    // SAFETY: the caller's promise.
    Ok(Numeric::unpack(unsafe { values::bytes(number) }?))
}

fn place(number: &Numeric) -> Result<Pointer> {
    values::make(CurrentMemoryContext.get(), &number.pack()?)
}

fn datum(number: &Numeric) -> Result<Datum> {
    Ok(place(number)?.expose_provenance())
}

fn argument(call: Call, n: usize) -> Result<Numeric> {
    Ok(Numeric::unpack(&call.bytes(n)?))
}

fn both(call: Call) -> Result<(Numeric, Numeric)> {
    Ok((argument(call, 0)?, argument(call, 1)?))
}

fn truth(value: bool) -> Result<Datum> {
    Ok(Datum::from(value))
}

/// Tells of an error in the caller's variable instead of raising it, if there is one.
///
/// # Safety
/// `have_error` is null or a variable.
unsafe fn or_tell<T: Default>(result: Result<T>, have_error: *mut bool) -> Result<T> {
    // SAFETY: the caller's promise.
    let Some(place) = (unsafe { have_error.as_mut() }) else { return result };
    *place = result.is_err();
    Ok(result.unwrap_or_default())
}

/// A null pointer, where there is no number.
#[derive(Clone, Copy)]
struct Made(Pointer);

impl Default for Made {
    fn default() -> Self {
        Self(core::ptr::null_mut())
    }
}

/// Computes with two numbers of the caller's.
///
/// # Safety
/// Both are `numeric` values; `have_error` is null or a variable.
unsafe fn compute(
    numbers: (Pointer, Pointer),
    have_error: *mut bool,
    act: impl FnOnce(&Numeric, &Numeric) -> Result<Numeric>,
) -> Result<Pointer> {
    // SAFETY: the caller's promise.
    let first = unsafe { read(numbers.0) }?;
    // SAFETY: the same.
    let second = unsafe { read(numbers.1) }?;
    let made = act(&first, &second).and_then(|number| place(&number));
    // SAFETY: the same.
    Ok(unsafe { or_tell(made.map(Made), have_error) }?.0)
}

/// A number as a whole one of a type.
fn whole<T: TryFrom<i64>>(number: &Numeric, kind: &str) -> Result<T> {
    let value = number.to_int(kind)?;
    T::try_from(value).map_err(|_| out_of_range(kind).into())
}

fn is_infinite(number: &Numeric) -> bool {
    matches!(number, Numeric::Infinite { .. })
}

throwing! {
    /// Whether a number is NaN.
    fn numeric_is_nan(num: Pointer) -> bool {
        // SAFETY: the header's prototype.
        Ok(unsafe { read(num) }? == Numeric::NaN)
    }

    /// Whether a number is infinite.
    fn numeric_is_inf(num: Pointer) -> bool {
        // SAFETY: the header's prototype.
        Ok(is_infinite(&unsafe { read(num) }?))
    }

    /// A whole number.
    fn int64_to_numeric(val: i64) -> Pointer {
        place(&Numeric::from_int(val))
    }

    /// A whole number divided by a power of 10.
    fn int64_div_fast_to_numeric(val1: i64, log10val2: i32) -> Pointer {
        let text = format!("{val1}e{}", -log10val2);
        let scale = log10val2.max(0);
        place(&Numeric::read(text.as_bytes())?.rounded(scale))
    }

    /// A sum. `have_error` is told of an error, unless it is NULL; so it is in those that follow.
    fn numeric_add_opt_error(num1: Pointer, num2: Pointer, have_error: *mut bool) -> Pointer {
        // SAFETY: the header's prototype.
        unsafe { compute((num1, num2), have_error, |a, b| Ok(a.add(b))) }
    }

    /// A difference.
    fn numeric_sub_opt_error(num1: Pointer, num2: Pointer, have_error: *mut bool) -> Pointer {
        // SAFETY: the header's prototype.
        unsafe { compute((num1, num2), have_error, |a, b| Ok(a.add(&b.negated()))) }
    }

    /// A product.
    fn numeric_mul_opt_error(num1: Pointer, num2: Pointer, have_error: *mut bool) -> Pointer {
        // SAFETY: the header's prototype.
        unsafe { compute((num1, num2), have_error, |a, b| Ok(a.multiply(b))) }
    }

    /// A quotient.
    fn numeric_div_opt_error(num1: Pointer, num2: Pointer, have_error: *mut bool) -> Pointer {
        // SAFETY: the header's prototype.
        unsafe { compute((num1, num2), have_error, Numeric::divide) }
    }

    /// What a whole quotient leaves.
    fn numeric_mod_opt_error(num1: Pointer, num2: Pointer, have_error: *mut bool) -> Pointer {
        // SAFETY: the header's prototype.
        unsafe { compute((num1, num2), have_error, Numeric::remainder) }
    }

    /// The nearest whole number.
    fn numeric_int4_opt_error(num: Pointer, have_error: *mut bool) -> i32 {
        // SAFETY: the header's prototype.
        let value = whole(&unsafe { read(num) }?, "integer");
        // SAFETY: the same.
        unsafe { or_tell(value, have_error) }
    }

    /// The nearest whole number.
    fn numeric_int8_opt_error(num: Pointer, have_error: *mut bool) -> i64 {
        // SAFETY: the header's prototype.
        let value = whole(&unsafe { read(num) }?, "bigint");
        // SAFETY: the same.
        unsafe { or_tell(value, have_error) }
    }

    /// A number's text without zeros that say nothing.
    fn numeric_normalize(num: Pointer) -> *mut core::ffi::c_char {
        // SAFETY: the header's prototype.
        let text = unsafe { read(num) }?.text();
        let shown = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        let bytes = [shown.as_bytes(), b"\0"].concat();
        Ok(crate::memory::copy_bytes(CurrentMemoryContext.get(), &bytes)?.as_ptr().cast())
    }
}

plain! {
    /// Bytes of the largest number that a column with this modifier can have, -1 without one.
    fn numeric_maximum_size(typmod: i32) -> i32 {
        if typmod < 4 {
            return -1;
        }
        let precision = (typmod - 4) >> 16 & 0xffff;
        // Digits of four decimal ones, which the point may lie between; then the head.
        8 + (precision + 6) / 4 * 2
    }
}

sql! {
    /// `numeric + numeric`.
    fn numeric_add(call) {
        let (a, b) = both(call)?;
        datum(&a.add(&b))
    }

    /// `numeric - numeric`.
    fn numeric_sub(call) {
        let (a, b) = both(call)?;
        datum(&a.add(&b.negated()))
    }

    /// `numeric * numeric`.
    fn numeric_mul(call) {
        let (a, b) = both(call)?;
        datum(&a.multiply(&b))
    }

    /// `numeric / numeric`.
    fn numeric_div(call) {
        let (a, b) = both(call)?;
        datum(&a.divide(&b)?)
    }

    /// `numeric % numeric`.
    fn numeric_mod(call) {
        let (a, b) = both(call)?;
        datum(&a.remainder(&b)?)
    }

    /// `abs(numeric)`.
    fn numeric_abs(call) {
        datum(&argument(call, 0)?.absolute())
    }

    /// `- numeric`.
    fn numeric_uminus(call) {
        datum(&argument(call, 0)?.negated())
    }

    /// `round(numeric, integer)`.
    fn numeric_round(call) {
        datum(&argument(call, 0)?.rounded(call.int4(1).clamp(-2000, 2000)))
    }

    /// `trunc(numeric, integer)`.
    fn numeric_trunc(call) {
        datum(&argument(call, 0)?.truncated(call.int4(1).clamp(-2000, 2000)))
    }

    /// -1, 0 or 1.
    fn numeric_cmp(call) {
        let (a, b) = both(call)?;
        Ok(by_value(&(a.compare(&b) as i32).to_le_bytes()))
    }

    /// `numeric = numeric`.
    fn numeric_eq(call) {
        let (a, b) = both(call)?;
        truth(a.compare(&b) == Ordering::Equal)
    }

    /// `numeric <> numeric`.
    fn numeric_ne(call) {
        let (a, b) = both(call)?;
        truth(a.compare(&b) != Ordering::Equal)
    }

    /// `numeric > numeric`.
    fn numeric_gt(call) {
        let (a, b) = both(call)?;
        truth(a.compare(&b) == Ordering::Greater)
    }

    /// `numeric >= numeric`.
    fn numeric_ge(call) {
        let (a, b) = both(call)?;
        truth(a.compare(&b) != Ordering::Less)
    }

    /// `numeric < numeric`.
    fn numeric_lt(call) {
        let (a, b) = both(call)?;
        truth(a.compare(&b) == Ordering::Less)
    }

    /// `numeric <= numeric`.
    fn numeric_le(call) {
        let (a, b) = both(call)?;
        truth(a.compare(&b) != Ordering::Greater)
    }

    /// A number as `integer`.
    fn numeric_int4(call) {
        let value: i32 = whole(&argument(call, 0)?, "integer")?;
        Ok(by_value(&value.to_le_bytes()))
    }

    /// A number as `bigint`.
    fn numeric_int8(call) {
        let value: i64 = whole(&argument(call, 0)?, "bigint")?;
        Ok(by_value(&value.to_le_bytes()))
    }

    /// A number as `smallint`.
    fn numeric_int2(call) {
        let value: i16 = whole(&argument(call, 0)?, "smallint")?;
        Ok(by_value(&value.to_le_bytes()))
    }

    /// A number as `double precision`.
    fn numeric_float8(call) {
        let text = argument(call, 0)?.text();
        let value: f64 = text.parse().unwrap_or(f64::NAN);
        if value.is_infinite() && !text.ends_with("Infinity") {
            let message = format!("\"{text}\" is out of range for type double precision");
            return Err(Report::error(SqlState::new(*b"22003"), message).into());
        }
        Ok(by_value(&value.to_le_bytes()))
    }

    /// A `smallint` as a number.
    fn int2_numeric(call) {
        let [a, b, ..] = call.int4(0).to_le_bytes();
        datum(&Numeric::from_int(i16::from_le_bytes([a, b]).into()))
    }

    /// An `integer` as a number.
    fn int4_numeric(call) {
        datum(&Numeric::from_int(call.int4(0).into()))
    }

    /// A `bigint` as a number.
    fn int8_numeric(call) {
        datum(&Numeric::from_int(call.int8(0)))
    }

    /// A `double precision` as a number.
    fn float8_numeric(call) {
        datum(&Numeric::from_float(call.float8(0)))
    }
}
