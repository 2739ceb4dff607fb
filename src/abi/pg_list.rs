//! `nodes/pg_list.h`: lists.
//! Runs in: any process.
//!
//! A NULL pointer is the empty list. `elements` points to `initial_elements` until the list
//! outgrows them.

use core::ffi::{c_int, c_void};

use super::c::{Oid, TransactionId};
use super::nodes::NodeTag;

/// One member.
#[repr(C)]
#[derive(Clone, Copy)]
pub union ListCell {
    /// Of a `T_List`.
    pub ptr_value: *mut c_void,
    /// Of a `T_IntList`.
    pub int_value: c_int,
    /// Of a `T_OidList`.
    pub oid_value: Oid,
    /// Of a `T_XidList`.
    pub xid_value: TransactionId,
}

/// A list, never empty.
#[repr(C)]
pub struct List {
    /// `T_List`, `T_IntList`, `T_OidList` or `T_XidList`.
    pub r#type: NodeTag,
    /// Members.
    pub length: c_int,
    /// Members that `elements` has room for.
    pub max_length: c_int,
    /// The members.
    pub elements: *mut ListCell,
    /// Room that was allocated with the list itself.
    pub initial_elements: [ListCell; 0],
}

/// Where a `foreach` loop is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ForEachState {
    /// The list.
    pub l: *const List,
    /// Index of the current member.
    pub i: c_int,
}
