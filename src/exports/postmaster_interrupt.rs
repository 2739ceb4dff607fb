//! `postmaster/interrupt.h`: ready-made signal handlers, and what follows them.
//! Runs in: signal handler; worker.

use core::ffi::c_int;

use crate::abi::variables::{ConfigReloadPending, ShutdownRequestPending};
use crate::guc::{self, Context};
use crate::worker::{exit, signals};

// Handlers run in the middle of anything, so they do not count as entering the library.

/// SIGHUP: sets ConfigReloadPending and the latch.
#[unsafe(no_mangle)]
extern "C" fn SignalHandlerForConfigReload(signal: c_int) {
    signals::reload(signal);
}

/// SIGQUIT: the process ends at once, without its exit callbacks, as after a crash of another.
#[unsafe(no_mangle)]
extern "C" fn SignalHandlerForCrashExit(signal: c_int) {
    signals::crash_exit(signal);
}

throwing! {
    /// Does what the handlers noted: reads the configuration file, ends the process.
    fn HandleMainLoopInterrupts() {
        if ConfigReloadPending.replace(0) != 0 {
            guc::process_config_file(Context::Sighup)?;
        }
        if ShutdownRequestPending.get() != 0 {
            exit::proc_exit(0);
        }
        Ok(())
    }
}

/// SIGTERM: sets ShutdownRequestPending and the latch.
#[unsafe(no_mangle)]
extern "C" fn SignalHandlerForShutdownRequest(signal: c_int) {
    signals::shutdown_request(signal);
}
