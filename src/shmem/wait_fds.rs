//! The descriptors of a wait with sockets: an epoll instance with a signalfd for SIGURG and the pipe
//! that tells of the postmaster's death. A process has one for single sockets, and one for each set.
//! Runs in: worker.

use std::os::fd::BorrowedFd;
use std::sync::OnceLock;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use crate::abi::latch::{WL_SOCKET_CLOSED, WL_SOCKET_READABLE, WL_SOCKET_WRITEABLE};
use crate::error::{Raised, Report, Result, SqlState};
use crate::sigsafe::postmaster;
use crate::sys::clock::Instant;
use crate::sys::reason::reason;

/// What an epoll event says it is of.
pub(super) const WAKE: u64 = 0;
pub(super) const DEATH: u64 = 1;
/// Sockets have this number and those behind it.
pub(super) const SOCKET: u64 = 2;

/// An epoll instance that a SIGURG ends the sleep in.
pub(super) struct Fds(Epoll);

/// What came of a sleep.
pub(super) enum Slept<'a> {
    /// A signal, or nothing yet: look at the latch.
    Look,
    TimedOut,
    Seen(&'a [EpollEvent]),
}

impl Fds {
    /// # Errors
    /// The descriptors cannot be made.
    pub(super) fn new() -> Result<Self> {
        let make = || {
            let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
            epoll.add(wake()?, EpollEvent::new(EpollFlags::EPOLLIN, WAKE))?;
            Ok(Self(epoll))
        };
        make().map_err(|errno| failed("epoll_create1", errno))
    }

    /// Adds the pipe that tells of the postmaster's death, where there is one.
    pub(super) fn add_death(&self) -> Result<()> {
        let Some(death) = death_fd() else { return Ok(()) };
        let added = self.0.add(death, EpollEvent::new(EpollFlags::EPOLLIN, DEATH));
        added.map_err(|errno| failed("epoll_ctl", errno))
    }

    /// Adds `socket` with the `WL_SOCKET_*` bits of `events`.
    pub(super) fn add(&self, socket: i32, events: i32, number: u64) -> Result<()> {
        let added = self.0.add(borrow(socket)?, EpollEvent::new(flags(events), number));
        added.map_err(|errno| failed("epoll_ctl", errno))
    }

    /// Changes what is waited for on `socket`.
    pub(super) fn modify(&self, socket: i32, events: i32, number: u64) -> Result<()> {
        let mut event = EpollEvent::new(flags(events), number);
        let changed = self.0.modify(borrow(socket)?, &mut event);
        changed.map_err(|errno| failed("epoll_ctl", errno))
    }

    /// Sleeps until something happens or the deadline passes; sees as much as `room` holds.
    pub(super) fn wait<'a>(
        &self,
        deadline: Option<Instant>,
        room: &'a mut [EpollEvent],
    ) -> Result<Slept<'a>> {
        let (timeout, whole) = remaining(deadline);
        let count = match self.0.wait(room, timeout) {
            Ok(0) if whole => return Ok(Slept::TimedOut),
            Ok(0) | Err(Errno::EINTR) => return Ok(Slept::Look),
            Ok(count) => count,
            Err(errno) => return Err(failed("epoll_wait", errno)),
        };
        let seen = room.get(..count).unwrap_or_default();
        if seen.iter().any(|event| event.data() == WAKE)
            && let Ok(wake) = wake()
        {
            while matches!(wake.read_signal(), Ok(Some(_))) {}
        }
        Ok(Slept::Seen(seen))
    }
}

/// The signalfd for SIGURG. It tells each process of its own signals, also one that inherited it.
fn wake() -> core::result::Result<&'static SignalFd, Errno> {
    static WAKE_FD: OnceLock<SignalFd> = OnceLock::new();
    if let Some(wake) = WAKE_FD.get() {
        return Ok(wake);
    }
    let urgent = SigSet::from(Signal::SIGURG);
    // A signalfd only sees what is blocked. Workers have SIGURG blocked from the start.
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&urgent), None)?;
    let wake = SignalFd::with_flags(&urgent, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
    Ok(WAKE_FD.get_or_init(|| wake))
}

fn death_fd() -> Option<BorrowedFd<'static>> {
    let fd = postmaster::death_fd();
    // SAFETY: the descriptor stays open as long as the process lives.
    (fd >= 0).then(|| unsafe { BorrowedFd::borrow_raw(fd) })
}

