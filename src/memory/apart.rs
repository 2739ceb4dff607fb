//! Memory that children find empty: what the postmaster alone knows of its workers.
//! Runs in: postmaster.
//!
//! A page that children inherit is dear: each fork copies its entry in the page tables, the first
//! write after a fork faults, and the child keeps the old page for itself. The postmaster writes to
//! its roster at each start and end, and the roster grows with the workers.

use core::alloc::Layout;
use core::marker::PhantomData;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::Relaxed};

use nix::errno::Errno;

/// Pieces are powers of two, this the smallest.
const SMALLEST: usize = 32;
/// Sizes of pieces.
const SIZES: usize = 24;

/// One thread uses it: the postmaster has no other.
struct Room {
    /// It begins with its state, which is then nothing that children inherit, either.
    start: AtomicPtr<State>,
    bytes: AtomicUsize,
    /// A child does not even look: the page would be made for it.
    closed: AtomicBool,
}

/// What changes. All zero is how it begins, and how children find it.
struct State {
    /// Bytes handed out so far, behind the state.
    used: AtomicUsize,
    /// Is what is allocated now to lie here?
    entered: AtomicBool,
    /// For each size, the pieces that were given back; each begins with the address of the next.
    free: [AtomicPtr<u8>; SIZES],
}

static ROOM_APART: Room = Room::new();

/// As long as it lives, what this process allocates lies apart: no child may look at it.
pub(crate) struct Apart {
    before: bool,
    /// Stays in its thread.
    _thread: PhantomData<*mut ()>,
}

/// Makes room for so many bytes; pages are taken as they are written to. What finds no room lies in
/// the heap.
///
/// # Errors
/// What mmap or madvise said.
pub(crate) fn create(bytes: usize) -> Result<(), Errno> {
    ROOM_APART.create(bytes)
}

/// In a child: there is nothing here for it.
pub(crate) fn close() {
    ROOM_APART.closed.store(true, Relaxed);
}

/// From here on, as long as the result lives.
pub(crate) fn enter() -> Apart {
    let before = ROOM_APART.state().is_some_and(|state| state.entered.swap(true, Relaxed));
    Apart { before, _thread: PhantomData }
}

impl Drop for Apart {
    fn drop(&mut self) {
        if let Some(state) = ROOM_APART.state() {
            state.entered.store(self.before, Relaxed);
        }
    }
}

/// A piece, if this is where it is to lie; null if not, or if there is no room.
pub(super) fn take(layout: Layout) -> *mut u8 {
    let entered = ROOM_APART.state().is_some_and(|state| state.entered.load(Relaxed));
    if entered { ROOM_APART.take(layout) } else { ptr::null_mut() }
}

/// Does the piece lie here?
pub(super) fn has(piece: *mut u8) -> bool {
    ROOM_APART.has(piece)
}

/// Gives it back.
///
/// # Safety
/// It came from [`take`] for this layout, and nobody uses it.
pub(super) unsafe fn give_back(piece: *mut u8, layout: Layout) {
    // SAFETY: the caller's promise.
    unsafe { ROOM_APART.give_back(piece, layout) };
}

/// The number and the bytes of the pieces for a layout.
fn piece_for(layout: Layout) -> (usize, usize) {
    let bytes = layout.size().max(layout.align()).max(SMALLEST).next_power_of_two();
    ((bytes / SMALLEST).trailing_zeros() as usize, bytes)
}

impl Room {
    const fn new() -> Self {
        Self {
            start: AtomicPtr::new(ptr::null_mut()),
            bytes: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// None: there is no room, or not for this process.
    fn state(&self) -> Option<&State> {
        if self.closed.load(Relaxed) {
            return None;
        }
        // SAFETY: null, or a mapping that is never undone, larger than a state and zeroed at first, which
        // is a valid one; it changes through shared references only.
        unsafe { self.start.load(Relaxed).as_ref() }
    }

    fn create(&self, bytes: usize) -> Result<(), Errno> {
        let bytes = bytes + size_of::<State>();
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a new mapping, wherever there is room.
        let start = unsafe { libc::mmap(ptr::null_mut(), bytes, access, kind, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(Errno::last());
        }
        // SAFETY: the mapping just made, which nobody knows yet.
        if unsafe { libc::madvise(start, bytes, libc::MADV_WIPEONFORK) } != 0 {
            let errno = Errno::last();
            // SAFETY: the same.
            unsafe { libc::munmap(start, bytes) };
            return Err(errno);
        }
        self.bytes.store(bytes, Relaxed);
        self.start.store(start.cast(), Relaxed);
        Ok(())
    }

    fn take(&self, layout: Layout) -> *mut u8 {
        let (number, bytes) = piece_for(layout);
        let Some(state) = self.state() else { return ptr::null_mut() };
        let Some(free) = state.free.get(number) else { return ptr::null_mut() };
        let first = free.load(Relaxed);
        if !first.is_null() {
            // SAFETY: given back, so it holds the address of the next.
            free.store(unsafe { first.cast::<*mut u8>().read() }, Relaxed);
            return first;
        }
        // Each piece is aligned to its size, up to a page.
        let from = state.used.load(Relaxed).max(size_of::<State>());
        let from = from.next_multiple_of(bytes.min(4096));
        if layout.align() > 4096 || from + bytes > self.bytes.load(Relaxed) {
            return ptr::null_mut();
        }
        state.used.store(from + bytes, Relaxed);
        // SAFETY: within the mapping.
        unsafe { self.start.load(Relaxed).byte_add(from).cast() }
    }

    fn has(&self, piece: *mut u8) -> bool {
        let start = self.start.load(Relaxed);
        !start.is_null() && piece.addr().wrapping_sub(start.addr()) < self.bytes.load(Relaxed)
    }

    /// # Safety
    /// The piece came from [`Room::take`] for this layout, and nobody uses it.
    unsafe fn give_back(&self, piece: *mut u8, layout: Layout) {
        let (number, _) = piece_for(layout);
        if let Some(free) = self.state().and_then(|state| state.free.get(number)) {
            // SAFETY: at least so large, aligned, and nobody's.
            unsafe { piece.cast::<*mut u8>().write(free.load(Relaxed)) };
            free.store(piece, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_apart_aligned_and_used_again() {
        let room = Room::new();
        assert!(room.take(Layout::new::<u64>()).is_null(), "there is no room yet");
        room.create(1 << 20).unwrap();
        let sizes = [1, 32, 33, 1500, 4096, 5000, 100_000];
        let layouts = sizes.map(|size| Layout::from_size_align(size, 8).unwrap());
        let mut pieces: Vec<(usize, usize)> = layouts
            .iter()
            .map(|&layout| {
                let piece = room.take(layout);
                assert!(room.has(piece) && piece.addr().is_multiple_of(8));
                // SAFETY: so large.
                unsafe { piece.write_bytes(7, layout.size()) };
                (piece.addr(), layout.size())
            })
            .collect();
        pieces.sort_unstable();
        assert!(pieces.windows(2).all(|two| two[0].0 + two[0].1 <= two[1].0));
        for layout in layouts {
            let piece = room.take(layout);
            // SAFETY: taken just now.
            unsafe { room.give_back(piece, layout) };
            assert_eq!(room.take(layout), piece);
        }
        assert!(room.take(Layout::from_size_align(1 << 20, 8).unwrap()).is_null());
        assert!(!room.has(ptr::null_mut()));
    }
}
