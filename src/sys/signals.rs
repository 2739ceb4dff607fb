//! Signal masks and dispositions.
//! Runs in: any process.

use core::ffi::CStr;
use core::mem::MaybeUninit;
use core::ptr;
use std::os::fd::AsRawFd;

use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::signalfd::SignalFd;

/// A signal that was sent, 0 for none, and the process that sent it: of several that were sent before
/// the first was read, one.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sent {
    pub(crate) signal: libc::c_int,
    pub(crate) by: i32,
}

/// The signals that a signalfd has to tell of, none behind them. It listens to no more than there is
/// room for: each is pending once.
pub(crate) fn read_pending(fd: &SignalFd) -> [Sent; 8] {
    let mut infos = [MaybeUninit::<libc::signalfd_siginfo>::uninit(); 8];
    let room = size_of_val(&infos);
    // SAFETY: the kernel writes at most so many bytes to live memory.
    let read = unsafe { libc::read(fd.as_raw_fd(), infos.as_mut_ptr().cast(), room) };
    let count = usize::try_from(read).unwrap_or(0) / size_of::<libc::signalfd_siginfo>();
    let mut all = [Sent::default(); 8];
    for (sent, info) in all.iter_mut().zip(infos.iter().take(count)) {
        // SAFETY: so many were written.
        let info = unsafe { info.assume_init_ref() };
        sent.signal = libc::c_int::try_from(info.ssi_signo).unwrap_or(0);
        sent.by = i32::try_from(info.ssi_pid).unwrap_or(0);
    }
    all
}

/// What a signal does.
#[derive(Clone, Copy)]
pub(crate) enum Disposition {
    Default,
    Ignore,
    Handler(extern "C" fn(libc::c_int)),
}

/// Sets what `signal` does, with system calls restarted. A SIGCHLD of a stopped child is not sent.
pub(crate) fn set(signal: Signal, disposition: Disposition) {
    let handler = match disposition {
        Disposition::Default => libc::SIG_DFL,
        Disposition::Ignore => libc::SIG_IGN,
        Disposition::Handler(f) => handler_value(f),
    };
    let _old = set_raw(signal as libc::c_int, handler);
}

/// A handler as sigaction(2) takes it.
pub(crate) fn handler_value(handler: extern "C" fn(libc::c_int)) -> libc::sighandler_t {
    #[expect(clippy::fn_to_numeric_cast_any, reason = "sigaction(2) takes handlers as numbers")]
    let value = handler as libc::sighandler_t;
    value
}

/// `sigaction` with a C handler value; returns the old one, `SIG_ERR` if the signal has none.
pub(crate) fn set_raw(signal: libc::c_int, handler: libc::sighandler_t) -> libc::sighandler_t {
    let mut new = MaybeUninit::<libc::sigaction>::zeroed();
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: an all-zero sigaction is a valid value.
    let new = unsafe { new.assume_init_mut() };
    new.sa_sigaction = handler;
    new.sa_flags = libc::SA_RESTART;
    if signal == libc::SIGCHLD {
        new.sa_flags |= libc::SA_NOCLDSTOP;
    }
    // SAFETY: the set is a field of a live value.
    unsafe { libc::sigemptyset(ptr::from_mut(&mut new.sa_mask)) };
    // SAFETY: both pointers are to live values; the handler is one of this process's functions.
    let result = unsafe { libc::sigaction(signal, ptr::from_ref(new), old.as_mut_ptr()) };
    if result != 0 {
        return libc::SIG_ERR;
    }
    // SAFETY: zeroed at first, and filled in by the call that succeeded.
    unsafe { old.assume_init_ref() }.sa_sigaction
}

/// Blocks every signal; returns the mask from before.
pub(crate) fn block_all() -> SigSet {
    swap_mask(&SigSet::all())
}

/// Sets the mask; returns the one from before.
pub(crate) fn swap_mask(mask: &SigSet) -> SigSet {
    let mut old = SigSet::empty();
    // Cannot fail: the only error is a bad `how`.
    let _result = sigprocmask(SigmaskHow::SIG_SETMASK, Some(mask), Some(&mut old));
    old
}

/// A signal's name as people read it: `Segmentation fault`.
pub(crate) fn name(signal: i32) -> String {
    // SAFETY: any number is allowed; the text is read before anything else can ask for one.
    let name = unsafe { libc::strsignal(signal) };
    if name.is_null() {
        return "unrecognized signal".into();
    }
    // SAFETY: not null, so a NUL-terminated string.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}
