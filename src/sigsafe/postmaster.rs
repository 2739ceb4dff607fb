//! Whether the postmaster is still there.
//! Runs in: worker; signal handler (through `wait_word`).
//!
//! A child is told by SIGPWR (PR_SET_PDEATHSIG). While that is blocked, as it is at entry to a
//! worker's main and wherever a library blocks all signals, it is let in for the length of each
//! sleep.

use core::ptr;
use core::sync::atomic::{AtomicI32, Ordering::SeqCst};

use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};

use super::wait_word;

static PID: AtomicI32 = AtomicI32::new(0);
static DEATH_FD: AtomicI32 = AtomicI32::new(-1);

/// Remembers the postmaster: its pid, and a descriptor that reads end-of-file when it is gone.
pub(crate) fn remember(pid: i32, death_fd: i32) {
    PID.store(pid, SeqCst);
    DEATH_FD.store(death_fd, SeqCst);
}

/// The postmaster's pid; 0 before [`remember`].
pub(crate) fn pid() -> i32 {
    PID.load(SeqCst)
}

/// The descriptor that reads end-of-file when the postmaster is gone; -1 before [`remember`].
pub(crate) fn death_fd() -> i32 {
    DEATH_FD.load(SeqCst)
}

/// Was this process told that the postmaster is gone?
pub(crate) fn is_dead() -> bool {
    wait_word::postmaster_death_noted()
}

/// Does the pipe say that the postmaster is gone? For its parent, whom no signal tells.
pub(crate) fn is_pipe_closed() -> bool {
    let mut fd = libc::pollfd { fd: death_fd(), events: libc::POLLIN, revents: 0 };
    // SAFETY: one descriptor to look at, without waiting.
    fd.fd >= 0 && unsafe { libc::poll(&raw mut fd, 1, 0) } > 0
}

/// Is the postmaster still there, as the kernel sees it? For children of it.
pub(crate) fn is_parent() -> bool {
    nix::unistd::getppid().as_raw() == pid()
}

/// Lets SIGPWR in if it is blocked, by whomever; [`restore`] takes what this returns.
pub(crate) fn admit_death_signal() -> Option<SigSet> {
    let mut old = SigSet::empty();
    let death = SigSet::from(Signal::SIGPWR);
    sigprocmask(SigmaskHow::SIG_UNBLOCK, Some(&death), Some(&mut old)).ok()?;
    old.contains(Signal::SIGPWR).then_some(old)
}

/// Blocks SIGPWR again if [`admit_death_signal`] let it in.
pub(crate) fn restore(old: Option<SigSet>) {
    if let Some(old) = old {
        // SAFETY: a mask that the kernel gave.
        unsafe { libc::sigprocmask(libc::SIG_SETMASK, old.as_ref(), ptr::null_mut()) };
    }
}
