//! Descriptions of rows by their types: those of the server's tables and composite types, and
//! those that rows without a type of their own were given a number for (utils/typcache.h).
//! Runs in: worker.
//!
//! They are kept as long as the process lives.

use core::ptr;
use std::cell::RefCell;
use std::collections::HashMap;

use crate::abi::c::{Datum, Oid, varlena};
use crate::abi::htup::HeapTupleHeaderData;
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc};
use crate::abi::variables::{CurrentMemoryContext, TopMemoryContext};
use crate::datum::row::View;
use crate::datum::{builtin, row};
use crate::error::{Report, Result, SqlState};
use crate::memory::varlena as values;

use crate::database::tuples::{RECORD, Row, attribute, description};
use crate::database::{session, types};

thread_local! {
    static BLESSED: RefCell<Vec<TupleDesc>> = const { RefCell::new(Vec::new()) };
    static NAMED: RefCell<HashMap<Oid, TupleDesc>> = RefCell::new(HashMap::new());
}

/// A description with these columns that is kept.
fn keep(columns: &[FormData_pg_attribute], of: Oid, modifier: i32) -> Result<TupleDesc> {
    let before = CurrentMemoryContext.replace(TopMemoryContext.get());
    let made = description(columns);
    CurrentMemoryContext.set(before);
    let made = made?;
    name(made, of, modifier);
    Ok(made)
}

/// Says what type a description is of.
fn name(tupdesc: TupleDesc, of: Oid, modifier: i32) {
    // SAFETY: descriptions that modules hand in, and those made here, are live.
    let description = unsafe { &mut *tupdesc };
    (description.tdtypeid, description.tdtypmod) = (of, modifier);
}

fn is_alike(a: &FormData_pg_attribute, b: &FormData_pg_attribute) -> bool {
    a.attname.data == b.attname.data
        && (a.atttypid, a.atttypmod, a.attcollation) == (b.atttypid, b.atttypmod, b.attcollation)
}

/// Gives a description of rows without a type the number of one that is like it.
///
/// # Errors
/// Out of memory.
pub(crate) fn bless(tupdesc: TupleDesc) -> Result<TupleDesc> {
    // SAFETY: the caller's description.
    let head = unsafe { tupdesc.read() };
    if head.tdtypeid != RECORD || head.tdtypmod >= 0 {
        return Ok(tupdesc);
    }
    // SAFETY: the same.
    let columns = unsafe { row::attributes(tupdesc) };
    let is_like = |known: &TupleDesc| {
        // SAFETY: kept for ever.
        let known = unsafe { row::attributes(*known) };
        known.len() == columns.len() && known.iter().zip(columns).all(|(a, b)| is_alike(a, b))
    };
    let found = BLESSED.with(|all| all.borrow().iter().position(is_like));
    let at = match found {
        Some(at) => at,
        None => {
            let at = BLESSED.with(|all| all.borrow().len());
            let kept = keep(columns, RECORD, i32::try_from(at).unwrap_or(i32::MAX))?;
            BLESSED.with(|all| all.borrow_mut().push(kept));
            at
        }
    };
    name(tupdesc, RECORD, i32::try_from(at).unwrap_or(i32::MAX));
    Ok(tupdesc)
}

/// A column of a type from what pg_attribute says; the type of one that was dropped is gone.
fn column(row: &[u8], index: usize) -> Result<FormData_pg_attribute> {
    let mut fields = row.splitn(7, |byte| *byte == b' ');
    let mut next = || fields.next().unwrap_or_default();
    let number = |text: &[u8]| core::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    let of = session::number(next());
    let modifier = number(next()).unwrap_or(-1);
    if of != 0 {
        let name = fields.last().unwrap_or_default();
        return Ok(attribute(name, &*types::known(of)?, modifier, index));
    }
    let mut like = types::Known::clone(&*types::known(types::INT4)?);
    like.form.len = i16::try_from(number(next()).unwrap_or(4)).unwrap_or(4);
    like.form.by_value = next() == b"t";
    like.align = next().first().copied().unwrap_or(b'i');
    like.storage = next().first().copied().unwrap_or(b'p');
    let column = attribute(next(), &like, modifier, index);
    Ok(FormData_pg_attribute { atttypid: 0, attisdropped: true, ..column })
}

