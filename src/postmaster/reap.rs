#![forbid(unsafe_code)]
//! Ends of children: what they mean is in `schedule`, what is done about it here.
//! Runs in: postmaster.

use core::time::Duration;

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::error::{self, Level};
use crate::shmem::procs;
use crate::shmem::slots::State;
use crate::sys::clock::Instant;

use super::messages::{child_end, say};
use super::roster::{Doing, Id, LastEnd};
use super::schedule::{self, Ended, Follow};
use super::server::Server;

/// Who else has ended is asked at once among so many children. The kernel goes through all of them,
/// twice for each end: with thousands that leaves nothing else in the processor's caches.
const FEW: usize = 256;

/// How often that is asked where there are more.
const INTERVAL: Duration = Duration::from_millis(5);

/// When all children are looked at: the signal of one that has ended names it, but others may have
/// ended before it was read, whose signals are lost.
#[derive(Default)]
pub(super) struct Looks {
    last: Option<Instant>,
    due: Option<Instant>,
}

impl Looks {
    /// One of so many `children` has ended: are the others looked at as well? If not now, they are
    /// soon.
    fn at_once(&mut self, children: usize, now: Instant) -> bool {
        let next = self.last.map(|last| last + INTERVAL);
        self.due = next.filter(|&next| children > FEW && next > now);
        self.due.is_none()
    }

    fn looked(&mut self, now: Instant) {
        *self = Self { last: Some(now), due: None };
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(super) fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }
}

impl Server {
    /// Takes note of the child that a signal was about, and now or soon of those that have ended
    /// with it.
    #[inline(never)]
    pub(super) fn reap(&mut self, pid: i32) {
        // Anybody can send this signal, even from where pids are others: 0, and others' are no children.
        let _ended = pid > 0 && self.reap_one(Some(Pid::from_raw(pid)));
        let children = self.roster.running() + self.backends.running();
        if self.looks.at_once(children, Instant::now()) {
            self.reap_all();
        }
    }

    /// Takes note of every child that has ended.
    #[inline(never)]
    pub(super) fn reap_all(&mut self) {
        while self.reap_one(None) {}
        self.looks.looked(Instant::now());
    }

    /// Takes note of this child's end, or of any one's. False: it goes on, or nobody else has ended.
    fn reap_one(&mut self, who: Option<Pid>) -> bool {
        loop {
            match waitpid(who, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, code)) => {
                    let clean = self.came_to_its_end(pid.as_raw());
                    self.ended(pid.as_raw(), Ended::Code { code, clean });
                    return true;
                }
                Ok(WaitStatus::Signaled(pid, signal, _core)) => {
                    self.ended(pid.as_raw(), Ended::Signal(signal as i32));
                    return true;
                }
                Err(Errno::EINTR) => {}
                // It goes on or is no child, or nobody is left.
                Ok(_) | Err(_) => return false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_children_are_always_looked_at() {
        let mut looks = Looks::default();
        for nanos in [0, 1, 2] {
            let now = Instant::from_nanos(nanos);
            assert!(looks.at_once(FEW, now));
            looks.looked(now);
        }
        assert_eq!(looks.due(), None);
    }

    #[test]
    fn many_are_looked_at_in_intervals_and_never_forgotten() {
        let mut looks = Looks::default();
        let start = Instant::from_nanos(1);
        assert!(looks.at_once(FEW + 1, start));
        looks.looked(start);
        for after in [0, 1, 4_999_999] {
            assert!(!looks.at_once(FEW + 1, Instant::from_nanos(1 + after)));
            assert_eq!(looks.due(), Some(start + INTERVAL));
        }
        assert!(looks.at_once(FEW + 1, start + INTERVAL));
        assert!(looks.at_once(FEW, start), "few are left");
    }
}
