#![forbid(unsafe_code)]
//! The control socket of the data directory: one line asks, lines answer.
//! Runs in: postmaster.
//!
//! Everything is non-blocking and bounded: a caller that sends nothing, or reads nothing, holds up
//! nobody but itself.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollEvent, EpollFlags};
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use nix::sys::stat::{Mode, umask};

use crate::error::Report;
use crate::sys::reason::of_io;

use super::files::{fatal, remove_at_exit};

/// The socket's name in the data directory, which is the working directory: absolute paths may be
/// longer than the 108 bytes that a socket's name can have.
const NAME: &str = ".s.pgbgw";
/// Callers at once; more are hung up on.
const MAX_CALLERS: usize = 32;
/// Bytes of a question.
const MAX_QUESTION: usize = 8192;

/// One caller: what it has asked so far, what it has not read yet.
struct Caller {
    stream: UnixStream,
    asked: Vec<u8>,
    answer: Vec<u8>,
    sent: usize,
    answered: bool,
}

/// The listening socket and its callers.
pub(super) struct Control {
    listener: UnixListener,
    callers: HashMap<RawFd, Caller>,
}

impl Control {
    /// Makes the socket in the working directory, which is `dir`, for this user alone.
    ///
    /// # Errors
    /// FATAL, naming the socket.
    pub(super) fn open(dir: &Path) -> Result<Self, Report> {
        // The data directory is locked: a socket there was left behind.
        let _old = std::fs::remove_file(NAME);
        let before = umask(Mode::from_bits_truncate(0o177));
        let listener = UnixListener::bind(NAME);
        let _mask = umask(before);
        let listener = listener
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|e| {
                fatal(format!("could not create control socket \"{NAME}\": {}", of_io(&e)))
            })?;
        remove_at_exit(&dir.join(NAME));
        Ok(Self { listener, callers: HashMap::new() })
    }

    pub(super) fn listener(&self) -> &UnixListener {
        &self.listener
    }

    /// Every descriptor, for children to close.
    pub(super) fn fds(&self) -> impl Iterator<Item = RawFd> + '_ {
        self.callers.keys().copied().chain([self.listener.as_raw_fd()])
    }

    /// Takes callers of the same user in.
    pub(super) fn accept(&mut self, epoll: &Epoll) {
        while let Ok((stream, _)) = self.listener.accept() {
            if self.callers.len() >= MAX_CALLERS {
                continue;
            }
            let same_user = getsockopt(&stream, PeerCredentials)
                .is_ok_and(|peer| peer.uid() == nix::unistd::geteuid().as_raw());
            let fd = stream.as_raw_fd();
            if !same_user || stream.set_nonblocking(true).is_err() {
                continue;
            }
            if watch(epoll, &stream, EpollFlags::EPOLLIN).is_ok() {
                let (asked, answer) = (Vec::new(), Vec::new());
                self.callers.insert(fd, Caller { stream, asked, answer, sent: 0, answered: false });
            }
        }
    }

    /// A caller is ready: reads its question, or writes on. The question, once it is complete, to
    /// be answered with [`Self::answer`], and what the caller has sent after it.
    pub(super) fn ready(&mut self, fd: RawFd) -> Option<(Vec<u8>, Vec<u8>)> {
        let caller = self.callers.get_mut(&fd)?;
        if caller.answered {
            self.write_on(fd);
            return None;
        }
        let mut buffer = [0u8; 1024];
        match caller.stream.read(&mut buffer) {
            Ok(n) if n > 0 => caller.asked.extend_from_slice(buffer.get(..n).unwrap_or_default()),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                return None;
            }
            _ => {
                self.callers.remove(&fd);
                return None;
            }
        }
        if let Some(end) = caller.asked.iter().position(|&b| b == b'\n') {
            let rest = caller.asked.split_off(end + 1);
            caller.asked.truncate(end);
            caller.answered = true;
            return Some((core::mem::take(&mut caller.asked), rest));
        }
        if caller.asked.len() > MAX_QUESTION {
            self.callers.remove(&fd);
        }
        None
    }

    /// Gives up a caller, whom a process of its own is to serve. In a blocking mode again.
    pub(super) fn hand_over(&mut self, epoll: &Epoll, fd: RawFd) -> Option<UnixStream> {
        let caller = self.callers.remove(&fd)?;
        let _gone = epoll.delete(&caller.stream);
        caller.stream.set_nonblocking(false).ok()?;
        Some(caller.stream)
    }

    /// Answers a caller and hangs up once it has read everything.
    pub(super) fn answer(&mut self, epoll: &Epoll, fd: RawFd, answer: Vec<u8>) {
        let Some(caller) = self.callers.get_mut(&fd) else { return };
        caller.answer = answer;
        let mut writable = EpollEvent::new(EpollFlags::EPOLLOUT, fd_data(fd));
        if epoll.modify(&caller.stream, &mut writable).is_err() {
            self.callers.remove(&fd);
            return;
        }
        self.write_on(fd);
    }

    fn write_on(&mut self, fd: RawFd) {
        let Some(caller) = self.callers.get_mut(&fd) else { return };
        while let Some(rest) = caller.answer.get(caller.sent..).filter(|rest| !rest.is_empty()) {
            match caller.stream.write(rest) {
                Ok(n) if n > 0 => caller.sent += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::WouldBlock => return,
                _ => break,
            }
        }
        self.callers.remove(&fd);
    }
}

/// What epoll gives back for a descriptor.
pub(super) fn fd_data(fd: RawFd) -> u64 {
    u64::try_from(fd).unwrap_or(u64::MAX)
}

/// Has epoll watch a descriptor, under its number.
pub(super) fn watch(
    epoll: &Epoll,
    fd: &(impl AsFd + AsRawFd),
    flags: EpollFlags,
) -> Result<(), Errno> {
    epoll.add(fd, EpollEvent::new(flags, fd_data(fd.as_raw_fd())))
}
