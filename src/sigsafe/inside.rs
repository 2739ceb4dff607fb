//! Whether the process is inside the library right now: then a handler may only leave a note.
//! Runs in: any process; signal handler.
//!
//! The default SIGTERM handler of a worker ends the process from within the handler, as
//! PostgreSQL's does. Inside the library a half-made change could be left behind, so there it only
//! leaves a note, and the exported function acts on it on its way out. Server functions belong to
//! the main thread: a plain counter of that thread's nesting is enough, atomic for the handler.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

static DEPTH: AtomicU32 = AtomicU32::new(0);
static TERMINATE: AtomicBool = AtomicBool::new(false);

/// Enters the library. Returns the depth that [`leave`] restores.
pub(crate) fn enter() -> u32 {
    // Not one step, which would cost more: a handler in between leaves the depth as it was.
    let depth = DEPTH.load(Relaxed);
    DEPTH.store(depth + 1, Relaxed);
    depth
}

/// Leaves the library to the depth that [`enter`] (or [`outside`]) returned.
/// True if a termination was noted and is due now.
pub(crate) fn leave(depth: u32) -> bool {
    DEPTH.store(depth, Relaxed);
    depth == 0 && TERMINATE.load(Relaxed)
}

/// Extension code is about to be called from inside the library. Returns what [`leave`] restores.
pub(crate) fn outside() -> u32 {
    let depth = DEPTH.load(Relaxed);
    DEPTH.store(0, Relaxed);
    depth
}

/// Is the interrupted code the library's?
pub(crate) fn is_inside() -> bool {
    DEPTH.load(Relaxed) != 0
}

/// Notes that the process is to be terminated on the way out of the library.
pub(crate) fn note_termination() {
    TERMINATE.store(true, Relaxed);
}

/// Was a termination noted? Waits look at it so that they end.
pub(crate) fn termination_noted() -> bool {
    TERMINATE.load(Relaxed)
}

/// Forgets a noted termination: it is being acted on.
pub(crate) fn clear_termination() {
    TERMINATE.store(false, Relaxed);
}
