//! The heap that children inherit.
//! Runs in: postmaster.

use core::ffi::c_void;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// Larger than any hole that a start leaves behind, and smaller than what malloc maps.
const EDGE: usize = 96 * 1024;
/// Each size tried is this part smaller than the one before.
const STEP: usize = 8;
const SMALLEST: usize = 16;
/// The largest piece that glibc puts aside for the thread that gives it back.
const LARGEST_ASIDE: usize = 1032;
const PAGE: usize = 4096;
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
            let behind = piece >= edge;
            if piece.is_null() || (behind && size > LARGEST_ASIDE) {
                release(piece);
                break;
            }
            // A small one from behind the edge would be put aside if it were given back, to be used
            // before what lies in front of it.
            keep(piece, size);
            if behind {
                break;
            }
            left -= size;
        }
        size -= (size / STEP).max(1);
    }
    // Given back it would be a hole, with an end that is written to.
    keep(edge, EDGE);
    start_page();
}

/// Has what is allocated next begin with a page.
fn start_page() {
    // What is larger than a piece put aside comes from the end of the heap.
    let here = allocate(LARGEST_ASIDE + 1);
    keep(here, LARGEST_ASIDE + 1);
    let to_next = here.addr().wrapping_neg() % PAGE;
    // The next piece lies behind this one and malloc's own word.
    let behind = (LARGEST_ASIDE + 1 + size_of::<usize>()).next_multiple_of(2 * size_of::<usize>());
    let rest = (to_next + PAGE).saturating_sub(behind);
    keep(allocate(rest), rest);
}

/// The newest of the pieces that stay. Each begins with the address of the one before: who looks for
/// lost memory finds none.
static KEPT: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

fn keep(piece: *mut c_void, size: usize) {
    if piece.is_null() {
        return;
    }
    // SAFETY: malloc's, of at least `SMALLEST` bytes, and used by nobody.
    unsafe { piece.cast::<*mut c_void>().write(KEPT.load(Relaxed)) };
    KEPT.store(piece, Relaxed);
    // Its pages go, all but the one of that address: no child has to inherit them.
    let ahead = (piece.addr() + size_of::<usize>()).next_multiple_of(PAGE) - piece.addr();
    let whole = size.saturating_sub(ahead) / PAGE * PAGE;
    if whole > 0 {
        // SAFETY: whole pages inside the piece, with nothing in them. That they stay does no harm.
        unsafe { libc::madvise(piece.wrapping_byte_add(ahead), whole, libc::MADV_DONTNEED) };
    }
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
