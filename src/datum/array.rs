//! The form of arrays in memory (utils/array.h).
//! Runs in: any process.

use core::mem::size_of;
use core::ptr::NonNull;

use crate::abi::array::ArrayType;
use crate::abi::c::{Datum, Oid};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{Report, Result, SqlState};
use crate::memory::varlena as values;

use super::array_form::Parts;
use super::content;
use super::types::Form;

/// Dimensions an array may have.
const MAX_DIMENSIONS: usize = 6;
/// Bytes an array may have.
pub(super) const MAX_BYTES: usize = 0x3fff_ffff;
/// Where members may begin.
const MAX_ALIGN: usize = 8;

/// An array of one dimension with these members, None for NULL, in the current memory context.
///
/// # Errors
/// It would be too large; a member cannot be read.
pub(crate) fn build(members: &[Option<Datum>], element: Oid, form: Form) -> Result<*mut ArrayType> {
    if members.is_empty() {
        return build_with(members, &[], element, form);
    }
    let count = i32::try_from(members.len()).map_err(|_| too_large())?;
    build_with(members, &[(count, 1)], element, form)
}

/// An array with these dimensions (lengths and lower bounds), as [`build`]. There are as many
/// members as the dimensions say.
///
/// # Errors
/// As [`build`].
pub(crate) fn build_with(
    members: &[Option<Datum>],
    dimensions: &[(i32, i32)],
    element: Oid,
    form: Form,
) -> Result<*mut ArrayType> {
    // SAFETY: the caller's members are of this form.
    let content = |value: Datum| unsafe { content::of(value, form) };
    let members = members.iter().map(|member| member.map(content).transpose());
    let members = members.collect::<Result<Vec<_>>>()?;
    let parts = Parts { dimensions: dimensions.to_vec(), members };
    let array = values::make(CurrentMemoryContext.get(), &parts.pack(element, form)?)?;
    Ok(array.cast())
}

pub(super) fn too_large() -> Report {
    let message = format!("array size exceeds the maximum allowed ({MAX_BYTES})");
    Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message)
}

/// An array as it lies in memory.
#[derive(Clone, Copy)]
pub(crate) struct View {
    at: NonNull<ArrayType>,
    count: usize,
}

impl View {
    /// # Safety
    /// `array` points to an array in the long form that lives as long as the view.
    ///
    /// # Errors
    /// Its dimensions are none.
    pub(crate) unsafe fn new(array: *const ArrayType) -> Result<Self> {
        let wrong = |what: String| Report::error(SqlState::INTERNAL_ERROR, what);
        let at = NonNull::new(array.cast_mut()).ok_or_else(|| wrong("array is null".into()))?;
        // SAFETY: the caller's promise.
        let head = unsafe { at.read() };
        let dimensions = usize::try_from(head.ndim).ok().filter(|n| *n <= MAX_DIMENSIONS);
        let Some(dimensions) = dimensions else {
            return Err(wrong(format!("invalid number of dimensions: {}", head.ndim)).into());
        };
        // SAFETY: the dimensions follow the head.
        let first = unsafe { at.add(1) }.cast::<i32>();
        // SAFETY: there are so many of them.
        let lengths = unsafe { core::slice::from_raw_parts(first.as_ptr(), dimensions) };
        Ok(Self { at, count: items(lengths)? })
    }

    fn head(self) -> ArrayType {
        // SAFETY: `new` was promised a live array.
        unsafe { self.at.read() }
    }

    fn byte(self, offset: usize) -> *const u8 {
        // SAFETY: callers stay within the array.
        unsafe { self.at.cast::<u8>().add(offset) }.as_ptr().cast_const()
    }

    fn has_bitmap(self) -> bool {
        self.head().dataoffset != 0
    }

    fn head_len(self) -> usize {
        size_of::<ArrayType>() + usize::try_from(self.head().ndim).unwrap_or(0) * 8
    }

    fn is_null(self, member: usize) -> bool {
        if !self.has_bitmap() {
            return false;
        }
        // SAFETY: the bitmap has a bit for each member.
        let byte = unsafe { self.byte(self.head_len() + member / 8).read() };
        byte & (1 << (member % 8)) == 0
    }

