//! Lists as sets: who is a member, unions, differences (pg_list.h).
//! Runs in: any process.
//!
//! Safety of all functions: as in `list`; with `Kind::Node` the cells point to nodes or are null.
//! Errors: out of memory, and nodes that cannot be compared here.

use core::ffi::c_int;
use core::ptr;

use crate::abi::pg_list::{List, ListCell};
use crate::error::Result;

use super::list::{self, Kind};
use super::nodes;

/// The position of the first equal cell.
///
/// # Safety
/// As said at the top of the file.
unsafe fn position(kind: Kind, list: *const List, cell: ListCell) -> Result<Option<c_int>> {
    // SAFETY: the caller's promise.
    for (member, position) in unsafe { list::cells(list) }.iter().zip(0..) {
        // SAFETY: the same.
        if unsafe { nodes::equal_cells(kind, *member, cell)? } {
            return Ok(Some(position));
        }
    }
    Ok(None)
}

/// Whether a cell is in a list.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn member(kind: Kind, list: *const List, cell: ListCell) -> Result<bool> {
    // SAFETY: the caller's promise.
    Ok(unsafe { position(kind, list, cell)? }.is_some())
}

/// Removes the first equal cell, if there is one.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn delete(kind: Kind, list: *mut List, cell: ListCell) -> Result<*mut List> {
    // SAFETY: the caller's promise.
    match unsafe { position(kind, list, cell)? } {
        // SAFETY: the same.
        Some(found) => unsafe { list::delete(list, found, 1) },
        None => Ok(list),
    }
}

/// Appends a cell that is not in the list yet.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn append_unique(
    kind: Kind,
    list: *mut List,
    cell: ListCell,
) -> Result<*mut List> {
    // SAFETY: the caller's promise.
    if unsafe { member(kind, list, cell)? } {
        return Ok(list);
    }
    // SAFETY: the same.
    unsafe { list::append(kind, list, cell) }
}

/// Appends the cells of `other` that are not in the list yet.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn concat_unique(
    kind: Kind,
    list: *mut List,
    other: *const List,
) -> Result<*mut List> {
    let mut list = list;
    if ptr::eq(list, other) {
        return Ok(list);
    }
    // SAFETY: the caller's promise.
    for cell in unsafe { list::cells(other) } {
        // SAFETY: the same.
        list = unsafe { append_unique(kind, list, *cell)? };
    }
    Ok(list)
}

/// A list of the cells of one and those of the other that are not among them.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn union(kind: Kind, one: *const List, other: *const List) -> Result<*mut List> {
    // SAFETY: the caller's promise.
    let whole = unsafe { list::copy(one, 0, c_int::MAX)? };
    // SAFETY: the same.
    unsafe { concat_unique(kind, whole, other) }
}

/// A list of the cells of one that are in the other (`wanted`), or that are not.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn select(
    kind: Kind,
    one: *const List,
    other: *const List,
    wanted: bool,
) -> Result<*mut List> {
    let mut chosen = ptr::null_mut();
    // SAFETY: the caller's promise.
    for cell in unsafe { list::cells(one) } {
        // SAFETY: the same.
        if unsafe { member(kind, other, *cell)? } == wanted {
            // SAFETY: the same.
            chosen = unsafe { list::append(kind, chosen, *cell)? };
        }
    }
    Ok(chosen)
}

/// Removes object identifiers that are equal to the one before.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn deduplicate_oids(list: *mut List) {
    let mut kept: c_int = 0;
    let mut last = None;
    // SAFETY: the caller's promise.
    let cells = unsafe { list::cells_mut(list) };
    for from in 0..cells.len() {
        let Some(cell) = cells.get(from).copied() else { break };
        // SAFETY: the cells of such a list are object identifiers.
        let oid = unsafe { cell.oid_value };
        if last != Some(oid)
            && let Some(place) = cells.get_mut(list::in_cells(kept))
        {
            *place = cell;
            kept += 1;
        }
        last = Some(oid);
    }
    // SAFETY: null or live.
    if let Some(list) = unsafe { list.as_mut() } {
        list.length = kept;
    }
}
