//! `utils/array.h`: single members of arrays.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_void};
use core::mem::size_of;
use core::ptr::{self, NonNull};

use crate::abi::array::ArrayType;
use crate::abi::c::{Datum, Oid, varlena};
use crate::abi::variables::CurrentMemoryContext;
use crate::database::types;
use crate::datum::array::{self, View};
use crate::datum::array_form::Parts;
use crate::datum::content;
use crate::datum::types::Form;
use crate::error::{Report, Result, SqlState};
use crate::memory::{self, arrays, varlena as values};

use super::utils_array::form;

fn subscript_error(message: &str) -> Report {
    Report::error(SqlState::new(*b"2202E"), message)
}

fn count(number: c_int) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// An array in the long form: itself, or a copy.
///
/// # Safety
/// It is an array.
unsafe fn long(array: Datum) -> Result<*const ArrayType> {
    let value: *const varlena = ptr::with_exposed_provenance(array);
    // SAFETY: the caller's promise.
    if unsafe { values::is_long(value) } {
        return Ok(value.cast());
    }
    // SAFETY: the same.
    let content = unsafe { values::bytes(value) }?;
    Ok(values::make(CurrentMemoryContext.get(), content)?.cast_const().cast())
}

/// An array's parts.
///
/// # Safety
/// It is an array of members of this form.
unsafe fn parts(array: Datum, form: Form) -> Result<Parts> {
    let value: *const varlena = ptr::with_exposed_provenance(array);
    // SAFETY: the caller's promise.
    Parts::unpack(unsafe { values::bytes(value) }?, form)
}

/// Arrays of a fixed length (of `name` or `point`) are no arrays here.
fn check_variable(length: c_int) -> Result<()> {
    if length <= 0 {
        return Ok(());
    }
    let message = "members of types of a fixed length are not available outside PostgreSQL";
    Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into())
}

/// The place of a member; None: there is none.
fn offset(dimensions: &[(i32, i32)], subscripts: &[c_int]) -> Option<usize> {
    if dimensions.is_empty() || dimensions.len() != subscripts.len() {
        return None;
    }
    let mut offset = 0;
    for ((length, lower), subscript) in dimensions.iter().zip(subscripts) {
        let at = i64::from(*subscript) - i64::from(*lower);
        let at = usize::try_from(at).ok().filter(|_| at < i64::from(*length))?;
        offset = offset * count(*length) + at;
    }
    Some(offset)
}

/// A member; None: it is NULL, or there is none.
///
/// # Safety
/// It is an array of members of this form.
unsafe fn member(array: Datum, subscripts: &[c_int], form: Form) -> Result<Option<Datum>> {
    // SAFETY: the caller's promise.
    let dimensions = unsafe { parts(array, form) }?.dimensions;
    let Some(at) = offset(&dimensions, subscripts) else { return Ok(None) };
    // SAFETY: the same.
    let array = unsafe { long(array) }?;
    // SAFETY: the same.
    let members = unsafe { array::split(array, form) }?;
    Ok(members.get(at).copied().flatten())
}

/// An array with another member, which may lie outside of one of one dimension.
fn with_member(parts: Parts, subscripts: &[c_int], member: Option<Vec<u8>>) -> Result<Parts> {
    let wrong_number = || subscript_error("wrong number of array subscripts");
    if subscripts.is_empty() || subscripts.len() > 6 {
        return Err(wrong_number().into());
    }
    let Parts { mut dimensions, mut members } = parts;
    if dimensions.is_empty() {
        let dimensions = subscripts.iter().map(|lower| (1, *lower)).collect();
        return Ok(Parts { dimensions, members: vec![member] });
    }
    if dimensions.len() != subscripts.len() {
        return Err(wrong_number().into());
    }
    if let ([(length, lower)], [subscript]) = (&mut *dimensions, subscripts) {
        let before = count(lower.saturating_sub(*subscript));
        let reach = i64::from(*subscript) - i64::from(*lower) + 1;
        let wanted = usize::try_from(reach).unwrap_or(0).max(members.len()) + before;
        array::items(&[c_int::try_from(wanted).unwrap_or(c_int::MAX)])?;
        members.splice(0..0, core::iter::repeat_n(None, before));
        members.resize(wanted, None);
        *lower = (*lower).min(*subscript);
        *length = c_int::try_from(wanted).unwrap_or(c_int::MAX);
    }
    let at = offset(&dimensions, subscripts);
    let place = at.and_then(|at| members.get_mut(at));
    *place.ok_or_else(|| subscript_error("array subscript out of range"))? = member;
    Ok(Parts { dimensions, members })
}

