//! Futexes in shared memory.
//! Runs in: any process; signal handler (wake).

use core::ptr;
use core::sync::atomic::AtomicU32;

use nix::errno::Errno;

use super::clock::Instant;

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// Woken, or the word had another value, or a signal came: look again.
    Look,
    /// The deadline passed.
    TimedOut,
}

/// Sleeps while `word` holds `expected`, until woken or until `deadline` (monotonic clock).
pub(crate) fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> Woken {
    let until = deadline.map(Instant::to_timespec);
    let until_ptr = until.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: the word and the timespec outlive the call. FUTEX_WAIT_BITSET takes an absolute
    // time of the monotonic clock.
    let result = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT_BITSET,
            expected,
            until_ptr,
            ptr::null::<u32>(),
            libc::FUTEX_BITSET_MATCH_ANY,
        )
    };
    if result != 0 && Errno::last() == Errno::ETIMEDOUT { Woken::TimedOut } else { Woken::Look }
}

/// Wakes every process that sleeps on `word`.
pub(crate) fn wake_all(word: &AtomicU32) {
    wake(word, i32::MAX);
}

/// Wakes at most `count` of those that sleep on `word`.
pub(crate) fn wake(word: &AtomicU32, count: i32) {
    // SAFETY: the word outlives the call; waking touches no memory of ours.
    unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, count);
    }
}
