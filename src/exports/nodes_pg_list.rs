//! `nodes/pg_list.h`: lists.
//! Runs in: any process.
//!
//! Safety of all: a list is NULL or a live one of the kind that the function's name says, and the
//! caller's own where it is changed; nodes are NULL or live; cells are of the list.

use core::ffi::{c_int, c_void};

use crate::abi::c::{Oid, TransactionId};
use crate::abi::nodes::NodeTag;
use crate::abi::pg_list::{List, ListCell};
use crate::containers::list::{self, Kind};
use crate::containers::{self, Comparator, sets};

const fn ptr(ptr_value: *mut c_void) -> ListCell {
    ListCell { ptr_value }
}

const fn int(int_value: c_int) -> ListCell {
    ListCell { int_value }
}

const fn oid(oid_value: Oid) -> ListCell {
    ListCell { oid_value }
}

const fn xid(xid_value: TransactionId) -> ListCell {
    ListCell { xid_value }
}

throwing! {
    /// A list of one member.
    fn list_make1_impl(t: NodeTag, datum1: ListCell) -> *mut List {
        list::make(t, &[datum1])
    }

    /// A list of two members.
    fn list_make2_impl(t: NodeTag, datum1: ListCell, datum2: ListCell) -> *mut List {
        list::make(t, &[datum1, datum2])
    }

    /// A list of three members.
    fn list_make3_impl(t: NodeTag, datum1: ListCell, datum2: ListCell, datum3: ListCell) -> *mut List {
        list::make(t, &[datum1, datum2, datum3])
    }

    /// A list of four members.
    fn list_make4_impl(t: NodeTag, datum1: ListCell, datum2: ListCell, datum3: ListCell, datum4: ListCell) -> *mut List {
        list::make(t, &[datum1, datum2, datum3, datum4])
    }

    /// A list of five members.
    fn list_make5_impl(t: NodeTag, datum1: ListCell, datum2: ListCell, datum3: ListCell, datum4: ListCell, datum5: ListCell) -> *mut List {
        list::make(t, &[datum1, datum2, datum3, datum4, datum5])
    }

    /// Appends a pointer.
    fn lappend(list: *mut List, datum: *mut c_void) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::append(Kind::Pointer, list, ptr(datum)) }
    }

    /// Appends an integer.
    fn lappend_int(list: *mut List, datum: c_int) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::append(Kind::Int, list, int(datum)) }
    }

    /// Appends an object identifier.
    fn lappend_oid(list: *mut List, datum: Oid) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::append(Kind::Oid, list, oid(datum)) }
    }

    /// Appends a transaction number.
    fn lappend_xid(list: *mut List, datum: TransactionId) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::append(Kind::Xid, list, xid(datum)) }
    }

    /// Puts a pointer in front.
    fn lcons(datum: *mut c_void, list: *mut List) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::insert(Kind::Pointer, list, 0, ptr(datum)) }
    }

    /// Inserts a pointer at a position.
    fn list_insert_nth(list: *mut List, pos: c_int, datum: *mut c_void) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::insert(Kind::Pointer, list, pos, ptr(datum)) }
    }

    /// Puts an integer in front.
    fn lcons_int(datum: c_int, list: *mut List) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::insert(Kind::Int, list, 0, int(datum)) }
    }

    /// Inserts an integer at a position.
    fn list_insert_nth_int(list: *mut List, pos: c_int, datum: c_int) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::insert(Kind::Int, list, pos, int(datum)) }
    }

    /// Puts an object identifier in front.
    fn lcons_oid(datum: Oid, list: *mut List) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::insert(Kind::Oid, list, 0, oid(datum)) }
    }

    /// Inserts an object identifier at a position.
    fn list_insert_nth_oid(list: *mut List, pos: c_int, datum: Oid) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::insert(Kind::Oid, list, pos, oid(datum)) }
    }

    /// Appends the members of another list.
    fn list_concat(list1: *mut List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::concat(list1, list2) }
    }

    /// The members of both lists.
    fn list_concat_copy(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::concat_copy(list1, list2) }
    }

    /// Whether a node is a member.
    fn list_member(list: *const List, datum: *const c_void) -> bool {
        // SAFETY: as said above.
        unsafe { sets::member(Kind::Node, list, ptr(datum.cast_mut())) }
    }

    /// Whether a pointer is a member.
    fn list_member_ptr(list: *const List, datum: *const c_void) -> bool {
        // SAFETY: as said above.
        unsafe { sets::member(Kind::Pointer, list, ptr(datum.cast_mut())) }
    }

    /// Whether an integer is a member.
    fn list_member_int(list: *const List, datum: c_int) -> bool {
        // SAFETY: as said above.
        unsafe { sets::member(Kind::Int, list, int(datum)) }
    }

    /// Whether an object identifier is a member.
    fn list_member_oid(list: *const List, datum: Oid) -> bool {
        // SAFETY: as said above.
        unsafe { sets::member(Kind::Oid, list, oid(datum)) }
    }

    /// Whether a transaction number is a member.
    fn list_member_xid(list: *const List, datum: TransactionId) -> bool {
        // SAFETY: as said above.
        unsafe { sets::member(Kind::Xid, list, xid(datum)) }
    }

    /// Removes a node.
    fn list_delete(list: *mut List, datum: *mut c_void) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::delete(Kind::Node, list, ptr(datum)) }
    }

    /// Appends a node unless it is a member.
    fn list_append_unique(list: *mut List, datum: *mut c_void) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::append_unique(Kind::Node, list, ptr(datum)) }
    }

    /// Removes a pointer.
    fn list_delete_ptr(list: *mut List, datum: *mut c_void) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::delete(Kind::Pointer, list, ptr(datum)) }
    }

    /// Appends a pointer unless it is a member.
    fn list_append_unique_ptr(list: *mut List, datum: *mut c_void) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::append_unique(Kind::Pointer, list, ptr(datum)) }
    }

    /// Removes an integer.
    fn list_delete_int(list: *mut List, datum: c_int) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::delete(Kind::Int, list, int(datum)) }
    }

    /// Appends an integer unless it is a member.
    fn list_append_unique_int(list: *mut List, datum: c_int) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::append_unique(Kind::Int, list, int(datum)) }
    }

    /// Removes an object identifier.
    fn list_delete_oid(list: *mut List, datum: Oid) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::delete(Kind::Oid, list, oid(datum)) }
    }

    /// Appends an object identifier unless it is a member.
    fn list_append_unique_oid(list: *mut List, datum: Oid) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::append_unique(Kind::Oid, list, oid(datum)) }
    }

    /// Appends those members of another list that are new.
    fn list_concat_unique(list1: *mut List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::concat_unique(Kind::Node, list1, list2) }
    }

    /// The members of either list.
    fn list_union(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::union(Kind::Node, list1, list2) }
    }

    /// The members of the first list that are not in the second.
    fn list_difference(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::select(Kind::Node, list1, list2, false) }
    }

    /// Appends those members of another list that are new.
    fn list_concat_unique_ptr(list1: *mut List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::concat_unique(Kind::Pointer, list1, list2) }
    }

    /// The members of either list.
    fn list_union_ptr(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::union(Kind::Pointer, list1, list2) }
    }

    /// The members of the first list that are not in the second.
    fn list_difference_ptr(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::select(Kind::Pointer, list1, list2, false) }
    }

    /// Appends those members of another list that are new.
    fn list_concat_unique_int(list1: *mut List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::concat_unique(Kind::Int, list1, list2) }
    }

    /// The members of either list.
    fn list_union_int(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::union(Kind::Int, list1, list2) }
    }

    /// The members of the first list that are not in the second.
    fn list_difference_int(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::select(Kind::Int, list1, list2, false) }
    }

    /// Appends those members of another list that are new.
    fn list_concat_unique_oid(list1: *mut List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::concat_unique(Kind::Oid, list1, list2) }
    }

    /// The members of either list.
    fn list_union_oid(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::union(Kind::Oid, list1, list2) }
    }

    /// The members of the first list that are not in the second.
    fn list_difference_oid(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::select(Kind::Oid, list1, list2, false) }
    }

    /// The members of both lists.
    fn list_intersection(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::select(Kind::Node, list1, list2, true) }
    }

    /// The members of both lists.
    fn list_intersection_int(list1: *const List, list2: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { sets::select(Kind::Int, list1, list2, true) }
    }

    /// Removes the first member.
    fn list_delete_first(list: *mut List) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::delete(list, 0, 1) }
    }

    /// Removes the last member.
    fn list_delete_last(list: *mut List) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::delete_last(list) }
    }

    /// Removes the first members.
    fn list_delete_first_n(list: *mut List, n: c_int) -> *mut List {
        if n <= 0 {
            return Ok(list);
        }
        // SAFETY: as said above.
        unsafe { list::delete(list, 0, n) }
    }

    /// Removes the member at a position.
    fn list_delete_nth_cell(list: *mut List, n: c_int) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::delete(list, n, 1) }
    }

    /// Removes a cell.
    fn list_delete_cell(list: *mut List, cell: *mut ListCell) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::delete_cell(list, cell) }
    }

    /// Copies a list.
    fn list_copy(oldlist: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::copy(oldlist, 0, c_int::MAX) }
    }

    /// Copies the first members.
    fn list_copy_head(oldlist: *const List, len: c_int) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::copy(oldlist, 0, len) }
    }

    /// Copies all but the first members.
    fn list_copy_tail(oldlist: *const List, nskip: c_int) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::copy(oldlist, nskip, c_int::MAX) }
    }

    /// Copies a list and the nodes in it.
    fn list_copy_deep(oldlist: *const List) -> *mut List {
        // SAFETY: as said above.
        unsafe { containers::copy_deep(oldlist) }
    }

    /// Sorts a list.
    fn list_sort(list: *mut List, cmp: Option<Comparator>) {
        match cmp {
            // SAFETY: as said above; the comparison is for such cells.
            Some(compare) => unsafe { containers::sort(list, compare) },
            None => Ok(()),
        }
    }
}

