//! The two clocks: monotonic for intervals, wall for what people read.
//! Runs in: any process; signal handler.

use core::ops::Add;
use core::ptr;
use core::time::Duration;

use nix::errno::Errno;
use nix::time::{ClockId, clock_gettime};

/// A moment of the monotonic clock, in nanoseconds since an arbitrary start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Instant(u64);

impl Instant {
    pub(crate) fn now() -> Self {
        Self(read(ClockId::CLOCK_MONOTONIC))
    }

    /// A moment at a given distance from the clock's start, for tests and models.
    #[cfg(any(test, fuzzing))]
    pub(crate) const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// The time from `earlier` to this moment; zero if it lies in the future.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    pub(crate) fn to_timespec(self) -> libc::timespec {
        let d = Duration::from_nanos(self.0);
        libc::timespec {
            tv_sec: i64::try_from(d.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(d.subsec_nanos()),
        }
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, d: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)))
    }
}

/// The wall clock, in microseconds since the Unix epoch.
pub(crate) fn wall_micros() -> i64 {
    i64::try_from(read(ClockId::CLOCK_REALTIME) / 1_000).unwrap_or(i64::MAX)
}

/// Has SIGALRM sent once when that time is over; one that was to come before is not sent any more.
///
/// # Errors
/// What setitimer said.
pub(crate) fn alarm_after(time: Duration) -> Result<(), Errno> {
    let timer = libc::itimerval {
        it_interval: libc::timeval { tv_sec: 0, tv_usec: 0 },
        it_value: libc::timeval {
            tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
            tv_usec: i64::from(time.subsec_micros()),
        },
    };
    // SAFETY: a live value in, nothing out.
    let result = unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, ptr::null_mut()) };
    Errno::result(result).map(drop)
}

fn read(clock: ClockId) -> u64 {
    clock_gettime(clock).map_or(0, |t| {
        let seconds = u64::try_from(t.tv_sec()).unwrap_or(0);
        let nanos = u64::try_from(t.tv_nsec()).unwrap_or(0);
        seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
    })
}
