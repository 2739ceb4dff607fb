//! The heap that children inherit.
//! Runs in: postmaster.

use core::ffi::c_void;

/// Larger than any hole that a start leaves behind, and smaller than what malloc maps.
const EDGE: usize = 96 * 1024;
/// Each size tried is this part smaller than the one before.
const STEP: usize = 8;
const SMALLEST: usize = 16;
/// No more than this is given up, in bytes.
const MOST: usize = 1 << 20;

/// Fills the holes that the start has left in the heap, for good. What a child allocates then lies
/// together behind them: in a few pages that it has to copy, not in a dozen. Where malloc does not
/// say that it has holes, there are none to fill.
pub(crate) fn fill_holes() {
    let mut left = free_bytes().min(MOST);
    // From the end of the heap, as no hole has room for it.
    let edge = allocate(EDGE);
    let mut size = EDGE / 2;
    while size >= SMALLEST {
        while size <= left {
            let piece = allocate(size);
            if piece.is_null() || piece >= edge {
                release(piece);
                break;
            }
            left -= size;
        }
        size -= (size / STEP).max(1);
    }
    release(edge);
}

/// Bytes in holes, and at the heap's end.
fn free_bytes() -> usize {
    // SAFETY: looks at malloc's numbers.
    usize::try_from(unsafe { libc::mallinfo() }.fordblks).unwrap_or(0)
}

fn allocate(size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for.
    unsafe { libc::malloc(size) }
}

fn release(piece: *mut c_void) {
    // SAFETY: null, or from malloc and used by nobody.
    unsafe { libc::free(piece) }
}
