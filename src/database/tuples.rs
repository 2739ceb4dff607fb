//! Rows: made from the server's texts, and read again, in PostgreSQL's form.
//! Runs in: worker.
//!
//! Behind the columns that a row is said to have it may have more: the server's texts of values
//! whose texts depend on settings of the session. Who copies a row copies them, too.

use core::ffi::{CStr, c_char};
use core::mem;
use core::ptr::{self, NonNull};
use std::ffi::CString;

use crate::abi::c::{Datum, NAMEDATALEN, NameData, Oid, varlena};
use crate::abi::htup::{
    HEAP_HASNULL, HEAP_HASVARWIDTH, HEAP_NATTS_MASK, HeapTuple, HeapTupleData, HeapTupleHeaderData,
    INVALID_ITEM,
};
use crate::abi::spi::SPITupleTable;
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc, TupleDescData};
use crate::abi::variables::CurrentMemoryContext;
use crate::datum;
use crate::datum::types::{Form, Type};
use crate::error::{Report, Result, SqlState};
use crate::memory;
use crate::memory::owned::Owned;
use crate::memory::varlena as values;

use super::libpq::Answer;
use super::session::type_name;
use super::transaction;
use super::types::Shape;

/// The type of rows that have no type of their own.
const RECORD: Oid = 2249;
/// Columns that a row may have.
const MAX_COLUMNS: usize = 1664;
/// Where the bitmap of NULLs begins in a row's head.
const BITS: usize = 23;

/// Makes SPI_tuptable of a result's first `limit` rows, in `context`.
///
/// # Errors
/// Out of memory; a value that is none of its type.
pub(super) fn table(answer: &Answer, limit: usize, context: &Owned) -> Result<*mut SPITupleTable> {
    let before = CurrentMemoryContext.replace(context.get());
    let made = fill_table(answer, limit, context);
    CurrentMemoryContext.set(before);
    made
}

fn fill_table(answer: &Answer, limit: usize, context: &Owned) -> Result<*mut SPITupleTable> {
    let columns: Vec<Oid> = (0..answer.columns()).map(|i| answer.column(i).1).collect();
    let count = answer.rows().min(limit);
    let tupdesc = describe(answer)?;
    let rows = allocate::<HeapTuple>(count.max(1))?;
    for row in 0..count {
        let texts: Vec<_> = (0..columns.len()).map(|column| answer.value(row, column)).collect();
        let tuple = form(&columns, &texts)?;
        // SAFETY: below `count`.
        let place = unsafe { rows.add(row) };
        // SAFETY: room for it.
        unsafe { place.write(tuple) };
    }
    let numvals = u64::try_from(count).unwrap_or(0);
    let table = allocate::<SPITupleTable>(1)?;
    // SAFETY: room for it.
    unsafe {
        table.write(SPITupleTable {
            tupdesc,
            vals: rows.as_ptr(),
            numvals,
            alloced: numvals.max(1),
            tuptabcxt: context.get(),
            next: ptr::null_mut(),
            subid: transaction::subtransaction(),
        });
    }
    Ok(table.as_ptr())
}

/// Room for so many in the current context.
fn allocate<T>(count: usize) -> Result<NonNull<T>> {
    let size = memory::multiply(size_of::<T>(), count)?;
    Ok(memory::alloc(CurrentMemoryContext.get(), size)?.cast())
}

fn describe(answer: &Answer) -> Result<TupleDesc> {
    let count = answer.columns();
    let size = size_of::<TupleDescData>() + count * size_of::<FormData_pg_attribute>();
    let at: NonNull<TupleDescData> = memory::alloc(CurrentMemoryContext.get(), size)?.cast();
    let head = TupleDescData {
        natts: i32::try_from(count).unwrap_or(0),
        tdtypeid: RECORD,
        tdtypmod: -1,
        tdrefcount: -1,
        constr: ptr::null_mut(),
        attrs: [],
    };
    // SAFETY: room for it.
    unsafe { at.write(head) };
    // SAFETY: the columns follow the head.
    let attributes = unsafe { at.add(1) }.cast::<FormData_pg_attribute>();
    for column in 0..count {
        // SAFETY: room for `count` of them.
        let place = unsafe { attributes.add(column) };
        // SAFETY: the same.
        unsafe { place.write(attribute(answer, column)) };
    }
    Ok(at.as_ptr())
}

