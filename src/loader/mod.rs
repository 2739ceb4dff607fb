//! Finding, judging and opening extension libraries.
//! Runs in: any process.

pub(crate) mod names;
