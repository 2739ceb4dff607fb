//! Lists: making, growing and shortening them (pg_list.h).
//! Runs in: any process.
//!
//! Safety of all functions: a list is null or a live one, its cells are what its tag says, and who
//! changes it is its owner.

use core::ffi::c_int;
use core::mem::size_of;
use core::ptr::{self, NonNull};
use core::slice;

use crate::abi::nodes::{NodeTag, T_IntList, T_List, T_OidList, T_XidList};
use crate::abi::pg_list::{List, ListCell};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{Report, Result, SqlState};
use crate::memory;

/// Cells whose room the list itself takes in an allocation that is a power of two.
const HEADER_CELLS: usize = 3;
/// Fewest cells of a first allocation, the header's included, and of a second one.
const FEWEST: usize = 8;
const FEWEST_MORE: usize = 16;

/// What the cells of a list are, and when two are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Pointers to nodes that are compared with `equal`.
    Node,
    /// Pointers that are compared as such.
    Pointer,
    /// Integers.
    Int,
    /// Object identifiers.
    Oid,
    /// Transaction numbers.
    Xid,
}

impl Kind {
    pub(super) fn tag(self) -> NodeTag {
        match self {
            Self::Node | Self::Pointer => T_List,
            Self::Int => T_IntList,
            Self::Oid => T_OidList,
            Self::Xid => T_XidList,
        }
    }
}

/// Counts of C are never below zero here.
pub(super) fn in_cells(count: c_int) -> usize {
    usize::try_from(count).unwrap_or(0)
}

fn counted(cells: usize) -> Result<c_int> {
    c_int::try_from(cells).map_err(|_too_many| {
        Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, "too many list members").into()
    })
}

fn out_of_range(position: c_int, length: c_int) -> crate::error::Raised {
    let message =
        format!("list position {position} is out of range, the list has {length} members");
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}

/// The cells of a list.
///
/// # Safety
/// As said at the top of the file.
pub(super) unsafe fn cells<'a>(list: *const List) -> &'a [ListCell] {
    // SAFETY: null or live.
    match unsafe { list.as_ref() } {
        // SAFETY: so many cells are there.
        Some(list) => unsafe { slice::from_raw_parts(list.elements, in_cells(list.length)) },
        None => &[],
    }
}

/// The cells of a list, to be changed.
///
/// # Safety
/// As said at the top of the file.
pub(super) unsafe fn cells_mut<'a>(list: *mut List) -> &'a mut [ListCell] {
    // SAFETY: null or live.
    match unsafe { list.as_ref() } {
        // SAFETY: so many cells are there, and the caller's alone.
        Some(list) => unsafe { slice::from_raw_parts_mut(list.elements, in_cells(list.length)) },
        None => &mut [],
    }
}

