//! What several test programs use.
//! Runs in: tests.

pub(crate) mod cc;
