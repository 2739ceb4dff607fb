//! What the caller is told: the backend's pid, reports as they come, the result.
//! Runs in: backend; postmaster (`refusal`).
//!
//! A line per fact, as all answers of the control socket (`sys/control.rs`); the first field says
//! what the line is.

use std::os::fd::IntoRawFd as _;
use std::os::unix::net::UnixStream;

use core::sync::atomic::{AtomicI32, Ordering::Relaxed};

use crate::error::log::{Record, set_client};
use crate::error::{Report, Result};
use crate::sigsafe::line::write_all;
use crate::sys::control::line;

/// The caller's socket, for as long as the process lives.
static CLIENT: AtomicI32 = AtomicI32::new(-1);

/// Reports go to this caller from now on.
///
/// # Errors
/// The descriptor cannot be doubled.
pub(super) fn listen(stream: &UnixStream) -> Result<()> {
    let own = stream.try_clone().map_err(|_| super::lost())?;
    let old = CLIENT.swap(own.into_raw_fd(), Relaxed);
    debug_assert_eq!(old, -1);
    set_client(report);
    Ok(())
}

/// Sends a line. A caller that has gone away does not end the call, as in PostgreSQL.
pub(super) fn send(fields: &[(&[u8], Option<&[u8]>)]) {
    let fd = CLIENT.load(Relaxed);
    if fd >= 0 {
        let mut out = Vec::new();
        line(&mut out, fields);
        write_all(fd, &out);
    }
}

fn report(record: &Record<'_>) {
    send(&fields(record));
}

fn fields<'a>(record: &Record<'a>) -> [(&'static [u8], Option<&'a [u8]>); 5] {
    [
        (b"report", Some(record.level.word().as_bytes())),
        (b"message", Some(record.message)),
        (b"detail", record.detail),
        (b"hint", record.hint),
        (b"context", record.context),
    ]
}

/// What a caller is told that cannot be served.
pub(crate) fn refusal(report: &Report) -> Vec<u8> {
    let mut out = Vec::new();
    line(&mut out, &fields(&Record::from(report)));
    out
}
