#![forbid(unsafe_code)]
//! Starting workers: the fork, and what is reported of it.
//! Runs in: postmaster; the child's side ends in `worker::main`.

use nix::errno::Errno;

use crate::error::{Level, Report};
use crate::registration::text::{self, Field};
use crate::shmem::procs;
use crate::shmem::slots::State;
use crate::sigsafe::postmaster;
use crate::sys::clock::Instant;
use crate::sys::fork::{Side, fork};
use crate::sys::process;
use crate::sys::reason::reason;
use crate::worker::{self, Launch};

use super::messages::{debug, quoting};
use super::roster::{Doing, Entry, Id, LastEnd};
use super::schedule::FORK_RETRY;
use super::server::Server;

/// Launches per turn of the event loop, so that signals are looked at in between.
const MAX_LAUNCHES: u32 = 100;

impl Server {
    /// Starts what is to be started, newest first. True: there is more for the next turn.
    pub(super) fn launch_ready(&mut self) -> bool {
        if !self.machine.is_running() {
            return false;
        }
        let now = Instant::now();
        while let Some(id) = self.roster.take_due(now) {
            self.roster.set_doing(id, Doing::Ready);
        }
        for _ in 0..MAX_LAUNCHES {
            let Some(id) = self.roster.next_ready() else { return false };
            self.launch(id);
        }
        self.roster.next_ready().is_some()
    }

    #[inline(never)]
    fn launch(&mut self, id: Id) {
        if self.must_wait(id) {
            return;
        }
        let Some(entry) = self.roster.get(id) else { return };
        debug(|| quoting("starting background worker process ", entry.name(), ""));
        // A process of old may have had the new one's pid.
        procs::mark_clean(self.segment, entry.slot, 0);
        if let Some(pid) = self.give_to_spare(id) {
            return self.started(id, pid);
        }
        let Some(entry) = self.roster.get(id) else { return };
        match self.fork_worker(entry) {
            Err(errno) => self.fork_failed(id, errno),
            Ok(pid) => self.started(id, pid),
        }
    }

    /// Forks, and has the child become the worker; its pid. Apart from what the postmaster does, as
    /// the child begins in here: it lies with what else workers execute (build/order.ld).
    #[inline(never)]
    fn fork_worker(&self, entry: &Entry) -> Result<i32, Errno> {
        // The child finds the roster empty.
        let (worker, slot) = (*entry.worker, entry.slot);
        match fork()? {
            Side::Parent(pid) => Ok(pid.as_raw()),
            Side::Child => {
                // Not the parent's pid: if the postmaster has died already, that is another's.
                let postmaster = postmaster::pid();
                process::close_inherited(self.own_fds());
                worker::main(&Launch { worker: &worker, slot, postmaster })
            }
        }
    }

    fn started(&mut self, id: Id, pid: i32) {
        self.roster.set_doing(id, Doing::Running(pid));
        let Some(entry) = self.roster.get_mut(id) else { return };
        entry.starts += 1;
        entry.started = Some(Instant::now());
        let (number, notify) = (entry.slot, entry.notify);
        if let Some(slot) = self.segment.slots().get(number) {
            slot.report(State::Started, pid);
        }
        self.announce(number, notify);
        if let Some(entry) = self.roster.get(id) {
            let name = |field| text::bounded(&entry.worker, field);
            self.mains.add(name(Field::Library), name(Field::Function));
        }
    }

    /// No process was made: every kind of worker is tried again. PostgreSQL forgets those that
    /// are never restarted.
    fn fork_failed(&mut self, id: Id, errno: Errno) {
        let message = format!("could not fork background worker process: {}", reason(errno));
        crate::error::emit(
            &Report::new(Level::Log, message)
                .with_detail(format!("It is tried again in {} s.", FORK_RETRY.as_secs())),
        );
        self.roster.set_doing(id, Doing::Delayed(Instant::now() + FORK_RETRY));
        if let Some(entry) = self.roster.get_mut(id) {
            entry.last_end = Some(LastEnd::NotForked(errno));
        }
    }
}
