//! Asking for a worker, and what its handle is good for (bgworker.h).
//! Runs in: postmaster (static registration), worker (everything else).

pub(crate) mod check;
pub(crate) mod dynamic;
pub(crate) mod handle;
pub(crate) mod statics;
pub(crate) mod text;
pub(crate) mod wait;