fn attribute(answer: &Answer, column: usize) -> FormData_pg_attribute {
    let (name, number, modifier) = answer.column(column);
    let shape = Shape::of(number);
    let form = shape.form();
    let letter = |byte: u8| c_char::from_ne_bytes([byte]);
    // SAFETY: integers.
    let mut attribute: FormData_pg_attribute = unsafe { mem::zeroed() };
    attribute.attname = name_data(name);
    attribute.atttypid = number;
    (attribute.attlen, attribute.attbyval) = (form.len, form.by_value);
    attribute.attnum = i16::try_from(column + 1).unwrap_or(0);
    (attribute.attcacheoff, attribute.atttypmod) = (-1, modifier);
    attribute.attalign = letter(shape.alignment());
    attribute.attstorage = letter(shape.storage());
    attribute.attislocal = true;
    attribute.attcollation = shape.collation(number);
    attribute
}

/// A name as `name` has it.
fn name_data(text: &[u8]) -> NameData {
    let mut name = NameData { data: [0; NAMEDATALEN] };
    let text = text.iter().take(NAMEDATALEN - 1);
    for (to, &from) in name.data.iter_mut().zip(text) {
        *to = c_char::from_ne_bytes([from]);
    }
    name
}

/// A row with these values, None for NULL, in the current context.
fn form(columns: &[Oid], texts: &[Option<&[u8]>]) -> Result<HeapTuple> {
    let columns: Vec<Shape> = columns.iter().map(|number| Shape::of(*number)).collect();
    let mut data = Vec::new();
    for (shape, text) in columns.iter().zip(texts) {
        if let Some(text) = text {
            append(&mut data, *shape, text)?;
        }
    }
    let mut all: Vec<Option<&[u8]>> = texts.to_vec();
    let kept = columns.iter().zip(texts).filter(|(shape, _)| shape.keeps_text());
    for (_, text) in kept {
        if let Some(text) = text {
            append(&mut data, Shape::Text, text)?;
        }
        all.push(*text);
    }
    let has_nulls = all.iter().any(Option::is_none);
    let bits = if has_nulls { all.len().div_ceil(8) } else { 0 };
    let head = (BITS + bits).next_multiple_of(8);
    // The longest head there can be: of the columns there may be, each kept twice.
    let (Ok(t_hoff), true) = (u8::try_from(head), all.len() <= MAX_COLUMNS) else {
        let message = format!("number of columns ({}) exceeds limit ({MAX_COLUMNS})", all.len());
        return Err(Report::error(SqlState::new(*b"54011"), message).into());
    };
    let mut bytes = vec![0u8; head];
    for (i, _) in all.iter().enumerate().filter(|(_, text)| has_nulls && text.is_some()) {
        if let Some(byte) = bytes.get_mut(BITS + i / 8) {
            *byte |= 1 << (i % 8);
        }
    }
    bytes.append(&mut data);
    let varies = columns.iter().any(|shape| shape.form().len < 0);
    let mut t_infomask = if has_nulls { HEAP_HASNULL } else { 0 };
    t_infomask |= if varies { HEAP_HASVARWIDTH } else { 0 };
    let len = u32::try_from(bytes.len()).unwrap_or(0);
    let header = HeapTupleHeaderData {
        t_choice: [len << 2, u32::MAX, RECORD],
        t_ctid: INVALID_ITEM,
        t_infomask2: u16::try_from(all.len()).unwrap_or(0),
        t_infomask,
        t_hoff,
        t_bits: [],
    };
    place(&bytes, header)
}

