//! `postmaster/interrupt.h`: ready-made signal handlers.
//! Runs in: signal handler.

use core::ffi::c_int;

use crate::worker::signals;

// Handlers run in the middle of anything, so they do not count as entering the library.

/// SIGHUP: sets ConfigReloadPending and the latch.
#[unsafe(no_mangle)]
extern "C" fn SignalHandlerForConfigReload(signal: c_int) {
    signals::reload(signal);
}

/// SIGTERM: sets ShutdownRequestPending and the latch.
#[unsafe(no_mangle)]
extern "C" fn SignalHandlerForShutdownRequest(signal: c_int) {
    signals::shutdown_request(signal);
}
