#![forbid(unsafe_code)]
//! Everything the postmaster has: its memory of the workers, its state, its descriptors.
//! Runs in: postmaster.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::sys::epoll::Epoll;
use nix::sys::signalfd::SignalFd;

use crate::loader::Foreseen;
use crate::shmem::segment::Segment;
use crate::sys::clock::Instant;
use crate::sys::eager::Learned;

use super::backends::Backends;
use super::control::Control;
use super::helpers::Helpers;
use super::machine::Machine;
use super::pidfile::PidFile;
use super::program::Program;
use super::reap::Looks;
use super::roster::{Entry, Id, Roster};
use super::server_state::Database;
use super::spare::Spares;

/// The postmaster's state.
pub(super) struct Server {
    pub(super) roster: Roster,
    pub(super) backends: Backends,
    pub(super) machine: Machine,
    /// The children that take the next workers.
    pub(super) spares: Spares,
    /// Processes that are neither workers nor attached to shared memory.
    pub(super) helpers: Helpers,
    /// When all children are looked at.
    pub(super) looks: Looks,
    /// The state of the database server, as it was last looked at, and since when.
    pub(super) database: Database,
    pub(super) segment: &'static Segment,
    /// Counts the resets of shared memory.
    pub(super) epoch: u64,
    /// Who caused the crash cycle that is on the way.
    pub(super) culprit: Option<Id>,
    /// Static workers that ended for good, by name, for `revive`.
    pub(super) retired: Vec<Entry>,
    pub(super) mains: Foreseen,
    pub(super) epoll: Epoll,
    /// Of waits that follow the end of a child.
    pub(super) awake: Learned,
    pub(super) signals: SignalFd,
    pub(super) control: Control,
    pub(super) pid_file: PidFile,
    /// Children read end-of-file from the other end when this one closes.
    pub(super) life: OwnedFd,
    /// The program that embeds the manager, if one does, and until when a reset waits for it.
    pub(super) program: Option<Program>,
    pub(super) program_deadline: Option<Instant>,
    /// Set when the postmaster is to leave, with its exit code.
    pub(super) exit: Option<i32>,
}

impl Server {
    /// Descriptors that are the postmaster's alone: children close them first of all.
    pub(super) fn own_fds(&self) -> impl Iterator<Item = RawFd> + '_ {
        [
            self.epoll.0.as_raw_fd(),
            self.signals.as_raw_fd(),
            self.pid_file.fd(),
            self.life.as_raw_fd(),
        ]
        .into_iter()
        .chain(self.spares.fds())
        .chain(self.control.fds())
        .chain(self.program.as_ref().map(Program::fd))
    }
}
