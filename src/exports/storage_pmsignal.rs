//! `storage/pmsignal.h`: whether the postmaster is still there.
//! Runs in: worker.

use crate::abi::variables::postmaster_possibly_dead;
use crate::sigsafe::postmaster;

plain! {
    /// Whether the postmaster is still there.
    fn PostmasterIsAliveInternal() -> bool {
        postmaster_possibly_dead.set(0);
        let alive = postmaster::pid() == 0 || postmaster::is_parent();
        if !alive {
            postmaster_possibly_dead.set(1);
        }
        alive
    }
}