/// The description of rows of a type; None: it has none.
///
/// # Errors
/// The server's.
pub(crate) fn find(of: Oid, modifier: i32) -> Result<Option<TupleDesc>> {
    if of == RECORD {
        let at = usize::try_from(modifier).ok();
        return Ok(BLESSED.with(|all| all.borrow().get(at?).copied()));
    }
    if let Some(known) = NAMED.with(|all| all.borrow().get(&of).copied()) {
        return Ok(Some(known));
    }
    let text = c"SELECT pg_catalog.concat_ws(' ', a.atttypid, a.atttypmod, a.attlen, a.attbyval, a.attalign, a.attstorage, a.attname) FROM pg_catalog.pg_type t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid WHERE t.oid = $1 AND a.attnum > 0 ORDER BY a.attnum";
    let number = std::ffi::CString::new(of.to_string()).unwrap_or_default();
    let rows = session::column(text, (26, Some(number)))?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut columns = Vec::with_capacity(rows.len());
    for (i, row) in rows.into_iter().flatten().enumerate() {
        columns.push(column(&row, i)?);
    }
    let kept = keep(&columns, of, -1)?;
    NAMED.with(|all| all.borrow_mut().insert(of, kept));
    Ok(Some(kept))
}

/// [`find`], which must find one.
///
/// # Errors
/// There is none (42809); the server's.
pub(crate) fn describe(of: Oid, modifier: i32) -> Result<TupleDesc> {
    if let Some(found) = find(of, modifier)? {
        return Ok(found);
    }
    let message = if of == RECORD {
        b"record type has not been registered".to_vec()
    } else {
        let title = match builtin::facts(of) {
            Some(facts) => facts.title.as_bytes().to_vec(),
            None => session::type_name(of)?,
        };
        [b"type ", &*title, b" is not composite"].concat()
    };
    Err(Report::error(SqlState::new(*b"42809"), message).into())
}

/// The head of a row that is a value, in the long form.
///
/// # Safety
/// It is such a value.
///
/// # Errors
/// The value is stored in a form that cannot be read here.
pub(crate) unsafe fn header_of(value: Datum) -> Result<*mut HeapTupleHeaderData> {
    let value: *mut varlena = ptr::with_exposed_provenance_mut(value);
    // SAFETY: the caller's promise.
    if unsafe { values::is_long(value) } {
        return Ok(value.cast());
    }
    // SAFETY: the same.
    let content = unsafe { values::bytes(value) }?;
    Ok(values::make(CurrentMemoryContext.get(), content)?.cast())
}

/// The type of a row that is a value, and its modifier.
///
/// # Safety
/// The head begins such a row.
pub(crate) unsafe fn type_of(header: *const HeapTupleHeaderData) -> (Oid, i32) {
    // SAFETY: the caller's promise.
    let [_, modifier, of] = unsafe { header.read() }.t_choice;
    (of, modifier.cast_signed())
}

/// A row's value as rows of their own type, or of one that was blessed, have it.
///
/// # Safety
/// The head begins a row that is a value of its type.
///
/// # Errors
/// There is no such type; the server's.
pub(crate) unsafe fn of_header(header: *const HeapTupleHeaderData) -> Result<Row> {
    // SAFETY: the caller's promise.
    let [len, modifier, of] = unsafe { header.read() }.t_choice;
    let tupdesc = describe(of, modifier.cast_signed())?;
    let len = usize::try_from(len >> 2).unwrap_or(0);
    // SAFETY: the same.
    let view = unsafe { View::of_header(header, len) };
    // SAFETY: descriptions are kept for ever.
    Ok(unsafe { Row::of_view(view, tupdesc) })
}
