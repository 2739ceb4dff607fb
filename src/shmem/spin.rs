//! Spin locks (s_lock.h): the loop of who did not get one at once.
//! Runs in: any process.

use core::ffi::CStr;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use core::time::Duration;

use crate::abi::atomics::SpinDelayStatus;
use crate::abi::c::slock_t;
use crate::abi::wait_event::WAIT_EVENT_SPIN_DELAY;
use crate::error::{Level, Report, Result};
use crate::sys::clock::Instant;

use super::procs;

#[cfg(target_arch = "x86_64")]
type AtomicLock = core::sync::atomic::AtomicU8;
#[cfg(not(target_arch = "x86_64"))]
type AtomicLock = core::sync::atomic::AtomicI32;

/// Turns between two sleeps, PostgreSQL's at the start.
const SPINS: i32 = 100;
/// Sleeps after which the lock's holder must have died.
const MAX_DELAYS: i32 = 1000;
/// Microseconds of the shortest and of the longest sleep.
const MIN_DELAY: i32 = 1000;
const MAX_DELAY: i32 = 1_000_000;

/// Takes `lock`.
///
/// # Safety
/// `lock` points to a spin lock; the texts of `status` are null or NUL-terminated.
///
/// # Errors
/// PANIC if it is not to be had for minutes.
pub(crate) unsafe fn acquire(lock: *mut slock_t, status: &mut SpinDelayStatus) -> Result<()> {
    // SAFETY: the caller's promise; everyone accesses it atomically.
    let lock = unsafe { AtomicLock::from_ptr(lock) };
    // Looking first leaves the cache line to the holder.
    while lock.load(Relaxed) != 0 || lock.swap(1, Acquire) != 0 {
        // SAFETY: the caller's promise.
        unsafe { delay(status) }?;
    }
    Ok(())
}

/// Gives `lock` back.
///
/// # Safety
/// `lock` points to a spin lock that this process holds.
pub(crate) unsafe fn release(lock: *mut slock_t) {
    // SAFETY: the caller's promise; everyone accesses it atomically.
    unsafe { AtomicLock::from_ptr(lock) }.store(0, Release);
}

/// One turn of a loop that waits: spins, and from time to time sleeps.
///
/// # Safety
/// The texts of `status` are null or NUL-terminated.
///
/// # Errors
/// PANIC after minutes.
pub(crate) unsafe fn delay(status: &mut SpinDelayStatus) -> Result<()> {
    core::hint::spin_loop();
    status.spins = status.spins.saturating_add(1);
    if status.spins < SPINS {
        return Ok(());
    }
    status.spins = 0;
    status.delays = status.delays.saturating_add(1);
    if status.delays > MAX_DELAYS {
        // SAFETY: the caller's promise.
        return Err(Report::new(Level::Panic, unsafe { stuck(status) }).into());
    }
    if status.cur_delay == 0 {
        status.cur_delay = MIN_DELAY;
    }
    let shown = procs::report_wait(WAIT_EVENT_SPIN_DELAY);
    std::thread::sleep(Duration::from_micros(u64::from(status.cur_delay.unsigned_abs())));
    procs::report_wait(shown);
    status.cur_delay = longer(status.cur_delay, Instant::now());
    Ok(())
}

/// Up to twice as long, differently in each process; then from the start again.
fn longer(micros: i32, now: Instant) -> i32 {
    let share = i32::try_from(now.to_timespec().tv_nsec % 256).unwrap_or(0);
    let next = micros.saturating_add(micros / 256 * share);
    if next > MAX_DELAY { MIN_DELAY } else { next }
}

/// # Safety
/// The texts of `status` are null or NUL-terminated.
unsafe fn stuck(status: &SpinDelayStatus) -> Vec<u8> {
    let text = |text: *const core::ffi::c_char| {
        if text.is_null() {
            return "(unknown)".into();
        }
        // SAFETY: the caller's promise.
        unsafe { CStr::from_ptr(text) }.to_string_lossy()
    };
    let (func, file, line) = (text(status.func), text(status.file), status.line);
    format!("stuck spinlock detected at {func}, {file}:{line}").into()
}
