#![forbid(unsafe_code)]
//! When a worker is started, and what its end means, as pure functions.
//! Runs in: postmaster.

use core::time::Duration;

use crate::abi::bgworker::{
    BGW_NEVER_RESTART, BgWorkerStart_ConsistentState, BgWorkerStart_PostmasterStart,
    BgWorkerStart_RecoveryFinished, BgWorkerStartTime,
};
use crate::shmem::server_state::ServerState;

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

/// What a worker waits for before it can be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaits {
    Nothing,
    /// The database server accepts connections.
    Connections,
    /// It is not in recovery any more.
    EndOfRecovery,
    /// Nobody knows what: its start time is none.
    Never,
}

impl Awaits {
    /// What it is, in words.
    pub(super) fn words(self) -> Option<&'static str> {
        match self {
            Self::Nothing | Self::Never => None,
            Self::Connections => Some("the database server to accept connections"),
            Self::EndOfRecovery => Some("the end of the database server's recovery"),
        }
    }
}

/// What a worker with that start time waits for while the server is in that state.
pub(super) fn awaits(start_time: BgWorkerStartTime, server: ServerState) -> Awaits {
    let is_database_wanted =
        [BgWorkerStart_ConsistentState, BgWorkerStart_RecoveryFinished].contains(&start_time);
    match server {
        _ if start_time == BgWorkerStart_PostmasterStart => Awaits::Nothing,
        _ if !is_database_wanted => Awaits::Never,
        ServerState::Unknown | ServerState::Unreachable | ServerState::Starting => {
            Awaits::Connections
        }
        ServerState::Recovery if start_time == BgWorkerStart_RecoveryFinished => {
            Awaits::EndOfRecovery
        }
        ServerState::None | ServerState::Recovery | ServerState::ReadWrite => Awaits::Nothing,
    }
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
    fn start_times_come_with_the_state_of_the_server() {
        use ServerState::{None, ReadWrite, Recovery, Starting, Unknown, Unreachable};
        let of = |server| [0, 1, 2, 3, 99].map(|start_time| awaits(start_time, server));
        let never = Awaits::Never;
        for server in [None, ReadWrite] {
            let at_once = Awaits::Nothing;
            assert_eq!(of(server), [at_once, at_once, at_once, never, never], "{server:?}");
        }
        let (nothing, end) = (Awaits::Nothing, Awaits::EndOfRecovery);
        assert_eq!(of(Recovery), [nothing, nothing, end, never, never]);
        for server in [Unknown, Unreachable, Starting] {
            let (first, later) = (Awaits::Nothing, Awaits::Connections);
            assert_eq!(of(server), [first, later, later, never, never], "{server:?}");
        }
    }
}
