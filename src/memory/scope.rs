//! Resource owners that the library makes for itself and deletes again.
//! Runs in: worker.

use core::ffi::CStr;
use core::ptr;

use crate::abi::c::ResourceOwner;
use crate::error::Result;

use super::owners;

/// An owner that extensions use and only the library deletes. It is forgotten, not deleted, when
/// this value is dropped.
#[derive(Debug)]
pub(crate) struct Scope(ResourceOwner);

// SAFETY: server functions belong to the main thread.
unsafe impl Send for Scope {}

impl Scope {
    /// Makes one below another one.
    pub(crate) fn new(parent: Option<&Self>, name: &CStr) -> Self {
        let parent = parent.map_or(ptr::null_mut(), |parent| parent.0);
        // SAFETY: none, or one that is live: only `delete` takes it.
        Self(unsafe { owners::create(parent, name) })
    }

    pub(crate) fn get(&self) -> ResourceOwner {
        self.0
    }

    /// Gives back, in all phases, what it and those below it have, and deletes them.
    ///
    /// # Errors
    /// What giving back raised; what is left is forgotten then.
    pub(crate) fn delete(self, is_commit: bool, is_top_level: bool) -> Result<()> {
        // SAFETY: live: only this function deletes it, and nobody uses it any more.
        unsafe { owners::end(self.0, is_commit, is_top_level) }
    }
}
