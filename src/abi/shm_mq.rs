//! `storage/shm_mq.h`: queues of messages. Queues and handles are opaque.
//! Runs in: any process.

use core::ffi::{c_char, c_uint};

use super::c::Size;

/// A piece of a message.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct shm_mq_iovec {
    /// Where it is.
    pub data: *const c_char,
    /// Its bytes.
    pub len: Size,
}

/// How sending or receiving ended.
pub type shm_mq_result = c_uint;
/// A message was sent, or received.
pub const SHM_MQ_SUCCESS: shm_mq_result = 0;
/// Not yet: to be tried again later.
pub const SHM_MQ_WOULD_BLOCK: shm_mq_result = 1;
/// The other process has left the queue.
pub const SHM_MQ_DETACHED: shm_mq_result = 2;

/// Bytes of the smallest queue.
pub const SHM_MQ_MINIMUM_SIZE: Size = 64;