    /// Whether a member is NULL.
    pub(crate) fn contains_nulls(self) -> bool {
        (0..self.count).any(|member| self.is_null(member))
    }

    /// The members; None is NULL. Those that are not passed by value point into the array.
    ///
    /// # Safety
    /// The array's members have this form.
    pub(crate) unsafe fn members(self, form: Form) -> Vec<Option<Datum>> {
        let start = usize::try_from(self.head().dataoffset).unwrap_or(0);
        let plain = self.head_len().next_multiple_of(MAX_ALIGN);
        let mut offset = if self.has_bitmap() { start } else { plain };
        let mut members = Vec::with_capacity(self.count);
        for member in 0..self.count {
            if self.is_null(member) {
                members.push(None);
                continue;
            }
            // A short value of variable length is not aligned; padding before a long one is zero.
            // SAFETY: the member begins here, or padding before it.
            let is_short = form.len == -1 && unsafe { self.byte(offset).read() } != 0;
            if !is_short {
                offset = offset.next_multiple_of(form.align);
            }
            let at = self.byte(offset);
            // SAFETY: the member begins here.
            let (value, len) = unsafe { fetch(at, form) };
            members.push(Some(value));
            offset += len;
        }
        members
    }
}

/// The member at `at`, and how many bytes it has.
///
/// # Safety
/// One of this form begins there.
unsafe fn fetch(at: *const u8, form: Form) -> (Datum, usize) {
    let pointer = at.expose_provenance();
    match usize::try_from(form.len) {
        Ok(len) if form.by_value => {
            // SAFETY: it has so many bytes.
            let bytes = unsafe { core::slice::from_raw_parts(at, len) };
            (by_value(bytes), len)
        }
        Ok(len) => (pointer, len),
        Err(_) if form.len == -2 => {
            // SAFETY: a NUL-terminated string by its form.
            let text = unsafe { core::ffi::CStr::from_ptr(at.cast()) };
            (pointer, text.to_bytes_with_nul().len())
        }
        Err(_) => {
            // SAFETY: a value of variable length by its form.
            let first = unsafe { at.read() };
            let len = if first & 1 == 1 {
                usize::from(first >> 1)
            } else {
                // SAFETY: the long form begins with four bytes.
                let word = unsafe { at.cast::<u32>().read_unaligned() };
                usize::try_from(word >> 2).unwrap_or(0)
            };
            (pointer, len)
        }
    }
}

/// A Datum of 1, 2, 4 or 8 bytes, with its sign where PostgreSQL's macros keep it.
pub(crate) fn by_value(bytes: &[u8]) -> Datum {
    let value = match *bytes {
        [a] => i64::from(i8::from_le_bytes([a])),
        [a, b] => i64::from(i16::from_le_bytes([a, b])),
        [a, b, c, d] => i64::from(i32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => i64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => 0,
    };
    Datum::from_ne_bytes(value.to_ne_bytes())
}

/// How many members dimensions of these lengths have.
///
/// # Errors
/// Too many, or a negative length.
pub(crate) fn items(lengths: &[i32]) -> Result<usize> {
    if lengths.is_empty() {
        return Ok(0);
    }
    let most = i32::try_from(MAX_BYTES / size_of::<Datum>()).unwrap_or(i32::MAX);
    let product = lengths
        .iter()
        .try_fold(1i32, |so_far, &length| so_far.checked_mul(length).filter(|_| length >= 0));
    match product.filter(|count| *count <= most).and_then(|count| usize::try_from(count).ok()) {
        Some(count) => Ok(count),
        None => {
            let message = format!("array size exceeds the maximum allowed ({most})");
            Err(Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message).into())
        }
    }
}

/// The members of an array; None is NULL.
///
/// # Safety
/// `array` points to an array whose members have this form.
///
/// # Errors
/// It is no array.
pub(crate) unsafe fn split(array: *const ArrayType, form: Form) -> Result<Vec<Option<Datum>>> {
    // SAFETY: the caller's promise.
    let view = unsafe { View::new(array) }?;
    // SAFETY: the same.
    Ok(unsafe { view.members(form) })
}
