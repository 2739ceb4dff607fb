//! What a process keeps of a queue that it sends to or receives from.
//! Runs in: worker.
//!
//! A handle lies in a chunk of the caller's memory context and goes when that goes, so it owns
//! nothing: it is plain data.

use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicI32, Ordering::SeqCst};
use core::time::Duration;

use crate::abi::bgworker::BackgroundWorkerHandle;
use crate::abi::c::Datum;
use crate::abi::memnodes::MemoryContext;
use crate::abi::proc::PGPROC;
use crate::abi::variables::{CurrentMemoryContext, MyProc};
use crate::dynamic::segments::Segment;
use crate::error::Result;
use crate::memory;
use crate::registration::handle;
use crate::shmem::queue::{self, Queue, Side};
use crate::shmem::queue_words::Words;
use crate::shmem::slots::Seen;
use crate::sys::clock::Instant;
use crate::sys::process;

/// How often it is looked whether the other side's process is still there, which may end without a
/// word to the queue: PostgreSQL never notices that.
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_millis(400);

/// One side of a queue, in the process that it is.
pub(crate) struct Handle {
    queue: NonNull<Queue>,
    /// The segment that the queue is in; null: it is in none, or that is the caller's business.
    segment: *mut Segment,
    ring: NonNull<u8>,
    pub(super) ring_size: usize,
    side: Side,
    /// The worker on the other side, if that is known. A copy: callers free theirs.
    worker: Option<BackgroundWorkerHandle>,
    /// The process on the other side; null until it has come. Its pid, as long as it is there.
    pub(super) peer: *mut PGPROC,
    peer_pid: i32,
    /// When it was last looked whether that process is there.
    looked: Instant,
    /// This side's position, and where in the ring that is.
    pub(super) position: u64,
    pub(super) offset: usize,
    /// How much of that the other side does not know of yet.
    pub(super) pending: usize,
    /// The other side's position, as last seen.
    pub(super) seen: u64,
    /// The message that is under way: whether its length is through, its length, and how much of it
    /// is through.
    pub(super) is_begun: bool,
    pub(super) length: usize,
    pub(super) through: usize,
    /// Where the receiver puts messages together that the ring has in pieces.
    pub(super) buffer: Option<NonNull<u8>>,
    pub(super) buffer_size: usize,
    pub(super) context: MemoryContext,
    /// Looks that it takes before it sleeps.
    pub(super) patience: u32,
}

/// Makes this process's handle of a queue, in the current memory context.
///
/// # Safety
/// A live queue, mapped as long as the handle is used, whose sender or receiver this process is; null
/// or a live segment.
///
/// # Errors
/// Out of memory.
pub(crate) unsafe fn attach(
    queue: NonNull<Queue>,
    segment: *mut Segment,
    worker: Option<BackgroundWorkerHandle>,
) -> Result<NonNull<Handle>> {
    let context = CurrentMemoryContext.get();
    let chunk = memory::alloc(context, size_of::<Handle>())?.cast();
    // SAFETY: the caller's promise.
    let (ring, ring_size) = unsafe { queue::ring(queue) };
    let fresh = Handle {
        queue,
        segment,
        ring,
        ring_size,
        side: Side::Receiver,
        worker,
        peer: ptr::null_mut(),
        peer_pid: 0,
        looked: Instant::now(),
        position: 0,
        offset: 0,
        pending: 0,
        seen: 0,
        is_begun: false,
        length: 0,
        through: 0,
        buffer: None,
        buffer_size: 0,
        context,
        patience: 0,
    };
    // SAFETY: fresh, of this size, and aligned to 16.
    unsafe { chunk.write(fresh) };
    // SAFETY: just written.
    let handle = unsafe { &mut *chunk.as_ptr() };
    let is_receiver = handle.head().process(Side::Receiver) == MyProc.get();
    handle.begin(if is_receiver { Side::Receiver } else { Side::Sender });
    // SAFETY: the caller's promise.
    if let Some(segment) = unsafe { segment.as_ref() } {
        segment.on_detach(Some(leave), queue.as_ptr().expose_provenance());
    }
    Ok(chunk)
}

/// This process leaves a queue, so the other side hears of it.
fn leave_queue(queue: &Queue) {
    let is_sender = queue.process(Side::Sender) == MyProc.get();
    queue.detach(if is_sender { Side::Sender } else { Side::Receiver });
}

/// The segment of a queue goes from this process, or this process ends.
///
/// # Safety
/// The queue is in a segment that is still mapped.
unsafe extern "C" fn leave(_segment: *mut Segment, queue: Datum) {
    let queue: *const Queue = ptr::with_exposed_provenance(queue);
    // SAFETY: the queue that was attached; its segment is still mapped.
    if let Some(queue) = unsafe { queue.as_ref() } {
        leave_queue(queue);
    }
}

