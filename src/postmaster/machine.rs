#![forbid(unsafe_code)]
//! The postmaster's state: what it is doing about shutdown requests and crashes, as data.
//! Runs in: postmaster.

use core::time::Duration;

use crate::sys::clock::Instant;

/// How long workers have to obey SIGQUIT before SIGKILL (SIGKILL_CHILDREN_AFTER_SECS).
pub(super) const KILL_AFTER: Duration = Duration::from_secs(5);

/// A shutdown that was asked for; a later one is obeyed only if it is more urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shutdown {
    None,
    Smart,
    Fast,
    Immediate,
}

/// What every worker is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tell {
    Nothing,
    Terminate,
    Quit,
    Kill,
}

/// What happens once no worker is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing special: run on.
    Continue,
    /// Empty shared memory and start the workers again.
    Reinitialize,
    /// Leave; what the last words are, and the exit code.
    Exit(Last),
}

/// Why the postmaster leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// A shutdown went as it should.
    Orderly,
    /// A worker crashed during a shutdown.
    Abnormal,
    /// `restart_after_crash` is off.
    NoRestart,
}

/// The state.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    shutdown: Shutdown,
    /// Workers were told of the shutdown: a smart one waits for clients first.
    stopping: bool,
    /// A process crashed, and not everything has been cleaned up since.
    crashed: bool,
    /// When SIGQUIT was sent to those that are still there.
    quit_at: Option<Instant>,
    /// SIGKILL was sent after it.
    killed: bool,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self {
            shutdown: Shutdown::None,
            stopping: false,
            crashed: false,
            quit_at: None,
            killed: false,
        }
    }

    /// May workers be started, and registered?
    pub(super) fn is_running(&self) -> bool {
        !self.stopping && !self.crashed
    }

    /// Were workers told to stop?
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping
    }

    /// Was a shutdown asked for, so that new clients are refused?
    pub(super) fn is_shutting_down(&self) -> bool {
        self.shutdown != Shutdown::None
    }

    /// Are settings read again when somebody asks for it?
    pub(super) fn may_reload(&self) -> bool {
        self.shutdown <= Shutdown::Smart
    }

    /// Did a process crash, and not everything has been cleaned up since?
    pub(super) fn is_crashed(&self) -> bool {
        self.crashed
    }

    /// Nobody is left to get SIGKILL.
    pub(super) fn nobody_to_kill(&mut self) {
        self.quit_at = None;
    }

    /// Were workers told to quit, so that their exit codes mean nothing?
    pub(super) fn is_aborting(&self) -> bool {
        self.crashed || self.shutdown == Shutdown::Immediate
    }

    /// A shutdown is asked for, while there are `clients` or none. None: one at least as urgent is
    /// on the way already.
    pub(super) fn request(
        &mut self,
        shutdown: Shutdown,
        clients: bool,
        now: Instant,
    ) -> Option<Tell> {
        if shutdown <= self.shutdown {
            return None;
        }
        self.shutdown = shutdown;
        let waits = shutdown == Shutdown::Smart && clients && !self.crashed;
        let told = core::mem::replace(&mut self.stopping, !waits);
        if shutdown == Shutdown::Immediate {
            return Some(self.quit(now));
        }
        // After a crash everybody has got SIGQUIT already, in a smart shutdown SIGTERM.
        Some(if waits || told || self.crashed { Tell::Nothing } else { Tell::Terminate })
    }

    /// The last client is gone. True: a smart shutdown has waited for that, and workers are to be
    /// told now.
    pub(super) fn last_client_gone(&mut self) -> bool {
        let due = self.shutdown == Shutdown::Smart && !self.stopping && !self.crashed;
        self.stopping |= due;
        due
    }

    /// A worker crashed. None: it is one of those that were told to quit.
    pub(super) fn crash(&mut self, now: Instant) -> Option<Tell> {
        if self.is_aborting() {
            return None;
        }
        self.crashed = true;
        Some(self.quit(now))
    }

    fn quit(&mut self, now: Instant) -> Tell {
        self.quit_at = Some(now);
        self.killed = false;
        Tell::Quit
    }

    /// When [`Self::tick`] is next to be called.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.quit_at.filter(|_| !self.killed).map(|at| at + KILL_AFTER)
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, now: Instant) -> Tell {
        match self.deadline() {
            Some(deadline) if deadline <= now => {
                self.killed = true;
                Tell::Kill
            }
            _ => Tell::Nothing,
        }
    }

    /// No worker is left.
    pub(super) fn all_gone(&mut self, restart_after_crash: bool) -> Then {
        self.quit_at = None;
        match (self.shutdown, self.crashed) {
            (Shutdown::None, false) => Then::Continue,
            (Shutdown::None, true) if restart_after_crash => {
                self.crashed = false;
                Then::Reinitialize
            }
            (Shutdown::None, true) => Then::Exit(Last::NoRestart),
            (_, true) => Then::Exit(Last::Abnormal),
            (_, false) => Then::Exit(Last::Orderly),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Instant = Instant::from_nanos(1_000);

    #[test]
    fn urgency_only_grows() {
        let mut m = Machine::new();
        assert_eq!(m.request(Shutdown::Smart, false, T0), Some(Tell::Terminate));
        assert_eq!(m.request(Shutdown::Smart, false, T0), None);
        assert!(m.may_reload());
        assert_eq!(m.request(Shutdown::Fast, false, T0), Some(Tell::Nothing), "they were told");
        assert!(!m.may_reload());
        assert_eq!(m.request(Shutdown::Smart, false, T0), None);
        assert_eq!(m.deadline(), None, "a fast shutdown waits without limit");
        assert_eq!(m.request(Shutdown::Immediate, false, T0), Some(Tell::Quit));
        assert_eq!(m.tick(T0 + Duration::from_secs(4)), Tell::Nothing);
        assert_eq!(m.tick(T0 + KILL_AFTER), Tell::Kill);
        assert_eq!(m.tick(T0 + KILL_AFTER * 2), Tell::Nothing, "once is enough");
        assert_eq!(m.all_gone(true), Then::Exit(Last::Orderly));
    }

    #[test]
    fn a_crash_reinitializes_once_all_are_gone() {
        let mut m = Machine::new();
        assert!(m.is_running());
        assert_eq!(m.crash(T0), Some(Tell::Quit));
        assert!(!m.is_running());
        assert_eq!(m.crash(T0), None, "the others die of SIGQUIT");
        assert_eq!(m.all_gone(true), Then::Reinitialize);
        assert!(m.is_running());
        assert_eq!(m.all_gone(true), Then::Continue);
    }

    #[test]
    fn restart_after_crash_off_ends() {
        let mut m = Machine::new();
        m.crash(T0);
        assert_eq!(m.all_gone(false), Then::Exit(Last::NoRestart));
    }

    #[test]
    fn a_crash_during_a_shutdown_is_abnormal() {
        let mut m = Machine::new();
        m.request(Shutdown::Fast, false, T0);
        assert_eq!(m.crash(T0), Some(Tell::Quit));
        assert_eq!(m.all_gone(true), Then::Exit(Last::Abnormal));
        let mut m = Machine::new();
        m.crash(T0);
        assert_eq!(m.request(Shutdown::Fast, false, T0), Some(Tell::Nothing));
        assert_eq!(m.all_gone(true), Then::Exit(Last::Abnormal));
    }

    #[test]
    fn a_smart_shutdown_waits_for_clients_and_a_fast_one_does_not() {
        let mut m = Machine::new();
        assert_eq!(m.request(Shutdown::Smart, true, T0), Some(Tell::Nothing));
        assert!(m.is_running() && m.is_shutting_down() && !m.is_stopping());
        assert!(m.last_client_gone());
        assert!(!m.last_client_gone(), "they are told once");
        assert!(!m.is_running() && m.is_stopping());
        let mut m = Machine::new();
        m.request(Shutdown::Smart, true, T0);
        assert_eq!(m.request(Shutdown::Fast, true, T0), Some(Tell::Terminate));
        assert!(!m.last_client_gone(), "they were told");
    }
}
