//! `nodes/params.h`: parameters of statements.
//! Runs in: worker.

use core::ffi::{c_char, c_int, c_void};

use super::c::{Datum, Oid};

/// The value never changes, so plans may be made for it.
pub const PARAM_FLAG_CONST: u16 = 1;

/// A parameter.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ParamExternData {
    /// Its value.
    pub value: Datum,
    /// It is NULL.
    pub isnull: bool,
    /// `PARAM_FLAG_*`.
    pub pflags: u16,
    /// Its type, 0: there is no such parameter.
    pub ptype: Oid,
}

/// Parameters, or NULL.
pub type ParamListInfo = *mut ParamListInfoData;

/// Gives a parameter by its number from 1; the place may be used for it.
pub type ParamFetchHook = Option<
    unsafe extern "C" fn(ParamListInfo, c_int, bool, *mut ParamExternData) -> *mut ParamExternData,
>;
/// Makes the executor's step that gets a parameter: a list, a Param, an ExprState, a place.
pub type ParamCompileHook =
    Option<unsafe extern "C" fn(ParamListInfo, *mut c_void, *mut c_void, *mut Datum, *mut bool)>;
/// Tells the parser of parameters: a ParseState, an argument.
pub type ParserSetupHook = Option<unsafe extern "C" fn(*mut c_void, *mut c_void)>;

/// Parameters of a statement.
#[repr(C)]
#[derive(Debug)]
pub struct ParamListInfoData {
    /// Gives them; none: they are in `params`.
    pub paramFetch: ParamFetchHook,
    /// What it uses.
    pub paramFetchArg: *mut c_void,
    /// Makes the executor's step.
    pub paramCompile: ParamCompileHook,
    /// What it uses.
    pub paramCompileArg: *mut c_void,
    /// Tells the parser of them; none: it knows none of them.
    pub parserSetup: ParserSetupHook,
    /// What it uses.
    pub parserSetupArg: *mut c_void,
    /// All of them in words, for reports.
    pub paramValuesStr: *mut c_char,
    /// How many there are.
    pub numParams: c_int,
    /// They themselves.
    pub params: [ParamExternData; 0],
}
