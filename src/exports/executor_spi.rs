//! `executor/spi.h`: statements on the worker's connection, and their rows.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_long};
use core::{ptr, slice};

use crate::abi::c::{Datum, NAMEDATALEN, Oid};
use crate::abi::htup::HeapTuple;
use crate::abi::spi::{
    SPI_ERROR_ARGUMENT, SPI_ERROR_NOATTRIBUTE, SPI_ERROR_PARAM, SPI_OPT_NONATOMIC,
    SPIExecuteOptions, SPITupleTable,
};
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc};
use crate::abi::variables::{CurrentMemoryContext, SPI_result};
use crate::database;
use crate::database::spi::{self, Request};
use crate::database::tuples::{self, Row};
use crate::database::{Parameter, levels, parameters};
use crate::error::{Report, Result, SqlState};
use crate::memory;

/// A plain request.
pub(super) fn request(text: &CStr, read_only: bool, limit: u64) -> Request<'_> {
    Request {
        text: text.to_bytes(),
        parameters: Vec::new(),
        read_only,
        allow_nonatomic: false,
        must_return_tuples: false,
        limit,
    }
}

/// SPI_execute and its older kin.
///
/// # Safety
/// `src` is NULL or a string.
unsafe fn execute(src: *const c_char, read_only: bool, count: c_long) -> Result<c_int> {
    let Ok(limit) = u64::try_from(count) else { return Ok(SPI_ERROR_ARGUMENT) };
    if src.is_null() {
        return Ok(SPI_ERROR_ARGUMENT);
    }
    // SAFETY: the caller's promise.
    spi::execute(&request(unsafe { CStr::from_ptr(src) }, read_only, limit))
}

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

/// What SPI_execute_extended does not do.
fn check_options(options: &SPIExecuteOptions) -> Result<()> {
    if options.dest.is_null() {
        return Ok(());
    }
    let message = "results to a DestReceiver are not available outside PostgreSQL";
    let hint = "Without \"dest\" the rows are in SPI_tuptable.";
    Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).with_hint(hint).into())
}

/// What a text or a plan is run with.
///
/// # Errors
/// A result that goes elsewhere than to SPI_tuptable (0A000).
pub(super) fn as_options_say<'a>(
    options: &SPIExecuteOptions,
    text: &'a [u8],
    parameters: Vec<Parameter>,
) -> Result<Request<'a>> {
    check_options(options)?;
    Ok(Request {
        text,
        parameters,
        read_only: options.read_only,
        allow_nonatomic: options.allow_nonatomic,
        must_return_tuples: options.must_return_tuples,
        limit: options.tcount,
    })
}

/// Types that an extension lists.
///
/// # Safety
/// There are so many, or none.
pub(super) unsafe fn types<'a>(count: usize, types: *const Oid) -> &'a [Oid] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(types, count) }
}

throwing! {
    /// Opens a level.
    fn SPI_connect() -> c_int {
        levels::connect(false)
    }

    /// Opens a level, one in which procedures may end the transaction with SPI_OPT_NONATOMIC.
    fn SPI_connect_ext(options: c_int) -> c_int {
        levels::connect(options & SPI_OPT_NONATOMIC != 0)
    }

    /// Closes the innermost level and frees what was allocated in it.
    fn SPI_finish() -> c_int {
        levels::finish()
    }

    /// Runs statements; at most `tcount` rows, 0 for all.
    fn SPI_execute(src: *const c_char, read_only: bool, tcount: c_long) -> c_int {
        // SAFETY: the header's prototype.
        unsafe { execute(src, read_only, tcount) }
    }

    /// The same for statements that may write.
    fn SPI_exec(src: *const c_char, tcount: c_long) -> c_int {
        // SAFETY: the header's prototype.
        unsafe { execute(src, false, tcount) }
    }

    /// Runs statements as `options` say.
    fn SPI_execute_extended(src: *const c_char, options: *const SPIExecuteOptions) -> c_int {
        if src.is_null() || options.is_null() {
            return Ok(SPI_ERROR_ARGUMENT);
        }
        // SAFETY: not NULL, so it is live.
        let options = unsafe { options.read() };
        // SAFETY: NULL or live.
        let parameters = unsafe { parameters::of_list(options.params)? };
        // SAFETY: not NULL, so it is a string.
        let text = unsafe { CStr::from_ptr(src) }.to_bytes();
        spi::execute(&as_options_say(&options, text, parameters)?)
    }

    /// Runs a statement with values for `$1` and so on; the letter `n` says that one is NULL.
    fn SPI_execute_with_args(
        src: *const c_char,
        nargs: c_int,
        argtypes: *mut Oid,
        values: *mut Datum,
        nulls: *const c_char,
        read_only: bool,
        tcount: c_long,
    ) -> c_int {
        let (Ok(count), Ok(limit)) = (usize::try_from(nargs), u64::try_from(tcount)) else {
            return Ok(SPI_ERROR_ARGUMENT);
        };
        if src.is_null() {
            return Ok(SPI_ERROR_ARGUMENT);
        }
        if count > 0 && (argtypes.is_null() || values.is_null()) {
            return Ok(SPI_ERROR_PARAM);
        }
        // SAFETY: the header's prototype.
        let types = unsafe { types(count, argtypes) };
        // SAFETY: the same.
        let parameters = unsafe { parameters::of_arrays(types, values, nulls) }?;
        // SAFETY: not NULL, so it is a string.
        let plain = request(unsafe { CStr::from_ptr(src) }, read_only, limit);
        spi::execute(&Request { parameters, ..plain })
    }

    /// Frees a result's rows.
    fn SPI_freetuptable(tuptable: *mut SPITupleTable) {
        levels::free_table(tuptable)
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

fn name(column: &FormData_pg_attribute) -> Vec<u8> {
    let bytes = column.attname.data.iter().take(NAMEDATALEN).map(|byte| byte.cast_unsigned());
    bytes.take_while(|byte| *byte != 0).collect()
}

plain! {
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

    /// A result code in words.
    fn SPI_result_code_string(code: c_int) -> *const c_char {
        spi::code_words(code).as_ptr()
    }
}
