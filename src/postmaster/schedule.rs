#![forbid(unsafe_code)]
//! When a worker is started, and what its end means, as pure functions.
//! Runs in: postmaster.

use core::time::Duration;

use crate::abi::bgworker::{
    BGW_NEVER_RESTART, BgWorkerStart_ConsistentState, BgWorkerStart_PostmasterStart,
    BgWorkerStart_RecoveryFinished, BgWorkerStartTime,
};

/// How often a failed fork is tried again.
pub(super) const FORK_RETRY: Duration = Duration::from_secs(1);

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It exited; `clean` says that its exit callbacks ran to the end.
    Code { code: i32, clean: bool },
    /// It died of a signal.
    Signal(i32),
}

/// What follows for its worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// Unregistered.
    Forget,
    /// Started again after this long.
    Restart(Duration),
}

/// Does this end count as a crash, after which shared memory cannot be trusted?
pub(super) fn is_crash(ended: Ended) -> bool {
    !matches!(ended, Ended::Code { code: 0 | 1, clean: true })
}

/// What follows from an end. Exit code 0 is for good, also when it is a crash.
pub(super) fn after(ended: Ended, restart_time: i32, terminate: bool) -> Follow {
    let done = matches!(ended, Ended::Code { code: 0, .. });
    if done || terminate || restart_time == BGW_NEVER_RESTART {
        return Follow::Forget;
    }
    Follow::Restart(Duration::from_secs(u64::try_from(restart_time).unwrap_or(0)))
}

/// What the settings say about workers that end early, again and again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// `pgbgw.restart_backoff`: ever longer delays.
    pub(super) backoff: bool,
    /// `pgbgw.restart_max_delay`: the longest of them.
    pub(super) max_delay: Duration,
    /// `pgbgw.healthy_after`: who has run that long has not ended early.
    pub(super) healthy_after: Duration,
    /// `pgbgw.start_limit`: so many early ends in a row are enough; 0: never.
    pub(super) start_limit: u32,
}

/// What becomes of a worker that is to be started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// After this long.
    After(Duration),
    /// Not any more, until somebody says so.
    Never,
}

impl Patience {
    /// Early ends in a row, after one more run of this length.
    pub(super) fn count(&self, early: u32, ran: Duration) -> u32 {
        if ran >= self.healthy_after { 0 } else { early.saturating_add(1) }
    }

    /// When a worker is started again that ended early `early` times in a row. `interval` is what
    /// its registration asks for, and the least. The second early end in a row costs a second, or
    /// the interval if that is longer, and each further one twice as much.
    pub(super) fn again(&self, interval: Duration, early: u32) -> Again {
        if self.start_limit > 0 && early >= self.start_limit {
            return Again::Never;
        }
        let doublings = match early.checked_sub(2) {
            Some(doublings) if self.backoff => doublings.min(20),
            _ => return Again::After(interval),
        };
        let delay = interval.max(Duration::from_secs(1)).saturating_mul(1 << doublings);
        Again::After(delay.min(self.max_delay).max(interval))
    }
}

/// Is a worker's start time reached? Without a server to wait for, every known one is; an unknown
/// one never.
pub(super) fn may_start(start_time: BgWorkerStartTime) -> bool {
    [BgWorkerStart_PostmasterStart, BgWorkerStart_ConsistentState, BgWorkerStart_RecoveryFinished]
        .contains(&start_time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn code(code: i32, clean: bool) -> Ended {
        Ended::Code { code, clean }
    }

    #[test]
    fn the_exit_table() {
        for (ended, crash, with_restart, never) in [
            (code(0, true), false, Follow::Forget, Follow::Forget),
            (code(1, true), false, Follow::Restart(Duration::from_secs(5)), Follow::Forget),
            (code(0, false), true, Follow::Forget, Follow::Forget),
            (code(1, false), true, Follow::Restart(Duration::from_secs(5)), Follow::Forget),
            (code(2, true), true, Follow::Restart(Duration::from_secs(5)), Follow::Forget),
            (Ended::Signal(11), true, Follow::Restart(Duration::from_secs(5)), Follow::Forget),
        ] {
            assert_eq!(is_crash(ended), crash, "{ended:?}");
            assert_eq!(after(ended, 5, false), with_restart, "{ended:?}");
            assert_eq!(after(ended, -1, false), never, "{ended:?}");
            assert_eq!(after(ended, 5, true), Follow::Forget, "{ended:?}, terminated");
        }
        assert_eq!(after(code(1, true), 0, false), Follow::Restart(Duration::ZERO));
    }

    const PATIENT: Patience = Patience {
        backoff: true,
        max_delay: Duration::from_secs(60),
        healthy_after: Duration::from_secs(30),
        start_limit: 0,
    };

    #[test]
    fn early_ends_in_a_row_cost_ever_more_up_to_the_limit() {
        let delays = |patience: Patience, interval: u64| -> Vec<u64> {
            let interval = Duration::from_secs(interval);
            (1..=9)
                .map(|early| match patience.again(interval, early) {
                    Again::After(delay) => delay.as_secs(),
                    Again::Never => u64::MAX,
                })
                .collect()
        };
        assert_eq!(delays(PATIENT, 0), [0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(delays(PATIENT, 5), [5, 5, 10, 20, 40, 60, 60, 60, 60]);
        assert_eq!(delays(PATIENT, 100), [100; 9], "the interval is the least");
        assert_eq!(delays(Patience { backoff: false, ..PATIENT }, 0), [0; 9]);
        let limited = Patience { backoff: false, start_limit: 3, ..PATIENT };
        assert_eq!(delays(limited, 1)[..4], [1, 1, u64::MAX, u64::MAX]);
        assert_eq!(PATIENT.again(Duration::ZERO, u32::MAX), Again::After(Duration::from_secs(60)));
    }

    #[test]
    fn a_healthy_run_makes_up_for_early_ends() {
        assert_eq!(PATIENT.count(4, Duration::from_secs(29)), 5);
        assert_eq!(PATIENT.count(4, Duration::from_secs(30)), 0);
        assert_eq!(PATIENT.count(u32::MAX, Duration::ZERO), u32::MAX);
    }

    #[test]
    fn unknown_start_times_never_come() {
        assert!((0..=2).all(may_start));
        assert!(!may_start(99) && !may_start(3));
    }
}
