//! Signals of a worker: what is blocked, what each does, and every handler (pqsignal.h,
//! tcopprot.h, interrupt.h, procsignal.h).
//! Runs in: worker; signal handler.

use core::ffi::c_int;
use core::mem;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};

use crate::abi::variable::Variable;
use crate::abi::variables::{
    BlockSig, ConfigReloadPending, InterruptPending, MyLatch, MyProcPid, ProcDiePending,
    QueryCancelPending, ShutdownRequestPending, StartupBlockSig, UnBlockSig,
    postmaster_possibly_dead, proc_exit_inprogress,
};
use crate::error::{self, Report, SqlState, prepared};
use crate::shmem::latch;
use crate::sigsafe::{inside, wait_word};
use crate::sys::signals::{Disposition, handler_value, set, set_raw, swap_mask};

use super::{exit, timeouts};

/// Signals that are never blocked: faults, and what must get through to a stuck process.
const NEVER_BLOCKED: [Signal; 9] = [
    Signal::SIGABRT,
    Signal::SIGBUS,
    Signal::SIGFPE,
    Signal::SIGILL,
    Signal::SIGSEGV,
    Signal::SIGTRAP,
    Signal::SIGQUIT,
    Signal::SIGCONT,
    Signal::SIGSYS,
];

/// Sets every disposition as PostgreSQL has it at entry to a worker's main. The mask stays.
pub(super) fn set_dispositions(database_connection: bool) {
    let by_connection = |handler| {
        if database_connection { Disposition::Handler(handler) } else { Disposition::Ignore }
    };
    set_all(&[
        (Signal::SIGHUP, Disposition::Ignore),
        (Signal::SIGINT, by_connection(cancel_statement)),
        (Signal::SIGFPE, by_connection(floating_point_exception)),
        (Signal::SIGUSR1, by_connection(procsignal)),
        (Signal::SIGTERM, Disposition::Handler(terminate)),
    ]);
}

/// The same for a regular backend.
pub(super) fn set_backend_dispositions() {
    set_all(&[
        (Signal::SIGHUP, Disposition::Handler(reload)),
        (Signal::SIGINT, Disposition::Handler(cancel_statement)),
        (Signal::SIGFPE, Disposition::Handler(floating_point_exception)),
        (Signal::SIGUSR1, Disposition::Handler(procsignal)),
        (Signal::SIGTERM, Disposition::Handler(die)),
    ]);
}

/// The dispositions and the mask of a helper, which nothing but its end can be told.
pub(super) fn let_helper_be_ended() {
    set_all(&[
        (Signal::SIGHUP, Disposition::Default),
        (Signal::SIGINT, Disposition::Ignore),
        (Signal::SIGUSR1, Disposition::Ignore),
        (Signal::SIGTERM, Disposition::Default),
    ]);
    for signal in [Signal::SIGQUIT, Signal::SIGPWR] {
        set(signal, Disposition::Default);
    }
    let _old = swap_mask(&SigSet::from(Signal::SIGHUP));
}

/// Every disposition and the mask as a program expects them; SIGHUP, which means a reload to a
/// server, is ignored until the program says otherwise.
pub(super) fn reset() {
    for signal in Signal::iterator() {
        if ![Signal::SIGKILL, Signal::SIGSTOP].contains(&signal) {
            set(signal, Disposition::Default);
        }
    }
    set(Signal::SIGHUP, Disposition::Ignore);
    let _old = swap_mask(&SigSet::empty());
}

/// Sets those, and what all children have.
fn set_all(own: &[(Signal, Disposition)]) {
    let common = [
        (Signal::SIGUSR2, Disposition::Ignore),
        (Signal::SIGPIPE, Disposition::Ignore),
        (Signal::SIGTTIN, Disposition::Ignore),
        (Signal::SIGTTOU, Disposition::Ignore),
        (Signal::SIGXFSZ, Disposition::Ignore),
        (Signal::SIGQUIT, Disposition::Handler(crash_exit)),
        (Signal::SIGPWR, Disposition::Handler(postmaster_died)),
        (Signal::SIGCHLD, Disposition::Default),
        // A Rust program has handlers for these, to tell of stack overflows.
        (Signal::SIGSEGV, Disposition::Default),
        (Signal::SIGBUS, Disposition::Default),
    ];
    for &(signal, disposition) in own.iter().chain(&common) {
        match disposition {
            Disposition::Handler(handler) => {
                pqsignal(signal as c_int, handler_value(handler));
            }
            Disposition::Default | Disposition::Ignore => set(signal, disposition),
        }
    }
    initialize_timeouts();
}

/// Signals that can have a handler, and one more.
const SIGNALS: usize = 65;

/// The handlers that [`dispatch`] calls, by signal.
static HANDLERS: [AtomicUsize; SIGNALS] = [const { AtomicUsize::new(0) }; SIGNALS];

fn handler_of(signal: c_int) -> Option<&'static AtomicUsize> {
    HANDLERS.get(usize::try_from(signal).ok()?)
}

/// `pqsignal`: sets what a signal does; what it did before, `SIG_ERR` if it can do nothing.
pub(crate) fn pqsignal(signal: c_int, action: libc::sighandler_t) -> libc::sighandler_t {
    let Some(handler) = handler_of(signal) else { return set_raw(signal, action) };
    let dispatch = handler_value(dispatch);
    let before = if action == libc::SIG_DFL || action == libc::SIG_IGN {
        (handler.load(SeqCst), set_raw(signal, action))
    } else {
        (handler.swap(action, SeqCst), set_raw(signal, dispatch))
    };
    if before.1 == dispatch { before.0 } else { before.1 }
}

