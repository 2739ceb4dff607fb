//! `storage/proc.h`: the entry of a process in shared memory.
//! Runs in: any process.
//!
//! The size is the stride of `ProcGlobal->allProcs`, compiled into extensions.

use core::ffi::{c_int, c_uint};

use super::atomics::{pg_atomic_uint32, pg_atomic_uint64};
use super::c::{LocalTransactionId, Oid, ProcNumber, TransactionId, XLogRecPtr, XidStatus, opaque};
use super::ilist::{dlist_head, dlist_node};
use super::latch::Latch;
use super::lock::{LOCK, LOCKMASK, LOCKMODE, PROCLOCK};
use super::lwlock::{LWLock, NUM_LOCK_PARTITIONS};
use super::proclist_types::proclist_node;

/// Subtransactions that a process publishes before it overflows.
pub const PGPROC_MAX_CACHED_SUBXIDS: usize = 64;
/// Relation locks that a process keeps outside the lock table.
pub const FP_LOCK_SLOTS_PER_BACKEND: usize = 16;

/// Result of a wait for a lock.
pub type ProcWaitStatus = c_uint;
/// The lock was granted, or nothing is awaited.
pub const PROC_WAIT_STATUS_OK: ProcWaitStatus = 0;
/// Still waiting.
pub const PROC_WAIT_STATUS_WAITING: ProcWaitStatus = 1;
/// Given up.
pub const PROC_WAIT_STATUS_ERROR: ProcWaitStatus = 2;

/// How many subtransactions are published.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct XidCacheStatus {
    /// Used entries of [`XidCache`].
    pub count: u8,
    /// A C `bool`: there are more.
    pub overflowed: u8,
}

/// The published subtransactions.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct XidCache {
    /// Their numbers.
    pub xids: [TransactionId; PGPROC_MAX_CACHED_SUBXIDS],
}

/// The process's current virtual transaction.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PGPROC_vxid {
    /// The process, or -1.
    pub procNumber: ProcNumber,
    /// Its own transaction number; 0 outside one.
    pub lxid: LocalTransactionId,
}

opaque! {
    /// A semaphore of the operating system.
    PGSemaphoreData;
}

