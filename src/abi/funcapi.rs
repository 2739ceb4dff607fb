//! `funcapi.h`: rows from texts.
//! Runs in: any process.

use super::c::Oid;
use super::fmgr::FmgrInfo;
use super::tupdesc::TupleDesc;

/// A description, and what reads the values of its columns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct AttInMetadata {
    /// The description.
    pub tupdesc: TupleDesc,
    /// Input functions, for each column.
    pub attinfuncs: *mut FmgrInfo,
    /// What they are told of the type.
    pub attioparams: *mut Oid,
    /// Modifiers.
    pub atttypmods: *mut i32,
}
