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

    #[test]
    fn unknown_start_times_never_come() {
        assert!((0..=2).all(may_start));
        assert!(!may_start(99) && !may_start(3));
    }
}
