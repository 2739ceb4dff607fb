//! What differs from one PostgreSQL major version to the next.
//! Runs in: any process.

use core::ffi::{c_int, c_uint};

/// `PG_VERSION_NUM` of the version whose interface this is.
pub const PG_VERSION_NUM: c_int = 170_012;
/// `PG_VERSION_NUM / 100`, the number in a module's magic block.
pub const PG_MAGIC_VERSION: c_int = PG_VERSION_NUM / 100;
/// `PG_MAJORVERSION`.
pub const PG_MAJORVERSION: &str = "17";
/// `FMGR_ABI_EXTRA` of a community build.
pub const FMGR_ABI_EXTRA: &str = "PostgreSQL";
/// Most arguments of an SQL function.
pub const FUNC_MAX_ARGS: c_int = 100;
/// Most columns of an index.
pub const INDEX_MAX_KEYS: c_int = 32;
/// Bytes of an SQL identifier, the NUL included.
pub const NAMEDATALEN: usize = 64;
/// Whether 8-byte floats fit a Datum.
pub const FLOAT8PASSBYVAL: c_int = 1;

/// Locks with a fixed number, the unused number 0 included.
pub const NUM_INDIVIDUAL_LWLOCKS: usize = 53;
/// Locks of `MainLWLockArray` that are there whatever extensions request.
pub const NUM_FIXED_LWLOCKS: usize = 213;
/// The first tranche number that an extension can be given.
pub const LWTRANCHE_FIRST_USER_DEFINED: c_int = 92;
/// Processes that are neither backends nor workers and have a PGPROC.
pub const NUM_AUXILIARY_PROCS: c_int = 6;

/// `NodeTag`: an enumeration of C, always four bytes.
pub type NodeTag = c_uint;
/// No node.
pub const T_Invalid: NodeTag = 0;
/// A list of pointers.
pub const T_List: NodeTag = 1;
/// A list of integers.
pub const T_IntList: NodeTag = 466;
/// A list of object identifiers.
pub const T_OidList: NodeTag = 467;
/// A list of transaction numbers.
pub const T_XidList: NodeTag = 468;
/// A general-purpose memory context.
pub const T_AllocSetContext: NodeTag = 469;
/// A memory context for objects freed in order of allocation.
pub const T_GenerationContext: NodeTag = 470;
/// A memory context for objects of one size.
pub const T_SlabContext: NodeTag = 471;
/// A memory context without single frees.
pub const T_BumpContext: NodeTag = 472;
/// The context in which an expression is evaluated.
pub const T_ExprContext: NodeTag = 378;
/// What a set-returning function is told by its caller.
pub const T_ReturnSetInfo: NodeTag = 379;
/// The call context of a trigger function.
pub const T_TriggerData: NodeTag = 438;
/// The call context of an event trigger function.
pub const T_EventTriggerData: NodeTag = 437;
/// The call context of a procedure.
pub const T_CallContext: NodeTag = 211;
/// Where a soft error is put.
pub const T_ErrorSaveContext: NodeTag = 443;
