//! `funcapi.h`, `utils/typcache.h`, `executor/executor.h`: rows as values.
//! Runs in: any process.

use core::ffi::{CStr, c_char};
use core::ptr;

use crate::abi::c::{Datum, NAMEDATALEN, Oid, varlena};
use crate::abi::fmgr::FmgrInfo;
use crate::abi::funcapi::AttInMetadata;
use crate::abi::htup::{HeapTuple, HeapTupleHeaderData};
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc};
use crate::abi::variables::CurrentMemoryContext;
use crate::database::records;
use crate::database::tuples::allocate;
use crate::database::types;
use crate::datum::heap;
use crate::datum::row;
use crate::error::{self, Report, Result, SqlState};
use crate::memory::{arrays, varlena as values};

use super::{fmgr_call, fmgr_lookup};

fn wrong(message: &str) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

/// A description's columns, and what reads their values.
fn metadata(tupdesc: TupleDesc) -> Result<*mut AttInMetadata> {
    let tupdesc = records::bless(tupdesc)?;
    // SAFETY: the caller's description.
    let columns = unsafe { row::attributes(tupdesc) };
    let functions = allocate::<FmgrInfo>(columns.len().max(1))?;
    let ioparams = allocate::<Oid>(columns.len().max(1))?;
    let modifiers = allocate::<i32>(columns.len().max(1))?;
    let mut infos = Vec::with_capacity(columns.len());
    let mut params = Vec::with_capacity(columns.len());
    for column in columns {
        let known = types::known(column.atttypid)?;
        infos.push(fmgr_lookup::information(known.input, CurrentMemoryContext.get())?);
        params.push(if known.typelem != 0 { known.typelem } else { known.oid });
    }
    // SAFETY: room for all of them.
    unsafe { arrays::write(functions.as_ptr(), infos.into_iter()) };
    // SAFETY: the same.
    unsafe { arrays::write(ioparams.as_ptr(), params.into_iter()) };
    // SAFETY: the same.
    unsafe { arrays::write(modifiers.as_ptr(), columns.iter().map(|column| column.atttypmod)) };
    let place = allocate::<AttInMetadata>(1)?;
    let made = AttInMetadata {
        tupdesc,
        attinfuncs: functions.as_ptr(),
        attioparams: ioparams.as_ptr(),
        atttypmods: modifiers.as_ptr(),
    };
    // SAFETY: room for it.
    unsafe { place.write(made) };
    Ok(place.as_ptr())
}

fn named(column: &FormData_pg_attribute, name: &[u8]) -> bool {
    let bytes = column.attname.data.iter().take(NAMEDATALEN).map(|byte| byte.cast_unsigned());
    !column.attisdropped && bytes.take_while(|byte| *byte != 0).eq(name.iter().copied())
}

/// Gives a value and whether it is NULL.
///
/// # Safety
/// `is_null` is a variable.
unsafe fn give(value: Option<Datum>, is_null: *mut bool) -> Datum {
    // SAFETY: the caller's promise.
    unsafe { is_null.write(value.is_none()) };
    value.unwrap_or(0)
}

