//! Making a child.
//! Runs in: postmaster.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

use nix::errno::Errno;
use nix::unistd::Pid;

/// Which side of a fork this is.
pub(crate) enum Side {
    Parent(Pid),
    Child,
}

/// May C's streams hold what was not written yet? The postmaster's own code does not use them.
static STREAMS_IN_USE: AtomicBool = AtomicBool::new(true);

/// Code that is not the library's has run.
pub(crate) fn others_have_run() {
    STREAMS_IN_USE.store(true, Relaxed);
}

/// Forks. The caller is single-threaded and has every signal blocked, so that the child runs
/// nothing of the parent's before it has set its own handlers.
pub(crate) fn fork() -> Result<Side, Errno> {
    if STREAMS_IN_USE.load(Relaxed) {
        STREAMS_IN_USE.store(false, Relaxed);
        // SAFETY: fflush(NULL) only touches C's streams; unwritten output must not appear twice.
        unsafe { libc::fflush(core::ptr::null_mut()) };
    }
    // SAFETY: the caller is single-threaded, so the child may run any code.
    #[expect(clippy::disallowed_methods, reason = "this is the wrapper that others are to use")]
    let pid = unsafe { libc::fork() };
    match pid {
        -1 => Err(Errno::last()),
        0 => Ok(Side::Child),
        pid => Ok(Side::Parent(Pid::from_raw(pid))),
    }
}
