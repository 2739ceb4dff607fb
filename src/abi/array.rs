//! `utils/array.h`: arrays in memory.
//! Runs in: any process.

use core::ffi::c_int;

use super::c::Oid;

/// Head of an array; its dimensions, lower bounds, null bitmap and members follow.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ArrayType {
    /// Length word of a value of variable length.
    pub vl_len_: c_int,
    /// Dimensions; 0 for an empty array.
    pub ndim: c_int,
    /// Where members begin, 0 without a null bitmap.
    pub dataoffset: c_int,
    /// Type of the members.
    pub elemtype: Oid,
}
