//! `executor/spi.h`: the columns of rows.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use crate::abi::c::{Datum, NAMEDATALEN, Oid};
use crate::abi::htup::{HeapTuple, HeapTupleHeaderData};
use crate::abi::spi::{SPI_ERROR_ARGUMENT, SPI_ERROR_NOATTRIBUTE, SPI_ERROR_UNCONNECTED};
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc};
use crate::abi::variables::{CurrentMemoryContext, SPI_result};
use crate::database::tuples::{self, Row};
use crate::database::{self, levels, records};
use crate::datum::heap;
use crate::error::Result;
use crate::memory;

/// Copies a text for the caller, with its NUL.
fn to_c(text: &[u8]) -> Result<*mut c_char> {
    let bytes = [text, b"\0"].concat();
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), &bytes)?.as_ptr().cast())
}

/// A column by its number from 1; SPI_result says if there is none.
///
/// # Safety
/// `tupdesc` is live as long as the column is used.
unsafe fn column<'a>(
    tupdesc: TupleDesc,
    number: c_int,
) -> Option<(usize, &'a FormData_pg_attribute)> {
    SPI_result.set(0);
    // SAFETY: the caller's promise.
    let columns = unsafe { tuples::attributes(tupdesc) };
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let found = index.and_then(|index| Some((index, columns.get(index)?)));
    if found.is_none() {
        SPI_result.set(SPI_ERROR_NOATTRIBUTE);
    }
    found
}

fn name(column: &FormData_pg_attribute) -> Vec<u8> {
    let bytes = column.attname.data.iter().take(NAMEDATALEN).map(|byte| byte.cast_unsigned());
    bytes.take_while(|byte| *byte != 0).collect()
}

/// Does something in the memory of who opened the level; NULL, and SPI_result, outside of one.
fn outside<T>(nothing: T, act: impl FnOnce() -> Result<T>) -> Result<T> {
    let Some(context) = levels::outer_context() else {
        SPI_result.set(SPI_ERROR_UNCONNECTED);
        return Ok(nothing);
    };
    let before = CurrentMemoryContext.replace(context);
    let made = act();
    CurrentMemoryContext.set(before);
    made
}

throwing! {
    /// A copy of a row, in the memory of who opened the level.
    fn SPI_copytuple(tuple: HeapTuple) -> HeapTuple {
        if tuple.is_null() {
            SPI_result.set(SPI_ERROR_ARGUMENT);
            return Ok(ptr::null_mut());
        }
        // SAFETY: the header's prototype.
        outside(ptr::null_mut(), || unsafe { heap::copy(tuple) })
    }

    /// A copy of a row as a value of its type, in the same memory.
    fn SPI_returntuple(tuple: HeapTuple, tupdesc: TupleDesc) -> *mut HeapTupleHeaderData {
        if tuple.is_null() || tupdesc.is_null() {
            SPI_result.set(SPI_ERROR_ARGUMENT);
            return Ok(ptr::null_mut());
        }
        outside(ptr::null_mut(), || {
            let tupdesc = records::bless(tupdesc)?;
            // SAFETY: the header's prototype.
            let made = unsafe { heap::copy_as_datum(tuple, tupdesc) }?;
            Ok(ptr::with_exposed_provenance_mut(made))
        })
    }

    /// The text of a value, NULL if it is NULL or there is no such column.
    fn SPI_getvalue(tuple: HeapTuple, tupdesc: TupleDesc, fnumber: c_int) -> *mut c_char {
        // SAFETY: the header's prototype.
        let Some((index, _)) = (unsafe { column(tupdesc, fnumber) }) else {
            return Ok(ptr::null_mut());
        };
        // SAFETY: the header's prototype.
        let text = unsafe { Row::new(tuple, tupdesc) }.text(index)?;
        text.map_or(Ok(ptr::null_mut()), |text| to_c(&text))
    }

    /// A value.
    fn SPI_getbinval(
        tuple: HeapTuple,
        tupdesc: TupleDesc,
        fnumber: c_int,
        isnull: *mut bool,
    ) -> Datum {
        // SAFETY: the header's prototype.
        let found = unsafe { column(tupdesc, fnumber) };
        let value = match found {
            // SAFETY: the header's prototype.
            Some((index, _)) => unsafe { Row::new(tuple, tupdesc) }.value(index)?,
            None => None,
        };
        // SAFETY: the caller's variable.
        unsafe { isnull.write(value.is_none()) };
        Ok(value.unwrap_or(0))
    }

    /// A column's name, NULL if there is no such column.
    fn SPI_fname(tupdesc: TupleDesc, fnumber: c_int) -> *mut c_char {
        // SAFETY: the header's prototype.
        let Some((_, found)) = (unsafe { column(tupdesc, fnumber) }) else {
            return Ok(ptr::null_mut());
        };
        to_c(&name(found))
    }

    /// A column type's name, NULL if there is no such column.
    fn SPI_gettype(tupdesc: TupleDesc, fnumber: c_int) -> *mut c_char {
        // SAFETY: the header's prototype.
        let Some((_, found)) = (unsafe { column(tupdesc, fnumber) }) else {
            return Ok(ptr::null_mut());
        };
        to_c(&database::type_name(found.atttypid)?)
    }
}

plain! {
    /// Frees a row that was copied.
    fn SPI_freetuple(tuple: HeapTuple) {
        // SAFETY: the header's prototype.
        unsafe { heap::free(tuple) };
    }

    /// The number of the column of that name, SPI_ERROR_NOATTRIBUTE if there is none.
    fn SPI_fnumber(tupdesc: TupleDesc, fname: *const c_char) -> c_int {
        // SAFETY: the header's prototype.
        let wanted = unsafe { CStr::from_ptr(fname) }.to_bytes();
        // SAFETY: the header's prototype.
        let columns = unsafe { tuples::attributes(tupdesc) };
        let found = columns.iter().position(|column| name(column) == wanted);
        found.and_then(|i| c_int::try_from(i + 1).ok()).unwrap_or(SPI_ERROR_NOATTRIBUTE)
    }

    /// A column's type, 0 if there is no such column.
    fn SPI_gettypeid(tupdesc: TupleDesc, fnumber: c_int) -> Oid {
        // SAFETY: the header's prototype.
        unsafe { column(tupdesc, fnumber) }.map_or(0, |(_, found)| found.atttypid)
    }
}
