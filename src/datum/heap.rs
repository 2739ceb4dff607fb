//! Rows from values and back, and copies of rows (access/htup_details.h).
//! Runs in: any process.

use core::ptr::{self, NonNull};

use crate::abi::c::Datum;
use crate::abi::htup::{HeapTuple, HeapTupleData, HeapTupleHeaderData, INVALID_ITEM, MinimalTuple};
use crate::abi::tupdesc::{TupleDesc, TupleDescData};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::Result;
use crate::memory::{self, arrays};

use super::content;
use super::row::{self, Field, HEAD, Packed};

/// Bytes at the start of a row's head that the short form does not have.
const LEFT_OUT: usize = 8;

/// # Safety
/// The description is live, and has so many values of its columns' types; NULLs are not looked at.
///
/// # Errors
/// A value cannot be read; too many columns.
unsafe fn pack(tupdesc: TupleDesc, values: *const Datum, nulls: *const bool) -> Result<Packed> {
    // SAFETY: the caller's promise.
    let attributes = unsafe { row::attributes(tupdesc) };
    let count = attributes.len();
    // SAFETY: there are so many.
    let values = unsafe { arrays::read(values, count) };
    // SAFETY: the same.
    let nulls = unsafe { arrays::read(nulls, count) };
    let mut contents = Vec::with_capacity(count);
    for (attribute, (&value, &is_null)) in attributes.iter().zip(values.iter().zip(nulls)) {
        let field = Field::of(attribute);
        // SAFETY: a value of the column's type.
        let content = || unsafe { content::of(value, field.form) };
        contents.push((field, if is_null { None } else { Some(content()?) }));
    }
    let borrowed: Vec<_> = contents.iter().map(|(f, content)| (*f, content.as_deref())).collect();
    row::pack(&borrowed)
}

/// A row of these values, in the current context.
///
/// # Safety
/// As [`pack`].
///
/// # Errors
/// As [`pack`].
pub(crate) unsafe fn form(
    tupdesc: TupleDesc,
    values: *const Datum,
    nulls: *const bool,
) -> Result<HeapTuple> {
    // SAFETY: the caller's promise.
    let TupleDescData { tdtypeid: of, tdtypmod: modifier, .. } = unsafe { tupdesc.read() };
    // SAFETY: the same.
    unsafe { pack(tupdesc, values, nulls) }?.place(of, modifier)
}

/// The same in the short form.
///
/// # Safety
/// As [`pack`].
///
/// # Errors
/// As [`pack`].
pub(crate) unsafe fn form_minimal(
    tupdesc: TupleDesc,
    values: *const Datum,
    nulls: *const bool,
) -> Result<MinimalTuple> {
    // SAFETY: the caller's promise.
    let tuple = unsafe { form(tupdesc, values, nulls) }?;
    // SAFETY: just made.
    let minimal = unsafe { to_minimal(tuple) }?;
    // SAFETY: just made, and not used any more.
    unsafe { free(tuple) };
    // SAFETY: the length, and padding behind it.
    let padding = unsafe { minimal.cast::<u8>().add(4) };
    // SAFETY: so many bytes of it.
    unsafe { padding.write_bytes(0, 6) };
    Ok(minimal)
}

/// Bytes of the values of a row, without its head.
///
/// # Safety
/// As [`pack`].
///
/// # Errors
/// As [`pack`].
pub(crate) unsafe fn data(
    tupdesc: TupleDesc,
    values: *const Datum,
    nulls: *const bool,
) -> Result<(Vec<u8>, Packed)> {
    // SAFETY: the caller's promise.
    let packed = unsafe { pack(tupdesc, values, nulls) }?;
    let data = packed.bytes.get(usize::from(packed.hoff)..).unwrap_or_default().to_vec();
    Ok((data, packed))
}

/// Bytes of a row.
///
/// # Safety
/// `tuple` is live as long as they are used.
unsafe fn bytes<'a>(tuple: HeapTuple) -> &'a [u8] {
    // SAFETY: the caller's promise.
    let HeapTupleData { t_len, t_data, .. } = unsafe { tuple.read() };
    let len = usize::try_from(t_len).unwrap_or(0);
    // SAFETY: the same: a row has so many bytes.
    unsafe { core::slice::from_raw_parts(t_data.cast(), len) }
}

