//! `libpq/pqsignal.h`: setting a signal's handler.
//! Runs in: any process.

use core::ffi::c_int;

use crate::worker::signals;

plain! {
    /// Fills in UnBlockSig and its like; a worker has them from the start.
    fn pqinitmask() {
        signals::set_masks();
    }

    /// Sets what a signal does (SIG_DFL, SIG_IGN or a handler), system calls restarted; returns what
    /// it did before, SIG_ERR for a signal that has no disposition.
    fn pqsignal(signo: c_int, func: libc::sighandler_t) -> libc::sighandler_t {
        signals::pqsignal(signo, func)
    }
}
