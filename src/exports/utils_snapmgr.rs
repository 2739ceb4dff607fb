//! `utils/snapmgr.h`: snapshots. The server takes its own for each statement; what is counted here
//! is whether a worker said that it wants one.
//! Runs in: worker.

use crate::abi::snapshot::Snapshot;
use crate::database::transaction;

plain! {
    /// The transaction's snapshot.
    fn GetTransactionSnapshot() -> Snapshot {
        transaction::snapshot()
    }

    /// A snapshot of now.
    fn GetLatestSnapshot() -> Snapshot {
        transaction::snapshot()
    }

    /// Statements see what this one sees.
    fn PushActiveSnapshot(_snapshot: Snapshot) {
        transaction::push_snapshot();
    }

    /// Not any more.
    fn PopActiveSnapshot() {
        transaction::pop_snapshot();
    }

    /// Whether there is such a snapshot.
    fn ActiveSnapshotSet() -> bool {
        transaction::has_snapshot()
    }
}
