//! `libpq/pqsignal.h`: setting a signal's handler.
//! Runs in: any process.

use core::ffi::c_int;

use crate::worker::signals;

plain! {
    /// Sets what a signal does (SIG_DFL, SIG_IGN or a handler), system calls restarted; returns what
    /// it did before, SIG_ERR for a signal that has no disposition.
    fn pqsignal(signo: c_int, func: libc::sighandler_t) -> libc::sighandler_t {
        signals::pqsignal(signo, func)
    }
}
