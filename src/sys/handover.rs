//! A pipe through which the postmaster gives a child that waits something to do, whole.
//! Runs in: postmaster (give, take back), the child that waits (take).
//!
//! What is given is copied by the kernel: no other process can see or change it on its way.

use core::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::fcntl::OFlag;

/// What may be given as the bytes that it is.
///
/// # Safety
/// Every pattern of bytes is a value; nothing in it points to anything.
pub(crate) unsafe trait Plain: Copy {}

/// Both ends, and what goes through it.
pub(crate) struct Pipe {
    out: OwnedFd,
    into: OwnedFd,
}

impl Pipe {
    /// One that children do not pass on to programs.
    ///
    /// # Errors
    /// What pipe2 said.
    pub(crate) fn new() -> Result<Self, Errno> {
        let (out, into) = nix::unistd::pipe2(OFlag::O_CLOEXEC)?;
        Ok(Self { out, into })
    }

    /// The descriptors: the end to take from, and the end to give into.
    pub(crate) fn fds(&self) -> [RawFd; 2] {
        [self.out.as_raw_fd(), self.into.as_raw_fd()]
    }

    /// Gives `what`, if the pipe is empty; it then has room. False: it was not given.
    pub(crate) fn give<T: Plain>(&self, what: &T) -> bool {
        const { assert!(size_of::<T>() <= libc::PIPE_BUF, "is not written whole") };
        if !self.is_empty() {
            return false;
        }
        // SAFETY: the kernel reads that many bytes of a live value.
        let written = unsafe {
            libc::write(self.into.as_raw_fd(), core::ptr::from_ref(what).cast(), size_of::<T>())
        };
        usize::try_from(written) == Ok(size_of::<T>())
    }

    /// Takes back what was given and not taken.
    pub(crate) fn clear(&self) {
        let mut bytes = [0; libc::PIPE_BUF];
        while !self.is_empty() && nix::unistd::read(&self.out, &mut bytes).is_ok() {}
    }

    /// Has what was given been taken, or nothing been given?
    pub(crate) fn is_empty(&self) -> bool {
        let mut fd = libc::pollfd { fd: self.out.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one descriptor to look at, without waiting.
        unsafe { libc::poll(&raw mut fd, 1, 0) == 0 }
    }
}

/// Waits until something is given through the end `out`. None: whoever gives is gone.
pub(crate) fn take<T: Plain>(out: RawFd) -> Option<T> {
    let mut what = MaybeUninit::<T>::uninit();
    loop {
        // SAFETY: the kernel writes at most so many bytes to live memory.
        let count = unsafe { libc::read(out, what.as_mut_ptr().cast(), size_of::<T>()) };
        if usize::try_from(count) == Ok(size_of::<T>()) {
            // SAFETY: all bytes are there, and they are a value, as `Plain` says.
            return Some(unsafe { what.assume_init() });
        }
        if count >= 0 || Errno::last() != Errno::EINTR {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Pair(u64, u64);
    // SAFETY: two integers.
    unsafe impl Plain for Pair {}

    #[test]
    fn one_thing_at_a_time_goes_through_whole() {
        let pipe = Pipe::new().unwrap();
        let [out, _] = pipe.fds();
        assert!(pipe.is_empty());
        assert!(pipe.give(&Pair(1, 2)));
        assert!(!pipe.is_empty());
        assert!(!pipe.give(&Pair(3, 4)), "the first was not taken");
        assert_eq!(take(out), Some(Pair(1, 2)));
        assert!(pipe.give(&Pair(3, 4)));
        pipe.clear();
        assert!(pipe.is_empty());
        assert!(pipe.give(&Pair(3, 4)));
        drop(pipe.into);
        assert_eq!(take(out), Some(Pair(3, 4)));
        assert_eq!(take::<Pair>(out), None, "nobody gives any more");
    }
}
