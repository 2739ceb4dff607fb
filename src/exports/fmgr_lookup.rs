//! What is known of functions that SQL can call, by their numbers.
//! Runs in: any process.
//!
//! Those that are implemented here are called as they are. Others are the server's: a statement
//! calls them, if their arguments and results have texts.

use core::ffi::c_short;
use core::ptr;

use crate::abi::c::{Datum, Oid};
use crate::abi::fmgr::{FmgrInfo, FunctionCallInfo};
use crate::abi::memnodes::MemoryContext;
use crate::database::{functions, tuples};
use crate::error::{Report, Result, SqlState};

use super::fmgr_builtins::{ALL, Builtin};
use super::fmgr_frame::Call;

/// At which setting of `track_functions` a function is counted: never.
const TRACK_NEVER: u8 = 2;

fn builtin(number: Oid) -> Option<&'static Builtin> {
    ALL.iter().find(|builtin| builtin.oid == number)
}

/// The number of a function that is implemented here, 0 if it is not.
pub(super) fn by_name(name: &[u8]) -> Oid {
    ALL.iter().find(|builtin| builtin.name.as_bytes() == name).map_or(0, |builtin| builtin.oid)
}

/// What is known of a function.
///
/// # Errors
/// There is none of that number; the server's.
pub(super) fn information(number: Oid, context: MemoryContext) -> Result<FmgrInfo> {
    let empty = FmgrInfo {
        fn_addr: None,
        fn_oid: number,
        fn_nargs: 0,
        fn_strict: false,
        fn_retset: false,
        fn_stats: TRACK_NEVER,
        fn_extra: ptr::null_mut(),
        fn_mcxt: context,
        fn_expr: ptr::null_mut(),
    };
    if let Some(found) = builtin(number) {
        let Builtin { arguments, is_strict, function, .. } = *found;
        let fn_addr = Some(function);
        return Ok(FmgrInfo { fn_addr, fn_nargs: arguments, fn_strict: is_strict, ..empty });
    }
    let found = functions::function(number)?;
    let fn_nargs = c_short::try_from(found.arguments.len()).unwrap_or(c_short::MAX);
    Ok(FmgrInfo {
        fn_addr: Some(on_server),
        fn_nargs,
        fn_strict: found.is_strict,
        fn_retset: found.returns_set,
        ..empty
    })
}

/// A function of the server's, which a statement calls.
///
/// # Safety
/// `fcinfo` is a call with the function's arguments, by what was looked up.
unsafe extern "C" fn on_server(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: whoever calls it has looked it up.
    crate::error::throwing(move || call(unsafe { Call::new(fcinfo) }))
}

fn call(call: Call) -> Result<Datum> {
    let Some(info) = call.info() else {
        let message = "a function of the server is called without its number";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    };
    let function = functions::function(info.fn_oid)?;
    let mut values = Vec::with_capacity(function.arguments.len());
    for (n, of) in function.arguments.iter().enumerate() {
        // SAFETY: the caller's arguments are what the function takes.
        let text = |value| unsafe { tuples::parameter(*of, value) };
        values.push(call.nullable(n).map(text).transpose()?);
    }
    match function.call(values)? {
        Some(text) => tuples::value_of(function.result, &text),
        None => Ok(call.null()),
    }
}
