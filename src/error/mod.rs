//! Reports, the log, and the boundary that errors cross.
//! Runs in: any process.
//!
//! Rust code makes a [`Report`] and returns it as `Err(Raised)`; the exported function that was
//! called from C turns it into a jump (`boundary`), a guarded call turns a jump back into a
//! [`Raised`] (`guard`). In between, C's `errstart`, `errmsg`, ... work on `stack`.

mod boundary;
pub(crate) mod copies;
pub(crate) mod destination;
pub(crate) mod fields;
mod guard;
mod json;
pub(crate) mod log;
pub(crate) mod prefix;
pub(crate) mod prepared;
mod report;
pub(crate) mod soft;
pub(crate) mod stack;

pub(crate) use boundary::{leave, plain, throw, throwing};
pub(crate) use guard::{call_plain, guarded};
pub(crate) use log::{emit, is_logged};
pub(crate) use report::{Level, More, Raised, Report, SqlState};

/// What Rust code returns where PostgreSQL's would `ereport(ERROR)`.
pub(crate) type Result<T> = core::result::Result<T, Raised>;
