//! Contexts that the library makes for itself and deletes again.
//! Runs in: any process.

use core::ffi::CStr;

use crate::abi::memnodes::MemoryContext;
use crate::error::Result;

use super::{context, tree};

/// A context that extensions use and only the library deletes. It is forgotten, not deleted, when
/// this value is dropped: a parent may have taken it along.
#[derive(Debug)]
pub(crate) struct Owned(MemoryContext);

// SAFETY: server functions belong to the main thread.
unsafe impl Send for Owned {}

impl Owned {
    /// Makes one below `parent`.
    ///
    /// # Errors
    /// Out of memory.
    pub(crate) fn new(parent: MemoryContext, name: &'static CStr) -> Result<Self> {
        context::create(parent, name.as_ptr()).map(Self)
    }

    pub(crate) fn get(&self) -> MemoryContext {
        self.0
    }

    /// Deletes it, whose parent is still there.
    ///
    /// # Errors
    /// What a callback raised.
    pub(crate) fn delete(self) -> Result<()> {
        // SAFETY: made by `new`, and extensions keep what lies in it no longer than the statement
        // or the transaction that it is for, as in PostgreSQL.
        unsafe { tree::delete(self.0) }
    }

    /// [`Self::delete`], unless something lies in it: then it stays, its parent's.
    ///
    /// # Errors
    /// The same.
    pub(crate) fn delete_if_empty(self) -> Result<()> {
        // SAFETY: live: only `delete` takes it, or its parent took it along.
        if unsafe { tree::is_empty(self.0) } { self.delete() } else { Ok(()) }
    }
}
