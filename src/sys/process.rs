//! Signals to processes, and descriptors of a process.
//! Runs in: any process.

use std::os::fd::{AsRawFd, IntoRawFd, RawFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;

/// Sends a signal to a process that cannot have made room for another one: a child that was not
/// reaped, or the parent. Async-signal-safe.
pub(crate) fn signal(pid: i32, signal: i32) {
    if pid > 0 {
        // SAFETY: touches no memory; a pid above 0 is one process, never a group.
        unsafe { libc::kill(pid, signal) };
    }
}

/// The same to all processes of the group that a child leads, or to it alone if it leads none (yet).
pub(crate) fn signal_group(pid: i32, number: i32) {
    if pid > 1 {
        // SAFETY: touches no memory.
        let leads = unsafe { libc::getpgid(pid) } == pid;
        // SAFETY: the same; as long as the child was not reaped, no other group has its number.
        unsafe { libc::kill(if leads { -pid } else { pid }, number) };
    }
}

/// Has a program that is to be run killed when this process ends, however that is.
pub(crate) fn tie(command: &mut Command) {
    let parent = nix::unistd::getpid();
    let tie = move || {
        nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
        // It may have ended already.
        if nix::unistd::getppid() == parent { Ok(()) } else { Err(Errno::ESRCH.into()) }
    };
    // SAFETY: the closure makes system calls only, all of them async-signal-safe.
    unsafe { command.pre_exec(tie) };
}

/// Whether there is a process of this number, be it one that has ended and was not reaped.
pub(crate) fn exists(pid: i32) -> bool {
    // SAFETY: sends nothing.
    unsafe { libc::kill(pid, 0) == 0 || Errno::last() != Errno::ESRCH }
}

/// Lets other processes run on this processor, if any want to.
pub(crate) fn give_way() {
    // SAFETY: touches no memory.
    unsafe { libc::sched_yield() };
}

/// Threads of this process.
pub(crate) fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count)
}

/// Closes the descriptors of a forked child's parent. Whoever owned them there is never used or
/// dropped again in the child.
pub(crate) fn close_inherited(fds: impl Iterator<Item = RawFd>) {
    for fd in fds {
        // SAFETY: see above.
        unsafe { libc::close(fd) };
    }
}

/// Makes standard input /dev/null, and standard output and error too where they are closed: no
/// other file may become one of the three.
pub(crate) fn open_standard_descriptors() {
    let Ok(null) = nix::fcntl::open("/dev/null", OFlag::O_RDWR, Mode::empty()) else { return };
    // SAFETY: replaces standard input, which nothing here reads.
    unsafe { libc::dup2(null.as_raw_fd(), 0) };
    for fd in [1, 2] {
        // SAFETY: looks whether the descriptor is open.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            // SAFETY: it is not.
            unsafe { libc::dup2(null.as_raw_fd(), fd) };
        }
    }
    if null.as_raw_fd() <= 2 {
        // It is one of the three: it stays open.
        let _fd = null.into_raw_fd();
    }
}
