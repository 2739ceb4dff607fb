//! `utils/portal.h` and `tcop/pquery.h`: portals.
//! Runs in: worker.

use core::ffi::{CStr, c_char};
use core::ptr;

use crate::abi::portal::Portal;
use crate::database::portals;

throwing! {
    /// Makes a portal with a name of its own.
    fn CreateNewPortal() -> Portal {
        portals::create_unnamed()
    }

    /// Makes a portal of that name; an older one is an ERROR, or is dropped if `allowDup`, with a
    /// WARNING unless `dupSilent`.
    fn CreatePortal(name: *const c_char, allowDup: bool, dupSilent: bool) -> Portal {
        // SAFETY: NUL-terminated.
        portals::create(unsafe { CStr::from_ptr(name) }, allowDup, dupSilent)
    }

    /// Frees a portal and what it owns.
    fn PortalDrop(portal: Portal, isTopCommit: bool) {
        // SAFETY: live, and not used any more.
        unsafe { portals::drop_one(portal, isTopCommit) }
    }

    /// It cannot be dropped.
    fn PinPortal(portal: Portal) {
        // SAFETY: live.
        unsafe { portals::pin(portal, true) }
    }

    /// It can be dropped again.
    fn UnpinPortal(portal: Portal) {
        // SAFETY: live.
        unsafe { portals::pin(portal, false) }
    }

    /// It is being run.
    fn MarkPortalActive(portal: Portal) {
        // SAFETY: live.
        unsafe { portals::mark_active(portal) }
    }

    /// All of it was run.
    fn MarkPortalDone(portal: Portal) {
        // SAFETY: live.
        unsafe { portals::mark_over(portal, false) }
    }

    /// An error ended it.
    fn MarkPortalFailed(portal: Portal) {
        // SAFETY: live.
        unsafe { portals::mark_over(portal, true) }
    }

    /// A snapshot is active, or the active portal makes one so.
    fn EnsurePortalSnapshotExists() {
        portals::ensure_snapshot()
    }
}

plain! {
    /// The portal of that name, NULL if there is none.
    fn GetPortalByName(name: *const c_char) -> Portal {
        if name.is_null() {
            return ptr::null_mut();
        }
        // SAFETY: NUL-terminated.
        portals::by_name(unsafe { CStr::from_ptr(name) }).unwrap_or(ptr::null_mut())
    }
}