/// A row with these bytes and this description, in one chunk of the current context.
fn place(like: HeapTupleData, bytes: &[u8]) -> Result<HeapTuple> {
    let chunk = memory::alloc(CurrentMemoryContext.get(), HEAD + bytes.len())?;
    // SAFETY: within the chunk.
    let data = unsafe { chunk.add(HEAD) };
    // SAFETY: room for all of them.
    unsafe { data.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
    let place = chunk.cast::<HeapTupleData>();
    // SAFETY: room for it.
    unsafe { place.write(HeapTupleData { t_data: data.cast().as_ptr(), ..like }) };
    Ok(place.as_ptr())
}

/// A copy of a row, in the current context; NULL for none.
///
/// # Safety
/// `tuple` is null or live.
///
/// # Errors
/// Out of memory.
pub(crate) unsafe fn copy(tuple: HeapTuple) -> Result<HeapTuple> {
    // SAFETY: the caller's promise.
    let Some(like) = (unsafe { tuple.as_ref() }).filter(|tuple| !tuple.t_data.is_null()) else {
        return Ok(ptr::null_mut());
    };
    // SAFETY: the same.
    place(*like, unsafe { bytes(tuple) })
}

/// Frees a row that is one chunk.
///
/// # Safety
/// It is one of a memory context, and not used any more.
pub(crate) unsafe fn free<T>(tuple: *mut T) {
    if let Some(chunk) = NonNull::new(tuple.cast()) {
        // SAFETY: the caller's promise.
        unsafe { memory::free(chunk) };
    }
}

/// A copy of a row as a value of its type: a pointer to its head.
///
/// # Safety
/// Both are live.
///
/// # Errors
/// Out of memory.
pub(crate) unsafe fn copy_as_datum(tuple: HeapTuple, tupdesc: TupleDesc) -> Result<Datum> {
    // SAFETY: the caller's promise.
    let copy = memory::copy_bytes(CurrentMemoryContext.get(), unsafe { bytes(tuple) })?;
    let head = copy.cast::<HeapTupleHeaderData>();
    // SAFETY: the caller's promise.
    let len = unsafe { (*tuple).t_len };
    // SAFETY: the same.
    let TupleDescData { tdtypeid: of, tdtypmod: modifier, .. } = unsafe { tupdesc.read() };
    // SAFETY: a row begins with such a head.
    unsafe { (*head.as_ptr()).t_choice = [len << 2, modifier.cast_unsigned(), of] };
    Ok(copy.as_ptr().expose_provenance())
}

/// A row in the short form, in the current context.
///
/// # Safety
/// `tuple` is live.
///
/// # Errors
/// Out of memory.
pub(crate) unsafe fn to_minimal(tuple: HeapTuple) -> Result<MinimalTuple> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes(tuple) };
    let short = bytes.get(LEFT_OUT..).unwrap_or_default();
    let copy = memory::copy_bytes(CurrentMemoryContext.get(), short)?;
    let len = u32::try_from(short.len()).unwrap_or(0);
    // SAFETY: the short form begins with its length.
    unsafe { copy.cast::<u32>().write(len) };
    Ok(copy.as_ptr().cast())
}

/// The reverse.
///
/// # Safety
/// `minimal` is live.
///
/// # Errors
/// Out of memory.
pub(crate) unsafe fn from_minimal(minimal: MinimalTuple) -> Result<HeapTuple> {
    // SAFETY: the short form begins with its length.
    let t_len = unsafe { minimal.cast::<u32>().read() };
    let len = usize::try_from(t_len).unwrap_or(0);
    // SAFETY: it has so many bytes.
    let short: &[u8] = unsafe { core::slice::from_raw_parts(minimal.cast(), len) };
    // The head's first words are nothing but zeros then.
    let rest = short.get(10..).unwrap_or_default();
    let bytes = [&[0; LEFT_OUT + 10], rest].concat();
    let t_len = t_len.saturating_add(u32::try_from(LEFT_OUT).unwrap_or(8));
    let like =
        HeapTupleData { t_len, t_self: INVALID_ITEM, t_tableOid: 0, t_data: ptr::null_mut() };
    place(like, &bytes)
}

/// A copy of a row in the short form.
///
/// # Safety
/// `minimal` is live.
///
/// # Errors
/// Out of memory.
pub(crate) unsafe fn copy_minimal(minimal: MinimalTuple) -> Result<MinimalTuple> {
    // SAFETY: the short form begins with its length.
    let len = usize::try_from(unsafe { minimal.cast::<u32>().read() }).unwrap_or(0);
    // SAFETY: it has so many bytes.
    let bytes: &[u8] = unsafe { core::slice::from_raw_parts(minimal.cast(), len) };
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), bytes)?.as_ptr().cast())
}
