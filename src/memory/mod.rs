//! Memory contexts: `palloc` and its kin (palloc.h, memutils.h).
//! Runs in: any process.
//!
//! A chunk is one `malloc`, linked into its context, which is linked into a tree; resetting or
//! deleting a context frees what is below it. PostgreSQL keeps chunk headers private since 16, so
//! their form is ours; `MemoryContextData` is not, and its fields are kept true.

pub(crate) mod apart;
pub(crate) mod arrays;
mod chunk;
mod context;
pub(crate) mod owned;
pub(crate) mod owners;
pub(crate) mod reserve;
pub(crate) mod scope;
mod sizes;
mod stats;
mod tree;
pub(crate) mod varlena;

pub(crate) use chunk::{
    alloc, alloc_aligned, alloc_extended, alloc_zeroed, copy_bytes, free, owner, realloc,
    realloc_extended, space,
};
pub(crate) use context::{Kind, create, create_kind, init, register_callback, set_identifier};
pub(crate) use sizes::{add, multiply};
pub(crate) use stats::{LIMIT as STATS_LIMIT, consumed, print};
pub(crate) use tree::{
    allocated, delete, delete_children, is_empty, reset, reset_children, reset_only, set_parent,
};
