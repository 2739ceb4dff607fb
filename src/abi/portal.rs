//! `utils/portal.h`: a statement that is being run, or a cursor.
//! Runs in: worker.

use core::ffi::{c_char, c_int, c_uint, c_void};

use super::c::{ResourceOwner, SubTransactionId};
use super::memnodes::MemoryContext;
use super::pg_list::List;
use super::snapshot::Snapshot;
use super::timestamp::TimestampTz;
use super::tupdesc::TupleDesc;

/// Which statements a portal runs, and how.
pub type PortalStrategy = c_uint;
/// A statement's result is fetched row by row.
pub const PORTAL_ONE_SELECT: PortalStrategy = 0;
/// A statement that writes, with RETURNING.
pub const PORTAL_ONE_RETURNING: PortalStrategy = 1;
/// A query with statements in it that write.
pub const PORTAL_ONE_MOD_WITH: PortalStrategy = 2;
/// A utility statement with a result.
pub const PORTAL_UTIL_SELECT: PortalStrategy = 3;
/// Statements without a result, or several.
pub const PORTAL_MULTI_QUERY: PortalStrategy = 4;

/// How far a portal is.
pub type PortalStatus = c_uint;
/// Just made.
pub const PORTAL_NEW: PortalStatus = 0;
/// Its statement is known.
pub const PORTAL_DEFINED: PortalStatus = 1;
/// Rows can be fetched.
pub const PORTAL_READY: PortalStatus = 2;
/// It is being run: not to be dropped.
pub const PORTAL_ACTIVE: PortalStatus = 3;
/// All was run.
pub const PORTAL_DONE: PortalStatus = 4;
/// An error ended it.
pub const PORTAL_FAILED: PortalStatus = 5;

/// It moves backwards, too.
pub const CURSOR_OPT_SCROLL: c_int = 2;
/// It does not move backwards.
pub const CURSOR_OPT_NO_SCROLL: c_int = 4;
/// It outlives its transaction.
pub const CURSOR_OPT_HOLD: c_int = 32;
/// The first rows should come fast.
pub const CURSOR_OPT_FAST_PLAN: c_int = 256;
/// A plan for all values of the parameters.
pub const CURSOR_OPT_GENERIC_PLAN: c_int = 512;
/// A plan for these values of the parameters.
pub const CURSOR_OPT_CUSTOM_PLAN: c_int = 1024;
/// The plan may have several processes.
pub const CURSOR_OPT_PARALLEL_OK: c_int = 2048;

/// Where a cursor goes (nodes/parsenodes.h).
pub type FetchDirection = c_uint;
/// On.
pub const FETCH_FORWARD: FetchDirection = 0;
/// Back.
pub const FETCH_BACKWARD: FetchDirection = 1;
/// To a row, counted from 1, or from the end.
pub const FETCH_ABSOLUTE: FetchDirection = 2;
/// So many rows on, or back.
pub const FETCH_RELATIVE: FetchDirection = 3;
/// To the end.
pub const FETCH_ALL: i64 = i64::MAX;

/// A statement's tag and its number of rows (tcop/cmdtag.h).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct QueryCompletion {
    /// Which kind of statement.
    pub commandTag: c_uint,
    /// Rows that it returned or changed.
    pub nprocessed: u64,
}

/// A pointer to a portal.
pub type Portal = *mut PortalData;

/// A portal.
#[repr(C)]
#[derive(Debug)]
pub struct PortalData {
    /// Its name.
    pub name: *const c_char,
    /// The prepared statement that it runs.
    pub prepStmtName: *const c_char,
    /// Lives as long as it.
    pub portalContext: MemoryContext,
    /// What it owns.
    pub resowner: ResourceOwner,
    /// Called when it is dropped.
    pub cleanup: Option<unsafe extern "C" fn(portal: Portal)>,
    /// The subtransaction that made it, 0 outside a transaction.
    pub createSubid: SubTransactionId,
    /// The last one that used it.
    pub activeSubid: SubTransactionId,
    /// The nesting of the one that made it.
    pub createLevel: c_int,
    /// The text.
    pub sourceText: *const c_char,
    /// What the text's first statement is.
    pub commandTag: c_uint,
    /// What became of it.
    pub qc: QueryCompletion,
    /// The server's: planned statements.
    pub stmts: *mut List,
    /// The server's: a cached plan.
    pub cplan: *mut c_void,
    /// Parameters.
    pub portalParams: *mut c_void,
    /// The server's: named tuplestores.
    pub queryEnv: *mut c_void,
    /// How it is run.
    pub strategy: PortalStrategy,
    /// `CURSOR_OPT_*`.
    pub cursorOptions: c_int,
    /// It is run to its end at once.
    pub run_once: bool,
    /// How far it is.
    pub status: PortalStatus,
    /// It cannot be dropped.
    pub portalPinned: bool,
    /// It outlived its transaction.
    pub autoHeld: bool,
    /// The server's: the running plan.
    pub queryDesc: *mut c_void,
    /// Its rows' columns.
    pub tupDesc: TupleDesc,
    /// The columns' formats.
    pub formats: *mut i16,
    /// The snapshot that it made active.
    pub portalSnapshot: Snapshot,
    /// Rows of a held cursor.
    pub holdStore: *mut c_void,
    /// Memory of a held cursor.
    pub holdContext: MemoryContext,
    /// Snapshot of a held cursor.
    pub holdSnapshot: Snapshot,
    /// Before the first row.
    pub atStart: bool,
    /// Behind the last row.
    pub atEnd: bool,
    /// The number of the row it is at.
    pub portalPos: u64,
    /// When it was made.
    pub creation_time: TimestampTz,
    /// Shown in pg_cursors.
    pub visible: bool,
}
