#![forbid(unsafe_code)]
//! Children forked in advance, which take the next workers: a start then costs a wake-up instead of
//! a fork. They are no workers before they have one: their end is no crash, and nobody is told of it.
//! Runs in: postmaster; the child's side ends in `worker::wait_for_worker`.

use std::os::fd::RawFd;

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::guc::settings;
use crate::sigsafe::postmaster;
use crate::sys::clock::Instant;
use crate::sys::fork::{Side, fork};
use crate::sys::handover::Pipe;
use crate::sys::process;
use crate::worker::{self, Work};

use super::roster::{Doing, Entry, Id, Origin};
use super::schedule::FORK_RETRY;
use super::server::Server;

/// Children that wait: while one becomes a worker, and the next makes itself ready, there is
/// another that is.
const SPARES: usize = 2;

/// The children that wait, and the ways to give them their workers.
pub(super) struct Spares {
    /// One for each, and for one that was given a worker and has not taken it yet.
    ways: [Way; SPARES + 1],
    /// Has a worker been started for which a child would better have been there?
    wanted: bool,
    /// None could be forked, and it is not tried again before that.
    not_before: Option<Instant>,
    /// Counts those that were forked.
    forked: u64,
}

struct Way {
    pipe: Pipe,
    /// Who waits at its end, and the how manieth it is.
    waiting: Option<(u64, i32)>,
    /// Who was given a worker through it last.
    taker: Option<i32>,
}

impl Way {
    fn new() -> Result<Self, Errno> {
        Ok(Self { pipe: Pipe::new()?, waiting: None, taker: None })
    }

    fn is_free(&self) -> bool {
        self.waiting.is_none() && self.pipe.is_empty()
    }

    /// Who waits here is to go.
    fn dismiss(&mut self) {
        if let Some((_, pid)) = self.waiting.take() {
            process::signal(pid, libc::SIGKILL);
            // It does nothing but wait, so it is gone at once.
            let _gone = waitpid(Pid::from_raw(pid), None);
        }
    }

    /// Gives the worker to who waits here. None: nobody does, or it has died.
    fn give(&mut self, entry: &Entry) -> Option<i32> {
        let (_, pid) = self.waiting?;
        let state = waitpid(Pid::from_raw(pid), Some(WaitPidFlag::WNOHANG));
        if state != Ok(WaitStatus::StillAlive) {
            self.waiting = None;
            return None;
        }
        if !self.pipe.give(&Work { worker: *entry.worker, slot: entry.slot }) {
            self.dismiss();
            return None;
        }
        self.waiting = None;
        self.taker = Some(pid);
        Some(pid)
    }
}

impl Spares {
    /// None yet.
    ///
    /// # Errors
    /// What pipe2 said.
    pub(super) fn new() -> Result<Self, Errno> {
        let ways = [Way::new()?, Way::new()?, Way::new()?];
        Ok(Self { ways, wanted: false, not_before: None, forked: 0 })
    }

    pub(super) fn fds(&self) -> impl Iterator<Item = RawFd> + '_ {
        self.ways.iter().flat_map(|way| way.pipe.fds())
    }

    /// Those that wait are to go: what they were forked with holds no longer.
    pub(super) fn dismiss(&mut self) {
        self.ways.iter_mut().for_each(Way::dismiss);
    }

    fn waiting(&self) -> usize {
        self.ways.iter().filter(|way| way.waiting.is_some()).count()
    }

    /// A child has ended; false: it was none that waits. The next start of a worker has others
    /// forked, so that none are in a circle where they cannot live.
    pub(super) fn ended(&mut self, pid: i32) -> bool {
        let is_it = |way: &&mut Way| way.waiting.is_some_and(|(_, waiting)| waiting == pid);
        let Some(way) = self.ways.iter_mut().find(is_it) else { return false };
        way.waiting = None;
        self.wanted = false;
        true
    }

    /// Did this child end before it took the worker that it was given? Then it never was that worker.
    pub(super) fn missed(&mut self, pid: i32) -> bool {
        let mut ways = self.ways.iter_mut();
        let Some(way) = ways.find(|way| way.taker == Some(pid)) else { return false };
        way.taker = None;
        let missed = !way.pipe.is_empty();
        way.pipe.clear();
        missed
    }

    /// Gives the worker to the child that has waited longest. None: there is none.
    fn give(&mut self, entry: &Entry) -> Option<i32> {
        // The first start of a static worker says nothing of what is to come.
        self.wanted |= entry.origin == Origin::Dynamic || entry.starts > 0;
        while let Some(way) =
            self.ways.iter_mut().filter(|way| way.waiting.is_some()).min_by_key(|way| way.waiting)
        {
            let pid = way.give(entry);
            if pid.is_some() {
                return pid;
            }
        }
        None
    }
}

impl Server {
    /// Has the child that waits become this worker. None: it has to be forked.
    pub(super) fn give_to_spare(&mut self, id: Id) -> Option<i32> {
        let entry = self.roster.get(id)?;
        self.spares.give(entry)
    }

    /// A worker's process has ended; true: it never was that worker, which is to be started still,
    /// unless it was told to end meanwhile.
    pub(super) fn never_was(&mut self, id: Id, pid: i32) -> bool {
        let missed = self.spares.missed(pid);
        if missed {
            self.roster.set_doing(id, Doing::Ready);
            if self.roster.get(id).is_some_and(|entry| entry.terminate) {
                self.forget(id);
            }
        }
        missed
    }

    /// The children that wait go when workers are not started any more, or no longer in this memory.
    pub(super) fn retire_spares(&mut self) {
        if !self.machine.is_running() {
            self.spares.dismiss();
        }
    }

    /// The child: waits at the end of its way. Apart from what the postmaster does, it lies with what
    /// else workers execute (build/order.ld).
    #[inline(never)]
    fn be_spare(&self, way: usize) -> ! {
        let out = self.spares.ways.get(way).map_or(-1, |way| way.pipe.fds()[0]);
        process::close_inherited(self.own_fds().filter(|&fd| fd != out));
        worker::wait_for_worker(out, postmaster::pid())
    }

    /// Forks a child that waits, if one is wanted and not there. The postmaster has nothing better
    /// to do. True: it has something to do still.
    #[inline(never)]
    pub(super) fn provide_spare(&mut self) -> bool {
        let may = self.machine.is_running() && settings::spare_processes();
        let not_yet = self.spares.not_before.is_some_and(|at| Instant::now() < at);
        if !may || not_yet || !self.spares.wanted || self.spares.waiting() >= SPARES {
            return false;
        }
        let Some(free) = self.spares.ways.iter().position(Way::is_free) else { return false };
        // Who was started goes first.
        process::give_way();
        match fork() {
            Ok(Side::Parent(pid)) => {
                self.spares.not_before = None;
                self.spares.forked += 1;
                let number = self.spares.forked;
                if let Some(way) = self.spares.ways.get_mut(free) {
                    way.waiting = Some((number, pid.as_raw()));
                }
                self.spares.waiting() < SPARES
            }
            Ok(Side::Child) => self.be_spare(free),
            // Nobody asked for it: a worker that cannot be forked is reported.
            Err(_) => {
                self.spares.not_before = Some(Instant::now() + FORK_RETRY);
                false
            }
        }
    }
}
