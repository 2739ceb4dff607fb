//! `executor/spi.h`: statements on the worker's connection, and their rows.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_long};
use core::slice;

use crate::abi::c::{Datum, Oid};
use crate::abi::spi::{
    SPI_ERROR_ARGUMENT, SPI_ERROR_PARAM, SPI_OPT_NONATOMIC, SPIExecuteOptions, SPITupleTable,
};
use crate::database::spi::{self, Request};
use crate::database::tuples;
use crate::error::{Report, Result, SqlState};

/// A plain request.
fn request(text: &CStr, read_only: bool, limit: u64) -> Request<'_> {
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

/// The parameters of SPI_execute_with_args.
///
/// # Safety
/// So many types and values; the letters are NULL or so many.
unsafe fn arguments(
    count: usize,
    types: *const Oid,
    values: *const Datum,
    nulls: *const c_char,
) -> Result<Vec<(Oid, Option<std::ffi::CString>)>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the caller's promise.
    let types = unsafe { slice::from_raw_parts(types, count) };
    // SAFETY: the same.
    let values = unsafe { slice::from_raw_parts(values, count) };
    let letters: &[c_char] = if nulls.is_null() {
        &[]
    } else {
        // SAFETY: the same.
        unsafe { slice::from_raw_parts(nulls, count) }
    };
    let is_null = |i: usize| letters.get(i).is_some_and(|letter| letter.cast_unsigned() == b'n');
    let pairs = types.iter().zip(values).enumerate();
    pairs
        .map(|(i, (&number, &value))| {
            if is_null(i) {
                return Ok((number, None));
            }
            // SAFETY: the caller's value is of the caller's type.
            unsafe { tuples::parameter(number, value) }.map(|text| (number, Some(text)))
        })
        .collect()
}

throwing! {
    /// Opens a level.
    fn SPI_connect() -> c_int {
        spi::connect(false)
    }

    /// Opens a level, one in which procedures may end the transaction with SPI_OPT_NONATOMIC.
    fn SPI_connect_ext(options: c_int) -> c_int {
        spi::connect(options & SPI_OPT_NONATOMIC != 0)
    }

    /// Closes the innermost level and frees what was allocated in it.
    fn SPI_finish() -> c_int {
        spi::finish()
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
        if !options.params.is_null() || !options.dest.is_null() {
            let message = "SPI_execute_extended with params or dest is not available outside PostgreSQL";
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
        }
        // SAFETY: not NULL, so it is a string.
        let plain = request(unsafe { CStr::from_ptr(src) }, options.read_only, options.tcount);
        spi::execute(&Request {
            allow_nonatomic: options.allow_nonatomic,
            must_return_tuples: options.must_return_tuples,
            ..plain
        })
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
        let parameters = unsafe { arguments(count, argtypes, values, nulls) }?;
        // SAFETY: not NULL, so it is a string.
        let plain = request(unsafe { CStr::from_ptr(src) }, read_only, limit);
        spi::execute(&Request { parameters, ..plain })
    }

    /// Frees a result's rows.
    fn SPI_freetuptable(tuptable: *mut SPITupleTable) {
        spi::free_table(tuptable)
    }
}

plain! {
    /// A result code in words.
    fn SPI_result_code_string(code: c_int) -> *const c_char {
        spi::code_words(code).as_ptr()
    }
}
