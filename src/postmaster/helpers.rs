#![forbid(unsafe_code)]
//! Processes of the postmaster's own that are no workers and not attached to shared memory: their
//! end is no crash, and a crash passes them by.
//! Runs in: postmaster; the children's sides end in `monitor::main` and `cluster::main`.

use core::time::Duration;

use crate::cluster::{self, Plan};
use crate::error::{self, Level, Report};
use crate::guc::settings;
use crate::monitor;
use crate::sigsafe::postmaster;
use crate::sys::clock::Instant;
use crate::sys::fork::{Side, fork};
use crate::sys::process;
use crate::sys::reason::reason;

use super::messages::{how, say};
use super::schedule::{Again, Ended, FORK_RETRY, Patience};
use super::server::Server;

/// When a helper that ended is started again.
const PATIENCE: Patience = Patience {
    backoff: true,
    max_delay: Duration::from_secs(60),
    healthy_after: Duration::from_secs(10),
    start_limit: 0,
};
/// After which time at the least.
const INTERVAL: Duration = Duration::from_secs(1);

/// One helper.
pub(super) struct Helper {
    /// As the log has it.
    name: &'static str,
    /// What helps whoever reads of its end.
    hint: Option<Vec<u8>>,
    doing: Doing,
    started: Option<Instant>,
    /// Early ends in a row.
    early: u32,
    /// The signal that has told it to end, 0 for none.
    told: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// It is not wanted.
    Nothing,
    /// It is to be started then.
    Due(Instant),
    Running(i32),
}

impl Helper {
    fn new(name: &'static str, is_wanted: bool) -> Self {
        let doing = if is_wanted { Doing::Due(Instant::now()) } else { Doing::Nothing };
        Self { name, hint: None, doing, started: None, early: 0, told: 0 }
    }

    pub(super) fn pid(&self) -> Option<i32> {
        match self.doing {
            Doing::Running(pid) => Some(pid),
            Doing::Nothing | Doing::Due(_) => None,
        }
    }

    fn due(&self) -> Option<Instant> {
        match self.doing {
            Doing::Due(at) => Some(at),
            Doing::Nothing | Doing::Running(_) => None,
        }
    }

    /// Forks it if it is due; `run` is the child.
    fn start(&mut self, run: impl FnOnce()) {
        let now = Instant::now();
        if self.due().is_none_or(|at| at > now) {
            return;
        }
        match fork() {
            Ok(Side::Parent(pid)) => {
                self.doing = Doing::Running(pid.as_raw());
                self.started = Some(now);
            }
            Ok(Side::Child) => run(),
            Err(errno) => {
                let (name, reason) = (self.name, reason(errno));
                say(Level::Log, format!("could not fork {name} process: {reason}"));
                self.doing = Doing::Due(now + FORK_RETRY);
            }
        }
    }

    /// It ended; is it to be started again?
    fn ended(&mut self, ended: Ended) {
        let now = Instant::now();
        let Some(pid) = self.pid() else { return };
        self.doing = Doing::Nothing;
        if self.told != 0 {
            return;
        }
        let message = format!("{} process (PID {pid}) {}", self.name, how(ended));
        let mut report = Report::new(Level::Log, message);
        report.hint.clone_from(&self.hint);
        error::emit(&report);
        let ran = self.started.map_or(Duration::ZERO, |started| now.since(started));
        self.early = PATIENCE.count(self.early, ran);
        if let Again::After(delay) = PATIENCE.again(INTERVAL, self.early) {
            self.doing = Doing::Due(now + delay);
        }
    }

    /// Is it gone? If it is not, it is told to go, once.
    fn is_gone(&mut self, signal: i32) -> bool {
        let Some(pid) = self.pid() else {
            self.doing = Doing::Nothing;
            return true;
        };
        if self.told != signal {
            self.told = signal;
            process::signal(pid, signal);
        }
        false
    }
}

/// All of them.
pub(super) struct Helpers {
    pub(super) monitor: Helper,
    /// The managed database server.
    pub(super) cluster: Helper,
    pub(super) plan: Option<Plan>,
}

impl Helpers {
    /// With a plan for a managed server, or without one.
    pub(super) fn new(plan: Option<Plan>) -> Self {
        let monitor = Helper::new("database monitor", settings::conninfo().is_some());
        let mut cluster = Helper::new("database server", plan.is_some());
        let log = plan.as_ref().map(|plan| plan.log.display().to_string());
        cluster.hint = log.map(|log| format!("Examine \"{log}\".").into());
        Self { monitor, cluster, plan }
    }

    /// Those that run.
    pub(super) fn pids(&self) -> impl Iterator<Item = i32> + '_ {
        [&self.monitor, &self.cluster].into_iter().filter_map(|helper| helper.pid())
    }
}

impl Server {
    /// Starts those that are due.
    pub(super) fn start_helpers(&mut self) {
        if self.helpers_deadline().is_some_and(|at| at <= Instant::now()) {
            self.start_due_helpers();
        }
    }

    #[inline(never)]
    fn start_due_helpers(&mut self) {
        let own: Vec<_> = self.own_fds().collect();
        let Helpers { monitor, cluster, plan } = &mut self.helpers;
        if let Some(plan) = plan {
            cluster.start(|| {
                process::close_inherited(own.iter().copied());
                cluster::main(postmaster::pid(), plan)
            });
        }
        monitor.start(|| {
            process::close_inherited(own.iter().copied());
            monitor::main(monitor::Launch {
                postmaster: postmaster::pid(),
                conninfo: settings::conninfo().unwrap_or_default(),
                is_ours: plan.is_some(),
            })
        });
    }

    /// When the next one is due.
    pub(super) fn helpers_deadline(&self) -> Option<Instant> {
        [&self.helpers.monitor, &self.helpers.cluster].into_iter().filter_map(Helper::due).min()
    }

    /// A child has ended; false: it was none of them.
    pub(super) fn helper_ended(&mut self, pid: i32, ended: Ended) -> bool {
        let all = [&mut self.helpers.monitor, &mut self.helpers.cluster];
        let helper = all.into_iter().find(|helper| helper.pid() == Some(pid));
        let is_helper = helper.is_some();
        if let Some(helper) = helper {
            helper.ended(ended);
        }
        is_helper
    }

    /// The last worker is gone: are they gone too? If they are not, they are told to go.
    pub(super) fn helpers_are_gone(&mut self) -> bool {
        let how = if self.machine.is_aborting() { libc::SIGQUIT } else { libc::SIGINT };
        let Helpers { monitor, cluster, plan } = &mut self.helpers;
        let are_gone = monitor.is_gone(libc::SIGTERM) && cluster.is_gone(how);
        if let Some(plan) = plan.as_ref().filter(|_| are_gone) {
            plan.tidy();
        }
        are_gone
    }
}
