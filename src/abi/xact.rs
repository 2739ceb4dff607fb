//! `access/xact.h`: transactions.
//! Runs in: worker.

use core::ffi::{c_int, c_uint, c_void};

use super::c::SubTransactionId;

/// What happens to a transaction.
pub type XactEvent = c_uint;
/// It was committed.
pub const XACT_EVENT_COMMIT: XactEvent = 0;
/// It was rolled back.
pub const XACT_EVENT_ABORT: XactEvent = 2;
/// It is about to be committed.
pub const XACT_EVENT_PRE_COMMIT: XactEvent = 5;

/// What happens to a subtransaction.
pub type SubXactEvent = c_uint;
/// It has begun.
pub const SUBXACT_EVENT_START_SUB: SubXactEvent = 0;
/// It became a part of the one above.
pub const SUBXACT_EVENT_COMMIT_SUB: SubXactEvent = 1;
/// It was rolled back.
pub const SUBXACT_EVENT_ABORT_SUB: SubXactEvent = 2;
/// It is about to become a part of the one above.
pub const SUBXACT_EVENT_PRE_COMMIT_SUB: SubXactEvent = 3;

/// Called at a transaction's events, with an argument.
pub type XactCallback = Option<unsafe extern "C" fn(XactEvent, *mut c_void)>;
/// Called at a subtransaction's events: it, the one above, an argument.
pub type SubXactCallback =
    Option<unsafe extern "C" fn(SubXactEvent, SubTransactionId, SubTransactionId, *mut c_void)>;

/// Each statement sees what was committed before it.
pub const XACT_READ_COMMITTED: c_int = 1;
/// All statements see the same.
pub const XACT_REPEATABLE_READ: c_int = 2;
/// As if transactions ran one after the other.
pub const XACT_SERIALIZABLE: c_int = 3;

/// What a transaction hands on to the next one.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SavedTransactionCharacteristics {
    /// Its isolation.
    pub save_XactIsoLevel: c_int,
    /// It writes nothing.
    pub save_XactReadOnly: bool,
    /// It may wait until it cannot fail.
    pub save_XactDeferrable: bool,
}
