//! `access/htup_details.h`: rows from values, values of rows.
//! Runs in: any process.

use core::ffi::{c_int, c_void};

use crate::abi::c::{Datum, varlena};
use crate::abi::htup::{HEAP_HASNULL, HEAP_HASVARWIDTH, HeapTuple, HeapTupleData, MinimalTuple};
use crate::abi::tupdesc::TupleDesc;
use crate::database::tuples::Row;
use crate::datum::heap;
use crate::datum::row::View;
use crate::error::{Report, Result, SqlState};
use crate::memory::{arrays, varlena as values};

/// What every row has, by number (access/sysattr.h).
const SELF_ITEM_POINTER: c_int = -1;
const MIN_TRANSACTION: c_int = -2;
const MIN_COMMAND: c_int = -3;
const MAX_TRANSACTION: c_int = -4;
const MAX_COMMAND: c_int = -5;
const TABLE_OID: c_int = -6;

/// A column's place in a row from its number from 1.
fn index(number: c_int) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

fn invalid(number: c_int) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, format!("invalid attnum: {number}"))
}

/// A row with some of its values replaced, with its identity.
///
/// # Safety
/// Both are live; the replacements are values of their columns' types.
unsafe fn modify(
    tuple: HeapTuple,
    tupdesc: TupleDesc,
    replacements: impl Iterator<Item = (usize, Option<Datum>)>,
) -> Result<HeapTuple> {
    // SAFETY: the caller's promise.
    let mut values = unsafe { Row::new(tuple, tupdesc) }.values()?;
    for (column, value) in replacements {
        let Some(place) = values.get_mut(column) else {
            let message = format!("invalid column number {}", column + 1);
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        };
        *place = value;
    }
    let nulls: Vec<bool> = values.iter().map(Option::is_none).collect();
    let values: Vec<Datum> = values.into_iter().map(Option::unwrap_or_default).collect();
    // SAFETY: as many values as columns.
    let new = unsafe { heap::form(tupdesc, values.as_ptr(), nulls.as_ptr()) }?;
    // SAFETY: the caller's row.
    let old = unsafe { tuple.read() };
    // SAFETY: a row begins with such a head.
    let old_head = unsafe { old.t_data.read() };
    // SAFETY: just made.
    let made = unsafe { &mut *new };
    (made.t_self, made.t_tableOid) = (old.t_self, old.t_tableOid);
    // SAFETY: a row begins with such a head.
    let made_head = unsafe { &mut *made.t_data };
    made_head.t_ctid = old_head.t_ctid;
    Ok(new)
}

