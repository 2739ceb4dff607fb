//! `storage/procsignal.h`: what other processes tell this one with SIGUSR1.
//! Runs in: signal handler.

use core::ffi::c_int;

use crate::worker::signals;

/// SIGUSR1: sets the latch.
#[unsafe(no_mangle)]
extern "C" fn procsignal_sigusr1_handler(signal: c_int) {
    signals::procsignal(signal);
}
