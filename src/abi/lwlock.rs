//! `storage/lwlock.h`: lightweight locks.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_uint};

pub use super::major::{LWTRANCHE_FIRST_USER_DEFINED, NUM_FIXED_LWLOCKS, NUM_INDIVIDUAL_LWLOCKS};

/// The area of named segments.
pub const LWTRANCHE_DSM_REGISTRY_DSA: c_int = 82;
/// Their table.
pub const LWTRANCHE_DSM_REGISTRY_HASH: c_int = 83;

use super::atomics::pg_atomic_uint32;
use super::c::PG_CACHE_LINE_SIZE;
use super::proclist_types::proclist_head;

/// A lock of shared memory.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct LWLock {
    /// Number of the group it belongs to.
    pub tranche: u16,
    /// Who holds it, and whether somebody waits.
    pub state: pg_atomic_uint32,
    /// Processes that wait.
    pub waiters: proclist_head,
}

/// A lock on a cache line of its own.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LWLockPadded {
    /// The lock.
    pub lock: LWLock,
    /// The line.
    pub pad: [c_char; LWLOCK_PADDED_SIZE],
}

/// Bytes from one lock of an array to the next.
pub const LWLOCK_PADDED_SIZE: usize = PG_CACHE_LINE_SIZE;

/// How a lock is asked for.
pub type LWLockMode = c_uint;
/// One holder alone.
pub const LW_EXCLUSIVE: LWLockMode = 0;
/// Many readers.
pub const LW_SHARED: LWLockMode = 1;
/// Only wait; seen in `PGPROC.lwWaitMode`, not an argument.
pub const LW_WAIT_UNTIL_FREE: LWLockMode = 2;

/// Groups of page locks in `MainLWLockArray`.
pub const NUM_BUFFER_PARTITIONS: usize = 128;
/// Groups of the heavyweight lock table.
pub const NUM_LOCK_PARTITIONS: usize = 16;
/// The first of the locks of the heavyweight lock table in `MainLWLockArray`.
pub const LOCK_MANAGER_LWLOCK: usize = NUM_INDIVIDUAL_LWLOCKS + NUM_BUFFER_PARTITIONS;
/// Their tranche.
pub const LWTRANCHE_LOCK_MANAGER: u16 = 66;
/// Groups of the predicate lock table.
pub const NUM_PREDICATELOCK_PARTITIONS: usize = 16;

/// Indexes of the individual locks in `MainLWLockArray`.
pub mod individual {
    /// The table of named pieces of shared memory.
    pub const ShmemIndexLock: usize = 1;
    /// The array of processes.
    pub const ProcArrayLock: usize = 4;
    /// Extensions that set up shared memory.
    pub const AddinShmemInitLock: usize = 21;
    /// The state of autovacuum.
    pub const AutovacuumLock: usize = 22;
    /// Synchronous replication.
    pub const SyncRepLock: usize = 32;
    /// The table of background workers.
    pub const BackgroundWorkerLock: usize = 33;
    /// The table of dynamic shared memory.
    pub const DynamicSharedMemoryControlLock: usize = 34;
    /// `postgresql.auto.conf`.
    pub const AutoFileLock: usize = 35;
    /// Making and dropping replication slots.
    pub const ReplicationSlotAllocationLock: usize = 36;
    /// The array of replication slots.
    pub const ReplicationSlotControlLock: usize = 37;
    /// Replication progress.
    pub const ReplicationOriginLock: usize = 40;
    /// Workers of logical replication.
    pub const LogicalRepWorkerLock: usize = 43;
    /// Wait events of libraries.
    pub const WaitEventCustomLock: usize = 48;
    /// Making the table of named segments.
    pub const DSMRegistryLock: usize = 50;
}
