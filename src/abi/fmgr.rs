//! `fmgr.h`: modules and functions that SQL can call.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_short, c_uchar, c_void};

use super::c::{Datum, Oid};
use super::memnodes::MemoryContext;
use super::nodes::Node;

/// What a module says about the server it was compiled for. No padding: compared as bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pg_magic_struct {
    /// Bytes of this structure.
    pub len: c_int,
    /// `PG_VERSION_NUM / 100`.
    pub version: c_int,
    /// `FUNC_MAX_ARGS`.
    pub funcmaxargs: c_int,
    /// `INDEX_MAX_KEYS`.
    pub indexmaxkeys: c_int,
    /// `NAMEDATALEN`.
    pub namedatalen: c_int,
    /// Whether 8-byte floats are passed by value.
    pub float8byval: c_int,
    /// Whose server it is, NUL-padded.
    pub abi_extra: [c_char; 32],
}

/// A module's `Pg_magic_func`.
pub type PGModuleMagicFunction = Option<unsafe extern "C" fn() -> *const Pg_magic_struct>;

/// What `pg_finfo_NAME` says about a function.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Pg_finfo_record {
    /// Always 1.
    pub api_version: c_int,
}

/// A module's `pg_finfo_NAME`.
pub type PGFInfoFunction = Option<unsafe extern "C" fn() -> *const Pg_finfo_record>;

/// A function that SQL can call.
pub type PGFunction = Option<unsafe extern "C" fn(fcinfo: FunctionCallInfo) -> Datum>;
/// The call, as the function sees it.
pub type FunctionCallInfo = *mut FunctionCallInfoBaseData;

/// A function looked up for calling.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FmgrInfo {
    /// The function.
    pub fn_addr: PGFunction,
    /// Its identifier.
    pub fn_oid: Oid,
    /// Arguments it takes.
    pub fn_nargs: c_short,
    /// Not called when an argument is null.
    pub fn_strict: bool,
    /// Returns a set.
    pub fn_retset: bool,
    /// At which setting of `track_functions` it is counted.
    pub fn_stats: c_uchar,
    /// The function's own.
    pub fn_extra: *mut c_void,
    /// Where `fn_extra` lives.
    pub fn_mcxt: MemoryContext,
    /// The call's expression, or NULL.
    pub fn_expr: *mut Node,
}

/// An argument.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NullableDatum {
    /// The value; meaningless when null.
    pub value: Datum,
    /// Whether it is null.
    pub isnull: bool,
}

/// A call. `nargs` arguments follow.
#[repr(C)]
pub struct FunctionCallInfoBaseData {
    /// The function.
    pub flinfo: *mut FmgrInfo,
    /// Why it is called (a trigger, ...), or NULL.
    pub context: *mut Node,
    /// What the caller wants back beyond a value, or NULL.
    pub resultinfo: *mut Node,
    /// Collation, or 0.
    pub fncollation: Oid,
    /// The function sets it when the result is null.
    pub isnull: bool,
    /// Arguments.
    pub nargs: c_short,
    /// The arguments.
    pub args: [NullableDatum; 0],
}
