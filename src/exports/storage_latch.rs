//! `storage/latch.h`: latches and wait event sets.
//! Runs in: worker; signal handler (SetLatch).

use core::ffi::{c_int, c_long, c_void};
use core::ptr::NonNull;

use crate::abi::c::{ResourceOwner, pgsocket};
use crate::abi::latch::{Latch, WL_SOCKET_MASK, WaitEvent, WaitEventSet};
use crate::shmem::latch::{self, Want};
use crate::shmem::wait_sets::{New, WaitSet};

/// # Safety
/// `set` is what CreateWaitEventSet returned, not freed yet.
unsafe fn set_of<'a>(set: *mut WaitEventSet) -> &'a mut WaitSet {
    // SAFETY: the caller's promise; server functions run in one thread and no handler uses a set.
    unsafe { &mut *set.cast::<WaitSet>() }
}

/// # Safety
/// The same, or NULL.
unsafe fn free(set: *mut WaitEventSet) {
    if let Some(set) = NonNull::new(set) {
        // SAFETY: it came out of a Box.
        drop(unsafe { Box::from_raw(set.as_ptr().cast::<WaitSet>()) });
    }
}

plain! {
    /// Makes a latch of this process alone.
    fn InitLatch(latch: *mut Latch) {
        // SAFETY: room for a latch that nobody uses.
        unsafe { latch::init(latch, false) }
    }

    /// Makes a latch in shared memory that nobody owns yet.
    fn InitSharedLatch(latch: *mut Latch) {
        // SAFETY: room for a latch that nobody uses.
        unsafe { latch::init(latch, true) }
    }

    /// Gives a latch up.
    fn DisownLatch(latch: *mut Latch) {
        // SAFETY: a latch of shared memory.
        unsafe { latch::disown(latch) }
    }

    /// Frees a set and closes its descriptors.
    fn FreeWaitEventSet(set: *mut WaitEventSet) {
        // SAFETY: what CreateWaitEventSet returned.
        unsafe { free(set) }
    }

    /// The same in a child, for a set of the parent, whose own stays as it is.
    fn FreeWaitEventSetAfterFork(set: *mut WaitEventSet) {
        // SAFETY: what CreateWaitEventSet returned before the fork.
        unsafe { free(set) }
    }

    /// How many events a set has.
    fn GetNumRegisteredWaitEvents(set: *mut WaitEventSet) -> c_int {
        // SAFETY: what CreateWaitEventSet returned.
        c_int::try_from(unsafe { set_of(set) }.len()).unwrap_or(c_int::MAX)
    }

    /// Whether WL_SOCKET_CLOSED works: it does.
    fn WaitEventSetCanReportClosed() -> bool {
        true
    }

    /// Sets a latch, waking its owner.
    fn SetLatch(latch: *mut Latch) {
        // SAFETY: a latch of shared memory, or the process's own.
        unsafe { latch::set(latch) }
    }

    /// Clears a latch that this process owns.
    fn ResetLatch(latch: *mut Latch) {
        // SAFETY: a latch of shared memory, or the process's own.
        unsafe { latch::reset(latch) }
    }
}

throwing! {
    /// Makes a latch of shared memory this process's.
    fn OwnLatch(latch: *mut Latch) {
        // SAFETY: a latch of shared memory.
        unsafe { latch::own(latch) }
    }

    /// A set for at most `nevents` events. Nothing frees it but FreeWaitEventSet: there are no
    /// resource owners.
    fn CreateWaitEventSet(_resowner: ResourceOwner, nevents: c_int) -> *mut WaitEventSet {
        let set = WaitSet::new(usize::try_from(nevents).unwrap_or(0))?;
        Ok(Box::into_raw(Box::new(set)).cast())
    }

    /// Adds an event to a set; its position there.
    fn AddWaitEventToSet(
        set: *mut WaitEventSet,
        events: u32,
        fd: pgsocket,
        latch: *mut Latch,
        user_data: *mut c_void,
    ) -> c_int {
        let new = New { events: events.cast_signed(), socket: fd, latch, user_data };
        // SAFETY: what CreateWaitEventSet returned.
        let set = unsafe { set_of(set) };
        // SAFETY: NULL, a latch of shared memory, or the process's own.
        let position = unsafe { set.add(&new) }?;
        Ok(c_int::try_from(position).unwrap_or(c_int::MAX))
    }

    /// Changes what is waited for at a position.
    fn ModifyWaitEvent(set: *mut WaitEventSet, pos: c_int, events: u32, latch: *mut Latch) {
        // SAFETY: what CreateWaitEventSet returned.
        let set = unsafe { set_of(set) };
        let position = usize::try_from(pos).unwrap_or(usize::MAX);
        // SAFETY: NULL, a latch of shared memory, or the process's own.
        unsafe { set.modify(position, events.cast_signed(), latch) }
    }

    /// Sleeps until events happen, or until the time (milliseconds, -1 is for ever) is over.
    fn WaitEventSetWait(
        set: *mut WaitEventSet,
        timeout: c_long,
        occurred_events: *mut WaitEvent,
        nevents: c_int,
        wait_event_info: u32,
    ) -> c_int {
        // SAFETY: what CreateWaitEventSet returned.
        let set = unsafe { set_of(set) };
        let count = usize::try_from(nevents).unwrap_or(0);
        // SAFETY: the caller has room for that many.
        let seen = unsafe { set.wait(timeout, occurred_events, count, wait_event_info) }?;
        Ok(c_int::try_from(seen).unwrap_or(c_int::MAX))
    }

    /// Sleeps until the latch is set, the time (milliseconds) is over or the postmaster died.
    fn WaitLatch(
        latch: *mut Latch,
        wakeEvents: c_int,
        timeout: c_long,
        wait_event_info: u32,
    ) -> c_int {
        let events = wakeEvents & !WL_SOCKET_MASK;
        let want = Want { events, socket: -1, timeout, wait_event_info };
        // SAFETY: NULL, a latch of shared memory, or the process's own.
        unsafe { latch::wait(latch, want) }
    }

    /// The same, or until the socket is ready.
    fn WaitLatchOrSocket(
        latch: *mut Latch,
        wakeEvents: c_int,
        sock: pgsocket,
        timeout: c_long,
        wait_event_info: u32,
    ) -> c_int {
        let events = if sock < 0 { wakeEvents & !WL_SOCKET_MASK } else { wakeEvents };
        let want = Want { events, socket: sock, timeout, wait_event_info };
        // SAFETY: NULL, a latch of shared memory, or the process's own.
        unsafe { latch::wait(latch, want) }
    }
}
