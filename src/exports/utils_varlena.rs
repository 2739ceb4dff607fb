//! `utils/varlena.h`: lists of names in one string.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_void};

use crate::abi::nodes::T_List;
use crate::abi::pg_list::{List, ListCell};
use crate::abi::variables::CurrentMemoryContext;
use crate::containers::list;
use crate::error::Result;
use crate::files::path;
use crate::memory;
use crate::text::lists::{self, Members};

/// A list of pointers in the current context; NULL if there are none.
fn list_of(pointers: &[*mut c_void]) -> Result<*mut List> {
    let cells: Vec<_> = pointers.iter().map(|&ptr_value| ListCell { ptr_value }).collect();
    list::make(T_List, &cells)
}

/// Splits a string in place: the members, which lie in it, and whether it was a list.
///
/// # Safety
/// `raw` is a NUL-terminated string that only the caller uses.
unsafe fn split(raw: *mut c_char, separator: c_char, members: Members) -> (Vec<*mut c_void>, bool) {
    // SAFETY: the caller's promise.
    let length = unsafe { CStr::from_ptr(raw) }.count_bytes();
    // SAFETY: the string with its NUL.
    let text = unsafe { core::slice::from_raw_parts_mut(raw.cast::<u8>(), length + 1) };
    let (starts, is_list) = lists::split(text, separator.cast_unsigned(), members);
    // SAFETY: within the string.
    let pointers = starts.iter().map(|start| unsafe { raw.add(*start) }.cast());
    (pointers.collect(), is_list)
}

throwing! {
    /// Splits names of SQL, in place; false: it is no list.
    fn SplitIdentifierString(
        rawstring: *mut c_char,
        separator: c_char,
        namelist: *mut *mut List,
    ) -> bool {
        // SAFETY: the caller's string.
        let (pointers, is_list) = unsafe { split(rawstring, separator, Members::Names) };
        // SAFETY: the caller's variable.
        unsafe { namelist.write(list_of(&pointers)?) };
        Ok(is_list)
    }

    /// Splits the values of a setting, in place; false: it is no list.
    fn SplitGUCList(
        rawstring: *mut c_char,
        separator: c_char,
        namelist: *mut *mut List,
    ) -> bool {
        // SAFETY: the caller's string.
        let (pointers, is_list) = unsafe { split(rawstring, separator, Members::Values) };
        // SAFETY: the caller's variable.
        unsafe { namelist.write(list_of(&pointers)?) };
        Ok(is_list)
    }

    /// Splits paths into canonical ones, each palloced; false: it is no list.
    fn SplitDirectoriesString(
        rawstring: *mut c_char,
        separator: c_char,
        namelist: *mut *mut List,
    ) -> bool {
        // SAFETY: the caller's string.
        let (mut pointers, is_list) = unsafe { split(rawstring, separator, Members::Paths) };
        for pointer in &mut pointers {
            // SAFETY: a member ends with a NUL.
            let canonical = path::canonical(unsafe { CStr::from_ptr(pointer.cast()) }.to_bytes());
            *pointer = memory::copy_bytes(CurrentMemoryContext.get(), &canonical)?.as_ptr().cast();
        }
        // SAFETY: the caller's variable.
        unsafe { namelist.write(list_of(&pointers)?) };
        Ok(is_list)
    }
}
