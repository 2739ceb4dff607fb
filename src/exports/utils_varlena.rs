//! `utils/varlena.h`: lists of names in one string.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;

use crate::abi::nodes::T_List;
use crate::abi::pg_list::{List, ListCell};
use crate::abi::variables::CurrentMemoryContext;
use crate::abi::varlena::ClosestMatchState;
use crate::containers::list;
use crate::error::Result;
use crate::files::path;
use crate::memory;
use crate::text::distance::{self, Costs, LONGEST};
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

/// # Safety
/// `text` has `len` bytes.
unsafe fn bounded<'a>(text: *const c_char, len: c_int) -> &'a [u8] {
    match usize::try_from(len) {
        // SAFETY: the caller's promise.
        Ok(len) if len > 0 => unsafe { core::slice::from_raw_parts(text.cast(), len) },
        _ => &[],
    }
}

plain! {
    /// Nothing is known yet of what is close to `source`.
    fn initClosestMatch(state: *mut ClosestMatchState, source: *const c_char, max_d: c_int) {
        let fresh = ClosestMatchState { source, min_d: -1, max_d, r#match: ptr::null() };
        // SAFETY: the caller's variable.
        unsafe { state.write(fresh) };
    }

    /// Looks whether a text is closer than those before.
    fn updateClosestMatch(state: *mut ClosestMatchState, candidate: *const c_char) {
        // SAFETY: the caller's variable.
        let state = unsafe { &mut *state };
        if state.source.is_null() || candidate.is_null() {
            return;
        }
        // SAFETY: NUL-terminated strings.
        let source = unsafe { CStr::from_ptr(state.source) }.to_bytes();
        // SAFETY: the same.
        let text = unsafe { CStr::from_ptr(candidate) }.to_bytes();
        if source.is_empty() || text.is_empty() || source.len().max(text.len()) > LONGEST {
            return;
        }
        let costs = Costs { insert: 1, delete: 1, substitute: 1 };
        let Ok(far) = distance::levenshtein(source, text, costs, true) else { return };
        let most = state.max_d.min(c_int::try_from(source.len() / 2).unwrap_or(c_int::MAX));
        if far <= most && (state.min_d == -1 || far < state.min_d) {
            state.min_d = far;
            state.r#match = candidate;
        }
    }

    /// The closest; NULL if none is close enough.
    fn getClosestMatch(state: *mut ClosestMatchState) -> *const c_char {
        // SAFETY: the caller's variable.
        unsafe { &*state }.r#match
    }
}

throwing! {
    /// What it costs to change a text into another.
    fn varstr_levenshtein(
        source: *const c_char,
        slen: c_int,
        target: *const c_char,
        tlen: c_int,
        ins_c: c_int,
        del_c: c_int,
        sub_c: c_int,
        trusted: bool,
    ) -> c_int {
        let costs = Costs { insert: ins_c, delete: del_c, substitute: sub_c };
        // SAFETY: so many bytes are there.
        let source = unsafe { bounded(source, slen) };
        // SAFETY: the same.
        distance::levenshtein(source, unsafe { bounded(target, tlen) }, costs, trusted)
    }

    /// The same, or more than `max_d` where it is more than that.
    fn varstr_levenshtein_less_equal(
        source: *const c_char,
        slen: c_int,
        target: *const c_char,
        tlen: c_int,
        ins_c: c_int,
        del_c: c_int,
        sub_c: c_int,
        max_d: c_int,
        trusted: bool,
    ) -> c_int {
        let costs = Costs { insert: ins_c, delete: del_c, substitute: sub_c };
        // SAFETY: so many bytes are there.
        let source = unsafe { bounded(source, slen) };
        // SAFETY: the same.
        let far = distance::levenshtein(source, unsafe { bounded(target, tlen) }, costs, trusted)?;
        Ok(if max_d >= 0 { far.min(max_d.saturating_add(1)) } else { far })
    }

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
