#![forbid(unsafe_code)]
//! The program that embeds the manager: the postmaster's parent, told how the start went, and given
//! time to leave shared memory before a reset.
//! Runs in: postmaster.

use core::time::Duration;
use std::os::fd::{AsRawFd as _, OwnedFd, RawFd};

use crate::error::{self, Report, Result};
use crate::loader;
use crate::shmem::program as shared;
use crate::shmem::requests;
use crate::shmem::segment::Plan;
use crate::sigsafe::line::write_all;
use crate::sys::clock::Instant;

use super::server::Server;

/// How long a reset waits for the program to leave a call.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a program wants of its postmaster.
pub(crate) struct Program {
    /// Registers static workers, settings and hooks, as a library's `_PG_init` does.
    pub(crate) init: Option<unsafe extern "C" fn()>,
    /// Bytes of shared memory, on top of what libraries ask for.
    pub(crate) shared_memory: usize,
    /// Where the program reads how the start went; end-of-file is the postmaster's end.
    pub(crate) report: OwnedFd,
}

/// How the start went, as the program reads it.
pub(crate) enum Start {
    Ready(Plan),
    Failed(Vec<u8>),
}

/// What the first byte says.
const READY: u8 = b'R';
const FAILED: u8 = b'F';

impl Start {
    /// The message.
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Ready(plan) => {
                let Plan { slots, backends, lwlocks, locks, addin, dynamic } = *plan;
                let numbers = [slots, backends, lwlocks, locks, addin, dynamic];
                let numbers = numbers.into_iter().flat_map(usize::to_ne_bytes);
                [READY].into_iter().chain(numbers).collect()
            }
            Self::Failed(text) => [&[FAILED], text.as_slice()].concat(),
        }
    }

    /// Of a message; None as long as it is not complete. A failure is complete at its end.
    pub(crate) fn decode(message: &[u8], is_over: bool) -> Option<Self> {
        let (kind, rest) = message.split_first()?;
        if *kind != READY {
            return is_over.then(|| Self::Failed(rest.to_vec()));
        }
        let mut numbers = rest
            .chunks_exact(size_of::<usize>())
            .map(|bytes| bytes.try_into().map_or(0, usize::from_ne_bytes));
        let mut next = || numbers.next();
        let (slots, backends, lwlocks) = (next()?, next()?, next()?);
        let (locks, addin, dynamic) = (next()?, next()?, next()?);
        Some(Self::Ready(Plan { slots, backends, lwlocks, locks, addin, dynamic }))
    }
}

impl Program {
    /// Calls the program's init function, while libraries are preloaded.
    ///
    /// # Errors
    /// What it raised.
    pub(super) fn initialize(&self) -> Result<()> {
        let before = requests::set_library(loader::PROGRAM_ID);
        let result = self.init.map_or(Ok(()), error::call_plain);
        requests::set_library(before);
        result
    }

    /// Tells the program how the start went.
    pub(super) fn tell(&self, start: &Start) {
        // A program that is gone takes the postmaster along.
        write_all(self.fd(), &start.encode());
    }

    /// Why the start failed.
    pub(crate) fn tell_failure(&self, report: &Report) {
        let mut text = report.message.clone();
        for (word, more) in [("DETAIL:  ", &report.detail), ("HINT:  ", &report.hint)] {
            if let Some(more) = more {
                text.push(b'\n');
                text.extend_from_slice(word.as_bytes());
                text.extend_from_slice(more);
            }
        }
        self.tell(&Start::Failed(text));
    }

    pub(super) fn fd(&self) -> RawFd {
        self.report.as_raw_fd()
    }
}

impl Server {
    /// Has the program left shared memory, so that it can be reset? After [`PATIENCE`] it is taken
    /// to have.
    pub(super) fn program_has_left(&mut self) -> bool {
        if shared::is_outside() {
            self.program_deadline = None;
            return true;
        }
        let now = Instant::now();
        let deadline = *self.program_deadline.get_or_insert(now + PATIENCE);
        let over = deadline <= now;
        if over {
            self.program_deadline = None;
        }
        over
    }
}
