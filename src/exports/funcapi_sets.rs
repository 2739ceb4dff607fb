//! `funcapi.h`, `executor/executor.h`: functions that return sets, and what a function returns.
//! Runs in: worker, backend.

use core::ptr;

use crate::abi::c::{Datum, Oid};
use crate::abi::execnodes::{
    ExprContext, ExprContext_CB, ExprContextCallbackFunction, ReturnSetInfo, SFRM_Materialize,
};
use crate::abi::fmgr::{FmgrInfo, FunctionCallInfo};
use crate::abi::funcapi::{FuncCallContext, TYPEFUNC_COMPOSITE, TYPEFUNC_SCALAR, TypeFuncClass};
use crate::abi::nodes::T_ReturnSetInfo;
use crate::abi::tupdesc::TupleDesc;
use crate::abi::variables::CurrentMemoryContext;
use crate::database::shapes::{self, Shape};
use crate::database::tuples::RECORD;
use crate::database::{records, stores};
use crate::error::{self, Report, Result, SqlState};
use crate::memory;

use super::access_tupdesc;

const MAT_SRF_USE_EXPECTED_DESC: u32 = 1;
const MAT_SRF_BLESS: u32 = 2;

fn internal(message: &str) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

/// The record of the called function.
///
/// # Safety
/// `fcinfo` is a call.
unsafe fn function<'a>(fcinfo: FunctionCallInfo) -> Result<&'a mut FmgrInfo> {
    // SAFETY: the caller's promise.
    let info = unsafe { (*fcinfo).flinfo };
    // SAFETY: NULL, or live as long as the call.
    unsafe { info.as_mut() }
        .ok_or_else(|| internal("the call has no record of its function").into())
}

/// What the caller wants to know of a set.
///
/// # Safety
/// `fcinfo` is a call.
///
/// # Errors
/// The caller can do nothing with a set.
unsafe fn set_of<'a>(fcinfo: FunctionCallInfo) -> Result<&'a mut ReturnSetInfo> {
    // SAFETY: the caller's promise.
    let info: *mut ReturnSetInfo = unsafe { (*fcinfo).resultinfo }.cast();
    // SAFETY: NULL, or a node of a type of its own.
    let set = unsafe { info.as_mut() }.filter(|set| set.r#type == T_ReturnSetInfo);
    set.ok_or_else(|| {
        let message = "set-valued function called in context that cannot accept a set";
        Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into()
    })
}

/// What a called function returns: its class, its type, and its description in the current context.
///
/// # Safety
/// `fcinfo` is a call.
unsafe fn result_type(fcinfo: FunctionCallInfo) -> Result<(TypeFuncClass, Oid, TupleDesc)> {
    // SAFETY: the caller's promise.
    let info = unsafe { (*fcinfo).flinfo };
    match shapes::of(info.addr()) {
        Some(Shape::Value(of)) => Ok((TYPEFUNC_SCALAR, of, ptr::null_mut())),
        Some(Shape::Row(tupdesc)) => {
            let copy = access_tupdesc::copy(tupdesc)?;
            Ok((TYPEFUNC_COMPOSITE, RECORD, copy))
        }
        None => {
            let message = "what a function returns is not known outside PostgreSQL, but of those \
                           that are called by \"pgbgw call\"";
            Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into())
        }
    }
}

/// The set is over: its memory goes.
///
/// # Safety
/// `flinfo` is the record of the function that gave the set.
unsafe extern "C" fn shut_down(flinfo: Datum) {
    let info: *mut FmgrInfo = ptr::with_exposed_provenance_mut(flinfo);
    // SAFETY: the caller's promise.
    let extra = unsafe { (*info).fn_extra };
    // SAFETY: the same.
    unsafe { (*info).fn_extra = ptr::null_mut() };
    // SAFETY: NULL, or what `init_MultiFuncCall` made.
    if let Some(context) = unsafe { extra.cast::<FuncCallContext>().as_ref() } {
        let memory = context.multi_call_memory_ctx;
        // SAFETY: the set's own, in which nothing is used any more.
        error::throwing(|| unsafe { memory::delete(memory) });
    }
}

/// # Safety
/// The context is live.
unsafe fn register(
    context: *mut ExprContext,
    function: ExprContextCallbackFunction,
    arg: Datum,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let context = unsafe { &mut *context };
    let place = memory::alloc(context.ecxt_per_query_memory, size_of::<ExprContext_CB>())?;
    let place = place.cast::<ExprContext_CB>();
    let call = ExprContext_CB { next: context.ecxt_callbacks, function, arg };
    // SAFETY: room for it.
    unsafe { place.write(call) };
    context.ecxt_callbacks = place.as_ptr();
    Ok(())
}

fn is_same(one: ExprContextCallbackFunction, other: ExprContextCallbackFunction) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => ptr::fn_addr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// # Safety
/// The context is live.
unsafe fn unregister(context: *mut ExprContext, function: ExprContextCallbackFunction, arg: Datum) {
    // SAFETY: the caller's promise.
    let mut place = unsafe { &raw mut (*context).ecxt_callbacks };
    loop {
        // SAFETY: the context's field, or that of one of its calls.
        let call = unsafe { place.read() };
        if call.is_null() {
            return;
        }
        // SAFETY: calls lie in the query's memory.
        let ExprContext_CB { next, function: other, arg: its } = unsafe { call.read() };
        if is_same(function, other) && its == arg {
            // SAFETY: as above.
            unsafe { place.write(next) };
        } else {
            // SAFETY: as above.
            place = unsafe { &raw mut (*call).next };
        }
    }
}

