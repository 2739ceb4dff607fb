//! `fmgr.h`: calling functions that SQL can call.
//! Runs in: any process.
//!
//! The functions that are called may jump: the frames here own nothing when they are.

use core::ffi::{c_char, c_int, c_short, c_void};
use core::{mem, ptr};

use crate::abi::c::{Datum, Oid, varlena};
use crate::abi::fmgr::{
    FmgrInfo, FunctionCallInfo, FunctionCallInfoBaseData, NullableDatum, PGFunction,
};
use crate::abi::memnodes::MemoryContext;
use crate::abi::nodes::{ErrorSaveContext, Node, T_ErrorSaveContext};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{self, Report, SqlState};

use super::fmgr_lookup as lookup;

/// A call, with its arguments behind its head.
#[repr(C)]
struct Frame<const N: usize> {
    head: FunctionCallInfoBaseData,
    arguments: [NullableDatum; N],
}

/// A function, and what is known of it.
#[derive(Clone, Copy)]
struct Target {
    function: PGFunction,
    info: *mut FmgrInfo,
    collation: Oid,
    context: *mut Node,
}

impl Target {
    fn direct(function: PGFunction, collation: Oid) -> Self {
        Self { function, info: ptr::null_mut(), collation, context: ptr::null_mut() }
    }

    /// # Safety
    /// `info` is filled in and live.
    unsafe fn known(info: *mut FmgrInfo, collation: Oid) -> Self {
        // SAFETY: the caller's promise.
        let function = unsafe { (*info).fn_addr };
        Self { function, info, collation, context: ptr::null_mut() }
    }

    /// Calls; None is NULL.
    ///
    /// # Safety
    /// The function takes these arguments.
    unsafe fn call<const N: usize>(self, arguments: [NullableDatum; N]) -> Option<Datum> {
        let mut frame = Frame {
            head: FunctionCallInfoBaseData {
                flinfo: self.info,
                context: self.context,
                resultinfo: ptr::null_mut(),
                fncollation: self.collation,
                isnull: false,
                nargs: c_short::try_from(N).unwrap_or(0),
                args: [],
            },
            arguments,
        };
        let at: FunctionCallInfo = (&raw mut frame).cast();
        let Some(function) = self.function else { no_function(self) };
        // SAFETY: the caller's promise.
        let value = unsafe { function(at) };
        // SAFETY: the function may have written there.
        let is_null = unsafe { (*at).isnull };
        (!is_null).then_some(value)
    }

    /// [`Self::call`] without NULLs on either side.
    ///
    /// # Safety
    /// As [`Self::call`].
    unsafe fn value<const N: usize>(self, arguments: [Datum; N]) -> Datum {
        let arguments = arguments.map(|value| NullableDatum { value, isnull: false });
        // SAFETY: the caller's promise.
        match unsafe { self.call(arguments) } {
            Some(value) => value,
            None => self.null_result(),
        }
    }

    /// The ERROR for a result that is NULL.
    fn null_result(self) -> ! {
        // SAFETY: null, or live.
        let message = match unsafe { self.info.as_ref() } {
            Some(info) => format!("function {} returned NULL", info.fn_oid),
            None => {
                let address = self.function.map_or(0, |function| {
                    // SAFETY: a function's address is a number.
                    unsafe { mem::transmute::<PGFunction, usize>(Some(function)) }
                });
                format!("function {address:#x} returned NULL")
            }
        };
        error::throw(Report::error(SqlState::INTERNAL_ERROR, message))
    }
}

fn no_function(target: Target) -> ! {
    // SAFETY: null, or live.
    let number = unsafe { target.info.as_ref() }.map_or(0, |info| info.fn_oid);
    let message = format!("function {number} has not been looked up");
    error::throw(Report::error(SqlState::INTERNAL_ERROR, message))
}

/// What is known of a function; raises if there is none.
fn look_up(number: Oid) -> FmgrInfo {
    error::throwing(|| lookup::information(number, CurrentMemoryContext.get()))
}

