//! Memory for Rust when there is none: a report about lack of memory needs a little itself.
//! Runs in: any process.
//!
//! What malloc refuses is taken from a reserve of the library's own, one piece behind the other; it
//! starts over when the last piece was given back. An extension's `palloc` never gets here.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use core::hint;
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::alloc::System;

use super::apart;

/// Bytes of the reserve: some reports with all that they say, and the lines of the log.
const BYTES: usize = 256 * 1024;

/// The alignment of the reserve: no type of ours asks for more.
#[repr(C, align(64))]
struct Bytes(UnsafeCell<[u8; BYTES]>);

struct Reserve {
    bytes: Bytes,
    busy: AtomicBool,
    used: Cell<usize>,
    /// Pieces that were not given back.
    pieces: Cell<usize>,
}

// SAFETY: `used` and `pieces` are accessed by whoever holds `busy`, and each piece of the bytes by
// whoever got it.
unsafe impl Sync for Reserve {}

static RESERVE: Reserve = Reserve {
    bytes: Bytes(UnsafeCell::new([0; BYTES])),
    busy: AtomicBool::new(false),
    used: Cell::new(0),
    pieces: Cell::new(0),
};

impl Reserve {
    /// Runs `f` while nobody else does.
    fn alone<T>(&self, f: impl FnOnce() -> T) -> T {
        while self.busy.swap(true, Acquire) {
            hint::spin_loop();
        }
        let result = f();
        self.busy.store(false, Release);
        result
    }

    fn start(&self) -> *mut u8 {
        self.bytes.0.get().cast()
    }

    fn take(&self, layout: Layout) -> *mut u8 {
        if layout.align() > align_of::<Bytes>() {
            return ptr::null_mut();
        }
        self.alone(|| {
            let from = self.used.get().next_multiple_of(layout.align());
            let Some(to) = from.checked_add(layout.size()).filter(|&to| to <= BYTES) else {
                return ptr::null_mut();
            };
            self.used.set(to);
            self.pieces.set(self.pieces.get() + 1);
            // SAFETY: within the reserve.
            unsafe { self.start().add(from) }
        })
    }

    fn has(&self, piece: *mut u8) -> bool {
        piece.addr().checked_sub(self.start().addr()).is_some_and(|offset| offset < BYTES)
    }

    fn give_back(&self) {
        self.alone(|| {
            self.pieces.set(self.pieces.get().saturating_sub(1));
            if self.pieces.get() == 0 {
                self.used.set(0);
            }
        });
    }
}

/// The allocator of the library's Rust code.
pub(crate) struct WithReserve;

// SAFETY: pieces are malloc's, or lie in the room of `apart`, or apart from one another in the reserve, which is never freed.
unsafe impl GlobalAlloc for WithReserve {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let piece = apart::take(layout);
        if !piece.is_null() {
            return piece;
        }
        // SAFETY: the caller's promise.
        let piece = unsafe { System.alloc(layout) };
        if piece.is_null() { RESERVE.take(layout) } else { piece }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if RESERVE.has(piece) {
            RESERVE.give_back();
        } else if apart::has(piece) {
            // SAFETY: the caller's promise; it came from there.
            unsafe { apart::give_back(piece, layout) };
        } else {
            // SAFETY: the caller's promise; it is malloc's.
            unsafe { System.dealloc(piece, layout) };
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !RESERVE.has(piece) && !apart::has(piece) {
            // SAFETY: the caller's promise; it is malloc's.
            let moved = unsafe { System.realloc(piece, layout, size) };
            if !moved.is_null() {
                return moved;
            }
        }
        let Ok(wanted) = Layout::from_size_align(size, layout.align()) else {
            return ptr::null_mut();
        };
        // SAFETY: of the size that the caller asks for, which is not 0.
        let moved = unsafe { self.alloc(wanted) };
        if !moved.is_null() {
            let kept = layout.size().min(size);
            // SAFETY: both have so many bytes, and the new piece is nobody else's.
            unsafe { ptr::copy_nonoverlapping(piece, moved, kept) };
            // SAFETY: the caller's promise.
            unsafe { self.dealloc(piece, layout) };
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserve_is_handed_out_and_starts_over() {
        static MINE: Reserve = Reserve {
            bytes: Bytes(UnsafeCell::new([0; BYTES])),
            busy: AtomicBool::new(false),
            used: Cell::new(0),
            pieces: Cell::new(0),
        };
        let layout = |size, align| Layout::from_size_align(size, align).unwrap();
        let first = MINE.take(layout(3, 1));
        let second = MINE.take(layout(8, 8));
        assert!(MINE.has(first) && MINE.has(second));
        assert_eq!(second.addr() - first.addr(), 8);
        assert!(MINE.take(layout(BYTES, 1)).is_null());
        assert!(MINE.take(layout(1, 4096)).is_null());
        MINE.give_back();
        assert_ne!(MINE.take(layout(1, 1)), first);
        MINE.give_back();
        MINE.give_back();
        assert_eq!(MINE.take(layout(BYTES, 64)), first);
        assert!(!MINE.has(ptr::from_ref(&layout).cast_mut().cast()));
    }
}
