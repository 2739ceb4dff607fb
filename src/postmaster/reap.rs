#![forbid(unsafe_code)]
//! Ends of workers: what they mean is in `schedule`, what is done about it here.
//! Runs in: postmaster.

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::error::{self, Level};
use crate::shmem::procs;
use crate::shmem::slots::State;

use super::messages::{child_end, say};
use super::roster::{Doing, Id, LastEnd};
use super::schedule::{self, Ended, Follow};
use super::server::Server;

impl Server {
    /// Takes note of every child that has ended.
    #[inline(never)]
    pub(super) fn reap(&mut self) {
        loop {
            match waitpid(None::<Pid>, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, code)) => {
                    let clean = self.came_to_its_end(pid.as_raw());
                    self.ended(pid.as_raw(), Ended::Code { code, clean });
                }
                Ok(WaitStatus::Signaled(pid, signal, _core)) => {
                    self.ended(pid.as_raw(), Ended::Signal(signal as i32));
                }
                Err(Errno::EINTR) => {}
                // Nobody else has ended, or nobody is left.
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Did this child run its exit callbacks to the end?
    fn came_to_its_end(&self, pid: i32) -> bool {
        let entry = self.roster.with_pid(pid).and_then(|id| self.roster.get(id));
        let place = entry.map(|entry| entry.slot).or_else(|| self.backends.place_of(pid));
        place.is_some_and(|place| procs::is_clean(self.segment, place, pid))
    }

    fn ended(&mut self, pid: i32, ended: Ended) {
        let Some(id) = self.roster.with_pid(pid) else {
            if !self.spares.ended(pid) && !self.helper_ended(pid, ended) {
                self.backend_ended(pid, ended);
            }
            return;
        };
        if self.never_was(id, pid) {
            return;
        }
        if schedule::is_crash(ended) {
            self.crashed(id, pid, ended);
        } else {
            self.left(id, pid, ended);
        }
        self.roster.forget_listener(pid);
    }

    /// An end that is no crash.
    fn left(&mut self, id: Id, pid: i32, ended: Ended) {
        let level =
            if matches!(ended, Ended::Code { code: 0, .. }) { Level::Debug1 } else { Level::Log };
        let Some(entry) = self.roster.get_mut(id) else { return };
        entry.last_end = Some(LastEnd::Process(ended));
        let message = error::is_logged(level).then(|| child_end(entry.kind(), pid, ended));
        let stopping = self.machine.is_stopping();
        let terminate = entry.terminate || stopping;
        match schedule::after(ended, entry.worker.bgw_restart_time, terminate) {
            Follow::Forget => {
                self.roster.set_doing(id, Doing::Ready);
                self.forget(id);
            }
            Follow::Restart(delay) => {
                let (number, notify) = (entry.slot, entry.notify);
                let doing = self.until_next_start(id, delay);
                self.roster.set_doing(id, doing);
                if let Some(slot) = self.segment.slots().get(number) {
                    slot.report(State::Delayed, 0);
                }
                self.announce(number, notify);
            }
        }
        if let Some(message) = message {
            say(level, message);
        }
    }
}
