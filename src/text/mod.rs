#![forbid(unsafe_code)]
//! Strings as PostgreSQL's C code handles them: bytes in any encoding, ASCII rules.
//! Runs in: any process.

pub(crate) mod distance;
pub(crate) mod hash;
pub(crate) mod hex;
pub(crate) mod lists;
pub(crate) mod number;
pub(crate) mod prng;
pub(crate) mod quote;
pub(crate) mod strings;
