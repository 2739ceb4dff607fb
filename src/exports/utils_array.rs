//! `utils/array.h`: taking arrays apart and making them.
//! Runs in: any process.

use core::ffi::{c_char, c_int};
use core::mem::size_of;

use crate::abi::array::ArrayType;
use crate::abi::c::{Datum, Oid};
use crate::abi::variables::CurrentMemoryContext;
use crate::datum::array::{self, View};
use crate::datum::types::{Form, builtin_form};
use crate::error::{Report, Result, SqlState};
use crate::memory;

/// What `typalign` stands for.
pub(super) fn form(len: c_int, by_value: bool, align: c_char) -> Form {
    let align = match align.to_ne_bytes() {
        [b's'] => 2,
        [b'i'] => 4,
        [b'd'] => 8,
        _ => 1,
    };
    Form { len: i16::try_from(len).unwrap_or(-1), by_value, align }
}

fn builtin(oid: Oid, function: &str) -> Result<Form> {
    builtin_form(oid).ok_or_else(|| {
        let message = format!("type {oid} not supported by {function}()");
        Report::error(SqlState::INTERNAL_ERROR, message).into()
    })
}

/// # Safety
/// `array` has more than `i` elements.
unsafe fn at<T: Copy>(array: *const T, i: usize) -> T {
    // SAFETY: the caller's promise.
    let place = unsafe { array.add(i) };
    // SAFETY: the same.
    unsafe { place.read() }
}

/// # Safety
/// There are `count` of both; `nulls` may be null.
unsafe fn members(values: *const Datum, nulls: *const bool, count: usize) -> Vec<Option<Datum>> {
    (0..count)
        .map(|i| {
            // SAFETY: the caller's promise.
            let is_null = !nulls.is_null() && unsafe { at(nulls, i) };
            // SAFETY: the same; the value of a NULL is not looked at.
            (!is_null).then(|| unsafe { at(values, i) })
        })
        .collect()
}

/// # Safety
/// An array of members of this form; where to put what comes of it, `nullsp` may be null.
unsafe fn take_apart(
    array: *mut ArrayType,
    form: Form,
    elemsp: *mut *mut Datum,
    nullsp: *mut *mut bool,
    nelemsp: *mut c_int,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let members = unsafe { array::split(array, form) }?;
    if nullsp.is_null() && members.iter().any(Option::is_none) {
        let message = "null array element not allowed in this context";
        return Err(Report::error(SqlState::new(*b"22004"), message).into());
    }
    let context = CurrentMemoryContext.get();
    let values = memory::alloc(context, members.len() * size_of::<Datum>())?.cast::<Datum>();
    for (i, member) in members.iter().enumerate() {
        // SAFETY: the chunk has room for every member.
        let place = unsafe { values.add(i) };
        // SAFETY: the same.
        unsafe { place.write(member.unwrap_or(0)) };
    }
    // SAFETY: the caller's promise.
    unsafe { elemsp.write(values.as_ptr()) };
    if !nullsp.is_null() {
        let nulls: Vec<u8> = members.iter().map(|member| u8::from(member.is_none())).collect();
        let nulls = memory::copy_bytes(context, &nulls)?.cast::<bool>();
        // SAFETY: not null, and the caller's to be written.
        unsafe { nullsp.write(nulls.as_ptr()) };
    }
    // SAFETY: the caller's promise.
    unsafe { nelemsp.write(c_int::try_from(members.len()).unwrap_or(c_int::MAX)) };
    Ok(())
}

