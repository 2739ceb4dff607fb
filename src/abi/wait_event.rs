//! `utils/wait_event.h`: what a process waits for, class and event in one word.
//! Runs in: any process.

/// A lightweight lock.
pub const PG_WAIT_LWLOCK: u32 = 0x0100_0000;
/// A heavyweight lock.
pub const PG_WAIT_LOCK: u32 = 0x0300_0000;
/// A pinned page.
pub const PG_WAIT_BUFFERPIN: u32 = 0x0400_0000;
/// Idle in the main loop of a server process.
pub const PG_WAIT_ACTIVITY: u32 = 0x0500_0000;
/// A client.
pub const PG_WAIT_CLIENT: u32 = 0x0600_0000;
/// Something of an extension.
pub const PG_WAIT_EXTENSION: u32 = 0x0700_0000;
/// Another process.
pub const PG_WAIT_IPC: u32 = 0x0800_0000;
/// Time.
pub const PG_WAIT_TIMEOUT: u32 = 0x0900_0000;
/// A disk.
pub const PG_WAIT_IO: u32 = 0x0A00_0000;
/// A test's injection point.
pub const PG_WAIT_INJECTIONPOINT: u32 = 0x0B00_0000;

/// A worker to end.
pub const WAIT_EVENT_BGWORKER_SHUTDOWN: u32 = PG_WAIT_IPC + 5;
/// A worker to start.
pub const WAIT_EVENT_BGWORKER_STARTUP: u32 = PG_WAIT_IPC + 6;
/// The other side of a queue to come.
pub const WAIT_EVENT_MESSAGE_QUEUE_INTERNAL: u32 = PG_WAIT_IPC + 33;
/// A message of the protocol to go into a queue.
pub const WAIT_EVENT_MESSAGE_QUEUE_PUT_MESSAGE: u32 = PG_WAIT_IPC + 34;
/// A message from a queue.
pub const WAIT_EVENT_MESSAGE_QUEUE_RECEIVE: u32 = PG_WAIT_IPC + 35;
/// Room in a queue.
pub const WAIT_EVENT_MESSAGE_QUEUE_SEND: u32 = PG_WAIT_IPC + 36;
/// `pg_sleep`.
pub const WAIT_EVENT_PG_SLEEP: u32 = PG_WAIT_TIMEOUT + 2;
/// The holder of a spin lock.
pub const WAIT_EVENT_SPIN_DELAY: u32 = PG_WAIT_TIMEOUT + 6;
/// Memory for a dynamic segment.
pub const WAIT_EVENT_DSM_ALLOCATE: u32 = PG_WAIT_IO + 21;
