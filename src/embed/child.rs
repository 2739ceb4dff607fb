//! The postmaster's side of the fork that `pgbgw_start` makes.
//! Runs in: postmaster.

use std::fs::{self, OpenOptions};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::{self, Pid};

use crate::error::{self, Level, Report};
use crate::loader;
use crate::postmaster::{self, Program};
use crate::shmem::program as shared;
use crate::sys::reason::of_io;
use crate::sys::signals;
use crate::worker::exit;

use super::manager::Wanted;

/// Runs the postmaster in a freshly forked child, with every signal blocked, and ends it without the
/// program's exit handlers.
pub(super) fn run(wanted: &Wanted, program: Program, parent: Pid) -> ! {
    let code = match prepare(wanted, parent) {
        Ok(()) => {
            let settings: Vec<&[u8]> = wanted.settings.iter().map(Vec::as_slice).collect();
            postmaster::run_for(&wanted.directory, &settings, Some(program))
        }
        Err(report) => {
            error::emit(&report);
            program.tell_failure(&report);
            1
        }
    };
    if wanted.is_temporary {
        let _gone = fs::remove_dir_all(&wanted.directory);
    }
    shared::set_exit_code(code);
    // SAFETY: writes out what C's streams hold; the parent's were empty at the fork.
    unsafe { libc::fflush(core::ptr::null_mut()) };
    // SAFETY: ends the process.
    unsafe { libc::_exit(code) }
}

/// What the program may have set up differently from what a postmaster expects.
fn prepare(wanted: &Wanted, parent: Pid) -> Result<(), Report> {
    // A program that ends takes its postmaster along.
    let _result = prctl::set_pdeathsig(Signal::SIGQUIT);
    if unistd::getppid() != parent {
        return Err(Report::new(Level::Fatal, "the program has ended"));
    }
    for signal in 1..=libc::SIGSYS {
        signals::set_raw(signal, libc::SIG_DFL);
    }
    exit::forget_callbacks();
    exit::skip_handlers_of_program();
    loader::offer_program();
    wanted.log_file.as_deref().map_or(Ok(()), redirect)
}

/// Has standard error, and standard output, go to a file.
fn redirect(path: &Path) -> Result<(), Report> {
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let file = file.map_err(|error| {
        let message = format!("could not open log file \"{}\": {}", path.display(), of_io(&error));
        Report::new(Level::Fatal, message)
    })?;
    for fd in [1, 2] {
        // SAFETY: replaces the descriptors that messages go to, in this process only.
        unsafe { libc::dup2(file.as_raw_fd(), fd) };
    }
    Ok(())
}
