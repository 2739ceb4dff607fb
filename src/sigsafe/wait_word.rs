//! The word that this process sleeps on, so that a handler can end the sleep.
//! Runs in: any process; signal handler.
//!
//! Between a waiter's last look and its sleep a handler may run. It adds to the word, so the
//! kernel's comparison fails and the sleep does not begin; if it has begun, the wake ends it. A
//! sleep in epoll is ended by a SIGURG, which is blocked and read through a signalfd.

use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering::SeqCst};

use crate::sys::futex;

use super::word::WORD_STEP;

static WORD: AtomicPtr<AtomicU32> = AtomicPtr::new(ptr::null_mut());
static IN_EPOLL: AtomicBool = AtomicBool::new(false);
static POSTMASTER_DIED: AtomicBool = AtomicBool::new(false);

/// Says which word the process is about to sleep on, and whether in epoll.
pub(crate) fn announce(word: &AtomicU32, in_epoll: bool) {
    IN_EPOLL.store(in_epoll, SeqCst);
    WORD.store(ptr::from_ref(word).cast_mut(), SeqCst);
}

/// The process does not sleep any more.
pub(crate) fn withdraw() {
    WORD.store(ptr::null_mut(), SeqCst);
}

/// Ends the sleep of this process, if it sleeps or is about to.
pub(crate) fn interrupt() {
    let word = WORD.load(SeqCst);
    if word.is_null() {
        return;
    }
    // SAFETY: a waiter keeps its word mapped as long as it is announced.
    let word = unsafe { &*word };
    word.fetch_add(WORD_STEP, SeqCst);
    if IN_EPOLL.load(SeqCst) {
        // SAFETY: takes and changes nothing.
        let this_process = unsafe { libc::getpid() };
        // SAFETY: signals this process only; SIGURG is ignored by default.
        unsafe { libc::kill(this_process, libc::SIGURG) };
    } else {
        futex::wake_all(word);
    }
}

/// Notes the postmaster's death (from the SIGPWR handler).
pub(crate) fn note_postmaster_death() {
    POSTMASTER_DIED.store(true, SeqCst);
    interrupt();
}

/// Was the postmaster's death noted?
pub(crate) fn postmaster_death_noted() -> bool {
    POSTMASTER_DIED.load(SeqCst)
}
