//! Comparing and copying what lists of nodes have as members.
//! Runs in: any process.
//!
//! Only lists are nodes that pgbgw knows the inside of.

use core::ffi::{c_int, c_void};
use core::ptr;

use crate::abi::nodes::{Node, NodeTag};
use crate::abi::pg_list::{List, ListCell};
use crate::error::{Raised, Report, Result, SqlState};

use super::list::{self, Kind};

fn unknown(what: &str, tag: NodeTag) -> Raised {
    let message = format!("nodes of type {tag} cannot be {what} outside PostgreSQL");
    Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into()
}

/// How the members of a list with this tag are compared.
fn kind_of(tag: NodeTag) -> Option<Kind> {
    [Kind::Node, Kind::Int, Kind::Oid, Kind::Xid].into_iter().find(|kind| kind.tag() == tag)
}

/// Whether two cells of lists of that kind are equal.
///
/// # Safety
/// They are such cells; pointers to nodes are null or to live ones.
///
/// # Errors
/// Nodes that cannot be compared here.
pub(super) unsafe fn equal_cells(kind: Kind, one: ListCell, other: ListCell) -> Result<bool> {
    match kind {
        // SAFETY: the caller's promise.
        Kind::Node => unsafe { equal_nodes(pointer(one), pointer(other)) },
        Kind::Pointer => Ok(pointer(one) == pointer(other)),
        Kind::Int | Kind::Oid | Kind::Xid => Ok(number(one) == number(other)),
    }
}

fn pointer(cell: ListCell) -> *mut c_void {
    // SAFETY: any bits are a pointer.
    unsafe { cell.ptr_value }
}

fn number(cell: ListCell) -> u32 {
    // SAFETY: the three kinds of numbers are 32 bits each.
    unsafe { cell.oid_value }
}

/// Whether two nodes are equal.
///
/// # Safety
/// They are null or live nodes.
unsafe fn equal_nodes(one: *mut c_void, other: *mut c_void) -> Result<bool> {
    if one == other {
        return Ok(true);
    }
    // SAFETY: null or live.
    let first = unsafe { one.cast::<Node>().as_ref() };
    // SAFETY: the same.
    let second = unsafe { other.cast::<Node>().as_ref() };
    let (Some(first), Some(second)) = (first, second) else { return Ok(false) };
    if first.r#type != second.r#type {
        return Ok(false);
    }
    let Some(kind) = kind_of(first.r#type) else {
        return Err(unknown("compared", first.r#type));
    };
    // SAFETY: the tag says that it is a list.
    let first = unsafe { list::cells(one.cast()) };
    // SAFETY: the same.
    let second = unsafe { list::cells(other.cast()) };
    if first.len() != second.len() {
        return Ok(false);
    }
    for (one, other) in first.iter().zip(second) {
        // SAFETY: cells of lists of that kind.
        if !unsafe { equal_cells(kind, *one, *other)? } {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A copy of a list and of all that is below it.
///
/// # Safety
/// A list of pointers to nodes, each null or live; or null.
///
/// # Errors
/// Nodes that cannot be copied here.
pub(crate) unsafe fn copy_deep(from: *const List) -> Result<*mut List> {
    // SAFETY: the caller's promise.
    let copy = unsafe { list::copy(from, 0, c_int::MAX)? };
    // SAFETY: just made.
    for cell in unsafe { list::cells_mut(copy) } {
        let member = pointer(*cell);
        // SAFETY: null or live.
        cell.ptr_value = unsafe { copy_node(member)? };
    }
    Ok(copy)
}

/// A copy of a node.
///
/// # Safety
/// Null or live.
unsafe fn copy_node(node: *mut c_void) -> Result<*mut c_void> {
    // SAFETY: the caller's promise.
    let Some(tag) = (unsafe { node.cast::<Node>().as_ref() }).map(|node| node.r#type) else {
        return Ok(ptr::null_mut());
    };
    match kind_of(tag) {
        // SAFETY: the tag says that it is a list of nodes.
        Some(Kind::Node) => Ok(unsafe { copy_deep(node.cast())? }.cast()),
        // SAFETY: the tag says that it is a list.
        Some(_) => Ok(unsafe { list::copy(node.cast(), 0, c_int::MAX)? }.cast()),
        None => Err(unknown("copied", tag)),
    }
}