/// Exports functions that call others: by address, by what is known of them, by number.
macro_rules! calls {
    ($($direct:ident $known:ident $by_number:ident ($($arg:ident),*);)*) => {
        $(
            /// Calls a function by its address; its result must not be NULL.
            ///
            /// # Safety
            /// The function takes these arguments.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $direct(func: PGFunction, collation: Oid, $($arg: Datum),*) -> Datum {
                // SAFETY: the caller's promise.
                unsafe { Target::direct(func, collation).value([$($arg),*]) }
            }

            calls!(@rest $known $by_number ($($arg),*));
        )*
    };
    (@rest $known:ident $by_number:ident ($($arg:ident),*)) => {
        /// Calls a function that was looked up; its result must not be NULL.
        ///
        /// # Safety
        /// `flinfo` is filled in; the function takes these arguments.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $known(flinfo: *mut FmgrInfo, collation: Oid, $($arg: Datum),*) -> Datum {
            // SAFETY: the caller's promise.
            let target = unsafe { Target::known(flinfo, collation) };
            // SAFETY: the same.
            unsafe { target.value([$($arg),*]) }
        }

        /// Looks a function up and calls it; its result must not be NULL.
        ///
        /// # Safety
        /// The function takes these arguments.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $by_number(functionId: Oid, collation: Oid, $($arg: Datum),*) -> Datum {
            let mut info = look_up(functionId);
            // SAFETY: just filled in.
            let target = unsafe { Target::known(&raw mut info, collation) };
            // SAFETY: the caller's promise.
            unsafe { target.value([$($arg),*]) }
        }
    };
}

calls!(@rest FunctionCall0Coll OidFunctionCall0Coll ());
calls! {
    DirectFunctionCall1Coll FunctionCall1Coll OidFunctionCall1Coll (arg1);
    DirectFunctionCall2Coll FunctionCall2Coll OidFunctionCall2Coll (arg1, arg2);
    DirectFunctionCall3Coll FunctionCall3Coll OidFunctionCall3Coll (arg1, arg2, arg3);
    DirectFunctionCall4Coll FunctionCall4Coll OidFunctionCall4Coll (arg1, arg2, arg3, arg4);
    DirectFunctionCall5Coll FunctionCall5Coll OidFunctionCall5Coll (arg1, arg2, arg3, arg4, arg5);
    DirectFunctionCall6Coll FunctionCall6Coll OidFunctionCall6Coll
        (arg1, arg2, arg3, arg4, arg5, arg6);
    DirectFunctionCall7Coll FunctionCall7Coll OidFunctionCall7Coll
        (arg1, arg2, arg3, arg4, arg5, arg6, arg7);
    DirectFunctionCall8Coll FunctionCall8Coll OidFunctionCall8Coll
        (arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8);
    DirectFunctionCall9Coll FunctionCall9Coll OidFunctionCall9Coll
        (arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9);
}

/// Calls by an address a function that wants to know its caller's record of itself.
///
/// # Safety
/// The function takes this argument.
#[unsafe(no_mangle)]
unsafe extern "C" fn CallerFInfoFunctionCall1(
    func: PGFunction,
    flinfo: *mut FmgrInfo,
    collation: Oid,
    arg1: Datum,
) -> Datum {
    let target = Target { info: flinfo, ..Target::direct(func, collation) };
    // SAFETY: the caller's promise.
    unsafe { target.value([arg1]) }
}

/// The same with two arguments.
///
/// # Safety
/// The function takes these arguments.
#[unsafe(no_mangle)]
unsafe extern "C" fn CallerFInfoFunctionCall2(
    func: PGFunction,
    flinfo: *mut FmgrInfo,
    collation: Oid,
    arg1: Datum,
    arg2: Datum,
) -> Datum {
    let target = Target { info: flinfo, ..Target::direct(func, collation) };
    // SAFETY: the caller's promise.
    unsafe { target.value([arg1, arg2]) }
}

/// The ERROR for an input function that does not treat NULL as NULL.
fn wrong_null(kind: &str, number: Oid, is_null: bool) -> ! {
    let what = if is_null { "NULL" } else { "non-NULL" };
    let message = format!("{kind} function {number} returned {what}");
    error::throw(Report::error(SqlState::INTERNAL_ERROR, message))
}

/// Calls an input or receive function with the three arguments that they have.
///
/// # Safety
/// `target` is such a function; `value` its first argument, or null.
unsafe fn read(target: Target, value: *const c_void, ioparam: Oid, modifier: i32) -> Option<Datum> {
    let given = |value: Datum| NullableDatum { value, isnull: false };
    let first = NullableDatum { value: value.expose_provenance(), isnull: value.is_null() };
    let ioparam = given(Datum::try_from(ioparam).unwrap_or(0));
    let modifier = given(crate::datum::array::by_value(&modifier.to_le_bytes()));
    // SAFETY: the caller's promise.
    unsafe { target.call([first, ioparam, modifier]) }
}

