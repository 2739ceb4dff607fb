//! `access/tupdesc.h`, `catalog/pg_attribute.h`: what a row looks like.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_void};

use super::c::{NameData, Oid};

/// A column.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FormData_pg_attribute {
    /// Its table, 0 if it is of none.
    pub attrelid: Oid,
    /// Its name.
    pub attname: NameData,
    /// Its type.
    pub atttypid: Oid,
    /// Bytes of a value, -1: of variable length, -2: a C string.
    pub attlen: i16,
    /// Its number, from 1.
    pub attnum: i16,
    /// Where it begins in each row, -1: not known.
    pub attcacheoff: i32,
    /// The type's modifier, -1: none.
    pub atttypmod: i32,
    /// Dimensions of an array.
    pub attndims: i16,
    /// Whether a value is a Datum itself.
    pub attbyval: bool,
    /// A letter for its alignment.
    pub attalign: c_char,
    /// A letter for how long values are stored.
    pub attstorage: c_char,
    /// A letter for how they are compressed.
    pub attcompression: c_char,
    /// It is never NULL.
    pub attnotnull: bool,
    /// It has a default.
    pub atthasdef: bool,
    /// Rows without it have a value.
    pub atthasmissing: bool,
    /// A letter, or 0.
    pub attidentity: c_char,
    /// A letter, or 0.
    pub attgenerated: c_char,
    /// It is no more.
    pub attisdropped: bool,
    /// It is the table's own.
    pub attislocal: bool,
    /// Parents that have it.
    pub attinhcount: i16,
    /// Its collation.
    pub attcollation: Oid,
}

/// The columns of a row; they follow this head.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TupleDescData {
    /// How many.
    pub natts: c_int,
    /// The row's type.
    pub tdtypeid: Oid,
    /// The type's modifier.
    pub tdtypmod: i32,
    /// How many use it, -1: nobody counts.
    pub tdrefcount: c_int,
    /// Constraints, or NULL.
    pub constr: *mut c_void,
    /// The columns.
    pub attrs: [FormData_pg_attribute; 0],
}

/// A description of a row, or NULL.
pub type TupleDesc = *mut TupleDescData;
