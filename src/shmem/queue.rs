//! Queues of messages, as they are in shared memory (shm_mq.h): a head, and a ring of bytes.
//! Runs in: worker.
//!
//! One process sends and one receives. The head has 56 bytes, as PostgreSQL's has, so that as much
//! fits into a queue as there.

use core::mem::size_of;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering::SeqCst};

use crate::abi::c::Size;
use crate::abi::proc::PGPROC;
use crate::abi::shm_mq::SHM_MQ_MINIMUM_SIZE;
use crate::error::{Report, Result, SqlState};

use super::latch;
use super::queue_words::Words;

/// Lengths and messages begin at multiples of this.
pub(crate) const ALIGN: usize = 8;
/// Bytes of a message's length in the ring.
pub(crate) const LENGTH: usize = size_of::<u64>();

/// The head of a queue; its ring follows.
#[repr(C)]
pub(crate) struct Queue {
    written: AtomicU64,
    detached: AtomicU32,
    _unused: AtomicU32,
    /// Null until they are set, once.
    receiver: AtomicPtr<PGPROC>,
    sender: AtomicPtr<PGPROC>,
    ring_size: AtomicU64,
    read: AtomicU64,
    _reserved: AtomicU64,
}

const _: () = assert!(size_of::<Queue>() + ALIGN == SHM_MQ_MINIMUM_SIZE);

/// One of the two sides of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Sender,
    Receiver,
}

impl Side {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Sender => Self::Receiver,
            Self::Receiver => Self::Sender,
        }
    }
}

/// Makes an empty queue of `size` bytes, with its head.
///
/// # Safety
/// The memory is the caller's alone, has that size and is aligned to eight bytes.
///
/// # Errors
/// It is too small.
pub(crate) unsafe fn create(address: *mut Queue, size: Size) -> Result<()> {
    if size < SHM_MQ_MINIMUM_SIZE {
        let message = format!("queue size must be at least {SHM_MQ_MINIMUM_SIZE} bytes");
        return Err(Report::error(SqlState::INVALID_PARAMETER_VALUE, message).into());
    }
    let ring_size = (size - size % ALIGN - size_of::<Queue>()) as u64;
    let fresh = Queue {
        written: AtomicU64::new(0),
        detached: AtomicU32::new(0),
        _unused: AtomicU32::new(0),
        receiver: AtomicPtr::new(ptr::null_mut()),
        sender: AtomicPtr::new(ptr::null_mut()),
        ring_size: AtomicU64::new(ring_size),
        read: AtomicU64::new(0),
        _reserved: AtomicU64::new(0),
    };
    // SAFETY: the caller's promise.
    unsafe { address.write(fresh) };
    Ok(())
}

/// The ring of a queue, and its size.
///
/// # Safety
/// A live queue.
pub(crate) unsafe fn ring(queue: NonNull<Queue>) -> (NonNull<u8>, usize) {
    // SAFETY: the ring follows the head.
    let ring = unsafe { queue.add(1) }.cast();
    // SAFETY: the caller's promise.
    let size = unsafe { queue.as_ref() }.ring_size.load(SeqCst);
    (ring, usize::try_from(size).unwrap_or(0))
}

impl Queue {
    pub(crate) fn words(&self) -> Words<'_> {
        Words { written: &self.written, read: &self.read, detached: &self.detached }
    }

    fn place(&self, side: Side) -> &AtomicPtr<PGPROC> {
        match side {
            Side::Sender => &self.sender,
            Side::Receiver => &self.receiver,
        }
    }

    /// The process of one side; null: not set yet.
    pub(crate) fn process(&self, side: Side) -> *mut PGPROC {
        self.place(side).load(SeqCst)
    }

    /// Sets the process of one side; that of the other one hears of it. Each sets its own word
    /// first and then looks at the other's, so that one of two that come together sees the other.
    pub(crate) fn set_process(&self, side: Side, process: *mut PGPROC) {
        self.place(side).store(process, SeqCst);
        self.wake(side.other());
    }

    /// Sets the latch of one side's process, if it is there.
    pub(crate) fn wake(&self, side: Side) {
        wake(self.process(side));
    }

    /// One side leaves the queue; the other one hears of it.
    pub(crate) fn detach(&self, side: Side) {
        self.words().detach();
        self.wake(side.other());
    }
}

/// Sets the latch of a process; null: of none.
pub(crate) fn wake(process: *mut PGPROC) {
    if process.is_null() {
        return;
    }
    // SAFETY: PGPROCs stay mapped.
    let latch = unsafe { &raw mut (*process).procLatch };
    // SAFETY: the same.
    unsafe { latch::set(latch) };
}
