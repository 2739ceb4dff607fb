//! Memory that children inherit, or not.
//! Runs in: postmaster.

use core::ffi::c_void;
use core::mem;

/// Larger than any hole that a start leaves behind, and smaller than what malloc maps.
const EDGE: usize = 96 * 1024;
/// Each size tried is this part smaller than the one before.
const STEP: usize = 8;
const SMALLEST: usize = 16;
const PAGE: usize = 4096;

/// Fills the holes that the start has left in the heap, for good. What a child allocates then lies
/// together behind them: in a few pages that it has to copy, not in a dozen.
pub(crate) fn fill_holes() {
    // From the end of the heap, as no hole has room for it.
    let edge = allocate(EDGE);
    let mut size = EDGE / 2;
    while size >= SMALLEST {
        loop {
            let piece = allocate(size);
            if piece.is_null() || piece >= edge {
                release(piece);
                break;
            }
        }
        size -= (size / STEP).max(1);
    }
    release(edge);
}

fn allocate(size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for.
    unsafe { libc::malloc(size) }
}

fn release(piece: *mut c_void) {
    // SAFETY: null, or from malloc and used by nobody.
    unsafe { libc::free(piece) }
}

/// Has children do without the stack on which Rust's runtime would report an overflow: they report
/// as C programs do. This process keeps it.
pub(crate) fn keep_signal_stack() {
    // SAFETY: all zeros are a value.
    let mut old = unsafe { mem::zeroed::<libc::stack_t>() };
    let none = libc::stack_t { ss_flags: libc::SS_DISABLE, ..old };
    // SAFETY: looks, and disables a stack that no handler runs on.
    if unsafe { libc::sigaltstack(&raw const none, &raw mut old) } != 0 || old.ss_sp.is_null() {
        return;
    }
    // A page below it catches its own overflow.
    let guard = old.ss_sp.wrapping_byte_sub(PAGE);
    // SAFETY: a mapping of this process's runtime, which stays as it is here.
    unsafe { libc::madvise(guard, PAGE, libc::MADV_DONTFORK) };
    // SAFETY: the same.
    unsafe { libc::madvise(old.ss_sp, old.ss_size, libc::MADV_DONTFORK) };
}