/// Every handler runs through here, which keeps errno for the code that was interrupted. In a
/// process that a worker has forked, before it runs another program, a signal does what it does by
/// default: the worker's handlers would change the worker's shared memory.
extern "C" fn dispatch(signal: c_int) {
    // SAFETY: takes and changes nothing.
    let this_process = unsafe { libc::getpid() };
    // A program that is no server has no MyProcPid.
    if ![0, this_process].contains(&MyProcPid.get()) {
        set_raw(signal, libc::SIG_DFL);
        // SAFETY: async-signal-safe; the signal comes once this handler has returned.
        unsafe { libc::raise(signal) };
        return;
    }
    let Some(handler) = handler_of(signal).map(|handler| handler.load(SeqCst)) else { return };
    // SAFETY: `pqsignal` was given a handler of this type before it set this one.
    let handler = unsafe { mem::transmute::<usize, extern "C" fn(c_int)>(handler) };
    keeping_errno(|| handler(signal));
}

/// `pqinitmask`: fills in `BlockSig` and its like. SIGURG is never let in: it is read through a
/// signalfd.
pub(crate) fn set_masks() {
    let mut mask = SigSet::all();
    for signal in NEVER_BLOCKED {
        mask.remove(signal);
    }
    BlockSig.set(*mask.as_ref());
    for signal in [Signal::SIGTERM, Signal::SIGALRM] {
        mask.remove(signal);
    }
    StartupBlockSig.set(*mask.as_ref());
    UnBlockSig.set(*SigSet::from(Signal::SIGURG).as_ref());
}

/// `BackgroundWorkerBlockSignals`, and the mask at entry to main.
pub(crate) fn block() {
    swap_to(&BlockSig);
}

/// `BackgroundWorkerUnblockSignals`.
pub(crate) fn unblock() {
    swap_to(&UnBlockSig);
}

fn swap_to(mask: &Variable<libc::sigset_t>) {
    // SAFETY: a set of signals.
    let _old = swap_mask(&unsafe { SigSet::from_sigset_t_unchecked(mask.get()) });
}

/// Runs the body of a handler with errno kept for the code it interrupted.
fn keeping_errno(body: impl FnOnce()) {
    let errno = Errno::last();
    body();
    errno.set();
}

fn wake() {
    let latch = MyLatch.get();
    if !latch.is_null() {
        // SAFETY: MyLatch is null or a latch that stays mapped.
        unsafe { latch::set(latch) };
    }
}

/// The default SIGTERM handler: the worker ends at once, or, if it is inside the library, on its
/// way out.
extern "C" fn terminate(_signal: c_int) {
    keeping_errno(|| {
        if proc_exit_inprogress.get() {
            return;
        }
        if inside::is_inside() {
            inside::note_termination();
            wait_word::interrupt();
        } else {
            prepared::write_termination();
            exit::proc_exit(1);
        }
    });
}

/// `SignalHandlerForCrashExit`: another process crashed, nothing here can be trusted.
pub(crate) extern "C" fn crash_exit(_signal: c_int) {
    // SAFETY: async-signal-safe; runs no callbacks.
    unsafe { libc::_exit(2) }
}

extern "C" fn postmaster_died(_signal: c_int) {
    keeping_errno(|| {
        postmaster_possibly_dead.set(1);
        wait_word::note_postmaster_death();
    });
}

/// `StatementCancelHandler`.
pub(crate) extern "C" fn cancel_statement(_signal: c_int) {
    keeping_errno(|| {
        if !proc_exit_inprogress.get() {
            InterruptPending.set(1);
            QueryCancelPending.set(1);
        }
        wake();
    });
}

/// `FloatExceptionHandler`: an ERROR in the code that divided.
extern "C" fn floating_point_exception(_signal: c_int) {
    let message = "floating-point exception";
    let detail = "An invalid floating-point operation was signaled. This probably means an \
                  out-of-range result or an invalid operation, such as division by zero.";
    let sqlstate = SqlState::new(*b"22P01");
    error::throw(Report::error(sqlstate, message).with_detail(detail));
}

/// `procsignal_sigusr1_handler`: look at what has changed.
pub(crate) extern "C" fn procsignal(_signal: c_int) {
    keeping_errno(wake);
}

/// `die`: end at the next safe place.
pub(crate) extern "C" fn die(_signal: c_int) {
    keeping_errno(|| {
        if !proc_exit_inprogress.get() {
            InterruptPending.set(1);
            ProcDiePending.set(1);
        }
        wake();
    });
}

/// `SignalHandlerForConfigReload`.
pub(crate) extern "C" fn reload(_signal: c_int) {
    keeping_errno(|| {
        ConfigReloadPending.set(1);
        wake();
    });
}

/// `SignalHandlerForShutdownRequest`.
pub(crate) extern "C" fn shutdown_request(_signal: c_int) {
    keeping_errno(|| {
        ShutdownRequestPending.set(1);
        wake();
    });
}

/// SIGALRM: something is due.
extern "C" fn alarm(_signal: c_int) {
    keeping_errno(|| {
        wake();
        timeouts::alarm();
    });
}

/// `InitializeTimeouts`.
pub(crate) fn initialize_timeouts() {
    timeouts::forget_all();
    pqsignal(Signal::SIGALRM as c_int, handler_value(alarm));
}
