//! A value's content: its bytes as they lie in memory, without the length word of a value of
//! variable length and without the NUL of a C string.
//! Runs in: any process.

use core::ffi::CStr;
use core::ptr;

use crate::abi::c::{Datum, varlena};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::Result;
use crate::memory::{self, varlena as values};

use super::array::by_value;
use super::types::Form;

/// A value's content.
///
/// # Safety
/// `value` is of this form and, where it is a pointer, live as long as the content is used.
///
/// # Errors
/// It is compressed or stored elsewhere.
pub(crate) unsafe fn of(value: Datum, form: Form) -> Result<Vec<u8>> {
    let at: *const u8 = ptr::with_exposed_provenance(value);
    Ok(match usize::try_from(form.len) {
        Ok(len) if form.by_value => value.to_le_bytes().into_iter().take(len).collect(),
        // SAFETY: the caller's promise.
        Ok(len) => unsafe { core::slice::from_raw_parts(at, len) }.to_vec(),
        // SAFETY: a NUL-terminated string by its form.
        Err(_) if form.len == -2 => unsafe { CStr::from_ptr(at.cast()) }.to_bytes().to_vec(),
        // SAFETY: a value of variable length by its form.
        Err(_) => unsafe { values::bytes(at.cast::<varlena>()) }?.to_vec(),
    })
}

/// A value with this content, in the current memory context if it is not passed by value.
///
/// # Errors
/// Out of memory.
pub(crate) fn place(content: &[u8], form: Form) -> Result<Datum> {
    let context = CurrentMemoryContext.get();
    Ok(match form.len {
        -1 => values::make(context, content)?.expose_provenance(),
        -2 => memory::copy_bytes(context, &[content, b"\0"].concat())?.as_ptr().expose_provenance(),
        _ if form.by_value => by_value(content),
        _ => memory::copy_bytes(context, content)?.as_ptr().expose_provenance(),
    })
}