throwing! {
    /// The value of a column that is not NULL; for the header's inline functions.
    fn nocachegetattr(tup: HeapTuple, attnum: c_int, tupleDesc: TupleDesc) -> Datum {
        // SAFETY: the header's prototype.
        let row = unsafe { Row::new(tup, tupleDesc) };
        Ok(index(attnum).map_or(Ok(None), |index| row.value(index))?.unwrap_or(0))
    }

    /// What every row has; never NULL.
    fn heap_getsysattr(
        tup: HeapTuple,
        attnum: c_int,
        _tupleDesc: TupleDesc,
        isnull: *mut bool,
    ) -> Datum {
        // SAFETY: the caller's row.
        let HeapTupleData { t_tableOid, t_data, .. } = unsafe { tup.read() };
        // SAFETY: the same.
        let [first, second, third] = unsafe { t_data.read() }.t_choice;
        let word = |word: u32| Datum::try_from(word).unwrap_or_default();
        // SAFETY: the caller's variable.
        unsafe { isnull.write(false) };
        match attnum {
            // SAFETY: a part of the row's description.
            SELF_ITEM_POINTER => Ok(unsafe { &raw mut (*tup).t_self }.expose_provenance()),
            MIN_TRANSACTION => Ok(word(first)),
            MAX_TRANSACTION => Ok(word(second)),
            MIN_COMMAND | MAX_COMMAND => Ok(word(third)),
            TABLE_OID => Ok(word(t_tableOid)),
            _ => Err(invalid(attnum).into()),
        }
    }

    /// Whether a column is NULL; the description is not needed.
    fn heap_attisnull(tup: HeapTuple, attnum: c_int, _tupleDesc: TupleDesc) -> bool {
        match attnum {
            TABLE_OID..=SELF_ITEM_POINTER => Ok(false),
            // SAFETY: the caller's row.
            1.. => Ok(index(attnum).is_none_or(|index| unsafe { View::new(tup) }.is_null(index))),
            _ => Err(invalid(attnum).into()),
        }
    }

    /// A row of these values, in the current context.
    fn heap_form_tuple(
        tupleDescriptor: TupleDesc,
        values: *const Datum,
        isnull: *const bool,
    ) -> HeapTuple {
        // SAFETY: the caller has a value for each column.
        unsafe { heap::form(tupleDescriptor, values, isnull) }
    }

    /// The values of a row; those that are not passed by value point into it.
    fn heap_deform_tuple(
        tuple: HeapTuple,
        tupleDesc: TupleDesc,
        values: *mut Datum,
        isnull: *mut bool,
    ) {
        // SAFETY: the header's prototype.
        let found = unsafe { Row::new(tuple, tupleDesc) }.values()?;
        // SAFETY: the caller has room for each column.
        unsafe { arrays::write(values, found.iter().map(|value| value.unwrap_or(0))) };
        // SAFETY: the same.
        unsafe { arrays::write(isnull, found.iter().map(Option::is_none)) };
        Ok(())
    }

    /// A copy of a row with the values of those columns replaced that `doReplace` says.
    fn heap_modify_tuple(
        tuple: HeapTuple,
        tupleDesc: TupleDesc,
        replValues: *const Datum,
        replIsnull: *const bool,
        doReplace: *const bool,
    ) -> HeapTuple {
        // SAFETY: the caller's description.
        let count = usize::try_from(unsafe { (*tupleDesc).natts }).unwrap_or(0);
        // SAFETY: the caller has so many of each.
        let values = unsafe { arrays::read(replValues, count) };
        // SAFETY: the same.
        let nulls = unsafe { arrays::read(replIsnull, count) };
        // SAFETY: the same.
        let wanted = unsafe { arrays::read(doReplace, count) };
        let all = values.iter().zip(nulls).enumerate().zip(wanted);
        let all = all.filter(|(_, wanted)| **wanted).map(|((column, (value, is_null)), _)| {
            (column, (!is_null).then_some(*value))
        });
        // SAFETY: the caller's values are of their columns' types.
        unsafe { modify(tuple, tupleDesc, all) }
    }

    /// The same with a list of columns, counted from 1.
    fn heap_modify_tuple_by_cols(
        tuple: HeapTuple,
        tupleDesc: TupleDesc,
        nCols: c_int,
        replCols: *const c_int,
        replValues: *const Datum,
        replIsnull: *const bool,
    ) -> HeapTuple {
        let count = usize::try_from(nCols).unwrap_or(0);
        // SAFETY: the caller has so many of each.
        let values = unsafe { arrays::read(replValues, count) };
        // SAFETY: the same.
        let nulls = unsafe { arrays::read(replIsnull, count) };
        // SAFETY: the same.
        let columns = unsafe { arrays::read(replCols, count) };
        for column in columns {
            index(*column).ok_or_else(|| {
                Report::error(SqlState::INTERNAL_ERROR, format!("invalid column number {column}"))
            })?;
        }
        let all = columns.iter().zip(values.iter().zip(nulls));
        let all = all.map(|(column, (value, is_null))| {
            (index(*column).unwrap_or(0), (!is_null).then_some(*value))
        });
        // SAFETY: the caller's values are of their columns' types.
        unsafe { modify(tuple, tupleDesc, all) }
    }

    /// A copy of a row, in the current context; NULL for NULL.
    fn heap_copytuple(tuple: HeapTuple) -> HeapTuple {
        // SAFETY: the header's prototype.
        unsafe { heap::copy(tuple) }
    }

    /// A copy of a row's bytes in a chunk of their own, described by the caller's variable.
    fn heap_copytuple_with_tuple(src: HeapTuple, dest: HeapTuple) {
        // SAFETY: the header's prototype.
        let copy = unsafe { heap::copy(src) }?;
        // SAFETY: null, or just made.
        let described = unsafe { copy.as_ref() }.copied();
        // SAFETY: the caller's variable.
        let dest = unsafe { &mut *dest };
        match described {
            Some(described) => *dest = described,
            None => dest.t_data = core::ptr::null_mut(),
        }
        Ok(())
    }

    /// A copy of a row as a value of its type.
    fn heap_copy_tuple_as_datum(tuple: HeapTuple, tupleDesc: TupleDesc) -> Datum {
        // SAFETY: the header's prototype.
        unsafe { heap::copy_as_datum(tuple, tupleDesc) }
    }

    /// A row of these values in the short form, in the current context.
    fn heap_form_minimal_tuple(
        tupleDescriptor: TupleDesc,
        values: *const Datum,
        isnull: *const bool,
    ) -> MinimalTuple {
        // SAFETY: the caller has a value for each column.
        unsafe { heap::form_minimal(tupleDescriptor, values, isnull) }
    }

    /// A copy of a row in the short form.
    fn heap_copy_minimal_tuple(mtup: MinimalTuple) -> MinimalTuple {
        // SAFETY: the header's prototype.
        unsafe { heap::copy_minimal(mtup) }
    }

    /// A row in the long form.
    fn heap_tuple_from_minimal_tuple(mtup: MinimalTuple) -> HeapTuple {
        // SAFETY: the header's prototype.
        unsafe { heap::from_minimal(mtup) }
    }

    /// A row in the short form.
    fn minimal_tuple_from_heap_tuple(htup: HeapTuple) -> MinimalTuple {
        // SAFETY: the header's prototype.
        unsafe { heap::to_minimal(htup) }
    }

    /// Bytes of a row's values.
    fn heap_compute_data_size(
        tupleDesc: TupleDesc,
        values: *const Datum,
        isnull: *const bool,
    ) -> usize {
        // SAFETY: the caller has a value for each column.
        let (data, _) = unsafe { heap::data(tupleDesc, values, isnull) }?;
        Ok(data.len())
    }

    /// Writes a row's values to `data`, flags to `infomask`, and a bit for each column to `bit`,
    /// unless that is NULL.
    fn heap_fill_tuple(
        tupleDesc: TupleDesc,
        values: *const Datum,
        isnull: *const bool,
        data: *mut core::ffi::c_char,
        _data_size: usize,
        infomask: *mut u16,
        bit: *mut u8,
    ) {
        // SAFETY: the caller has a value for each column.
        let (bytes, packed) = unsafe { heap::data(tupleDesc, values, isnull) }?;
        // SAFETY: the caller's buffer has room for what heap_compute_data_size says.
        unsafe { arrays::write(data.cast::<u8>(), bytes.into_iter()) };
        // SAFETY: the caller's variable.
        let infomask = unsafe { &mut *infomask };
        // Flags that are not these stay.
        *infomask = *infomask & !(HEAP_HASNULL | HEAP_HASVARWIDTH) | packed.infomask;
        if !bit.is_null() && packed.infomask & HEAP_HASNULL != 0 {
            let bits = packed.bytes.iter().copied().skip(23).take(packed.columns.div_ceil(8));
            // SAFETY: the caller's buffer has a bit for each column.
            unsafe { arrays::write(bit, bits) };
        }
        Ok(())
    }

    /// Bytes of a value of variable length, with its length.
    fn varsize_any(p: *mut c_void) -> usize {
        let value: *const varlena = p.cast();
        // SAFETY: the caller's value.
        let content = unsafe { values::bytes(value) }?.len();
        // SAFETY: the same.
        let header = if unsafe { values::is_long(value) } { 4 } else { 1 };
        Ok(content + header)
    }
}

plain! {
    /// Frees a row that is one chunk.
    fn heap_freetuple(htup: HeapTuple) {
        // SAFETY: the header's prototype.
        unsafe { heap::free(htup) };
    }

    /// The same in the short form.
    fn heap_free_minimal_tuple(mtup: MinimalTuple) {
        // SAFETY: the header's prototype.
        unsafe { heap::free(mtup) };
    }

    /// The value of a column that older rows do not have: no description here has one.
    fn getmissingattr(_tupleDesc: TupleDesc, _attnum: c_int, isnull: *mut bool) -> Datum {
        // SAFETY: the caller's variable.
        unsafe { isnull.write(true) };
        0
    }
}
