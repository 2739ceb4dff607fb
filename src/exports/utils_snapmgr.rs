//! `utils/snapmgr.h`: snapshots. The server takes its own for each statement; what is counted here
//! is whether a worker said that it wants one.
//! Runs in: worker.

use crate::abi::snapshot::{Snapshot, SnapshotData};
use crate::abi::variable::Variable;
use crate::database::transaction;

/// The one snapshot that there is to point to.
static CURRENT: Variable<SnapshotData> = Variable::new(SnapshotData::NONE);

plain! {
    /// The transaction's snapshot.
    fn GetTransactionSnapshot() -> Snapshot {
        CURRENT.as_ptr()
    }

    /// A snapshot of now.
    fn GetLatestSnapshot() -> Snapshot {
        CURRENT.as_ptr()
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
