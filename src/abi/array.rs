//! `utils/array.h`: arrays in memory.
//! Runs in: any process.

use core::ffi::{c_char, c_int};

use super::c::{Datum, Oid};
use super::memnodes::MemoryContext;

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

/// An array that is being built.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ArrayBuildState {
    /// Where it is.
    pub mcontext: MemoryContext,
    /// The members.
    pub dvalues: *mut Datum,
    /// Which of them are NULL.
    pub dnulls: *mut bool,
    /// Members there is room for.
    pub alen: c_int,
    /// Members.
    pub nelems: c_int,
    /// Their type.
    pub element_type: Oid,
    /// Bytes of one, -1: of variable length, -2: a C string.
    pub typlen: i16,
    /// Whether one is a Datum itself.
    pub typbyval: bool,
    /// A letter for its alignment.
    pub typalign: c_char,
    /// Whether `mcontext` is its own.
    pub private_cxt: bool,
}