/// An array with another member, in the current context.
///
/// # Safety
/// It is an array of members of this form; the value is one, too.
unsafe fn set(
    array: Datum,
    subscripts: &[c_int],
    value: Option<Datum>,
    form: Form,
) -> Result<Datum> {
    // SAFETY: the caller's promise.
    let old = unsafe { parts(array, form) }?;
    // SAFETY: the same.
    let content = value.map(|value| unsafe { content::of(value, form) }).transpose()?;
    let new = with_member(old, subscripts, content)?;
    // SAFETY: the same.
    let array = unsafe { long(array) }?;
    // SAFETY: the same.
    let element = unsafe { array.read() }.elemtype;
    content::place(&new.pack(element, form)?, Form::VARIABLE)
}

/// What array_create_iterator returns; C code does not look into it.
#[derive(Clone, Copy)]
struct Iteration {
    members: *mut Datum,
    nulls: *mut bool,
    count: usize,
    next: usize,
    /// Members of a slice, 0 for single members.
    slice: usize,
    /// Dimensions of a slice.
    dimensions: [(i32, i32); 6],
    slice_dimensions: usize,
    element: Oid,
    form: Form,
}

/// # Safety
/// It is an array.
unsafe fn iteration(array: *const ArrayType, slice_dimensions: c_int) -> Result<Iteration> {
    // SAFETY: the caller's promise.
    let ArrayType { ndim, elemtype, .. } = unsafe { array.read() };
    if slice_dimensions < 0 || slice_dimensions > ndim {
        let message = "invalid arguments to array_create_iterator";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    let form = types::known(elemtype)?.form;
    // SAFETY: the caller's promise.
    let members = unsafe { array::split(array, form) }?;
    // SAFETY: the same.
    let all = unsafe { parts(array.expose_provenance(), form) }?.dimensions;
    let inner = all.len().saturating_sub(count(slice_dimensions));
    let inner = all.get(inner..).unwrap_or_default();
    let lengths: Vec<i32> = inner.iter().map(|(length, _)| *length).collect();
    let context = CurrentMemoryContext.get();
    let values = memory::alloc(context, members.len() * size_of::<Datum>())?.cast::<Datum>();
    // SAFETY: room for all of them.
    unsafe { arrays::write(values.as_ptr(), members.iter().map(|m| m.unwrap_or(0))) };
    let nulls = memory::alloc(context, members.len())?.cast::<bool>();
    // SAFETY: the same.
    unsafe { arrays::write(nulls.as_ptr(), members.iter().map(Option::is_none)) };
    let mut dimensions = [(0, 0); 6];
    dimensions.iter_mut().zip(inner).for_each(|(to, from)| *to = *from);
    Ok(Iteration {
        members: values.as_ptr(),
        nulls: nulls.as_ptr(),
        count: members.len(),
        next: 0,
        slice: if slice_dimensions > 0 { array::items(&lengths)? } else { 0 },
        dimensions,
        slice_dimensions: inner.len(),
        element: elemtype,
        form,
    })
}

impl Iteration {
    /// The next member or slice; None: there is no more.
    fn next(&mut self) -> Result<Option<Option<Datum>>> {
        // SAFETY: so many are there, for the iteration alone.
        let values = unsafe { arrays::read(self.members, self.count) };
        // SAFETY: the same.
        let nulls = unsafe { arrays::read(self.nulls, self.count) };
        let all = values.iter().zip(nulls).map(|(value, is_null)| (!is_null).then_some(*value));
        let mut rest = all.skip(self.next);
        if self.slice == 0 {
            self.next += 1;
            return Ok(rest.next());
        }
        let members: Vec<Option<Datum>> = rest.take(self.slice).collect();
        if members.is_empty() {
            return Ok(None);
        }
        self.next += self.slice;
        let dimensions = self.dimensions.get(..self.slice_dimensions).unwrap_or_default();
        let slice = array::build_with(&members, dimensions, self.element, self.form)?;
        Ok(Some(Some(slice.expose_provenance())))
    }
}

/// `array_get_element`: a member; `is_null` also if there is none.
///
/// # Safety
/// An array, so many subscripts, and the caller's variable.
unsafe fn get(
    array: Datum,
    subscripts: (*const c_int, c_int),
    length: c_int,
    form: Form,
    is_null: *mut bool,
) -> Result<Datum> {
    check_variable(length)?;
    // SAFETY: the caller's promise.
    let subscripts = unsafe { arrays::read(subscripts.0, count(subscripts.1)) };
    // SAFETY: the same.
    let found = unsafe { member(array, subscripts, form) }?;
    // SAFETY: the same.
    unsafe { is_null.write(found.is_none()) };
    Ok(found.unwrap_or(0))
}

/// `array_set_element`: an array with another member, None for NULL.
///
/// # Safety
/// An array, and so many subscripts.
unsafe fn put(
    array: Datum,
    subscripts: (*const c_int, c_int),
    value: Option<Datum>,
    length: c_int,
    form: Form,
) -> Result<Datum> {
    check_variable(length)?;
    // SAFETY: the caller's promise.
    let subscripts = unsafe { arrays::read(subscripts.0, count(subscripts.1)) };
    // SAFETY: the same.
    unsafe { set(array, subscripts, value, form) }
}

throwing! {
    /// A member; `isNull` also if there is none.
    fn array_get_element(
        arraydatum: Datum,
        nSubscripts: c_int,
        indx: *mut c_int,
        arraytyplen: c_int,
        elmlen: c_int,
        elmbyval: bool,
        elmalign: c_char,
        isNull: *mut bool,
    ) -> Datum {
        let form = form(elmlen, elmbyval, elmalign);
        // SAFETY: the header's prototype.
        unsafe { get(arraydatum, (indx, nSubscripts), arraytyplen, form, isNull) }
    }

    /// The same.
    fn array_ref(
        array: *mut ArrayType,
        nSubscripts: c_int,
        indx: *mut c_int,
        arraytyplen: c_int,
        elmlen: c_int,
        elmbyval: bool,
        elmalign: c_char,
        isNull: *mut bool,
    ) -> Datum {
        let (array, form) = (array.expose_provenance(), form(elmlen, elmbyval, elmalign));
        // SAFETY: the header's prototype.
        unsafe { get(array, (indx, nSubscripts), arraytyplen, form, isNull) }
    }

    /// An array with another member.
    fn array_set_element(
        arraydatum: Datum,
        nSubscripts: c_int,
        indx: *mut c_int,
        dataValue: Datum,
        isNull: bool,
        arraytyplen: c_int,
        elmlen: c_int,
        elmbyval: bool,
        elmalign: c_char,
    ) -> Datum {
        let form = form(elmlen, elmbyval, elmalign);
        let value = (!isNull).then_some(dataValue);
        // SAFETY: the header's prototype.
        unsafe { put(arraydatum, (indx, nSubscripts), value, arraytyplen, form) }
    }

    /// The same.
    fn array_set(
        array: *mut ArrayType,
        nSubscripts: c_int,
        indx: *mut c_int,
        dataValue: Datum,
        isNull: bool,
        arraytyplen: c_int,
        elmlen: c_int,
        elmbyval: bool,
        elmalign: c_char,
    ) -> *mut ArrayType {
        let (array, form) = (array.expose_provenance(), form(elmlen, elmbyval, elmalign));
        let value = (!isNull).then_some(dataValue);
        // SAFETY: the header's prototype.
        let made = unsafe { put(array, (indx, nSubscripts), value, arraytyplen, form) }?;
        Ok(ptr::with_exposed_provenance_mut(made))
    }

    /// Goes through an array's members, or its slices of so many dimensions.
    fn array_create_iterator(
        arr: *mut ArrayType,
        slice_ndim: c_int,
        _mstate: *mut c_void,
    ) -> *mut c_void {
        // SAFETY: the header's prototype.
        let fresh = unsafe { iteration(arr, slice_ndim) }?;
        let place: NonNull<Iteration> =
            memory::alloc(CurrentMemoryContext.get(), size_of::<Iteration>())?.cast();
        // SAFETY: room for it.
        unsafe { place.write(fresh) };
        Ok(place.as_ptr().cast())
    }

    /// The next one; false: there is no more.
    fn array_iterate(iterator: *mut c_void, value: *mut Datum, isnull: *mut bool) -> bool {
        // SAFETY: what array_create_iterator made.
        let iteration = unsafe { &mut *iterator.cast::<Iteration>() };
        let Some(found) = iteration.next()? else { return Ok(false) };
        // SAFETY: the caller's variable.
        unsafe { value.write(found.unwrap_or(0)) };
        // SAFETY: the same.
        unsafe { isnull.write(found.is_none()) };
        Ok(true)
    }

    /// The numbers of an array of C strings, as modifiers of types are given.
    fn ArrayGetIntegerTypmods(arr: *mut ArrayType, n: *mut c_int) -> *mut i32 {
        const CSTRING: Oid = 2275;
        // SAFETY: the header's prototype.
        let ArrayType { ndim, elemtype, .. } = unsafe { arr.read() };
        if elemtype != CSTRING {
            let message = "typmod array must be type cstring[]";
            return Err(subscript_error_of(*b"2202E", message).into());
        }
        if ndim != 1 {
            return Err(subscript_error("typmod array must be one-dimensional").into());
        }
        let form = types::known(CSTRING)?.form;
        // SAFETY: the same.
        let view = unsafe { View::new(arr) }?;
        if view.contains_nulls() {
            let message = "typmod array must not contain nulls";
            return Err(subscript_error_of(*b"22004", message).into());
        }
        // SAFETY: the same.
        let members = unsafe { parts(arr.expose_provenance(), form) }?.members;
        let numbers = members.iter().flatten();
        let numbers: Vec<i32> = numbers
            .map(|text| {
                let value = crate::text::number::parse(text, 32, "integer")?;
                Ok(i32::try_from(value).unwrap_or(0))
            })
            .collect::<Result<_>>()?;
        let size = numbers.len() * size_of::<i32>();
        let made = memory::alloc(CurrentMemoryContext.get(), size)?.cast::<i32>();
        // SAFETY: room for all of them.
        unsafe { arrays::write(made.as_ptr(), numbers.iter().copied()) };
        // SAFETY: the caller's variable.
        unsafe { n.write(c_int::try_from(numbers.len()).unwrap_or(0)) };
        Ok(made.as_ptr())
    }
}

fn subscript_error_of(state: [u8; 5], message: &str) -> Report {
    Report::error(SqlState::new(state), message)
}

plain! {
    /// Frees what goes through an array.
    fn array_free_iterator(iterator: *mut c_void) {
        // SAFETY: what array_create_iterator made.
        let iteration = unsafe { iterator.cast::<Iteration>().read() };
        for chunk in [iteration.members.cast(), iteration.nulls.cast(), iterator.cast::<u8>()] {
            // SAFETY: its chunks, which nobody uses any more.
            unsafe { crate::datum::heap::free(chunk) };
        }
    }

    /// The place of a member with these subscripts.
    fn ArrayGetOffset(n: c_int, dim: *const c_int, lb: *const c_int, indx: *const c_int) -> c_int {
        // SAFETY: the caller has so many of each.
        let lengths = unsafe { arrays::read(dim, count(n)) };
        // SAFETY: the same.
        let lowers = unsafe { arrays::read(lb, count(n)) };
        // SAFETY: the same.
        let subscripts = unsafe { arrays::read(indx, count(n)) };
        let all = lengths.iter().zip(lowers).zip(subscripts);
        all.fold(0, |offset: c_int, ((length, lower), at)| {
            offset.wrapping_mul(*length).wrapping_add(at.wrapping_sub(*lower))
        })
    }
}