/// The value of an input or receive function, which `kind` says; null gives a NULL.
///
/// # Safety
/// `flinfo` is filled in with such a function; `from` is null or what it reads.
unsafe fn checked(
    flinfo: *mut FmgrInfo,
    from: *const c_void,
    ioparam: Oid,
    modifier: i32,
    kind: &str,
) -> Datum {
    // SAFETY: the caller's promise.
    let FmgrInfo { fn_strict, fn_oid, .. } = unsafe { flinfo.read() };
    if from.is_null() && fn_strict {
        return 0;
    }
    // SAFETY: the same.
    let target = unsafe { Target::known(flinfo, 0) };
    // SAFETY: the same.
    let value = unsafe { read(target, from, ioparam, modifier) };
    if value.is_none() != from.is_null() {
        wrong_null(kind, fn_oid, value.is_none());
    }
    value.unwrap_or(0)
}

/// The value of an input function; a null text gives a NULL.
///
/// # Safety
/// `flinfo` is filled in with an input function; `text` is null or a string.
pub(super) unsafe fn input(
    flinfo: *mut FmgrInfo,
    text: *const c_char,
    ioparam: Oid,
    modifier: i32,
) -> Datum {
    // SAFETY: the caller's promise.
    unsafe { checked(flinfo, text.cast(), ioparam, modifier, "input") }
}