/// Puts a row and what describes it into one chunk.
fn place(bytes: &[u8], header: HeapTupleHeaderData) -> Result<HeapTuple> {
    let start = size_of::<HeapTupleData>();
    let chunk = memory::alloc(CurrentMemoryContext.get(), start + bytes.len())?;
    // SAFETY: within the chunk.
    let data = unsafe { chunk.add(start) };
    // SAFETY: room for all of them.
    unsafe { data.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
    let head = data.cast::<HeapTupleHeaderData>();
    // Its last byte is the bitmap's first, or padding.
    let first = bytes.get(BITS).copied().unwrap_or(0);
    // SAFETY: a row begins with such a head.
    unsafe { head.write(header) };
    // SAFETY: within the head.
    let at = unsafe { data.add(BITS) };
    // SAFETY: the same.
    unsafe { at.write(first) };
    let tuple = HeapTupleData {
        t_len: header.t_choice[0] >> 2,
        t_self: INVALID_ITEM,
        t_tableOid: 0,
        t_data: head.as_ptr(),
    };
    let place = chunk.cast::<HeapTupleData>();
    // SAFETY: room for it.
    unsafe { place.write(tuple) };
    Ok(place.as_ptr())
}

/// Adds a value to a row.
fn append(data: &mut Vec<u8>, shape: Shape, text: &[u8]) -> Result<()> {
    let form = shape.form();
    data.resize(data.len().next_multiple_of(form.align), 0);
    match shape {
        Shape::Base(base) => {
            let value = datum::read(Type { base, is_array: false }, text)?;
            let len = usize::try_from(form.len).unwrap_or(0);
            data.extend(value.to_le_bytes().into_iter().take(len));
        }
        Shape::Name => {
            let name = name_data(text).data;
            data.extend(name.iter().flat_map(|c| c.to_ne_bytes()));
        }
        Shape::Text | Shape::Foreign => {
            let size = u32::try_from(text.len() + 4).ok().filter(|size| *size < 1 << 30);
            let Some(size) = size else {
                let message = format!("invalid memory alloc request size {}", text.len());
                return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
            };
            data.extend_from_slice(&(size << 2).to_ne_bytes());
            data.extend_from_slice(text);
        }
    }
    Ok(())
}

/// A row and its description, as a module hands them in.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    tuple: HeapTuple,
    tupdesc: TupleDesc,
}

/// What a column of a row has.
enum Found<'a> {
    Null,
    /// The value's bytes, from where it begins to the end of the row.
    At(&'a [u8], Shape, Form),
}

impl Row {
    /// # Safety
    /// Both are live as long as this is used.
    pub(crate) unsafe fn new(tuple: HeapTuple, tupdesc: TupleDesc) -> Self {
        Self { tuple, tupdesc }
    }

    fn attributes(self) -> &'static [FormData_pg_attribute] {
        // SAFETY: `new` was promised that it is live.
        unsafe { attributes(self.tupdesc) }
    }

    fn header(self) -> HeapTupleHeaderData {
        // SAFETY: `new` was promised that it is live.
        let tuple = unsafe { self.tuple.read() };
        // SAFETY: the same.
        unsafe { tuple.t_data.read() }
    }

    fn bytes(self) -> &'static [u8] {
        // SAFETY: `new` was promised that it is live.
        let tuple = unsafe { self.tuple.read() };
        let len = usize::try_from(tuple.t_len).unwrap_or(0);
        // SAFETY: a row has so many bytes.
        unsafe { core::slice::from_raw_parts(tuple.t_data.cast(), len) }
    }

    /// The number of columns that the row is said to have.
    fn count(self) -> usize {
        self.attributes().len()
    }

    fn find(self, wanted: usize) -> Found<'static> {
        let header = self.header();
        let bytes = self.bytes();
        let stored = usize::from(header.t_infomask2 & HEAP_NATTS_MASK);
        let is_null = |column: usize| {
            let byte = bytes.get(BITS + column / 8).copied().unwrap_or(0);
            header.t_infomask & HEAP_HASNULL != 0 && byte & (1 << (column % 8)) == 0
        };
        if wanted >= stored || is_null(wanted) {
            return Found::Null;
        }
        let data = bytes.get(usize::from(header.t_hoff)..).unwrap_or_default();
        let mut at = 0usize;
        for column in (0..=wanted).filter(|column| !is_null(*column)) {
            let (shape, form) = self.shape(column);
            let first = data.get(at).copied().unwrap_or(0);
            if form.len != -1 || first == 0 {
                at = at.next_multiple_of(form.align);
            }
            let value = data.get(at..).unwrap_or_default();
            if column == wanted {
                return Found::At(value, shape, form);
            }
            at += length(value, form);
        }
        Found::Null
    }

    fn shape(self, column: usize) -> (Shape, Form) {
        let Some(attribute) = self.attributes().get(column) else {
            return (Shape::Text, Form::VARIABLE);
        };
        let align = match attribute.attalign.to_ne_bytes() {
            [b'c'] => 1,
            [b's'] => 2,
            [b'i'] => 4,
            _ => 8,
        };
        let form = Form { len: attribute.attlen, by_value: attribute.attbyval, align };
        (Shape::of(attribute.atttypid), form)
    }

    /// The value of a column counted from 0; None is NULL.
    ///
    /// # Errors
    /// Values of this type have no form here (0A000).
    pub(crate) fn value(self, column: usize) -> Result<Option<Datum>> {
        let Found::At(bytes, shape, form) = self.find(column) else { return Ok(None) };
        if shape == Shape::Foreign {
            let number = self.attributes().get(column).map_or(0, |column| column.atttypid);
            return Err(no_form(number));
        }
        if form.by_value {
            let len = usize::try_from(form.len).unwrap_or(0);
            return Ok(Some(datum::array::by_value(bytes.get(..len).unwrap_or_default())));
        }
        Ok(Some(bytes.as_ptr().expose_provenance()))
    }

    /// The text of a column counted from 0, as the server wrote it; None is NULL.
    ///
    /// # Errors
    /// The value is stored in a form that cannot be read here.
    pub(crate) fn text(self, column: usize) -> Result<Option<Vec<u8>>> {
        let Found::At(bytes, shape, _) = self.find(column) else { return Ok(None) };
        if shape.keeps_text()
            && let Found::At(kept, Shape::Text, _) = self.find(self.kept(column))
        {
            // SAFETY: a value of variable length begins there.
            let text = unsafe { values::bytes(kept.as_ptr().cast()) }?;
            return Ok(Some(text.to_vec()));
        }
        Ok(Some(match shape {
            Shape::Text | Shape::Foreign => {
                // SAFETY: a value of variable length begins there.
                unsafe { values::bytes(bytes.as_ptr().cast()) }?.to_vec()
            }
            Shape::Name => {
                let name = bytes.iter().take(NAMEDATALEN).take_while(|&&byte| byte != 0);
                name.copied().collect()
            }
            Shape::Base(base) => {
                let value = self.value(column)?.unwrap_or(0);
                // SAFETY: values of these types are no pointers.
                unsafe { datum::write(Type { base, is_array: false }, value) }?
            }
        }))
    }

    /// Where the text of such a column is kept.
    fn kept(self, column: usize) -> usize {
        let before = self.attributes().iter().take(column);
        let kept = before.filter(|column| Shape::of(column.atttypid).keeps_text()).count();
        self.count() + kept
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

/// The ERROR for a type whose values have no form here.
fn no_form(number: Oid) -> crate::error::Raised {
    let name = type_name(number).unwrap_or_else(|_| number.to_string().into_bytes());
    let message = [b"values of type ", &*name, b" are not available outside PostgreSQL"].concat();
    let hint = "Have the server convert it, or use SPI_getvalue, which gives its text.";
    Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).with_hint(hint).into()
}

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

