//! Memory contexts: `palloc` and its kin (palloc.h, memutils.h).
//! Runs in: any process.
//!
//! A chunk is one `malloc`, linked into its context, which is linked into a tree; resetting or
//! deleting a context frees what is below it. PostgreSQL keeps chunk headers private since 16, so
//! their form is ours; `MemoryContextData` is not, and its fields are kept true.

mod chunk;
mod context;
pub(crate) mod varlena;

pub(crate) use chunk::{alloc, alloc_zeroed, copy_bytes, free, owner, realloc};
pub(crate) use context::{create, delete, init, register_callback, reset};