/// Calls an input function.
///
/// # Safety
/// The header's prototype.
#[unsafe(no_mangle)]
unsafe extern "C" fn InputFunctionCall(
    flinfo: *mut FmgrInfo,
    r#str: *mut c_char,
    typioparam: Oid,
    typmod: i32,
) -> Datum {
    // SAFETY: the caller's promise.
    unsafe { input(flinfo, r#str, typioparam, typmod) }
}

/// Whether a node was told of an error.
fn was_told(node: *mut Node) -> bool {
    // SAFETY: null or a live node.
    let is_one = unsafe { node.as_ref() }.is_some_and(|node| node.r#type == T_ErrorSaveContext);
    // SAFETY: the node is one.
    is_one && unsafe { (*node.cast::<ErrorSaveContext>()).error_occurred }
}

/// Calls an input function; false: `escontext` was told of an error.
///
/// # Safety
/// The header's prototype.
#[unsafe(no_mangle)]
unsafe extern "C" fn InputFunctionCallSafe(
    flinfo: *mut FmgrInfo,
    r#str: *mut c_char,
    typioparam: Oid,
    typmod: i32,
    escontext: *mut Node,
    result: *mut Datum,
) -> bool {
    // SAFETY: the caller's promise.
    let FmgrInfo { fn_strict, fn_oid, .. } = unsafe { flinfo.read() };
    if r#str.is_null() && fn_strict {
        // SAFETY: the caller's variable.
        unsafe { result.write(0) };
        return true;
    }
    // SAFETY: the caller's promise.
    let target = Target { context: escontext, ..unsafe { Target::known(flinfo, 0) } };
    // SAFETY: the same.
    let value = unsafe { read(target, r#str.cast_const().cast(), typioparam, typmod) };
    // SAFETY: the caller's variable.
    unsafe { result.write(value.unwrap_or(0)) };
    if was_told(escontext) {
        return false;
    }
    if value.is_none() != r#str.is_null() {
        wrong_null("input", fn_oid, value.is_none());
    }
    true
}

/// The same by an address.
///
/// # Safety
/// The header's prototype.
#[unsafe(no_mangle)]
unsafe extern "C" fn DirectInputFunctionCallSafe(
    func: PGFunction,
    r#str: *mut c_char,
    typioparam: Oid,
    typmod: i32,
    escontext: *mut Node,
    result: *mut Datum,
) -> bool {
    let target = Target { context: escontext, ..Target::direct(func, 0) };
    let value = if r#str.is_null() {
        Some(0)
    } else {
        // SAFETY: the caller's promise.
        unsafe { read(target, r#str.cast_const().cast(), typioparam, typmod) }
    };
    // SAFETY: the caller's variable.
    unsafe { result.write(value.unwrap_or(0)) };
    if was_told(escontext) {
        return false;
    }
    if value.is_none() {
        target.null_result();
    }
    true
}

/// Looks an input function up and calls it.
///
/// # Safety
/// The header's prototype.
#[unsafe(no_mangle)]
unsafe extern "C" fn OidInputFunctionCall(
    functionId: Oid,
    r#str: *mut c_char,
    typioparam: Oid,
    typmod: i32,
) -> Datum {
    let mut info = look_up(functionId);
    // SAFETY: just filled in; the caller's text.
    unsafe { input(&raw mut info, r#str, typioparam, typmod) }
}

/// Functions that call output and send functions: by what is known of one, and by its number.
macro_rules! writers {
    ($($kind:literal $known:ident $number:ident $made:ty;)*) => {
        $(
            #[doc = concat!("Calls ", $kind, " function.\n\n# Safety\nThe header's prototype.")]
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $known(flinfo: *mut FmgrInfo, val: Datum) -> *mut $made {
                // SAFETY: the caller's promise.
                ptr::with_exposed_provenance_mut(unsafe { FunctionCall1Coll(flinfo, 0, val) })
            }

            #[doc = concat!("Looks ", $kind, " function up and calls it.\n\n# Safety\nThe header's prototype.")]
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $number(functionId: Oid, val: Datum) -> *mut $made {
                // SAFETY: the caller's promise.
                ptr::with_exposed_provenance_mut(unsafe { OidFunctionCall1Coll(functionId, 0, val) })
            }
        )*
    };
}

writers! {
    "an output" OutputFunctionCall OidOutputFunctionCall c_char;
    "a send" SendFunctionCall OidSendFunctionCall varlena;
}

/// Calls a receive function.
///
/// # Safety
/// The header's prototype.
#[unsafe(no_mangle)]
unsafe extern "C" fn ReceiveFunctionCall(
    flinfo: *mut FmgrInfo,
    buf: *mut c_void,
    typioparam: Oid,
    typmod: i32,
) -> Datum {
    // SAFETY: the caller's promise.
    unsafe { checked(flinfo, buf, typioparam, typmod, "receive") }
}

/// Looks a receive function up and calls it.
///
/// # Safety
/// The header's prototype.
#[unsafe(no_mangle)]
unsafe extern "C" fn OidReceiveFunctionCall(
    functionId: Oid,
    buf: *mut c_void,
    typioparam: Oid,
    typmod: i32,
) -> Datum {
    let mut info = look_up(functionId);
    // SAFETY: just filled in; the caller's buffer.
    unsafe { ReceiveFunctionCall(&raw mut info, buf, typioparam, typmod) }
}

throwing! {
    /// Looks a function up; what it keeps lives in the current context.
    fn fmgr_info(functionId: Oid, finfo: *mut FmgrInfo) {
        let info = lookup::information(functionId, CurrentMemoryContext.get())?;
        // SAFETY: the caller's variable.
        unsafe { finfo.write(info) };
        Ok(())
    }

    /// The same with a context for what it keeps.
    fn fmgr_info_cxt(functionId: Oid, finfo: *mut FmgrInfo, mcxt: MemoryContext) {
        let info = lookup::information(functionId, mcxt)?;
        // SAFETY: the caller's variable.
        unsafe { finfo.write(info) };
        Ok(())
    }
}

plain! {
    /// Copies what is known of a function, for a context of its own.
    fn fmgr_info_copy(dstinfo: *mut FmgrInfo, srcinfo: *mut FmgrInfo, destcxt: MemoryContext) {
        // SAFETY: the header's prototype.
        let info = unsafe { srcinfo.read() };
        let info = FmgrInfo { fn_mcxt: destcxt, fn_extra: ptr::null_mut(), ..info };
        // SAFETY: the same.
        unsafe { dstinfo.write(info) };
    }

    /// The number of a function of the server that is implemented here, 0 if it is not.
    fn fmgr_internal_function(proname: *const c_char) -> Oid {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { core::ffi::CStr::from_ptr(proname) };
        lookup::by_name(name.to_bytes())
    }

    /// The type of a call's result: no function is called from an expression here, so 0.
    fn get_fn_expr_rettype(_flinfo: *mut FmgrInfo) -> Oid {
        0
    }

    /// The type of an argument, 0 as above.
    fn get_fn_expr_argtype(_flinfo: *mut FmgrInfo, _argnum: c_int) -> Oid {
        0
    }

    /// Whether an argument is the same in each call of a statement, false as above.
    fn get_fn_expr_arg_stable(_flinfo: *mut FmgrInfo, _argnum: c_int) -> bool {
        false
    }

    /// Whether the call says VARIADIC, false as above.
    fn get_fn_expr_variadic(_flinfo: *mut FmgrInfo) -> bool {
        false
    }
}
