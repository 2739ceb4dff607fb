//! The descriptors of a wait with a socket: an epoll instance with a signalfd for SIGURG and the
//! pipe that tells of the postmaster's death. One per process, made at its first such wait.
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

const WAKE: u64 = 0;
const DEATH: u64 = 1;
const SOCKET: u64 = 2;

struct Fds {
    epoll: Epoll,
    wake: SignalFd,
}

static FDS: OnceLock<Fds> = OnceLock::new();

/// What a wait saw.
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

/// Adds `socket` with the `WL_SOCKET_*` bits of `events`.
///
/// # Errors
/// The descriptors cannot be made, or the socket cannot be waited for.
pub(super) fn arm(socket: i32, events: i32) -> Result<Armed> {
    let fds = match FDS.get() {
        Some(fds) => fds,
        None => {
            let fds = make().map_err(|errno| failed("epoll_create1", errno))?;
            FDS.get_or_init(|| fds)
        }
    };
    let mut flags = EpollFlags::empty();
    flags.set(EpollFlags::EPOLLIN, events & WL_SOCKET_READABLE != 0);
    flags.set(EpollFlags::EPOLLOUT, events & WL_SOCKET_WRITEABLE != 0);
    flags.set(EpollFlags::EPOLLRDHUP, events & WL_SOCKET_CLOSED != 0);
    let added = fds.epoll.add(borrow(socket)?, EpollEvent::new(flags, SOCKET));
    added.map_err(|errno| failed("epoll_ctl", errno))?;
    Ok(Armed { fds, socket })
}

fn make() -> core::result::Result<Fds, Errno> {
    let urgent = SigSet::from(Signal::SIGURG);
    // A signalfd only sees what is blocked. Workers have SIGURG blocked from the start.
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&urgent), None)?;
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let wake = SignalFd::with_flags(&urgent, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
    epoll.add(&wake, EpollEvent::new(EpollFlags::EPOLLIN, WAKE))?;
    if let Some(death) = death_fd() {
        epoll.add(death, EpollEvent::new(EpollFlags::EPOLLIN, DEATH))?;
    }
    Ok(Fds { epoll, wake })
}

fn death_fd() -> Option<BorrowedFd<'static>> {
    let fd = postmaster::death_fd();
    // SAFETY: the descriptor stays open as long as the process lives.
    (fd >= 0).then(|| unsafe { BorrowedFd::borrow_raw(fd) })
}

impl Armed {
    /// Sleeps until something happens or the deadline passes.
    pub(super) fn wait(&self, deadline: Option<Instant>) -> core::result::Result<Seen, Errno> {
        let mut events = [EpollEvent::empty(); 3];
        let (timeout, whole) = remaining(deadline);
        let count = match self.fds.epoll.wait(&mut events, timeout) {
            Ok(count) => count,
            Err(Errno::EINTR) => return Ok(Seen::Look),
            Err(errno) => return Err(errno),
        };
        let seen = events.get(..count).unwrap_or_default();
        let of = |what: u64| seen.iter().find(|e| e.data() == what).map(EpollEvent::events);
        if of(WAKE).is_some() {
            while matches!(self.fds.wake.read_signal(), Ok(Some(_))) {}
            return Ok(Seen::Look);
        }
        if let Some(flags) = of(SOCKET) {
            return Ok(Seen::Socket(socket_events(flags)));
        }
        if of(DEATH).is_some() {
            // The pipe's end stays: a wait that does not care would see nothing else any more.
            let _gone = death_fd().map(|death| self.fds.epoll.delete(death));
            return Ok(Seen::PostmasterDeath);
        }
        Ok(if whole { Seen::TimedOut } else { Seen::Look })
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        if let Ok(socket) = borrow(self.socket) {
            // The socket may have been closed meanwhile, and is out then.
            let _gone = self.fds.epoll.delete(socket);
        }
    }
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

fn socket_events(flags: EpollFlags) -> i32 {
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
