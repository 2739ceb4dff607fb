//! `utils/varlena.h`: lists of names in one string.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::size_of;
use core::ptr;

use crate::abi::nodes::T_List;
use crate::abi::pg_list::{List, ListCell};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::Result;
use crate::files::path;
use crate::memory;
use crate::text::lists::{self, Members};

/// A list of pointers in the current context; NULL if there are none.
fn list_of(pointers: &[*mut c_void]) -> Result<*mut List> {
    if pointers.is_empty() {
        return Ok(ptr::null_mut());
    }
    let size = size_of::<List>() + size_of_val(pointers);
    let list: *mut List = memory::alloc(CurrentMemoryContext.get(), size)?.as_ptr().cast();
    let length = c_int::try_from(pointers.len()).unwrap_or(c_int::MAX);
    // SAFETY: the members follow the list in its chunk.
    let elements: *mut ListCell = unsafe { list.add(1) }.cast();
    let head = List { r#type: T_List, length, max_length: length, elements, initial_elements: [] };
    // SAFETY: fresh memory of the right size, aligned to 16.
    unsafe { list.write(head) };
    // SAFETY: a cell is as large as a pointer, and there is room for all of them.
    unsafe { ptr::copy_nonoverlapping(pointers.as_ptr(), elements.cast(), pointers.len()) };
    Ok(list)
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
