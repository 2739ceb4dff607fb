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

/// What [`wait`] takes from whom everybody may wake.
pub(crate) const ANY: u32 = u32::MAX;

/// Sleeps while `word` holds `expected`, until woken by who wakes one of the bits, or until
/// `deadline` (monotonic clock).
pub(crate) fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>, bits: u32) -> Woken {
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
            bits,
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

/// Wakes at most `count` of those that sleep with one of the bits; how many that were.
pub(crate) fn wake_some(word: &AtomicU32, count: i32, bits: u32) -> usize {
    // SAFETY: as `wake`.
    let woken = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAKE_BITSET,
            count,
            ptr::null::<libc::timespec>(),
            ptr::null::<u32>(),
            bits,
        )
    };
    usize::try_from(woken).unwrap_or(0)
}