throwing! {
    /// Begins a set that is given row by row, in the first call for it.
    fn init_MultiFuncCall(fcinfo: FunctionCallInfo) -> *mut FuncCallContext {
        // SAFETY: the header's prototype.
        let set = unsafe { set_of(fcinfo) }?;
        // SAFETY: the same.
        let info = unsafe { function(fcinfo) }?;
        if !info.fn_extra.is_null() {
            return Err(internal("init_MultiFuncCall cannot be called more than once").into());
        }
        let memory = memory::create(info.fn_mcxt, c"SRF multi-call context".as_ptr())?;
        let place = memory::alloc_zeroed(memory, size_of::<FuncCallContext>())?;
        let context: *mut FuncCallContext = place.as_ptr().cast();
        // SAFETY: of this size, zeroed: integers and null pointers.
        unsafe { (*context).multi_call_memory_ctx = memory };
        info.fn_extra = context.cast();
        let arg = ptr::from_mut(info).expose_provenance();
        // SAFETY: the caller's own.
        unsafe { register(set.econtext, Some(shut_down), arg) }?;
        Ok(context)
    }

    /// The set of the calls before.
    fn per_MultiFuncCall(fcinfo: FunctionCallInfo) -> *mut FuncCallContext {
        // SAFETY: the header's prototype.
        Ok(unsafe { function(fcinfo) }?.fn_extra.cast())
    }

    /// Ends such a set.
    fn end_MultiFuncCall(fcinfo: FunctionCallInfo, _funcctx: *mut FuncCallContext) {
        // SAFETY: the header's prototype.
        let set = unsafe { set_of(fcinfo) }?;
        // SAFETY: the same.
        let info = unsafe { function(fcinfo) }?;
        let arg = ptr::from_mut(info).expose_provenance();
        // SAFETY: the caller's own.
        unsafe { unregister(set.econtext, Some(shut_down), arg) };
        let context: *mut FuncCallContext = info.fn_extra.cast();
        info.fn_extra = ptr::null_mut();
        // SAFETY: NULL, or what `init_MultiFuncCall` made.
        let Some(context) = (unsafe { context.as_ref() }) else { return Ok(()) };
        // SAFETY: the set's own, in which nothing is used any more.
        unsafe { memory::delete(context.multi_call_memory_ctx) }
    }

    /// Begins a set that is given all at once.
    fn InitMaterializedSRF(fcinfo: FunctionCallInfo, flags: u32) {
        // SAFETY: the header's prototype.
        let set = unsafe { set_of(fcinfo) }?;
        let as_expected = flags & MAT_SRF_USE_EXPECTED_DESC != 0;
        let allowed = set.allowedModes.cast_unsigned() & SFRM_Materialize != 0;
        if !allowed || (as_expected && set.expectedDesc.is_null()) {
            let message = "materialize mode required, but it is not allowed in this context";
            return Err(Report::error(SqlState::SYNTAX_ERROR, message).into());
        }
        // SAFETY: the caller's own.
        let memory = unsafe { (*set.econtext).ecxt_per_query_memory };
        let before = CurrentMemoryContext.replace(memory);
        let tupdesc = if as_expected {
            access_tupdesc::copy(set.expectedDesc)
        } else {
            // SAFETY: as above.
            match unsafe { result_type(fcinfo) } {
                Ok((TYPEFUNC_COMPOSITE, _, tupdesc)) => Ok(tupdesc),
                Ok(_) => Err(internal("return type must be a row type").into()),
                Err(raised) => Err(raised),
            }
        };
        let made = tupdesc.and_then(|tupdesc| {
            if flags & MAT_SRF_BLESS != 0 {
                records::bless(tupdesc)?;
            }
            Ok((tupdesc, stores::begin()?))
        });
        CurrentMemoryContext.set(before);
        let (tupdesc, store) = made?;
        set.returnMode = SFRM_Materialize;
        set.setResult = store.cast();
        set.setDesc = tupdesc;
        Ok(())
    }

    /// What the called function returns.
    fn get_call_result_type(
        fcinfo: FunctionCallInfo,
        resultTypeId: *mut Oid,
        resultTupleDesc: *mut TupleDesc,
    ) -> TypeFuncClass {
        // SAFETY: the header's prototype.
        let (class, of, tupdesc) = unsafe { result_type(fcinfo) }?;
        if !resultTypeId.is_null() {
            // SAFETY: the caller's variable.
            unsafe { resultTypeId.write(of) };
        }
        if !resultTupleDesc.is_null() {
            // SAFETY: the caller's variable.
            unsafe { resultTupleDesc.write(tupdesc) };
        }
        Ok(class)
    }

    /// Has a function called when an expression is not evaluated any more.
    fn RegisterExprContextCallback(
        econtext: *mut ExprContext,
        function: ExprContextCallbackFunction,
        arg: Datum,
    ) {
        // SAFETY: the header's prototype.
        unsafe { register(econtext, function, arg) }
    }
}

plain! {
    /// Does not any more.
    fn UnregisterExprContextCallback(
        econtext: *mut ExprContext,
        function: ExprContextCallbackFunction,
        arg: Datum,
    ) {
        // SAFETY: the header's prototype.
        unsafe { unregister(econtext, function, arg) };
    }
}
