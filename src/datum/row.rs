//! The form of rows in memory (access/htup_details.h).
//! Runs in: any process.

use core::ptr::NonNull;

use crate::abi::c::{Datum, Oid};
use crate::abi::htup::{
    HEAP_HASNULL, HEAP_HASVARWIDTH, HEAP_NATTS_MASK, HeapTuple, HeapTupleData, HeapTupleHeaderData,
    INVALID_ITEM,
};
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{Report, Result, SqlState};
use crate::memory;

use super::array::by_value;
use super::array_form;
use super::types::Form;

/// Columns that a row may have.
pub(crate) const MAX_COLUMNS: usize = 1664;
/// Where the bitmap of NULLs begins in a row's head.
const BITS: usize = 23;
/// Longest value of variable length whose length is stored in one byte.
const MAX_SHORT: usize = 126;

/// How a column's values lie in a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) form: Form,
    /// Whether short values may be stored with a length of one byte.
    pub(crate) may_be_short: bool,
}

impl Field {
    pub(crate) fn of(attribute: &FormData_pg_attribute) -> Self {
        let [align] = attribute.attalign.to_ne_bytes();
        let [storage] = attribute.attstorage.to_ne_bytes();
        let align = Form::alignment(align);
        let form = Form { len: attribute.attlen, by_value: attribute.attbyval, align };
        Self { form, may_be_short: storage != b'p' }
    }
}

/// A row's bytes, from its head on.
pub(crate) struct Packed {
    /// With room for the head.
    pub(crate) bytes: Vec<u8>,
    pub(crate) infomask: u16,
    pub(crate) columns: usize,
    pub(crate) hoff: u8,
}

/// A row of these values, None for NULL.
///
/// # Errors
/// Too many columns, or too large.
pub(crate) fn pack(values: &[(Field, Option<&[u8]>)]) -> Result<Packed> {
    let has_nulls = values.iter().any(|(_, content)| content.is_none());
    let bits = if has_nulls { values.len().div_ceil(8) } else { 0 };
    let head = (BITS + bits).next_multiple_of(8);
    let (Ok(hoff), true) = (u8::try_from(head), values.len() <= MAX_COLUMNS) else {
        return Err(too_many_columns(values.len()).into());
    };
    let mut bytes = vec![0u8; head];
    let mut data = Vec::new();
    let mut infomask = if has_nulls { HEAP_HASNULL } else { 0 };
    for (i, (field, content)) in values.iter().enumerate() {
        let Some(content) = content else { continue };
        if let Some(byte) = bytes.get_mut(BITS + i / 8).filter(|_| has_nulls) {
            *byte |= 1 << (i % 8);
        }
        if field.form.len < 0 {
            infomask |= HEAP_HASVARWIDTH;
        }
        let is_short = field.form.len == -1 && field.may_be_short && content.len() <= MAX_SHORT;
        if is_short {
            data.push(u8::try_from(content.len() + 1).unwrap_or(0) << 1 | 1);
            data.extend_from_slice(content);
        } else {
            array_form::append(&mut data, content, field.form)?;
        }
    }
    bytes.append(&mut data);
    Ok(Packed { bytes, infomask, columns: values.len(), hoff })
}

pub(crate) fn too_many_columns(count: usize) -> Report {
    let message = format!("number of columns ({count}) exceeds limit ({MAX_COLUMNS})");
    Report::error(SqlState::new(*b"54011"), message)
}

impl Packed {
    /// Puts a row and what describes it into one chunk of the current context.
    ///
    /// # Errors
    /// Too large, or out of memory.
    pub(crate) fn place(self, of: Oid, modifier: i32) -> Result<HeapTuple> {
        let Self { mut bytes, infomask, columns, hoff } = self;
        let t_len = u32::try_from(bytes.len()).unwrap_or(0);
        let natts = u16::try_from(columns).unwrap_or(0);
        let words: [(usize, &[u8]); 6] = [
            (0, &(t_len << 2).to_ne_bytes()),
            (4, &modifier.to_ne_bytes()),
            (8, &of.to_ne_bytes()),
            // Nowhere.
            (12, &[0xff, 0xff, 0xff, 0xff, 0, 0]),
            (18, &natts.to_ne_bytes()),
            (20, &infomask.to_ne_bytes()),
        ];
        for (at, word) in words {
            if let Some(place) = bytes.get_mut(at..at + word.len()) {
                place.copy_from_slice(word);
            }
        }
        if let Some(place) = bytes.get_mut(BITS - 1) {
            *place = hoff;
        }
        let chunk = memory::alloc(CurrentMemoryContext.get(), HEAD + bytes.len())?;
        // SAFETY: within the chunk.
        let data = unsafe { chunk.add(HEAD) };
        // SAFETY: room for all of them.
        unsafe { data.copy_from_nonoverlapping(NonNull::from(&*bytes).cast(), bytes.len()) };
        let tuple = HeapTupleData {
            t_len,
            t_self: INVALID_ITEM,
            t_tableOid: 0,
            t_data: data.cast::<HeapTupleHeaderData>().as_ptr(),
        };
        let place = chunk.cast::<HeapTupleData>();
        // SAFETY: room for it.
        unsafe { place.write(tuple) };
        Ok(place.as_ptr())
    }
}

