//! `utils/snapshot.h`: what a statement sees. The server takes snapshots; here they only have their
//! form.
//! Runs in: worker.

use core::ffi::c_void;
use core::ptr;

use super::c::{CommandId, TransactionId, XLogRecPtr};
use super::timestamp::TimestampTz;

/// A snapshot.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SnapshotData {
    /// Its kind.
    pub snapshot_type: u32,
    /// All older transactions are over.
    pub xmin: TransactionId,
    /// This and all newer ones are not seen.
    pub xmax: TransactionId,
    /// Those that run.
    pub xip: *mut TransactionId,
    /// How many.
    pub xcnt: u32,
    /// Subtransactions that run.
    pub subxip: *mut TransactionId,
    /// How many.
    pub subxcnt: i32,
    /// There are more.
    pub suboverflowed: bool,
    /// The server was in recovery.
    pub takenDuringRecovery: bool,
    /// It is no static one.
    pub copied: bool,
    /// Commands of the own transaction that are seen.
    pub curcid: CommandId,
    /// For speculative insertions.
    pub speculativeToken: u32,
    /// For SNAPSHOT_NON_VACUUMABLE.
    pub vistest: *mut c_void,
    /// How often it is active.
    pub active_count: u32,
    /// How often it is registered.
    pub regd_count: u32,
    /// Its place among the registered.
    pub ph_node: [*mut c_void; 3],
    /// When it was taken.
    pub whenTaken: TimestampTz,
    /// Where the log was.
    pub lsn: XLogRecPtr,
    /// Transactions that had ended then.
    pub snapXactCompletionCount: u64,
}

/// A snapshot, or NULL.
pub type Snapshot = *mut SnapshotData;

impl SnapshotData {
    /// One that sees nothing.
    pub const NONE: Self = Self {
        snapshot_type: 0,
        xmin: 0,
        xmax: 0,
        xip: ptr::null_mut(),
        xcnt: 0,
        subxip: ptr::null_mut(),
        subxcnt: 0,
        suboverflowed: false,
        takenDuringRecovery: false,
        copied: false,
        curcid: 0,
        speculativeToken: 0,
        vistest: ptr::null_mut(),
        active_count: 0,
        regd_count: 0,
        ph_node: [ptr::null_mut(); 3],
        whenTaken: 0,
        lsn: 0,
        snapXactCompletionCount: 0,
    };
}