/// Leaves the queue and frees the handle.
///
/// # Safety
/// A live handle that is not used any more.
pub(crate) unsafe fn detach(handle: NonNull<Handle>) {
    // SAFETY: the caller's promise.
    let this = unsafe { &mut *handle.as_ptr() };
    if this.side == Side::Sender {
        this.flush();
    }
    leave_queue(this.head());
    // SAFETY: null, or the segment that it was attached with, which is still there.
    if let Some(segment) = unsafe { this.segment.as_ref() } {
        segment.cancel_on_detach(Some(leave), this.queue.as_ptr().expose_provenance());
    }
    if let Some(buffer) = this.buffer.take() {
        // SAFETY: this handle's own chunk.
        unsafe { memory::free(buffer) };
    }
    // SAFETY: the handle's chunk; nobody uses it any more.
    unsafe { memory::free(handle.cast()) };
}

impl Handle {
    /// The queue.
    pub(crate) fn queue(&self) -> NonNull<Queue> {
        self.queue
    }

    pub(super) fn head<'a>(&self) -> &'a Queue {
        // SAFETY: `attach`'s caller promised that it stays mapped.
        unsafe { self.queue.as_ref() }
    }

    pub(super) fn words<'a>(&self) -> Words<'a> {
        self.head().words()
    }

    /// This handle is that of a side from here on: positions are as the queue has them.
    fn begin(&mut self, side: Side) {
        let words = self.words();
        let (mine, theirs) = match side {
            Side::Sender => (words.written, words.read),
            Side::Receiver => (words.read, words.written),
        };
        self.side = side;
        (self.position, self.seen) = (mine.load(SeqCst), theirs.load(SeqCst));
        let position = usize::try_from(self.position).unwrap_or(0);
        self.offset = position.checked_rem(self.ring_size).unwrap_or(0);
        self.peer = ptr::null_mut();
    }

    /// Sends, or receives, from here on: a process may be both.
    pub(super) fn take_side(&mut self, side: Side) {
        if self.side != side {
            self.flush();
            self.begin(side);
        }
    }

    /// Says which worker is on the other side.
    pub(crate) fn set_worker(&mut self, worker: Option<BackgroundWorkerHandle>) {
        self.worker = worker;
    }

    /// A place in the ring, and how many bytes there are from it to the ring's end.
    pub(super) fn place(&self) -> (NonNull<u8>, usize) {
        // SAFETY: the offset is below the ring's size.
        (unsafe { self.ring.add(self.offset) }, self.to_end())
    }

    /// How many bytes there are from here to the ring's end.
    pub(super) fn to_end(&self) -> usize {
        self.ring_size.wrapping_sub(self.offset)
    }

    /// This side is so many bytes further.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.position = self.position.wrapping_add(bytes as u64);
        self.pending = self.pending.wrapping_add(bytes);
        self.offset = self.offset.wrapping_add(bytes);
        // Nothing goes twice around.
        if self.offset >= self.ring_size {
            self.offset = self.offset.wrapping_sub(self.ring_size);
        }
    }

    /// How far the other side was from here when last seen, at most a ring's length.
    pub(super) fn distance(&self, from: u64, to: u64) -> usize {
        usize::try_from(to.wrapping_sub(from)).unwrap_or(usize::MAX).min(self.ring_size)
    }

    /// Has the other side know how far this one is, and wakes it.
    pub(super) fn flush(&mut self) {
        if self.pending == 0 {
            return;
        }
        match self.side {
            Side::Sender => self.words().publish_written(self.position),
            Side::Receiver => self.words().publish_read(self.position),
        }
        self.pending = 0;
        self.wake_peer();
    }

    /// Sets the latch of the other side, if it is there.
    pub(super) fn wake_peer(&mut self) {
        if self.knows_peer() {
            queue::wake(self.peer);
        }
    }

    /// Whether the other side has come.
    pub(super) fn knows_peer(&mut self) -> bool {
        if !self.peer.is_null() {
            return true;
        }
        self.peer = self.head().process(self.side.other());
        self.peer_pid = self.pid_of_peer();
        !self.peer.is_null()
    }

    fn pid_of_peer(&self) -> i32 {
        if self.peer.is_null() {
            return 0;
        }
        // SAFETY: PGPROCs stay mapped.
        let pid = unsafe { &raw mut (*self.peer).pid };
        // SAFETY: the same; others than its owner read it atomically.
        unsafe { AtomicI32::from_ptr(pid) }.load(SeqCst)
    }

    /// Whether the other side has left the queue, or its process is over. A process that is over
    /// left it, which is noted there.
    pub(super) fn is_peer_gone(&mut self) -> bool {
        if self.words().is_detached() {
            return true;
        }
        let worker = self.worker.as_ref();
        let is_over = worker.is_some_and(|worker| handle::look(worker) == Seen::Stopped)
            || !self.peer.is_null() && self.is_process_gone();
        if is_over {
            self.words().detach();
        }
        is_over
    }

    /// Whether the process on the other side, which has come, is there no more: its place is empty or
    /// another one's, or, which is looked at now and then only, it was killed.
    fn is_process_gone(&mut self) -> bool {
        if self.peer_pid == 0 || self.pid_of_peer() != self.peer_pid {
            return true;
        }
        let now = Instant::now();
        if now.since(self.looked) < BETWEEN_LOOKS {
            return false;
        }
        self.looked = now;
        !process::exists(self.peer_pid)
    }
}
