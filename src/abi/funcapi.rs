//! `funcapi.h`: rows from texts, sets row by row.
//! Runs in: any process.

use core::ffi::{c_uint, c_void};

use super::c::Oid;
use super::fmgr::FmgrInfo;
use super::memnodes::MemoryContext;
use super::tupdesc::TupleDesc;

/// A description, and what reads the values of its columns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct AttInMetadata {
    /// The description.
    pub tupdesc: TupleDesc,
    /// Input functions, for each column.
    pub attinfuncs: *mut FmgrInfo,
    /// What they are told of the type.
    pub attioparams: *mut Oid,
    /// Modifiers.
    pub atttypmods: *mut i32,
}

/// What kind of type a function returns.
pub type TypeFuncClass = c_uint;
/// A value.
pub const TYPEFUNC_SCALAR: TypeFuncClass = 0;
/// A row whose columns are known.
pub const TYPEFUNC_COMPOSITE: TypeFuncClass = 1;

/// Between the calls of a function that returns a row for each of them.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FuncCallContext {
    /// Calls so far.
    pub call_cntr: u64,
    /// The function's own.
    pub max_calls: u64,
    /// The function's own.
    pub user_fctx: *mut c_void,
    /// The function's own.
    pub attinmeta: *mut AttInMetadata,
    /// Memory that lives as long as the set.
    pub multi_call_memory_ctx: MemoryContext,
    /// The function's own.
    pub tuple_desc: TupleDesc,
}
