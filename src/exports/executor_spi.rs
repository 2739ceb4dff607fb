//! `executor/spi.h`: statements on the worker's connection, and their rows.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_long};
use core::slice;

use crate::abi::c::{Datum, Oid};
use crate::abi::spi::{
    SPI_ERROR_ARGUMENT, SPI_ERROR_PARAM, SPI_OPT_NONATOMIC, SPIExecuteOptions, SPITupleTable,
};
use crate::database::receiver::Receiver;
use crate::database::spi::{self, Request};
use crate::database::{Parameter, levels, parameters};
use crate::error::Result;

/// A plain request.
pub(super) fn request(text: &CStr, read_only: bool, limit: u64) -> Request<'_> {
    Request {
        text: text.to_bytes(),
        parameters: Vec::new(),
        read_only,
        allow_nonatomic: false,
        must_return_tuples: false,
        limit,
        dest: None,
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

/// What a text or a plan is run with.
pub(super) fn as_options_say<'a>(
    options: &SPIExecuteOptions,
    text: &'a [u8],
    parameters: Vec<Parameter>,
) -> Request<'a> {
    Request {
        text,
        parameters,
        read_only: options.read_only,
        allow_nonatomic: options.allow_nonatomic,
        must_return_tuples: options.must_return_tuples,
        limit: options.tcount,
        // SAFETY: NULL, or the caller's receiver for this call.
        dest: unsafe { Receiver::new(options.dest) },
    }
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
        spi::execute(&as_options_say(&options, text, parameters))
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
}

plain! {
    /// A result code in words.
    fn SPI_result_code_string(code: c_int) -> *const c_char {
        spi::code_words(code).as_ptr()
    }
}