/// The text of a parameter for the server.
///
/// # Safety
/// `value` is of that type and, where it is a pointer, live.
///
/// # Errors
/// Values of this type have no form here (0A000).
pub(crate) unsafe fn parameter(number: Oid, value: Datum) -> Result<CString> {
    let text = match Shape::of(number) {
        // SAFETY: the caller's promise.
        Shape::Base(base) => unsafe { datum::write(Type { base, is_array: false }, value) }?,
        Shape::Text => {
            let at: *const varlena = ptr::with_exposed_provenance(value);
            // SAFETY: the caller's promise.
            unsafe { values::bytes(at) }?.to_vec()
        }
        Shape::Name => {
            let at: *const c_char = ptr::with_exposed_provenance(value);
            // SAFETY: the caller's promise.
            unsafe { CStr::from_ptr(at) }.to_bytes().to_vec()
        }
        Shape::Foreign => return Err(no_form(number)),
    };
    CString::new(text).map_err(|_| {
        Report::error(SqlState::new(*b"22021"), "a parameter has a zero byte in it").into()
    })
}

/// A copy of a value, in the current memory context: `datumCopy`.
///
/// # Safety
/// `value` is of that type and, where it is a pointer, live.
///
/// # Errors
/// Out of memory; values of this type have no form here (0A000).
pub(crate) unsafe fn copy(number: Oid, value: Datum) -> Result<Datum> {
    let shape = Shape::of(number);
    if shape == Shape::Foreign {
        return Err(no_form(number));
    }
    let form = shape.form();
    if form.by_value {
        return Ok(value);
    }
    let at: *const u8 = ptr::with_exposed_provenance(value);
    let bytes = match usize::try_from(form.len) {
        // SAFETY: the caller's value has so many bytes.
        Ok(len) => unsafe { core::slice::from_raw_parts(at, len) },
        Err(_) => {
            // SAFETY: the caller's value is of variable length.
            let bytes = unsafe { values::bytes(at.cast()) }?;
            return Ok(values::make(CurrentMemoryContext.get(), bytes)?.expose_provenance());
        }
    };
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), bytes)?.as_ptr().expose_provenance())
}