/// A list of these cells in `CurrentMemoryContext`; null if there are none.
pub(crate) fn make(tag: NodeTag, cells: &[ListCell]) -> Result<*mut List> {
    if cells.is_empty() {
        return Ok(ptr::null_mut());
    }
    let room = (cells.len() + HEADER_CELLS).max(FEWEST).next_power_of_two() - HEADER_CELLS;
    let size = size_of::<List>() + room * size_of::<ListCell>();
    let list: NonNull<List> = memory::alloc(CurrentMemoryContext.get(), size)?.cast();
    let length = counted(cells.len())?;
    // SAFETY: the cells follow the list in its chunk.
    let elements: *mut ListCell = unsafe { list.add(1) }.cast().as_ptr();
    let max_length = counted(room)?;
    let fresh = List { r#type: tag, length, max_length, elements, initial_elements: [] };
    // SAFETY: the chunk begins with room for a list.
    unsafe { list.write(fresh) };
    // SAFETY: `room` cells, in memory that is new.
    unsafe { elements.copy_from_nonoverlapping(cells.as_ptr(), cells.len()) };
    Ok(list.as_ptr())
}

/// Makes room for `least` cells, which are more than there is room for.
///
/// # Safety
/// As said at the top of the file.
unsafe fn enlarge(list: &mut List, least: usize) -> Result<()> {
    let room = least.max(FEWEST_MORE).next_power_of_two();
    let max_length = counted(room)?;
    let size = room * size_of::<ListCell>();
    let first = (&raw mut list.initial_elements).cast();
    let elements = if list.elements == first {
        let own = NonNull::from(&mut *list).cast();
        // SAFETY: a live list is a chunk.
        let context = unsafe { memory::owner(own) };
        let moved: *mut ListCell = memory::alloc(context, size)?.cast().as_ptr();
        // SAFETY: new memory, for more cells than these.
        unsafe { moved.copy_from_nonoverlapping(list.elements, in_cells(list.length)) };
        moved
    } else {
        let Some(old) = NonNull::new(list.elements.cast()) else {
            return Err(out_of_range(0, list.length));
        };
        // SAFETY: cells that are not behind the list are a chunk of their own.
        unsafe { memory::realloc(old, size)? }.cast().as_ptr()
    };
    list.elements = elements;
    list.max_length = max_length;
    Ok(())
}

/// Inserts a cell at a position from 0 to the length.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn insert(
    kind: Kind,
    list: *mut List,
    position: c_int,
    cell: ListCell,
) -> Result<*mut List> {
    // SAFETY: null or live.
    let Some(found) = (unsafe { list.as_mut() }) else { return make(kind.tag(), &[cell]) };
    if !(0..=found.length).contains(&position) {
        return Err(out_of_range(position, found.length));
    }
    let length = in_cells(found.length);
    if found.length >= found.max_length {
        // SAFETY: live.
        unsafe { enlarge(found, length + 1)? };
    }
    let at = in_cells(position);
    // SAFETY: within the room for cells.
    let place = unsafe { found.elements.add(at) };
    // SAFETY: the same.
    let behind = unsafe { place.add(1) };
    // SAFETY: one cell more than before fits.
    unsafe { behind.copy_from(place, length - at) };
    // SAFETY: the same.
    unsafe { place.write(cell) };
    found.length += 1;
    Ok(list)
}

/// Appends a cell.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn append(kind: Kind, list: *mut List, cell: ListCell) -> Result<*mut List> {
    // SAFETY: null or live.
    let length = unsafe { list.as_ref() }.map_or(0, |list| list.length);
    // SAFETY: the caller's promise.
    unsafe { insert(kind, list, length, cell) }
}

/// Appends copies of the cells of `other`, which may be the list itself.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn concat(list: *mut List, other: *const List) -> Result<*mut List> {
    if list.is_null() {
        // SAFETY: the caller's promise.
        return unsafe { copy(other, 0, c_int::MAX) };
    }
    // SAFETY: null or live.
    let Some(length) = (unsafe { other.as_ref() }).map(|other| other.length) else {
        return Ok(list);
    };
    // SAFETY: live.
    let Some(found) = (unsafe { list.as_mut() }) else { return Ok(list) };
    let (old, more) = (in_cells(found.length), in_cells(length));
    let sum = counted(old + more)?;
    if sum > found.max_length {
        // SAFETY: live.
        unsafe { enlarge(found, old + more)? };
    }
    let elements = found.elements;
    found.length = sum;
    // Read only now: it may be the same list, whose cells have moved.
    // SAFETY: live.
    let from = unsafe { (*other).elements };
    // SAFETY: the room is for all.
    let end = unsafe { elements.add(old) };
    // SAFETY: the first `more` cells of either list lie before the end.
    unsafe { end.copy_from_nonoverlapping(from, more) };
    Ok(list)
}

/// Copies of the cells of both.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn concat_copy(one: *const List, other: *const List) -> Result<*mut List> {
    // SAFETY: null or live.
    let Some(tag) = (unsafe { one.as_ref() }).map(|one| one.r#type) else {
        // SAFETY: the caller's promise.
        return unsafe { copy(other, 0, c_int::MAX) };
    };
    // SAFETY: the same.
    let first = unsafe { cells(one) };
    // SAFETY: the same.
    let second = unsafe { cells(other) };
    make(tag, &[first, second].concat())
}

