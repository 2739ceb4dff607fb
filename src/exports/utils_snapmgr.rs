//! `utils/snapmgr.h`: snapshots. The server takes its own for each statement; what is counted here
//! is which ones a worker has.
//! Runs in: worker.

use core::ffi::c_int;

use crate::abi::c::ResourceOwner;
use crate::abi::snapshot::Snapshot;
use crate::abi::variables::CurrentResourceOwner;
use crate::database::{snapshots, transaction};

plain! {
    /// The transaction's snapshot.
    fn GetTransactionSnapshot() -> Snapshot {
        snapshots::current()
    }

    /// A snapshot of now.
    fn GetLatestSnapshot() -> Snapshot {
        snapshots::current()
    }

    /// What PushActiveSnapshot did does not hold any more.
    fn PopActiveSnapshot() {
        snapshots::pop();
    }

    /// Whether a snapshot is active.
    fn ActiveSnapshotSet() -> bool {
        snapshots::is_set()
    }

    /// Whether there is at most one registered snapshot.
    fn ThereAreNoPriorRegisteredSnapshots() -> bool {
        snapshots::is_at_most_one_registered()
    }

    /// Whether a snapshot is active or registered.
    fn HaveRegisteredOrActiveSnapshot() -> bool {
        snapshots::is_any_held()
    }

    /// Nothing: catalogs are read by the server, which looks itself.
    fn InvalidateCatalogSnapshot() {}

    /// The same.
    fn InvalidateCatalogSnapshotConditionally() {}
}

throwing! {
    /// Makes a snapshot active.
    fn PushActiveSnapshot(snapshot: Snapshot) {
        // SAFETY: live.
        unsafe { snapshots::push(snapshot, transaction::nest_level()) }
    }

    /// Makes a snapshot active as if in a transaction nested so deep.
    fn PushActiveSnapshotWithLevel(snapshot: Snapshot, snap_level: c_int) {
        // SAFETY: live.
        unsafe { snapshots::push(snapshot, snap_level) }
    }

    /// Makes a copy of a snapshot active.
    fn PushCopiedSnapshot(snapshot: Snapshot) {
        // SAFETY: live.
        unsafe { snapshots::push_copied(snapshot) }
    }

    /// The active snapshot.
    fn GetActiveSnapshot() -> Snapshot {
        snapshots::active()
    }

    /// The active snapshot is to see what this transaction has done: the server's do.
    fn UpdateActiveSnapshotCommandId() {
        snapshots::active().map(drop)
    }

    /// Keeps a snapshot; the one that is kept.
    fn RegisterSnapshot(snapshot: Snapshot) -> Snapshot {
        if snapshot.is_null() {
            return Ok(snapshot);
        }
        // SAFETY: live.
        unsafe { snapshots::register(snapshot, CurrentResourceOwner.get()) }
    }

    /// Keeps a snapshot as long as an owner has it; the one that is kept.
    fn RegisterSnapshotOnOwner(snapshot: Snapshot, owner: ResourceOwner) -> Snapshot {
        if snapshot.is_null() {
            return Ok(snapshot);
        }
        // SAFETY: both are live.
        unsafe { snapshots::register(snapshot, owner) }
    }

    /// Keeps it no longer.
    fn UnregisterSnapshot(snapshot: Snapshot) {
        if snapshot.is_null() {
            return Ok(());
        }
        // SAFETY: registered.
        unsafe { snapshots::unregister(snapshot, CurrentResourceOwner.get()) }
    }

    /// An owner has it no longer.
    fn UnregisterSnapshotFromOwner(snapshot: Snapshot, owner: ResourceOwner) {
        if snapshot.is_null() {
            return Ok(());
        }
        // SAFETY: registered.
        unsafe { snapshots::unregister(snapshot, owner) }
    }
}
