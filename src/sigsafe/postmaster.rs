//! Whether the postmaster is still there.
//! Runs in: worker; signal handler (through `wait_word`).
//!
//! A child is told by SIGPWR (PR_SET_PDEATHSIG). While that is blocked, as it is at entry to a
//! worker's main, it is let in for the length of each sleep, and the parent's pid is looked at
//! before it.

use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering::SeqCst};

use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};

use super::wait_word;

static PID: AtomicI32 = AtomicI32::new(0);
static DEATH_FD: AtomicI32 = AtomicI32::new(-1);
static SIGNAL_BLOCKED: AtomicBool = AtomicBool::new(true);

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

/// Says whether SIGPWR is blocked outside of sleeps.
pub(crate) fn set_signal_blocked(blocked: bool) {
    SIGNAL_BLOCKED.store(blocked, SeqCst);
}

/// Is the postmaster gone?
pub(crate) fn is_dead() -> bool {
    if wait_word::postmaster_death_noted() {
        return true;
    }
    if SIGNAL_BLOCKED.load(SeqCst) && pid() != 0 {
        // SAFETY: takes and changes nothing.
        return unsafe { libc::getppid() } != pid();
    }
    false
}

/// Lets SIGPWR in if it is blocked; [`restore`] takes what this returns.
pub(crate) fn admit_death_signal() -> Option<SigSet> {
    if !SIGNAL_BLOCKED.load(SeqCst) {
        return None;
    }
    let mut old = SigSet::empty();
    let death = SigSet::from(Signal::SIGPWR);
    sigprocmask(SigmaskHow::SIG_UNBLOCK, Some(&death), Some(&mut old)).ok()?;
    Some(old)
}

/// Blocks SIGPWR again if [`admit_death_signal`] let it in.
pub(crate) fn restore(old: Option<SigSet>) {
    if let Some(old) = old {
        // SAFETY: a mask that the kernel gave.
        unsafe { libc::sigprocmask(libc::SIG_SETMASK, old.as_ref(), ptr::null_mut()) };
    }
}