/// A process that is attached to shared memory.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PGPROC {
    /// Link of a free list or a lock's queue.
    pub links: dlist_node,
    /// The free list it goes back to.
    pub procgloballist: *mut dlist_head,
    /// Semaphore.
    pub sem: *mut PGSemaphoreData,
    /// How the last lock wait ended.
    pub waitStatus: ProcWaitStatus,
    /// What the process sleeps on.
    pub procLatch: Latch,
    /// Running transaction, or 0.
    pub xid: TransactionId,
    /// Oldest transaction its snapshot needs, or 0.
    pub xmin: TransactionId,
    /// Process id; 0 when free.
    pub pid: c_int,
    /// Its place in the arrays of [`PROC_HDR`].
    pub pgxactoff: c_int,
    /// Virtual transaction.
    pub vxid: PGPROC_vxid,
    /// Connected database, or 0.
    pub databaseId: Oid,
    /// Role, or 0.
    pub roleId: Oid,
    /// Schema of temporary tables, or 0.
    pub tempNamespaceId: Oid,
    /// A C `bool`: not a regular backend.
    pub isBackgroundWorker: u8,
    /// A C `bool`: asked to give way to recovery.
    pub recoveryConflictPending: u8,
    /// Whether it waits for a lightweight lock.
    pub lwWaiting: u8,
    /// In which mode.
    pub lwWaitMode: u8,
    /// Link of that lock's waiters.
    pub lwWaitLink: proclist_node,
    /// Link of a condition variable's sleepers.
    pub cvWaitLink: proclist_node,
    /// Heavyweight lock it waits for.
    pub waitLock: *mut LOCK,
    /// Its own entry of that lock.
    pub waitProcLock: *mut PROCLOCK,
    /// In which mode.
    pub waitLockMode: LOCKMODE,
    /// Modes of it that are held.
    pub heldLocks: LOCKMASK,
    /// When the wait began, a TimestampTz; 0 outside.
    pub waitStart: pg_atomic_uint64,
    /// Which checkpoint phases it holds up.
    pub delayChkptFlags: c_int,
    /// `PROC_*` bits.
    pub statusFlags: u8,
    /// Log position that must be replicated.
    pub waitLSN: XLogRecPtr,
    /// State of that wait.
    pub syncRepState: c_int,
    /// Link of its queue.
    pub syncRepLinks: dlist_node,
    /// Held locks per partition of the lock table.
    pub myProcLocks: [dlist_head; NUM_LOCK_PARTITIONS],
    /// Mirrors an entry of [`PROC_HDR`].
    pub subxidStatus: XidCacheStatus,
    /// Published subtransactions.
    pub subxids: XidCache,
    /// A C `bool`: waits for a group to clear its transaction.
    pub procArrayGroupMember: u8,
    /// Next of that group.
    pub procArrayGroupNext: pg_atomic_uint32,
    /// Newest transaction to clear.
    pub procArrayGroupMemberXid: TransactionId,
    /// What it waits for, as `pg_stat_activity` shows it.
    pub wait_event_info: u32,
    /// A C `bool`: waits for a group to write its status.
    pub clogGroupMember: u8,
    /// Next of that group.
    pub clogGroupNext: pg_atomic_uint32,
    /// Its transaction.
    pub clogGroupMemberXid: TransactionId,
    /// The status.
    pub clogGroupMemberXidStatus: XidStatus,
    /// The page.
    pub clogGroupMemberPage: i64,
    /// The commit record.
    pub clogGroupMemberLsn: XLogRecPtr,
    /// Protects the fast-path fields.
    pub fpInfoLock: LWLock,
    /// Modes held per slot.
    pub fpLockBits: u64,
    /// Relations of the slots.
    pub fpRelId: [Oid; FP_LOCK_SLOTS_PER_BACKEND],
    /// A C `bool`: holds its own virtual transaction's lock.
    pub fpVXIDLock: u8,
    /// Of that transaction.
    pub fpLocalTransactionId: LocalTransactionId,
    /// Leader of its parallel group, or NULL.
    pub lockGroupLeader: *mut Self,
    /// Members, in a leader.
    pub lockGroupMembers: dlist_head,
    /// Link of the leader's list.
    pub lockGroupLink: dlist_node,
}

/// All processes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PROC_HDR {
    /// The entries; a process's number is its index.
    pub allProcs: *mut PGPROC,
    /// Mirror of `xid`, dense.
    pub xids: *mut TransactionId,
    /// Mirror of `subxidStatus`, dense.
    pub subxidStates: *mut XidCacheStatus,
    /// Mirror of `statusFlags`, dense.
    pub statusFlags: *mut u8,
    /// Entries of `allProcs`.
    pub allProcCount: u32,
    /// Free entries for regular backends.
    pub freeProcs: dlist_head,
    /// Free entries for autovacuum.
    pub autovacFreeProcs: dlist_head,
    /// Free entries for background workers.
    pub bgworkerFreeProcs: dlist_head,
    /// Free entries for WAL senders.
    pub walsenderFreeProcs: dlist_head,
    /// First that waits for a group to clear its transaction.
    pub procArrayGroupFirst: pg_atomic_uint32,
    /// First that waits for a group to write its status.
    pub clogGroupFirst: pg_atomic_uint32,
    /// Latch of the WAL writer, or NULL.
    pub walwriterLatch: *mut Latch,
    /// Latch of the checkpointer, or NULL.
    pub checkpointerLatch: *mut Latch,
    /// How long spinning pays, estimated by all.
    pub spins_per_delay: c_int,
    /// Page that recovery waits for, or -1.
    pub startupBufferPinWaitBufId: c_int,
}
