#![forbid(unsafe_code)]
//! Paths, and files that an ERROR leaves open.
//! Runs in: any process.

pub(crate) mod durable;
pub(crate) mod opened;
pub(crate) mod path;
pub(crate) mod table;
pub(crate) mod tree;
