//! Reports, the log, and the boundary that errors cross.
//! Runs in: any process.
//!
//! Rust code makes a [`Report`] and returns it as `Err(Raised)`; the exported function that was
//! called from C turns it into a jump (see `boundary`), a guarded call turns a jump back into a
//! [`Raised`] (see `guard`).

mod report;

pub(crate) use report::{Level, Raised, Report, SqlState};

/// What Rust code returns where PostgreSQL's would `ereport(ERROR)`.
pub(crate) type Result<T> = core::result::Result<T, Raised>;