/// What a wait for one socket saw.
pub(super) enum Seen {
    /// `WL_SOCKET_*` bits.
    Socket(i32),
    PostmasterDeath,
    /// A SIGURG or another signal: look at the latch.
    Look,
    TimedOut,
}

/// A wait for one socket; the socket is taken out again when it is dropped.
pub(super) struct Armed {
    fds: &'static Fds,
    socket: i32,
}

/// Adds `socket` with the `WL_SOCKET_*` bits of `events` to the instance that a process keeps.
///
/// # Errors
/// The descriptors cannot be made, or the socket cannot be waited for.
pub(super) fn arm(socket: i32, events: i32) -> Result<Armed> {
    static FDS: OnceLock<Fds> = OnceLock::new();
    let fds = match FDS.get() {
        Some(fds) => fds,
        None => {
            let fds = Fds::new()?;
            fds.add_death()?;
            FDS.get_or_init(|| fds)
        }
    };
    fds.add(socket, events, SOCKET)?;
    Ok(Armed { fds, socket })
}

impl Armed {
    /// Sleeps until something happens or the deadline passes.
    pub(super) fn wait(&self, deadline: Option<Instant>) -> Result<Seen> {
        let mut room = [EpollEvent::empty(); 3];
        let seen = match self.fds.wait(deadline, &mut room)? {
            Slept::Look => return Ok(Seen::Look),
            Slept::TimedOut => return Ok(Seen::TimedOut),
            Slept::Seen(seen) => seen,
        };
        let of = |what: u64| seen.iter().find(|event| event.data() == what);
        if of(WAKE).is_some() {
            return Ok(Seen::Look);
        }
        if let Some(event) = of(SOCKET) {
            return Ok(Seen::Socket(socket_events(event)));
        }
        // The pipe's end stays: a wait that does not care would see nothing else any more.
        let _gone = death_fd().map(|death| self.fds.0.delete(death));
        Ok(Seen::PostmasterDeath)
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        if let Ok(socket) = borrow(self.socket) {
            // The socket may have been closed meanwhile, and is out then.
            let _gone = self.fds.0.delete(socket);
        }
    }
}

fn flags(events: i32) -> EpollFlags {
    let mut flags = EpollFlags::empty();
    flags.set(EpollFlags::EPOLLIN, events & WL_SOCKET_READABLE != 0);
    flags.set(EpollFlags::EPOLLOUT, events & WL_SOCKET_WRITEABLE != 0);
    flags.set(EpollFlags::EPOLLRDHUP, events & WL_SOCKET_CLOSED != 0);
    flags
}

/// The time left, rounded up to milliseconds, and whether epoll can wait that long at once.
fn remaining(deadline: Option<Instant>) -> (EpollTimeout, bool) {
    let Some(deadline) = deadline else { return (EpollTimeout::NONE, false) };
    let left = deadline.since(Instant::now());
    let rounded = left.as_nanos().div_ceil(1_000_000);
    let millis = u64::try_from(rounded).unwrap_or(u64::MAX);
    match EpollTimeout::try_from(Duration::from_millis(millis)) {
        Ok(timeout) => (timeout, true),
        Err(_) => (EpollTimeout::MAX, false),
    }
}

/// The `WL_SOCKET_*` bits of what epoll says; of an error all of them.
pub(super) fn socket_events(event: &EpollEvent) -> i32 {
    let flags = event.events();
    let broken = flags.intersects(EpollFlags::EPOLLERR | EpollFlags::EPOLLHUP);
    let mut events = 0;
    for (flag, event) in [
        (EpollFlags::EPOLLIN, WL_SOCKET_READABLE),
        (EpollFlags::EPOLLOUT, WL_SOCKET_WRITEABLE),
        (EpollFlags::EPOLLRDHUP, WL_SOCKET_CLOSED),
    ] {
        if broken || flags.contains(flag) {
            events |= event;
        }
    }
    events
}

fn borrow(socket: i32) -> Result<BorrowedFd<'static>> {
    if socket < 0 {
        return Err(failed("epoll_ctl", Errno::EBADF));
    }
    // SAFETY: the caller waits for it, so it keeps it open; a closed one is only refused.
    Ok(unsafe { BorrowedFd::borrow_raw(socket) })
}

fn failed(call: &str, errno: Errno) -> Raised {
    let message = format!("{call}() failed: {}", reason(errno));
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}
