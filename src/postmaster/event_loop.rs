#![forbid(unsafe_code)]
//! Where the postmaster sleeps, and what wakes it.
//! Runs in: postmaster.
//!
//! What is done for an event stays out of line: pages of the stack that the loop itself uses are
//! copied after each fork (docs/PERFORMANCE.md).

use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::epoll::{EpollEvent, EpollTimeout};
use nix::sys::signal::{SigSet, Signal};

use crate::error::Level;
use crate::sys;
use crate::sys::clock::Instant;
use crate::sys::reason::reason;

use super::machine::Shutdown;
use super::messages::say;
use super::server::Server;

/// The signals the postmaster listens to; all others are blocked or ignored.
pub(super) fn signals() -> SigSet {
    [
        Signal::SIGCHLD,
        Signal::SIGHUP,
        Signal::SIGINT,
        Signal::SIGQUIT,
        Signal::SIGTERM,
        Signal::SIGUSR1,
    ]
    .into_iter()
    .collect()
}

/// What there is to read.
#[derive(Default)]
struct Ready {
    signals: bool,
    /// The descriptors of callers.
    callers: Vec<RawFd>,
}

/// What signals have come since the last look.
#[derive(Default)]
struct Pending {
    shutdown: Option<Shutdown>,
    reload: bool,
    /// The pid that the signal of an ended child names; several that end at once send one signal.
    child: Option<i32>,
    slots: bool,
}

impl Server {
    /// Runs until the postmaster is to leave. Returns its exit code.
    pub(super) fn run(&mut self) -> i32 {
        let mut reaped = false;
        loop {
            self.start_helpers();
            self.retire_spares();
            let more = self.launch_ready();
            self.settle();
            if let Some(code) = self.exit {
                return code;
            }
            // After a reinitialization there is work that no event will tell of.
            let unstarted = self.machine.is_running() && self.roster.next_ready().is_some();
            let idle = !more && !unstarted;
            let idle = idle && !self.provide_spare();
            let ready = self.sleep(idle, reaped);
            let pending = if ready.signals { self.read_signals() } else { Pending::default() };
            reaped = pending.child.is_some();
            self.obey(&pending);
            for fd in ready.callers {
                self.serve(fd);
            }
            let tell = self.machine.tick(Instant::now());
            self.tell(tell);
        }
    }

    /// Sleeps until a signal, a caller or a deadline; not at all if not `idle`. `reaped`: a child's end
    /// is what it was up to last.
    fn sleep(&self, idle: bool, reaped: bool) -> Ready {
        let timeout = if idle { self.timeout() } else { EpollTimeout::ZERO };
        let mut events = [EpollEvent::empty(); 16];
        let mut count = 0;
        if idle && reaped {
            // Who was told of a worker's end may have the next one ready.
            self.awake.wait(|| {
                count = self.look(&mut events, EpollTimeout::ZERO);
                count > 0
            });
        }
        if count == 0 {
            count = self.look(&mut events, timeout);
        }
        let mut ready = Ready::default();
        let fds = events.iter().take(count).filter_map(|e| RawFd::try_from(e.data()).ok());
        for fd in fds {
            if fd == self.signals.as_raw_fd() {
                ready.signals = true;
            } else {
                ready.callers.push(fd);
            }
        }
        ready
    }

    /// What has happened, or happens before `timeout`: so many of the events.
    fn look(&self, events: &mut [EpollEvent], timeout: EpollTimeout) -> usize {
        match self.epoll.wait(events, timeout) {
            Ok(count) => count,
            Err(Errno::EINTR) => 0,
            Err(errno) => {
                say(Level::Log, format!("epoll_wait() failed: {}", reason(errno)));
                0
            }
        }
    }

    /// The time until the next deadline, rounded up to what epoll knows.
    fn timeout(&self) -> EpollTimeout {
        let restart = self.machine.is_running().then(|| self.roster.next_deadline()).flatten();
        let helpers = self.helpers_deadline();
        let look = self.looks.due();
        let next = [restart, self.machine.deadline(), self.program_deadline, helpers, look];
        let next = next.into_iter().flatten().min();
        let Some(next) = next else { return EpollTimeout::NONE };
        let left = next.since(Instant::now()).as_nanos().div_ceil(1_000_000);
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(u64::MAX));
        EpollTimeout::try_from(left).unwrap_or(EpollTimeout::MAX)
    }

    fn read_signals(&self) -> Pending {
        let mut pending = Pending::default();
        for sent in sys::signals::read_pending(&self.signals) {
            match sent.signal {
                libc::SIGTERM => pending.ask(Shutdown::Smart),
                libc::SIGINT => pending.ask(Shutdown::Fast),
                libc::SIGQUIT => pending.ask(Shutdown::Immediate),
                libc::SIGHUP => pending.reload = true,
                libc::SIGCHLD => pending.child = Some(sent.by),
                libc::SIGUSR1 => pending.slots = true,
                _ => {}
            }
        }
        pending
    }

    fn obey(&mut self, pending: &Pending) {
        if let Some(how) = pending.shutdown {
            self.shut_down(how);
        }
        if pending.reload {
            self.reload();
        }
        match pending.child {
            Some(pid) => self.reap(pid),
            None if self.looks.is_due() => self.reap_all(),
            None => {}
        }
        if pending.slots {
            self.look_at_server();
            self.scan();
        }
    }

    /// Deals with a caller of the control socket, or takes new ones in.
    #[inline(never)]
    fn serve(&mut self, fd: RawFd) {
        if fd == self.control.listener().as_raw_fd() {
            self.control.accept(&self.epoll);
        } else if let Some((question, rest)) = self.control.ready(fd) {
            if question == b"call" {
                self.start_backend(fd, rest);
            } else {
                let answer = self.answer_to(&question);
                self.control.answer(&self.epoll, fd, answer);
            }
        }
    }
}

impl Pending {
    /// The most urgent request counts.
    fn ask(&mut self, how: Shutdown) {
        self.shutdown = self.shutdown.max(Some(how));
    }
}