/// Bytes of what describes a row.
pub(crate) const HEAD: usize = size_of::<HeapTupleData>();

/// The columns of a description.
///
/// # Safety
/// It is live as long as they are used.
pub(crate) unsafe fn attributes<'a>(tupdesc: TupleDesc) -> &'a [FormData_pg_attribute] {
    // SAFETY: the caller's promise.
    let count = usize::try_from(unsafe { (*tupdesc).natts }).unwrap_or(0);
    // SAFETY: the columns follow the head.
    let first = unsafe { tupdesc.add(1) }.cast::<FormData_pg_attribute>();
    // SAFETY: there are so many of them.
    unsafe { core::slice::from_raw_parts(first, count) }
}

/// A row as it lies in memory.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    bytes: &'a [u8],
    header: HeapTupleHeaderData,
}

impl<'a> View<'a> {
    /// # Safety
    /// `tuple` is live as long as this is used.
    pub(crate) unsafe fn new(tuple: HeapTuple) -> Self {
        // SAFETY: the caller's promise.
        let HeapTupleData { t_len, t_data, .. } = unsafe { tuple.read() };
        // SAFETY: the same.
        unsafe { Self::of_header(t_data, usize::try_from(t_len).unwrap_or(0)) }
    }

    /// # Safety
    /// `header` begins a row of so many bytes that is live as long as this is used.
    pub(crate) unsafe fn of_header(header: *const HeapTupleHeaderData, len: usize) -> Self {
        // SAFETY: the caller's promise.
        let bytes = unsafe { core::slice::from_raw_parts(header.cast(), len) };
        // SAFETY: the same.
        Self { bytes, header: unsafe { header.read() } }
    }

    /// The number of columns that are stored.
    pub(crate) fn count(self) -> usize {
        usize::from(self.header.t_infomask2 & HEAP_NATTS_MASK)
    }

    /// Whether a column, counted from 0, is NULL or not stored.
    pub(crate) fn is_null(self, column: usize) -> bool {
        if column >= self.count() {
            return true;
        }
        let byte = self.bytes.get(BITS + column / 8).copied().unwrap_or(0);
        self.header.t_infomask & HEAP_HASNULL != 0 && byte & (1 << (column % 8)) == 0
    }

    /// The bytes of each of the first columns, None for NULL: from where the value begins to the
    /// end of the row.
    pub(crate) fn values(self, fields: impl Iterator<Item = Form>) -> Vec<Option<&'a [u8]>> {
        let data = self.bytes.get(usize::from(self.header.t_hoff)..).unwrap_or_default();
        let mut at = 0usize;
        let next = |(column, form): (usize, Form)| {
            if self.is_null(column) {
                return None;
            }
            let first = data.get(at).copied().unwrap_or(0);
            // A short value of variable length is not aligned; padding before a long one is zero.
            if form.len != -1 || first == 0 {
                at = at.next_multiple_of(form.align);
            }
            let value = data.get(at..).unwrap_or_default();
            at += length(value, form);
            Some(value)
        };
        fields.enumerate().map(next).collect()
    }
}

/// Bytes of the value that begins here.
fn length(value: &[u8], form: Form) -> usize {
    match usize::try_from(form.len) {
        Ok(len) => len,
        Err(_) if form.len == -2 => value.iter().take_while(|&&byte| byte != 0).count() + 1,
        Err(_) => match *value {
            [first, ..] if first & 1 == 1 => usize::from(first >> 1),
            [a, b, c, d, ..] => usize::try_from(u32::from_ne_bytes([a, b, c, d]) >> 2).unwrap_or(0),
            _ => 0,
        },
    }
}

/// The Datum of the value that begins here.
pub(crate) fn datum(value: &[u8], form: Form) -> Datum {
    if form.by_value {
        let len = usize::try_from(form.len).unwrap_or(0);
        return by_value(value.get(..len).unwrap_or_default());
    }
    value.as_ptr().expose_provenance()
}
