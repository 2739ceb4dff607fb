//! Queues of messages between two processes (shm_mq.h): what one side keeps of a queue, sending
//! and receiving. `shmem::queue` is what both sides share.
//! Runs in: worker.

mod handle;
pub(crate) mod messages;
mod receive;
mod send;
mod wait;

pub(crate) use handle::{Handle, attach, detach};

/// How sending or receiving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// Not yet, and the caller did not want to wait.
    WouldBlock,
    /// The other side has left.
    Detached,
}
