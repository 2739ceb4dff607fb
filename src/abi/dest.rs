//! `tcop/dest.h`: where results go.
//! Runs in: any process.

use core::ffi::{c_int, c_uint};

use super::tupdesc::TupleDesc;
use super::tuptable::TupleTableSlot;

/// Where results and messages go.
pub type CommandDest = c_uint;
/// Nowhere.
pub const DestNone: CommandDest = 0;
/// To standard output.
pub const DestDebug: CommandDest = 1;
/// To the client.
pub const DestRemote: CommandDest = 2;

/// Who gets the rows of a result.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct DestReceiver {
    /// A row; whether more are wanted.
    pub receiveSlot: Option<unsafe extern "C" fn(*mut TupleTableSlot, *mut Self) -> bool>,
    /// There will be rows: of which kind of statement (`CMD_*`), with which columns.
    pub rStartup: Option<unsafe extern "C" fn(*mut Self, c_int, TupleDesc)>,
    /// There are no more.
    pub rShutdown: Option<unsafe extern "C" fn(*mut Self)>,
    /// It is not used any more.
    pub rDestroy: Option<unsafe extern "C" fn(*mut Self)>,
    /// What it is.
    pub mydest: CommandDest,
}

/// Kinds of statements that have rows (nodes/nodes.h).
pub const CMD_SELECT: c_int = 1;
/// UPDATE ... RETURNING.
pub const CMD_UPDATE: c_int = 2;
/// INSERT ... RETURNING.
pub const CMD_INSERT: c_int = 3;
/// DELETE ... RETURNING.
pub const CMD_DELETE: c_int = 4;
/// MERGE ... RETURNING.
pub const CMD_MERGE: c_int = 5;
