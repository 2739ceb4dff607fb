//! Parameters as extensions hand them in: arrays of values, and lists with hooks.
//! Runs in: worker.

use core::ffi::{c_char, c_int, c_void};
use core::mem::offset_of;
use core::{ptr, slice};

use crate::abi::c::{Datum, Oid};
use crate::abi::params::{ParamExternData, ParamListInfo, ParamListInfoData, ParserSetupHook};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{self, Report, Result, SqlState};
use crate::memory;

use crate::database::libpq::Parameter;
use crate::database::session::type_label;
use crate::database::tuples;

/// So many values; the letter `n` says that one is NULL.
///
/// # Safety
/// There are so many types and values of them; the letters are NULL or so many.
///
/// # Errors
/// Values of a type have no form here.
pub(crate) unsafe fn of_arrays(
    types: &[Oid],
    values: *const Datum,
    nulls: *const c_char,
) -> Result<Vec<Parameter>> {
    if types.is_empty() {
        return Ok(Vec::new());
    }
    // SAFETY: the caller's promise.
    let values = unsafe { slice::from_raw_parts(values, types.len()) };
    let letters: &[c_char] = if nulls.is_null() {
        &[]
    } else {
        // SAFETY: the same.
        unsafe { slice::from_raw_parts(nulls, types.len()) }
    };
    let is_null = |i: usize| letters.get(i).is_some_and(|letter| letter.cast_unsigned() == b'n');
    let pairs = types.iter().zip(values).enumerate();
    pairs
        .map(|(i, (&of, &value))| {
            if is_null(i) {
                return Ok((of, None));
            }
            // SAFETY: the caller's value is of the caller's type.
            unsafe { tuples::parameter(of, value) }.map(|text| (of, Some(text)))
        })
        .collect()
}

/// How many a list has; 0 for NULL.
///
/// # Safety
/// It is NULL or live.
unsafe fn count(list: ParamListInfo) -> usize {
    if list.is_null() {
        return 0;
    }
    // SAFETY: the caller's promise.
    usize::try_from(unsafe { (*list).numParams }).unwrap_or(0)
}

/// A parameter of a list, by its number from 0.
///
/// # Safety
/// The list is live and has so many.
///
/// # Errors
/// What the list's hook raised.
unsafe fn fetch(list: ParamListInfo, index: usize) -> Result<ParamExternData> {
    let mut room = ParamExternData { value: 0, isnull: true, pflags: 0, ptype: 0 };
    // SAFETY: the caller's promise.
    let found = match unsafe { (*list).paramFetch } {
        Some(hook) => {
            let number = c_int::try_from(index + 1).unwrap_or(c_int::MAX);
            let room = &raw mut room;
            // SAFETY: a list's hook takes the list.
            error::guarded(|| unsafe { hook(list, number, false, room) })?
        }
        // SAFETY: the list has so many.
        None => unsafe { place(list, index) },
    };
    // SAFETY: the hook's own place, or one of the list's.
    Ok(unsafe { found.read() })
}

/// Where a list has its parameter of this number from 0.
///
/// # Safety
/// It is live and has room for so many.
unsafe fn place(list: ParamListInfo, index: usize) -> *mut ParamExternData {
    // SAFETY: they follow the head.
    let first = unsafe { list.byte_add(offset_of!(ParamListInfoData, params)) };
    // SAFETY: the caller's promise.
    unsafe { first.cast::<ParamExternData>().add(index) }
}

/// Tells a parser of parameters, of which there is none here.
///
/// # Safety
/// None is needed.
unsafe extern "C" fn paramlist_parser_setup(_state: *mut c_void, _arg: *mut c_void) {
    error::throw(refused("paramlist_parser_setup"));
}

fn refused(name: &str) -> Report {
    let message = format!("server function \"{name}\" is not available outside PostgreSQL");
    Report::error(SqlState::FEATURE_NOT_SUPPORTED, message)
}

fn is_ours(hook: ParserSetupHook) -> bool {
    let ours: unsafe extern "C" fn(*mut c_void, *mut c_void) = paramlist_parser_setup;
    hook.is_some_and(|hook| ptr::fn_addr_eq(hook, ours))
}

/// A parser's hook, which there is no parser for.
///
/// # Errors
/// There is one (0A000).
pub(crate) fn check_no_hook(hook: ParserSetupHook) -> Result<()> {
    if hook.is_none() || is_ours(hook) {
        return Ok(());
    }
    let message = "parser hooks are not available outside PostgreSQL";
    let hint = "Use SPI_prepare or SPI_execute_with_args, which take the types of parameters.";
    Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).with_hint(hint).into())
}

