//! Calling a function that SQL can call (fmgr.h, version 1).
//! Runs in: backend.

use core::ffi::{c_short, c_void};
use core::mem::{self, size_of};
use core::ptr;

use crate::abi::c::{Datum, Oid};
use crate::abi::fmgr::{
    FmgrInfo, FunctionCallInfo, FunctionCallInfoBaseData, NullableDatum, PGFInfoFunction,
    Pg_finfo_record,
};
use crate::abi::variables::{CurrentMemoryContext, TopMemoryContext};
use crate::database::shapes::{self, Shape};
use crate::datum;
use crate::error::{self, Report, Result, SqlState};
use crate::loader;
use crate::memory;
use crate::shmem::requests;

use super::request::{Call, Returns};
use super::{Answer, table};

/// The type of no value.
const VOID: Oid = 2278;

pub(super) type Function = unsafe extern "C" fn(FunctionCallInfo) -> Datum;

/// Calls the function.
///
/// # Errors
/// Library, function or its information record are not there; an argument is none of its type;
/// what the function raised.
pub(super) fn call(call: &Call) -> Result<Answer> {
    let context = memory::create(TopMemoryContext.get(), c"MessageContext".as_ptr())?;
    CurrentMemoryContext.set(context);
    let function = find(call)?;
    let mut arguments = Vec::with_capacity(call.arguments.len());
    for (of, text) in &call.arguments {
        arguments.push(match text {
            Some(text) => NullableDatum { value: datum::read(*of, text)?, isnull: false },
            None => NullableDatum { value: 0, isnull: true },
        });
    }
    if call.set || matches!(call.returns, Returns::Row(_)) {
        return table::call(call, function, &arguments).map(Answer::Rows);
    }
    let value = if is_left_out(call, &arguments) {
        None
    } else {
        let info = information(function, call, arguments.len())?;
        let (of, kind) = match call.returns {
            Returns::Value(of) => (Some(of), of.oid()),
            Returns::Void | Returns::Row(_) => (None, VOID),
        };
        shapes::set(info.addr(), Shape::Value(kind));
        let frame = frame(info, &arguments)?;
        // SAFETY: version 1 functions have this type; the frame is one for it.
        let value = error::guarded(|| unsafe { function(frame) })?;
        // SAFETY: the frame lives in a memory context.
        let of = of.filter(|_| unsafe { !(*frame).isnull });
        // SAFETY: the caller says that the function returns this type.
        of.map(|of| unsafe { datum::write(of, value) }).transpose()?
    };
    Ok(match call.returns {
        Returns::Void => Answer::Nothing,
        Returns::Value(_) | Returns::Row(_) => Answer::Value(value),
    })
}

/// Whether the function is not called because of a NULL.
pub(super) fn is_left_out(call: &Call, arguments: &[NullableDatum]) -> bool {
    call.strict && arguments.iter().any(|argument| argument.isnull)
}

/// The function, whose information record says that it can be called from SQL.
fn find(call: &Call) -> Result<Function> {
    let library = loader::load(&call.library)?;
    requests::set_library(library.id());
    let function = loader::lookup_function(library, &call.function)?;
    let record_name = [b"pg_finfo_", &*call.function].concat();
    let Ok(record) = loader::lookup_function(library, &record_name) else {
        let message = [
            b"could not find function information for function \"".as_slice(),
            &call.function,
            b"\"",
        ];
        let hint = "SQL-callable functions need an accompanying PG_FUNCTION_INFO_V1(funcname).";
        let report = Report::error(SqlState::UNDEFINED_FUNCTION, message.concat());
        return Err(report.with_hint(hint).into());
    };
    // SAFETY: PG_FUNCTION_INFO_V1 makes functions of this name with this type.
    let record = unsafe { mem::transmute::<*mut c_void, PGFInfoFunction>(record.as_ptr()) };
    let Some(record) = record else { return Err(no_record(call).into()) };
    // SAFETY: it takes nothing.
    let record: *const Pg_finfo_record = error::guarded(|| unsafe { record() })?;
    // SAFETY: null, or a static record of the library.
    match unsafe { record.as_ref() }.map(|record| record.api_version) {
        // SAFETY: version 1 functions have this type.
        Some(1) => Ok(unsafe { mem::transmute::<*mut c_void, Function>(function.as_ptr()) }),
        Some(other) => {
            let before = format!("unrecognized API version {other} reported by info function \"");
            let message = [before.as_bytes(), &*record_name, b"\""].concat();
            Err(Report::error(SqlState::new(*b"22023"), message).into())
        }
        None => Err(no_record(call).into()),
    }
}

fn no_record(call: &Call) -> Report {
    let message = [b"null result from info function \"pg_finfo_".as_slice(), &call.function, b"\""];
    Report::error(SqlState::INTERNAL_ERROR, message.concat())
}

/// What the function may ask about itself.
pub(super) fn information(
    function: Function,
    call: &Call,
    arguments: usize,
) -> Result<*mut FmgrInfo> {
    let context = CurrentMemoryContext.get();
    let info = memory::alloc_zeroed(context, size_of::<FmgrInfo>())?.cast::<FmgrInfo>();
    // SAFETY: fresh, zeroed and of this size: null pointers, integers and `false`.
    let filled = unsafe { &mut *info.as_ptr() };
    filled.fn_addr = Some(function);
    filled.fn_nargs = c_short::try_from(arguments).unwrap_or(c_short::MAX);
    filled.fn_strict = call.strict;
    filled.fn_retset = call.set;
    filled.fn_mcxt = context;
    Ok(info.as_ptr())
}

/// The call, with its arguments behind its head.
pub(super) fn frame(info: *mut FmgrInfo, arguments: &[NullableDatum]) -> Result<FunctionCallInfo> {
    let size = size_of::<FunctionCallInfoBaseData>() + size_of_val(arguments);
    let frame = memory::alloc_zeroed(CurrentMemoryContext.get(), size)?;
    let frame: FunctionCallInfo = frame.as_ptr().cast();
    // SAFETY: fresh, zeroed and of this size.
    let head = unsafe { &mut *frame };
    head.flinfo = info;
    head.nargs = c_short::try_from(arguments.len()).unwrap_or(c_short::MAX);
    // SAFETY: the arguments follow the head, and the chunk has room for them.
    let first: *mut NullableDatum = unsafe { frame.add(1) }.cast();
    // SAFETY: the same.
    unsafe { ptr::copy_nonoverlapping(arguments.as_ptr(), first, arguments.len()) };
    Ok(frame)
}
