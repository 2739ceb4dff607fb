//! `tcop/tcopprot.h`: signal handlers of a backend.
//! Runs in: signal handler.

use core::ffi::c_int;

use crate::worker::signals;

/// SIGTERM: end at the next CHECK_FOR_INTERRUPTS.
#[unsafe(no_mangle)]
extern "C" fn die(signal: c_int) {
    signals::die(signal);
}

/// SIGINT: cancel the statement at the next CHECK_FOR_INTERRUPTS.
#[unsafe(no_mangle)]
extern "C" fn StatementCancelHandler(signal: c_int) {
    signals::cancel_statement(signal);
}
