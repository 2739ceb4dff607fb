//! `pgstat.h`: statistics. None are kept here, so there is nothing to send.
//! Runs in: worker.

use core::ffi::c_long;

use super::utils_backend_status::forget_snapshot;

plain! {
    /// Sends what was counted; returns after how many milliseconds to try again, 0: all is sent.
    fn pgstat_report_stat(_force: bool) -> c_long {
        0
    }

    /// Has the next pgstat_report_stat not wait.
    fn pgstat_force_next_flush() {}

    /// Has the next look see what is true then.
    fn pgstat_clear_snapshot() {
        forget_snapshot();
    }

    /// Counts a temporary file.
    fn pgstat_report_tempfile(_filesize: usize) {}
}
