#![forbid(unsafe_code)]
//! Backends: children that serve one caller of the control socket each (`pgbgw call`).
//! Runs in: postmaster; the child's side ends in `backend::main`.

use std::collections::HashMap;
use std::io::Write as _;
use std::os::fd::RawFd;

use crate::backend;
use crate::error::{Level, Report, SqlState};
use crate::shmem::procs;
use crate::sigsafe::postmaster;
use crate::sys::clock::Instant;
use crate::sys::fork::{Side, fork};
use crate::sys::process;
use crate::sys::reason::reason;

use super::files::fatal;
use super::messages::{how, say};
use super::schedule::{self, Ended};
use super::server::Server;

/// The backends that run, and the places in the array of processes that they may have.
pub(super) struct Backends {
    places: HashMap<i32, usize>,
    free: Vec<usize>,
}

impl Backends {
    /// None yet, with room for those `places`.
    pub(super) fn with_room(places: impl Iterator<Item = usize>) -> Self {
        Self { places: HashMap::new(), free: places.collect() }
    }

    pub(super) fn pids(&self) -> impl Iterator<Item = i32> + '_ {
        self.places.keys().copied()
    }

    pub(super) fn running(&self) -> usize {
        self.places.len()
    }

    pub(super) fn contains(&self, pid: i32) -> bool {
        self.places.contains_key(&pid)
    }

    pub(super) fn place_of(&self, pid: i32) -> Option<usize> {
        self.places.get(&pid).copied()
    }

    /// A child has ended; the place of a backend is free from now on. False: it was none.
    fn ended(&mut self, pid: i32) -> bool {
        let place = self.places.remove(&pid);
        self.free.extend(place);
        place.is_some()
    }
}

impl Server {
    /// Is this one of the postmaster's own processes?
    pub(super) fn is_child(&self, pid: i32) -> bool {
        self.roster.with_pid(pid).is_some() || self.backends.contains(pid)
    }

    /// Every process that runs and is attached to shared memory.
    pub(super) fn pids(&self) -> impl Iterator<Item = i32> + '_ {
        self.roster.pids().chain(self.backends.pids())
    }

    /// Has a caller served by a backend of its own. `asked` is what it has sent after its request.
    pub(super) fn start_backend(&mut self, fd: RawFd, asked: Vec<u8>) {
        let place = match self.room_for_backend() {
            Ok(place) => place,
            Err(report) => {
                return self.control.answer(&self.epoll, fd, backend::refusal(&report));
            }
        };
        procs::mark_clean(self.segment, place, 0);
        let Some(stream) = self.control.hand_over(&self.epoll, fd) else {
            self.backends.free.push(place);
            return;
        };
        match fork() {
            Ok(Side::Parent(pid)) => {
                self.backends.places.insert(pid.as_raw(), place);
            }
            Ok(Side::Child) => {
                process::close_inherited(self.own_fds());
                backend::main(backend::Launch {
                    place,
                    postmaster: postmaster::pid(),
                    stream,
                    asked,
                })
            }
            Err(errno) => {
                self.backends.free.push(place);
                let message =
                    format!("could not fork new process for connection: {}", reason(errno));
                say(Level::Log, message.clone());
                // The socket has room for it; a caller that is gone does not matter.
                let _gone = (&stream).write_all(&backend::refusal(&fatal(message)));
            }
        }
    }

    fn room_for_backend(&mut self) -> Result<usize, Report> {
        let refused =
            |sqlstate, message: &str| Err(fatal(message).with_sqlstate(SqlState::new(sqlstate)));
        if self.machine.is_shutting_down() {
            return refused(*b"57P03", "the database system is shutting down");
        }
        if !self.machine.is_running() {
            return refused(*b"57P03", "the database system is in recovery mode");
        }
        match self.backends.free.pop() {
            Some(place) => Ok(place),
            None => refused(*b"53300", "sorry, too many clients already"),
        }
    }

    /// A child that is no worker has ended; one that is no backend either was made by a library in
    /// the postmaster, and is reaped, no more.
    pub(super) fn backend_ended(&mut self, pid: i32, ended: Ended) {
        if !self.backends.ended(pid) {
            return;
        }
        let message = format!("server process (PID {pid}) {}", how(ended));
        if !schedule::is_crash(ended) {
            say(Level::Debug2, message);
        } else if let Some(tell) = self.machine.crash(Instant::now()) {
            self.begin_crash_cycle(message.into(), tell);
        }
        self.roster.forget_listener(pid);
        if self.backends.running() == 0 && self.machine.last_client_gone() {
            self.stop_workers();
        }
    }
}
