//! `access/xlog.h`: the state of the server that workers work for.
//! Runs in: any process.

use crate::shmem::server_state;

plain! {
    /// Whether that server is in recovery, or was when it was last seen. Without a server it is not.
    fn RecoveryInProgress() -> bool {
        server_state::is_in_recovery()
    }
}
