//! `executor/spi.h`: statements and their results.
//! Runs in: worker.

use core::ffi::{c_int, c_uint, c_void};

use super::c::{ResourceOwner, SubTransactionId, opaque};
use super::dest::DestReceiver;
use super::htup::HeapTuple;
use super::memnodes::MemoryContext;
use super::params::{ParamListInfo, ParserSetupHook};
use super::tupdesc::TupleDesc;

/// The rows of a result.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SPITupleTable {
    /// What they look like.
    pub tupdesc: TupleDesc,
    /// The rows.
    pub vals: *mut HeapTuple,
    /// How many.
    pub numvals: u64,
    /// For how many there is room.
    pub alloced: u64,
    /// What all of this lies in.
    pub tuptabcxt: MemoryContext,
    /// The next table of the same connection.
    pub next: *mut c_void,
    /// The subtransaction it was made in.
    pub subid: SubTransactionId,
}

/// What SPI_execute_extended is told.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SPIExecuteOptions {
    /// Values for `$1` and so on, or NULL.
    pub params: ParamListInfo,
    /// Nothing is written.
    pub read_only: bool,
    /// Procedures may end the transaction.
    pub allow_nonatomic: bool,
    /// It is an error if there is no result.
    pub must_return_tuples: bool,
    /// Rows at most, 0: all.
    pub tcount: u64,
    /// Who gets the rows, NULL: SPI_tuptable.
    pub dest: *mut DestReceiver,
    /// Who holds the plans.
    pub owner: ResourceOwner,
}

/// What SPI_prepare_extended is told.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SPIPrepareOptions {
    /// Tells the parser of parameters.
    pub parserSetup: ParserSetupHook,
    /// What it uses.
    pub parserSetupArg: *mut c_void,
    /// What the text is: 0 statements, else a type's name or PL/pgSQL's.
    pub parseMode: c_uint,
    /// `CURSOR_OPT_*`.
    pub cursorOptions: c_int,
}

/// What SPI_cursor_parse_open is told.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SPIParseOpenOptions {
    /// Values for `$1` and so on, or NULL.
    pub params: ParamListInfo,
    /// `CURSOR_OPT_*`.
    pub cursorOptions: c_int,
    /// Nothing is written.
    pub read_only: bool,
}

opaque! {
    /// A plan of SPI_prepare.
    _SPI_plan;
}

/// A plan, or NULL.
pub type SPIPlanPtr = *mut _SPI_plan;

/// No connection to finish, or to run a statement with.
pub const SPI_ERROR_UNCONNECTED: c_int = -4;
/// COPY from or to the client.
pub const SPI_ERROR_COPY: c_int = -2;
/// Something unknown was done.
pub const SPI_ERROR_OPUNKNOWN: c_int = -3;
/// A wrong argument.
pub const SPI_ERROR_ARGUMENT: c_int = -6;
/// Types of parameters are missing.
pub const SPI_ERROR_PARAM: c_int = -7;
/// A statement that begins or ends a transaction.
pub const SPI_ERROR_TRANSACTION: c_int = -8;
/// No such column.
pub const SPI_ERROR_NOATTRIBUTE: c_int = -9;
/// Connected.
pub const SPI_OK_CONNECT: c_int = 1;
/// Finished.
pub const SPI_OK_FINISH: c_int = 2;
/// A utility statement ran.
pub const SPI_OK_UTILITY: c_int = 4;
/// SELECT ran.
pub const SPI_OK_SELECT: c_int = 5;
/// SELECT INTO ran.
pub const SPI_OK_SELINTO: c_int = 6;
/// INSERT ran.
pub const SPI_OK_INSERT: c_int = 7;
/// DELETE ran.
pub const SPI_OK_DELETE: c_int = 8;
/// UPDATE ran.
pub const SPI_OK_UPDATE: c_int = 9;
/// INSERT RETURNING ran.
pub const SPI_OK_INSERT_RETURNING: c_int = 11;
/// DELETE RETURNING ran.
pub const SPI_OK_DELETE_RETURNING: c_int = 12;
/// UPDATE RETURNING ran.
pub const SPI_OK_UPDATE_RETURNING: c_int = 13;
/// Nothing was left to run.
pub const SPI_OK_REWRITTEN: c_int = 14;
/// MERGE ran.
pub const SPI_OK_MERGE: c_int = 18;
/// MERGE RETURNING ran.
pub const SPI_OK_MERGE_RETURNING: c_int = 19;
/// Procedures may end the transaction.
pub const SPI_OPT_NONATOMIC: c_int = 1;
