//! `access/xlog.h`: the state of the server that workers work for.
//! Runs in: any process.

plain! {
    /// Whether that server is in recovery. Without a server it is not.
    fn RecoveryInProgress() -> bool {
        false
    }
}