throwing! {
    /// Gives a description of rows without a type a number by which rows name it.
    fn BlessTupleDesc(tupdesc: TupleDesc) -> TupleDesc {
        records::bless(tupdesc)
    }

    /// The same.
    fn assign_record_type_typmod(tupDesc: TupleDesc) {
        records::bless(tupDesc).map(|_| ())
    }

    /// The description of rows of a type.
    fn lookup_rowtype_tupdesc(type_id: Oid, typmod: i32) -> TupleDesc {
        records::describe(type_id, typmod)
    }

    /// The same; NULL if there is none and that may be.
    fn lookup_rowtype_tupdesc_noerror(type_id: Oid, typmod: i32, noError: bool) -> TupleDesc {
        match records::find(type_id, typmod)? {
            Some(found) => Ok(found),
            None if noError => Ok(ptr::null_mut()),
            None => records::describe(type_id, typmod),
        }
    }

    /// A copy of the description of rows of a type.
    fn lookup_rowtype_tupdesc_copy(type_id: Oid, typmod: i32) -> TupleDesc {
        super::access_tupdesc::copy(records::describe(type_id, typmod)?)
    }

    /// What BuildTupleFromCStrings needs.
    fn TupleDescGetAttInMetadata(tupdesc: TupleDesc) -> *mut AttInMetadata {
        metadata(tupdesc)
    }

    /// A row that is a value, in the long form.
    fn DatumGetHeapTupleHeader(t: Datum) -> *mut HeapTupleHeaderData {
        // SAFETY: the header's prototype.
        unsafe { records::header_of(t) }
    }

    /// A copy of it.
    fn DatumGetHeapTupleHeaderCopy(t: Datum) -> *mut HeapTupleHeaderData {
        let value: *const varlena = ptr::with_exposed_provenance(t);
        // SAFETY: the header's prototype.
        let content = unsafe { values::bytes(value) }?;
        Ok(values::make(CurrentMemoryContext.get(), content)?.cast())
    }

    /// A value of a row, by its column's name.
    fn GetAttributeByName(
        tuple: *mut HeapTupleHeaderData,
        attname: *const c_char,
        isNull: *mut bool,
    ) -> Datum {
        if attname.is_null() {
            return Err(wrong("invalid attribute name").into());
        }
        if isNull.is_null() {
            return Err(wrong("a NULL isNull pointer was passed").into());
        }
        if tuple.is_null() {
            // SAFETY: the caller's variable.
            return Ok(unsafe { give(None, isNull) });
        }
        // SAFETY: the header's prototype.
        let row = unsafe { records::of_header(tuple) }?;
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(attname) }.to_bytes();
        let Some(column) = row.attributes().iter().position(|column| named(column, name)) else {
            let message = [b"attribute \"".as_slice(), name, b"\" does not exist"].concat();
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        };
        let value = row.value(column)?;
        // SAFETY: the caller's variable.
        Ok(unsafe { give(value, isNull) })
    }

    /// A value of a row, by its column's number from 1.
    fn GetAttributeByNum(tuple: *mut HeapTupleHeaderData, attrno: i16, isNull: *mut bool) -> Datum {
        let Some(column) = usize::try_from(attrno).ok().and_then(|n| n.checked_sub(1)) else {
            return Err(wrong(&format!("invalid attribute number {attrno}")).into());
        };
        if isNull.is_null() {
            return Err(wrong("a NULL isNull pointer was passed").into());
        }
        if tuple.is_null() {
            // SAFETY: the caller's variable.
            return Ok(unsafe { give(None, isNull) });
        }
        // SAFETY: the header's prototype.
        let value = unsafe { records::of_header(tuple) }?.value(column)?;
        // SAFETY: the caller's variable.
        Ok(unsafe { give(value, isNull) })
    }
}

plain! {
    /// A row's head as a value of its type; it has said so since it was made.
    fn HeapTupleHeaderGetDatum(tuple: *mut HeapTupleHeaderData) -> Datum {
        tuple.expose_provenance()
    }
}

/// Room for a row's values, freed with the current context if a function jumps.
fn room(columns: usize) -> (*mut Datum, *mut bool) {
    error::throwing(|| {
        Ok((
            allocate::<Datum>(columns.max(1))?.as_ptr(),
            allocate::<bool>(columns.max(1))?.as_ptr(),
        ))
    })
}

/// A row from the texts of its values, NULL for NULL. The input functions may jump: this frame owns
/// nothing when they are called.
///
/// # Safety
/// The header's prototype.
#[unsafe(no_mangle)]
unsafe extern "C" fn BuildTupleFromCStrings(
    attinmeta: *mut AttInMetadata,
    values: *mut *mut c_char,
) -> HeapTuple {
    // SAFETY: the caller's promise.
    let AttInMetadata { tupdesc, attinfuncs, attioparams, atttypmods } =
        unsafe { attinmeta.read() };
    // SAFETY: the same.
    let columns: &[FormData_pg_attribute] = unsafe { row::attributes(tupdesc) };
    let (datums, nulls) = room(columns.len());
    // SAFETY: as many as columns.
    let texts = unsafe { arrays::read(values, columns.len()) };
    // SAFETY: the same.
    let ioparams = unsafe { arrays::read(attioparams, columns.len()) };
    // SAFETY: the same.
    let modifiers = unsafe { arrays::read(atttypmods, columns.len()) };
    let all = texts.iter().zip(ioparams.iter().zip(modifiers)).enumerate();
    for (i, (text, (ioparam, modifier))) in all {
        // SAFETY: the same.
        let function = unsafe { attinfuncs.add(i) };
        // SAFETY: the function was looked up for the column's type.
        let value = unsafe { fmgr_call::input(function, *text, *ioparam, *modifier) };
        // SAFETY: room for a value of each column.
        let place = unsafe { datums.add(i) };
        // SAFETY: the same.
        unsafe { place.write(value) };
        // SAFETY: the same.
        let place = unsafe { nulls.add(i) };
        // SAFETY: the same.
        unsafe { place.write(text.is_null()) };
    }
    // SAFETY: values of the columns' types.
    error::throwing(|| unsafe { heap::form(tupdesc, datums, nulls) })
}
