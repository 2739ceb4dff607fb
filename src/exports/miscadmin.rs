//! `miscadmin.h`: interrupts.
//! Runs in: worker.

use crate::worker::interrupts;

throwing! {
    /// Does what is pending; called by CHECK_FOR_INTERRUPTS.
    fn ProcessInterrupts() {
        interrupts::process()
    }
}
