#![forbid(unsafe_code)]
//! The crash cycle: after a crash shared memory is not to be trusted, so every worker goes, the
//! memory is emptied, and those that are to be restarted start in it.
//! Runs in: postmaster.

use core::time::Duration;

use crate::abi::bgworker::BGW_NEVER_RESTART;
use crate::dynamic;
use crate::error::Level;
use crate::files::table::remove_left;
use crate::guc::settings;
use crate::shmem::{hooks, program, slots};
use crate::sys::clock::Instant;
use crate::sys::process;
use crate::sys::reason::reason;
use crate::worker::exit;

use super::machine::{Last, Tell, Then};
use super::messages::{child_end, say};
use super::roster::{Doing, Id, LastEnd};
use super::schedule::Ended;
use super::server::Server;

impl Server {
    /// A worker crashed, or died of the SIGQUIT that followed a crash.
    pub(super) fn crashed(&mut self, id: Id, pid: i32, ended: Ended) {
        if let Some(entry) = self.roster.get_mut(id) {
            entry.last_end = Some(LastEnd::Process(ended));
            // Exit code 0 is for good, even so.
            entry.terminate |= matches!(ended, Ended::Code { code: 0, .. });
            let message = child_end(entry.kind(), pid, ended);
            self.roster.set_doing(id, Doing::Ready);
            if let Some(tell) = self.machine.crash(Instant::now()) {
                self.culprit = Some(id);
                self.begin_crash_cycle(message, tell);
            }
        }
    }

    /// The first crash: every other process goes too.
    pub(super) fn begin_crash_cycle(&self, message: Vec<u8>, tell: Tell) {
        say(Level::Log, message);
        say(Level::Log, "terminating any other active server processes");
        program::want_reset();
        self.tell(tell);
    }

    /// Sends what the machine says to every process that runs, and to what it has started.
    pub(super) fn tell(&self, tell: Tell) {
        let signal = match tell {
            Tell::Nothing => return,
            Tell::Terminate => libc::SIGTERM,
            Tell::Quit => libc::SIGQUIT,
            Tell::Kill => {
                say(Level::Log, "issuing SIGKILL to recalcitrant children");
                libc::SIGKILL
            }
        };
        for pid in self.pids() {
            process::signal_group(pid, signal);
        }
    }

    /// What follows once no process runs.
    pub(super) fn settle(&mut self) {
        if self.roster.running() + self.backends.running() != 0 {
            return;
        }
        if self.machine.is_crashed() && !self.program_has_left() {
            self.machine.nobody_to_kill();
            return;
        }
        match self.machine.all_gone(settings::restart_after_crash()) {
            Then::Continue => {}
            Then::Reinitialize => self.reinitialize(),
            Then::Exit(last) if self.helpers_are_gone() => self.leave(last),
            Then::Exit(_) => {}
        }
    }

    #[inline(never)]
    fn leave(&mut self, last: Last) {
        let code = match last {
            Last::Orderly => 0,
            Last::Abnormal => {
                say(Level::Log, "abnormal database system shutdown");
                1
            }
            Last::NoRestart => {
                say(Level::Log, "shutting down because \"restart_after_crash\" is off");
                1
            }
        };
        for id in self.roster.ids() {
            self.forget(id);
        }
        self.exit = Some(code);
    }

    #[inline(never)]
    fn reinitialize(&mut self) {
        say(Level::Log, "all server processes terminated; reinitializing");
        for id in self.roster.ids() {
            let keep = self.roster.get(id).is_some_and(|entry| {
                entry.worker.bgw_restart_time != BGW_NEVER_RESTART && !entry.terminate
            });
            if !keep {
                self.forget(id);
            }
        }
        // What libraries registered for the end of shared memory in the postmaster.
        exit::leave_shared_memory(1);
        self.epoch += 1;
        remove_left();
        dynamic::remove_all();
        if let Err(errno) = self.segment.reset(self.epoch) {
            let message = format!("could not reset shared memory: {}", reason(errno));
            say(Level::Log, message);
            self.exit = Some(1);
            return;
        }
        dynamic::tell(self.segment);
        if let Err(raised) = hooks::startup() {
            let mut report = raised.into_report();
            report.level = Level::Fatal;
            crate::error::emit(&report);
            self.exit = Some(1);
            return;
        }
        for id in self.roster.ids() {
            self.keep(id);
        }
        self.culprit = None;
        program::reset_done();
    }

    /// Puts a worker that survives the reset back into its slot, to be started at once.
    fn keep(&mut self, id: Id) {
        let Some(entry) = self.roster.get_mut(id) else { return };
        entry.worker.bgw_notify_pid = 0;
        let place = Some((entry.slot, entry.generation));
        let _kept = slots::take_for_postmaster(self.segment, &entry.worker, place);
        // After a crash nobody waits for its interval; who caused it may have to, for another reason.
        let doing = if self.culprit == Some(id) {
            self.until_next_start(id, Duration::ZERO)
        } else {
            Doing::Ready
        };
        self.roster.set_doing(id, doing);
    }
}
