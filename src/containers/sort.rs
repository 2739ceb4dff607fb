//! Sorting a list by a comparison of the extension's (pg_list.h).
//! Runs in: any process.

use core::ffi::c_int;

use crate::abi::pg_list::{List, ListCell};
use crate::error::{self, Result};

use super::list;

/// Tells the order of two cells: negative, 0, positive.
pub(crate) type Comparator = unsafe extern "C" fn(*const ListCell, *const ListCell) -> c_int;

/// Sorts a list by merging, so that equal cells keep their order. A comparison that contradicts
/// itself gives some order.
///
/// # Safety
/// The list is null or live, and the comparison made for its cells.
///
/// # Errors
/// What the comparison raised; the list is as it was then.
pub(crate) unsafe fn sort(list: *mut List, compare: Comparator) -> Result<()> {
    // SAFETY: the caller's promise.
    let mut from = unsafe { list::cells(list) }.to_vec();
    let mut into = Vec::with_capacity(from.len());
    let mut run = 1;
    while run < from.len() {
        for pair in from.chunks(2 * run) {
            let (left, right) = pair.split_at(run.min(pair.len()));
            merge(&mut into, left, right, compare)?;
        }
        core::mem::swap(&mut from, &mut into);
        into.clear();
        run *= 2;
    }
    // SAFETY: the same.
    for (cell, sorted) in unsafe { list::cells_mut(list) }.iter_mut().zip(from) {
        *cell = sorted;
    }
    Ok(())
}

fn merge(
    into: &mut Vec<ListCell>,
    left: &[ListCell],
    right: &[ListCell],
    compare: Comparator,
) -> Result<()> {
    let (mut left, mut right) = (left, right);
    while let ([one, rest @ ..], [other, others @ ..]) = (left, right) {
        // SAFETY: the caller's comparison, and cells of the list.
        let order = error::guarded(|| unsafe { compare(one, other) })?;
        if order <= 0 {
            into.push(*one);
            left = rest;
        } else {
            into.push(*other);
            right = others;
        }
    }
    into.extend_from_slice(left);
    into.extend_from_slice(right);
    Ok(())
}
