//! `nodes/execnodes.h`: how a function that returns rows gives them back.
//! Runs in: any process.

use core::ffi::{c_int, c_uint, c_void};

use super::c::Datum;
use super::memnodes::MemoryContext;
use super::nodes::NodeTag;
use super::tupdesc::TupleDesc;

/// What a call says about its set.
pub type ExprDoneCond = c_uint;
/// It is no set.
pub const ExprSingleResult: ExprDoneCond = 0;
/// There may be more.
pub const ExprMultipleResult: ExprDoneCond = 1;
/// There was no more.
pub const ExprEndResult: ExprDoneCond = 2;

/// How a set is given back.
pub type SetFunctionReturnMode = c_uint;
/// A value, or a row, for each call.
pub const SFRM_ValuePerCall: SetFunctionReturnMode = 1;
/// All at once.
pub const SFRM_Materialize: SetFunctionReturnMode = 2;
/// So that it can be read backwards.
pub const SFRM_Materialize_Random: SetFunctionReturnMode = 4;
/// Rather all at once.
pub const SFRM_Materialize_Preferred: SetFunctionReturnMode = 8;

/// Called when an expression is not evaluated any more.
pub type ExprContextCallbackFunction = Option<unsafe extern "C" fn(arg: Datum)>;

/// One of these calls; in the memory of the query.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ExprContext_CB {
    /// The one registered before.
    pub next: *mut Self,
    /// The function.
    pub function: ExprContextCallbackFunction,
    /// Its argument.
    pub arg: Datum,
}

/// Where an expression is evaluated.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ExprContext {
    /// `T_ExprContext`.
    pub r#type: NodeTag,
    /// A row.
    pub ecxt_scantuple: *mut c_void,
    /// A row.
    pub ecxt_innertuple: *mut c_void,
    /// A row.
    pub ecxt_outertuple: *mut c_void,
    /// Memory that lives as long as the query.
    pub ecxt_per_query_memory: MemoryContext,
    /// Memory that lives until the next row.
    pub ecxt_per_tuple_memory: MemoryContext,
    /// Parameters.
    pub ecxt_param_exec_vals: *mut c_void,
    /// Parameters.
    pub ecxt_param_list_info: *mut c_void,
    /// Aggregates.
    pub ecxt_aggvalues: *mut Datum,
    /// Which of them are NULL.
    pub ecxt_aggnulls: *mut bool,
    /// The value that CASE looks at.
    pub caseValue_datum: Datum,
    /// Whether it is NULL.
    pub caseValue_isNull: bool,
    /// The value that a domain's check looks at.
    pub domainValue_datum: Datum,
    /// Whether it is NULL.
    pub domainValue_isNull: bool,
    /// The query.
    pub ecxt_estate: *mut c_void,
    /// What is called at its end, the newest first.
    pub ecxt_callbacks: *mut ExprContext_CB,
}

/// What a function that returns a set is told, and says.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ReturnSetInfo {
    /// `T_ReturnSetInfo`.
    pub r#type: NodeTag,
    /// Where it is called.
    pub econtext: *mut ExprContext,
    /// The rows that are expected.
    pub expectedDesc: TupleDesc,
    /// Modes that it may choose.
    pub allowedModes: c_int,
    /// The one that it has chosen.
    pub returnMode: SetFunctionReturnMode,
    /// What this call gives.
    pub isDone: ExprDoneCond,
    /// All rows, a tuplestore.
    pub setResult: *mut c_void,
    /// Their description.
    pub setDesc: TupleDesc,
}