throwing! {
    /// An array's members, in chunks of the current context; those passed by reference point into
    /// the array. ERROR if one is NULL and `nullsp` is NULL.
    fn deconstruct_array(
        array: *mut ArrayType,
        _elmtype: Oid,
        elmlen: c_int,
        elmbyval: bool,
        elmalign: c_char,
        elemsp: *mut *mut Datum,
        nullsp: *mut *mut bool,
        nelemsp: *mut c_int,
    ) {
        let form = form(elmlen, elmbyval, elmalign);
        // SAFETY: the caller's promise.
        unsafe { take_apart(array, form, elemsp, nullsp, nelemsp) }
    }

    /// The same for a type that the server knows by heart.
    fn deconstruct_array_builtin(
        array: *mut ArrayType,
        elmtype: Oid,
        elemsp: *mut *mut Datum,
        nullsp: *mut *mut bool,
        nelemsp: *mut c_int,
    ) {
        let form = builtin(elmtype, "deconstruct_array_builtin")?;
        // SAFETY: the caller's promise.
        unsafe { take_apart(array, form, elemsp, nullsp, nelemsp) }
    }

    /// An array of one dimension without NULLs, in the current context.
    fn construct_array(
        elems: *mut Datum,
        nelems: c_int,
        elmtype: Oid,
        elmlen: c_int,
        elmbyval: bool,
        elmalign: c_char,
    ) -> *mut ArrayType {
        let count = usize::try_from(nelems).unwrap_or(0);
        // SAFETY: the caller's promise.
        let members = unsafe { members(elems, core::ptr::null(), count) };
        array::build(&members, elmtype, form(elmlen, elmbyval, elmalign))
    }

    /// The same for a type that the server knows by heart.
    fn construct_array_builtin(
        elems: *mut Datum,
        nelems: c_int,
        elmtype: Oid,
    ) -> *mut ArrayType {
        let count = usize::try_from(nelems).unwrap_or(0);
        // SAFETY: the caller's promise.
        let members = unsafe { members(elems, core::ptr::null(), count) };
        array::build(&members, elmtype, builtin(elmtype, "construct_array_builtin")?)
    }

    /// An array of `ndims` dimensions with these lengths and lower bounds; `nulls` may be NULL.
    fn construct_md_array(
        elems: *mut Datum,
        nulls: *mut bool,
        ndims: c_int,
        dims: *mut c_int,
        lbs: *mut c_int,
        elmtype: Oid,
        elmlen: c_int,
        elmbyval: bool,
        elmalign: c_char,
    ) -> *mut ArrayType {
        let wrong = |message: String| Report::error(SqlState::new(*b"22023"), message);
        let Ok(dimensions) = usize::try_from(ndims) else {
            return Err(wrong(format!("invalid number of dimensions: {ndims}")).into());
        };
        if dimensions > 6 {
            let message =
                format!("number of array dimensions ({ndims}) exceeds the maximum allowed (6)");
            return Err(Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message).into());
        }
        // SAFETY: the caller has so many of both.
        let number = |array: *mut c_int, i: usize| unsafe { at(array, i) };
        let both: Vec<(i32, i32)> =
            (0..dimensions).map(|i| (number(dims, i), number(lbs, i))).collect();
        let lengths: Vec<i32> = both.iter().map(|(length, _)| *length).collect();
        let count = array::items(&lengths)?;
        // SAFETY: the caller's promise.
        let members = unsafe { members(elems, nulls, count) };
        let shape = if count == 0 { &[][..] } else { &both };
        array::build_with(&members, shape, elmtype, form(elmlen, elmbyval, elmalign))
    }

    /// An array without members.
    fn construct_empty_array(elmtype: Oid) -> *mut ArrayType {
        array::build(&[], elmtype, Form { len: 4, by_value: true, align: 4 })
    }

    /// Whether a member is NULL.
    fn array_contains_nulls(array: *mut ArrayType) -> bool {
        // SAFETY: the caller's promise.
        Ok(unsafe { View::new(array) }?.contains_nulls())
    }

    /// How many members an array with these dimensions has.
    fn ArrayGetNItems(ndim: c_int, dims: *const c_int) -> c_int {
        let count = usize::try_from(ndim).unwrap_or(0);
        // SAFETY: the caller has so many of them.
        let lengths: Vec<i32> = (0..count).map(|i| unsafe { at(dims, i) }).collect();
        Ok(c_int::try_from(array::items(&lengths)?).unwrap_or(c_int::MAX))
    }
}