plain! {
    /// Forgets the members behind the first ones.
    fn list_truncate(list: *mut List, new_size: c_int) -> *mut List {
        // SAFETY: as said above.
        unsafe { list::truncate(list, new_size) }
    }

    /// Removes object identifiers that are equal to the one before.
    fn list_deduplicate_oid(list: *mut List) {
        // SAFETY: as said above.
        unsafe { sets::deduplicate_oids(list) };
    }

    /// Frees a list.
    fn list_free(list: *mut List) {
        // SAFETY: as said above; it is not used any more.
        unsafe { list::free(list) };
    }

    /// Frees a list and what its members point to.
    fn list_free_deep(list: *mut List) {
        // SAFETY: as said above; nothing of it is used any more.
        unsafe { list::free_deep(list) };
    }

    /// Compares two cells of integers, for list_sort.
    fn list_int_cmp(p1: *const ListCell, p2: *const ListCell) -> c_int {
        // SAFETY: a live cell, which begins with its value.
        let one = unsafe { p1.cast::<c_int>().read() };
        // SAFETY: the same.
        let other = unsafe { p2.cast::<c_int>().read() };
        one.cmp(&other) as c_int
    }

    /// Compares two cells of object identifiers, for list_sort.
    fn list_oid_cmp(p1: *const ListCell, p2: *const ListCell) -> c_int {
        // SAFETY: a live cell, which begins with its value.
        let one = unsafe { p1.cast::<Oid>().read() };
        // SAFETY: the same.
        let other = unsafe { p2.cast::<Oid>().read() };
        one.cmp(&other) as c_int
    }
}
