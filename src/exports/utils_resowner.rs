//! `utils/resowner.h`: what is given back together.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_void};

use crate::abi::c::{Datum, ResourceOwner};
use crate::abi::resowner::{
    RESOURCE_RELEASE_AFTER_LOCKS, RESOURCE_RELEASE_BEFORE_LOCKS, ResourceOwnerDesc,
    ResourceReleaseCallback, ResourceReleasePhase,
};
use crate::abi::variables::{AuxProcessResourceOwner, CurrentResourceOwner};
use crate::error::{self, Result};
use crate::memory::owners::{self, Release};
use crate::worker::exit::ON_SHMEM_EXIT;

/// Gives back all that the process's own owner has, and uses it anew.
fn release_own(is_commit: bool) -> Result<()> {
    let owner = AuxProcessResourceOwner.get();
    if owner.is_null() {
        return Ok(());
    }
    for phase in RESOURCE_RELEASE_BEFORE_LOCKS..=RESOURCE_RELEASE_AFTER_LOCKS {
        // SAFETY: the process's own owner, which lives as long as it.
        unsafe { owners::release(owner, Release { phase, is_commit, is_top_level: true })? };
    }
    // SAFETY: the same.
    unsafe { owners::start_over(owner) };
    Ok(())
}

/// # Safety
/// Called at the end of the process.
unsafe extern "C" fn release_at_exit(code: c_int, _arg: Datum) {
    error::throwing(|| release_own(code == 0));
}

plain! {
    /// Makes an owner below another one, or NULL.
    fn ResourceOwnerCreate(parent: ResourceOwner, name: *const c_char) -> ResourceOwner {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(name) };
        // SAFETY: NULL or live.
        unsafe { owners::create(parent, name) }
    }

    /// Deletes an owner and those below it; what they own was given back.
    fn ResourceOwnerDelete(owner: ResourceOwner) {
        // SAFETY: live, and not used any more.
        unsafe { owners::delete(owner) };
    }

    /// The owner above.
    fn ResourceOwnerGetParent(owner: ResourceOwner) -> ResourceOwner {
        // SAFETY: live.
        unsafe { owners::parent(owner) }
    }

    /// Puts an owner below another one, or NULL.
    fn ResourceOwnerNewParent(owner: ResourceOwner, newparent: ResourceOwner) {
        // SAFETY: live.
        unsafe { owners::set_parent(owner, newparent) };
    }

    /// An owner has a thing.
    fn ResourceOwnerRemember(owner: ResourceOwner, value: Datum, kind: *const ResourceOwnerDesc) {
        // SAFETY: live, and a constant.
        unsafe { owners::remember(owner, value, kind) };
    }

    /// Calls a function in each phase of each owner.
    fn RegisterResourceReleaseCallback(callback: ResourceReleaseCallback, arg: *mut c_void) {
        owners::register(callback, arg);
    }

    /// Does not any more.
    fn UnregisterResourceReleaseCallback(callback: ResourceReleaseCallback, arg: *mut c_void) {
        owners::unregister(callback, arg);
    }
}

throwing! {
    /// Gives back what an owner and those below it have in this phase.
    fn ResourceOwnerRelease(
        owner: ResourceOwner,
        phase: ResourceReleasePhase,
        isCommit: bool,
        isTopLevel: bool,
    ) {
        // SAFETY: live.
        unsafe {
            owners::release(owner, Release { phase, is_commit: isCommit, is_top_level: isTopLevel })
        }
    }

    /// Makes sure that an owner can have one more.
    fn ResourceOwnerEnlarge(owner: ResourceOwner) {
        // SAFETY: live.
        unsafe { owners::enlarge(owner) }
    }

    /// An owner does not have a thing any more.
    fn ResourceOwnerForget(owner: ResourceOwner, value: Datum, kind: *const ResourceOwnerDesc) {
        // SAFETY: live, and a constant.
        unsafe { owners::forget(owner, value, kind) }
    }

    /// Gives back what an owner has of a kind.
    fn ResourceOwnerReleaseAllOfKind(owner: ResourceOwner, kind: *const ResourceOwnerDesc) {
        // SAFETY: live, and a constant.
        unsafe { owners::release_kind(owner, kind) }
    }

    /// Makes an owner of the process itself, which gives back all at its end.
    fn CreateAuxProcessResourceOwner() {
        // SAFETY: it has nobody above.
        let owner = unsafe { owners::create(core::ptr::null_mut(), c"AuxiliaryProcess") };
        AuxProcessResourceOwner.set(owner);
        CurrentResourceOwner.set(owner);
        ON_SHMEM_EXIT.push(Some(release_at_exit), 0)
    }

    /// Gives back all that it has now.
    fn ReleaseAuxProcessResources(isCommit: bool) {
        release_own(isCommit)
    }
}
