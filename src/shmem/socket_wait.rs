//! Waiting for one socket again and again: the kernel is told of it once.
//! Runs in: worker.

use core::ptr;

use crate::abi::c::PGINVALID_SOCKET;
use crate::abi::latch::{
    WL_LATCH_SET, WL_POSTMASTER_DEATH, WL_SOCKET_READABLE, WL_SOCKET_WRITEABLE, WaitEvent,
};
use crate::abi::variables::MyLatch;
use crate::error::Result;

use super::wait_sets::{New, WaitSet};

const NOTHING: WaitEvent =
    WaitEvent { pos: 0, events: 0, fd: PGINVALID_SOCKET, user_data: ptr::null_mut() };

/// The process's own latch, the postmaster's death and a socket that stays open as long as this.
pub(crate) struct SocketWait {
    set: WaitSet,
    /// Which event is the socket.
    socket: usize,
}

// SAFETY: server functions belong to the main thread.
unsafe impl Send for SocketWait {}

impl SocketWait {
    /// # Errors
    /// The descriptors cannot be made, or the socket cannot be waited for.
    pub(crate) fn new(socket: i32) -> Result<Self> {
        let mut set = WaitSet::new(3)?;
        let latch = MyLatch.get();
        let other = |events| New {
            events,
            socket: PGINVALID_SOCKET,
            latch: ptr::null_mut(),
            user_data: ptr::null_mut(),
        };
        if !latch.is_null() {
            // SAFETY: MyLatch is a latch of this process that stays mapped.
            unsafe { set.add(&New { latch, ..other(WL_LATCH_SET) })? };
        }
        // SAFETY: no latch.
        unsafe { set.add(&other(WL_POSTMASTER_DEATH))? };
        // SAFETY: the same.
        let socket = unsafe { set.add(&New { socket, ..other(WL_SOCKET_READABLE) })? };
        Ok(Self { set, socket })
    }

    /// Sleeps until the socket can be read from, or also written to if `writable`, or something
    /// else happens; the `WL_*` bits of what did.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn wait(&mut self, writable: bool, wait_event_info: u32) -> Result<i32> {
        let more = if writable { WL_SOCKET_WRITEABLE } else { 0 };
        // SAFETY: a socket, no latch.
        unsafe { self.set.modify(self.socket, WL_SOCKET_READABLE | more, ptr::null_mut())? };
        let mut seen = [NOTHING; 3];
        // SAFETY: the latch stays mapped; there is room for so many.
        let count = unsafe { self.set.wait(-1, seen.as_mut_ptr(), seen.len(), wait_event_info)? };
        let seen = seen.get(..count).unwrap_or_default();
        Ok(seen.iter().fold(0, |all, event| all | event.events.cast_signed()))
    }
}
