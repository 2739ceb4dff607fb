//! Signals that are looked at where it is convenient, and children that end with their parent.
//! Runs in: command.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::{Pid, getppid};

/// What asks a program to end.
pub(crate) const ENDS: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

/// Signals that no longer act by themselves.
pub(crate) struct Signals(SignalFd);

impl Signals {
    /// Takes these signals over for the rest of the process's life.
    pub(crate) fn take_over(signals: impl IntoIterator<Item = Signal>) -> nix::Result<Self> {
        let set: SigSet = signals.into_iter().collect();
        set.thread_block()?;
        SignalFd::with_flags(&set, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC).map(Self)
    }

    /// Sleeps until one of the signals comes, or until the time is over.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> nix::Result<Option<Signal>> {
        let timeout = timeout.map_or(PollTimeout::NONE, |timeout| {
            PollTimeout::try_from(timeout).unwrap_or(PollTimeout::MAX)
        });
        self.sleep(&mut [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)], timeout)
    }

    /// Sleeps until one of the signals comes, or until `other` can be read.
    pub(crate) fn wait_or_read(&self, other: BorrowedFd<'_>) -> nix::Result<Option<Signal>> {
        let fds = [self.0.as_fd(), other];
        self.sleep(&mut fds.map(|fd| PollFd::new(fd, PollFlags::POLLIN)), PollTimeout::NONE)
    }

    fn sleep(&self, fds: &mut [PollFd<'_>], timeout: PollTimeout) -> nix::Result<Option<Signal>> {
        match poll(fds, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
        let info = self.0.read_signal()?;
        Ok(info.and_then(|info| Signal::try_from(i32::try_from(info.ssi_signo).ok()?).ok()))
    }
}

/// Has the command run with no signal blocked, and end when this process does.
pub(crate) fn tie(command: &mut Command) -> &mut Command {
    let parent = Pid::this();
    let prepare = move || {
        SigSet::all().thread_unblock()?;
        prctl::set_pdeathsig(Signal::SIGTERM)?;
        if getppid() == parent { Ok(()) } else { Err(io::Error::from(Errno::ESRCH)) }
    };
    // SAFETY: three system calls, which are async-signal-safe; an errno as an error needs no heap.
    unsafe { command.pre_exec(prepare) }
}