/// A list of the cells from `first` on, at most `count`.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn copy(list: *const List, first: c_int, count: c_int) -> Result<*mut List> {
    // SAFETY: null or live.
    let Some(tag) = (unsafe { list.as_ref() }).map(|list| list.r#type) else {
        return Ok(ptr::null_mut());
    };
    // SAFETY: the same.
    let all = unsafe { cells(list) };
    let rest = all.get(in_cells(first)..).unwrap_or_default();
    make(tag, rest.get(..in_cells(count)).unwrap_or(rest))
}

/// Forgets all cells but the first `length`; null if none is left, the list is not freed then.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn truncate(list: *mut List, length: c_int) -> *mut List {
    if length <= 0 {
        return ptr::null_mut();
    }
    // SAFETY: null or live.
    if let Some(list) = unsafe { list.as_mut() } {
        list.length = list.length.min(length);
    }
    list
}

/// Removes `count` cells from `first` on; frees the list if none is left.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn delete(list: *mut List, first: c_int, count: c_int) -> Result<*mut List> {
    // SAFETY: null or live.
    let Some(found) = (unsafe { list.as_mut() }) else { return Ok(list) };
    if first < 0 || first >= found.length {
        return Err(out_of_range(first, found.length));
    }
    let count = count.clamp(0, found.length - first);
    if count == found.length {
        // SAFETY: the caller has no use for it any more.
        unsafe { free(list) };
        return Ok(ptr::null_mut());
    }
    found.length -= count;
    // SAFETY: a cell of the list.
    let place = unsafe { found.elements.add(in_cells(first)) };
    // SAFETY: the same, or the end.
    let behind = unsafe { place.add(in_cells(count)) };
    // SAFETY: the cells that stay.
    unsafe { place.copy_from(behind, in_cells(found.length - first)) };
    Ok(list)
}

/// Removes the last cell.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn delete_last(list: *mut List) -> Result<*mut List> {
    // SAFETY: null or live.
    match unsafe { list.as_ref() }.map(|list| list.length) {
        // SAFETY: the caller's promise.
        Some(length) => unsafe { delete(list, length - 1, 1) },
        None => Ok(list),
    }
}

/// Removes a cell, given by its address.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn delete_cell(list: *mut List, cell: *const ListCell) -> Result<*mut List> {
    // SAFETY: null or live.
    let Some(elements) = (unsafe { list.as_ref() }).map(|list| list.elements) else {
        return Ok(list);
    };
    let bytes = cell.addr().wrapping_sub(elements.addr());
    let position = c_int::try_from(bytes / size_of::<ListCell>()).unwrap_or(-1);
    // SAFETY: the caller's promise.
    unsafe { delete(list, position, 1) }
}

/// Frees a list.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn free(list: *mut List) {
    let Some(mut whole) = NonNull::new(list) else { return };
    // SAFETY: live.
    let found = unsafe { whole.as_mut() };
    let elements = found.elements;
    if elements != (&raw mut found.initial_elements).cast()
        && let Some(elements) = NonNull::new(elements)
    {
        // SAFETY: cells that are not behind the list are a chunk of their own.
        unsafe { memory::free(elements.cast()) };
    }
    // SAFETY: a list is a chunk.
    unsafe { memory::free(whole.cast()) };
}

/// Frees a list and what its cells point to, each a chunk.
///
/// # Safety
/// As said at the top of the file.
pub(crate) unsafe fn free_deep(list: *mut List) {
    // SAFETY: null or live.
    for cell in unsafe { cells(list) } {
        // SAFETY: the cells of such a list are pointers.
        if let Some(member) = NonNull::new(unsafe { cell.ptr_value }) {
            // SAFETY: the caller's promise.
            unsafe { memory::free(member.cast()) };
        }
    }
    // SAFETY: the same.
    unsafe { free(list) };
}