/// The parameters that a statement with this list has: none if the list does not tell the parser
/// of them.
///
/// # Safety
/// It is NULL or live.
///
/// # Errors
/// It has a hook for the parser (0A000); what another hook of it raised; values of a type have no
/// form here.
pub(crate) unsafe fn of_list(list: ParamListInfo) -> Result<Vec<Parameter>> {
    if list.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the caller's promise.
    let hook = unsafe { (*list).parserSetup };
    check_no_hook(hook)?;
    // SAFETY: the same.
    let count = unsafe { count(list) };
    (0..if hook.is_none() { 0 } else { count })
        .map(|index| {
            // SAFETY: the list has so many.
            let parameter = unsafe { fetch(list, index)? };
            // SAFETY: a value of its type.
            Ok((parameter.ptype, unsafe { text(parameter)? }))
        })
        .collect()
}

/// # Safety
/// The value is of its type.
unsafe fn text(parameter: ParamExternData) -> Result<Option<std::ffi::CString>> {
    if parameter.isnull || parameter.ptype == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { tuples::parameter(parameter.ptype, parameter.value) }.map(Some)
}

/// The parameters of a plan with these types.
///
/// # Safety
/// The list is NULL or live.
///
/// # Errors
/// A value is missing (42704), or of another type (42804); as [`of_list`].
pub(crate) unsafe fn of_list_for(list: ParamListInfo, types: &[Oid]) -> Result<Vec<Parameter>> {
    // SAFETY: the caller's promise.
    let count = unsafe { count(list) };
    let parameters = types.iter().enumerate().map(|(index, &wanted)| {
        let number = index + 1;
        let missing = || {
            let message = format!("no value found for parameter {number}");
            Report::error(SqlState::UNDEFINED_OBJECT, message)
        };
        if index >= count {
            return Err(missing().into());
        }
        // SAFETY: the list has so many.
        let parameter = unsafe { fetch(list, index)? };
        if parameter.ptype == 0 {
            return Err(missing().into());
        }
        if parameter.ptype != wanted {
            let (found, wanted) = (type_label(parameter.ptype)?, type_label(wanted)?);
            let message = format!("type of parameter {number} ({found}) does not match that when preparing the plan ({wanted})");
            return Err(Report::error(SqlState::new(*b"42804"), message).into());
        }
        // SAFETY: a value of its type.
        Ok((wanted, unsafe { text(parameter)? }))
    });
    parameters.collect()
}

/// `makeParamList`, in the current memory context; the parameters are not set.
///
/// # Errors
/// Out of memory.
pub(crate) fn make_list(count: c_int) -> Result<ParamListInfo> {
    let size = usize::try_from(count).unwrap_or(0);
    let size = memory::multiply(size_of::<ParamExternData>(), size)?;
    let size = memory::add(offset_of!(ParamListInfoData, params), size)?;
    let list: ParamListInfo = memory::alloc(CurrentMemoryContext.get(), size)?.as_ptr().cast();
    let head = ParamListInfoData {
        paramFetch: None,
        paramFetchArg: ptr::null_mut(),
        paramCompile: None,
        paramCompileArg: ptr::null_mut(),
        parserSetup: Some(paramlist_parser_setup),
        parserSetupArg: list.cast(),
        paramValuesStr: ptr::null_mut(),
        numParams: count,
        params: [],
    };
    // SAFETY: room for it.
    unsafe { list.write(head) };
    Ok(list)
}

/// `copyParamList`, in the current memory context: NULL if there are none.
///
/// # Safety
/// It is NULL or live.
///
/// # Errors
/// What its hook raised; out of memory; a type is not known here.
pub(crate) unsafe fn copy_list(list: ParamListInfo) -> Result<ParamListInfo> {
    // SAFETY: the caller's promise.
    let count = unsafe { count(list) };
    if count == 0 {
        return Ok(ptr::null_mut());
    }
    let copy = make_list(c_int::try_from(count).unwrap_or(0))?;
    for index in 0..count {
        // SAFETY: the list has so many.
        let mut parameter = unsafe { fetch(list, index)? };
        if !parameter.isnull && parameter.ptype != 0 {
            // SAFETY: the value is of its type.
            parameter.value = unsafe { tuples::copy(parameter.ptype, parameter.value)? };
        }
        // SAFETY: room for so many.
        let place = unsafe { place(copy, index) };
        // SAFETY: the same.
        unsafe { place.write(parameter) };
    }
    Ok(copy)
}
