//! `storage/shm_mq.h`: queues of messages between two processes.
//! Runs in: worker.
//!
//! Safety of all: a queue is one that `shm_mq_create` made, mapped as long as it is used; a handle
//! is one that `shm_mq_attach` gave.

use core::ffi::{c_int, c_void};
use core::ptr::NonNull;

use crate::abi::bgworker::BackgroundWorkerHandle;
use crate::abi::c::Size;
use crate::abi::proc::PGPROC;
use crate::abi::shm_mq::{
    SHM_MQ_DETACHED, SHM_MQ_SUCCESS, SHM_MQ_WOULD_BLOCK, shm_mq_iovec, shm_mq_result,
};
use crate::dynamic::segments::Segment;
use crate::error::{Report, Result, SqlState};
use crate::memory::arrays;
use crate::queues::{self, Handle, Outcome};
use crate::shmem::queue::{self, Queue, Side};

/// What C never gives as NULL.
fn given<T>(pointer: *mut T) -> Result<NonNull<T>> {
    let message = "no message queue";
    NonNull::new(pointer).ok_or_else(|| Report::error(SqlState::INTERNAL_ERROR, message).into())
}

/// # Safety
/// As said above; no other reference to it lives.
unsafe fn handle<'a>(mqh: *mut Handle) -> Result<&'a mut Handle> {
    // SAFETY: the caller's promise.
    Ok(unsafe { given(mqh)?.as_mut() })
}

/// # Safety
/// As said above.
unsafe fn head<'a>(mq: *mut Queue) -> Result<&'a Queue> {
    // SAFETY: the caller's promise.
    Ok(unsafe { given(mq)?.as_ref() })
}

/// A copy of a worker's handle; none of NULL.
///
/// # Safety
/// NULL or a live handle.
unsafe fn worker(handle: *mut BackgroundWorkerHandle) -> Option<BackgroundWorkerHandle> {
    // SAFETY: the caller's promise.
    NonNull::new(handle).map(|handle| unsafe { handle.read() })
}

/// # Safety
/// NULL or a live piece.
unsafe fn bytes<'a>(piece: &shm_mq_iovec) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { arrays::read(piece.data.cast(), piece.len) }
}

fn result(outcome: Outcome) -> shm_mq_result {
    match outcome {
        Outcome::Done => SHM_MQ_SUCCESS,
        Outcome::WouldBlock => SHM_MQ_WOULD_BLOCK,
        Outcome::Detached => SHM_MQ_DETACHED,
    }
}

throwing! {
    /// Makes an empty queue of `size` bytes at an address.
    fn shm_mq_create(address: *mut c_void, size: Size) -> *mut Queue {
        // SAFETY: room of that size that nobody uses, aligned to eight bytes.
        unsafe { queue::create(address.cast(), size) }.map(|()| address.cast())
    }

    /// Says whose process receives; once for each queue.
    fn shm_mq_set_receiver(mq: *mut Queue, proc: *mut PGPROC) {
        // SAFETY: as said above.
        unsafe { head(mq) }.map(|queue| queue.set_process(Side::Receiver, proc))
    }

    /// Says whose process sends; once for each queue.
    fn shm_mq_set_sender(mq: *mut Queue, proc: *mut PGPROC) {
        // SAFETY: as said above.
        unsafe { head(mq) }.map(|queue| queue.set_process(Side::Sender, proc))
    }

    /// Whose process receives; NULL: not said yet.
    fn shm_mq_get_receiver(mq: *mut Queue) -> *mut PGPROC {
        // SAFETY: as said above.
        unsafe { head(mq) }.map(|queue| queue.process(Side::Receiver))
    }

    /// Whose process sends; NULL: not said yet.
    fn shm_mq_get_sender(mq: *mut Queue) -> *mut PGPROC {
        // SAFETY: as said above.
        unsafe { head(mq) }.map(|queue| queue.process(Side::Sender))
    }

    /// This process's handle of a queue whose sender or receiver it is, allocated with `palloc`.
    /// The segment that the queue is in, if it is in one, takes it along; `handle`, if the caller
    /// has one, is the worker on the other side.
    fn shm_mq_attach(
        mq: *mut Queue,
        seg: *mut Segment,
        handle: *mut BackgroundWorkerHandle,
    ) -> *mut Handle {
        // SAFETY: NULL or what RegisterDynamicBackgroundWorker gave.
        let worker = unsafe { worker(handle) };
        // SAFETY: as said above.
        unsafe { queues::attach(given(mq)?, seg, worker) }.map(NonNull::as_ptr)
    }

    /// Says which worker is on the other side.
    fn shm_mq_set_handle(mqh: *mut Handle, handle: *mut BackgroundWorkerHandle) {
        // SAFETY: NULL or what RegisterDynamicBackgroundWorker gave.
        let worker = unsafe { worker(handle) };
        // SAFETY: as said above.
        unsafe { self::handle(mqh) }.map(|this| this.set_worker(worker))
    }

    /// Leaves a queue, and frees the handle.
    fn shm_mq_detach(mqh: *mut Handle) {
        // SAFETY: as said above.
        unsafe { queues::detach(given(mqh)?) };
        Ok(())
    }

    /// The queue of a handle.
    fn shm_mq_get_queue(mqh: *mut Handle) -> *mut Queue {
        // SAFETY: as said above.
        unsafe { handle(mqh) }.map(|this| this.queue().as_ptr())
    }

    /// Sends a message.
    fn shm_mq_send(
        mqh: *mut Handle,
        nbytes: Size,
        data: *const c_void,
        nowait: bool,
        force_flush: bool,
    ) -> shm_mq_result {
        let piece = shm_mq_iovec { data: data.cast(), len: nbytes };
        // SAFETY: the caller's bytes.
        let piece = unsafe { bytes(&piece) };
        // SAFETY: as said above.
        let this = unsafe { handle(mqh) }?;
        this.send([piece].into_iter(), nowait, force_flush).map(result)
    }

    /// Sends a message that lies in pieces.
    fn shm_mq_sendv(
        mqh: *mut Handle,
        iov: *mut shm_mq_iovec,
        iovcnt: c_int,
        nowait: bool,
        force_flush: bool,
    ) -> shm_mq_result {
        let count = usize::try_from(iovcnt).unwrap_or(0);
        // SAFETY: the caller has that many pieces.
        let pieces = unsafe { arrays::read(iov, count) };
        // SAFETY: the caller's bytes.
        let pieces = pieces.iter().map(|piece| unsafe { bytes(piece) });
        // SAFETY: as said above.
        unsafe { handle(mqh) }?.send(pieces, nowait, force_flush).map(result)
    }

    /// Receives a message, which stays where it is until the next one is asked for.
    fn shm_mq_receive(
        mqh: *mut Handle,
        nbytesp: *mut Size,
        datap: *mut *mut c_void,
        nowait: bool,
    ) -> shm_mq_result {
        // SAFETY: as said above.
        match unsafe { handle(mqh) }?.receive(nowait)? {
            Ok((message, length)) => {
                // SAFETY: the caller's variable.
                unsafe { nbytesp.write(length) };
                // SAFETY: the same.
                unsafe { datap.write(message.as_ptr().cast()) };
                Ok(SHM_MQ_SUCCESS)
            }
            Err(outcome) => Ok(result(outcome)),
        }
    }

    /// Waits until the other side has come.
    fn shm_mq_wait_for_attach(mqh: *mut Handle) -> shm_mq_result {
        // SAFETY: as said above.
        unsafe { handle(mqh) }?.wait_for_peer().map(result)
    }
}
