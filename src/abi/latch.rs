//! `storage/latch.h`: what a process sleeps on.
//! Runs in: any process.

use core::ffi::{c_int, c_void};

use super::c::{opaque, pgsocket, sig_atomic_t};

/// A latch. Extensions read `is_set` themselves; the other fields are ours.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Latch {
    /// Not 0 when set.
    pub is_set: sig_atomic_t,
    /// Says whether, and how, the owner sleeps.
    pub maybe_sleeping: sig_atomic_t,
    /// A C `bool`: whether it lies in shared memory.
    pub is_shared: u8,
    /// Process id of the owner; 0 is nobody.
    pub owner_pid: c_int,
}

/// Wake when the latch is set.
pub const WL_LATCH_SET: c_int = 1 << 0;
/// Wake when the socket can be read.
pub const WL_SOCKET_READABLE: c_int = 1 << 1;
/// Wake when the socket can be written.
pub const WL_SOCKET_WRITEABLE: c_int = 1 << 2;
/// Wake when the time is over.
pub const WL_TIMEOUT: c_int = 1 << 3;
/// Wake when the postmaster has died.
pub const WL_POSTMASTER_DEATH: c_int = 1 << 4;
/// Leave the process when the postmaster has died.
pub const WL_EXIT_ON_PM_DEATH: c_int = 1 << 5;
/// Wake when the socket is connected.
pub const WL_SOCKET_CONNECTED: c_int = WL_SOCKET_WRITEABLE;
/// Wake when the peer has closed the socket.
pub const WL_SOCKET_CLOSED: c_int = 1 << 7;
/// Wake when the socket has a connection to accept.
pub const WL_SOCKET_ACCEPT: c_int = WL_SOCKET_READABLE;
/// All that need a socket.
pub const WL_SOCKET_MASK: c_int = WL_SOCKET_READABLE
    | WL_SOCKET_WRITEABLE
    | WL_SOCKET_CONNECTED
    | WL_SOCKET_ACCEPT
    | WL_SOCKET_CLOSED;

/// One thing that `WaitEventSetWait` saw.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WaitEvent {
    /// Number of the event in its set.
    pub pos: c_int,
    /// What happened, `WL_*` bits.
    pub events: u32,
    /// The socket, or -1.
    pub fd: pgsocket,
    /// What the one who added the event gave.
    pub user_data: *mut c_void,
}

opaque! {
    /// Several events to wait for at once.
    WaitEventSet;
}
