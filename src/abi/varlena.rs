//! `utils/varlena.h`: looking for the name that somebody meant.
//! Runs in: any process.

use core::ffi::{c_char, c_int};

/// What is closest so far.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ClosestMatchState {
    /// What somebody wrote.
    pub source: *const c_char,
    /// How far the closest is, -1: there is none.
    pub min_d: c_int,
    /// How far one may be.
    pub max_d: c_int,
    /// The closest, or NULL.
    pub r#match: *const c_char,
}
