//! Rows kept for later (utils/tuplestore.h), in memory.
//! Runs in: worker, backend.

use core::ffi::{c_int, c_void};
use core::ptr::NonNull;

use crate::abi::c::Datum;
use crate::abi::htup::{HeapTuple, MinimalTuple};
use crate::abi::memnodes::MemoryContext;
use crate::abi::palloc::MemoryContextCallback;
use crate::abi::tupdesc::TupleDesc;
use crate::abi::variables::CurrentMemoryContext;
use crate::database::tuples::{Row, allocate};
use crate::datum::heap;
use crate::error::{Report, Result, SqlState};
use crate::memory;

/// Rows, and places among them. It goes with the memory context in which it was made.
pub(crate) struct Store {
    context: MemoryContext,
    rows: Vec<MinimalTuple>,
    /// Where each reader stands.
    readers: Vec<usize>,
    active: usize,
    is_over: bool,
}

fn wrong(message: &str) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

/// # Safety
/// `arg` is a store that nobody uses any more.
unsafe extern "C" fn forget(arg: *mut c_void) {
    // SAFETY: it came out of a Box, and its context calls this once.
    drop(unsafe { Box::from_raw(arg.cast::<Store>()) });
}

/// `tuplestore_begin_heap`.
///
/// # Errors
/// Out of memory.
pub(crate) fn begin() -> Result<*mut Store> {
    let context = memory::create(CurrentMemoryContext.get(), c"tuplestore tuples".as_ptr())?;
    let callback = allocate::<MemoryContextCallback>(1)?;
    let readers = vec![0];
    let store = Store { context, rows: Vec::new(), readers, active: 0, is_over: false };
    let store = Box::into_raw(Box::new(store));
    let call = MemoryContextCallback {
        func: Some(forget),
        arg: store.cast(),
        next: core::ptr::null_mut(),
    };
    // SAFETY: room for it.
    unsafe { callback.write(call) };
    // SAFETY: the callback lies in the context that calls it.
    unsafe { memory::register_callback(CurrentMemoryContext.get(), callback) };
    Ok(store)
}

impl Store {
    /// The store that a caller means.
    ///
    /// # Safety
    /// It was made by [`begin`], and its context is there.
    ///
    /// # Errors
    /// It is NULL, or was ended.
    pub(crate) unsafe fn of<'a>(store: *mut Self) -> Result<&'a mut Self> {
        // SAFETY: the caller's promise.
        match unsafe { store.as_mut() } {
            Some(store) if !store.is_over => Ok(store),
            _ => Err(wrong("there is no such tuplestore").into()),
        }
    }

    fn keep(&mut self, make: impl FnOnce() -> Result<MinimalTuple>) -> Result<()> {
        let before = CurrentMemoryContext.replace(self.context);
        let made = make();
        CurrentMemoryContext.set(before);
        self.rows.push(made?);
        Ok(())
    }

    /// `tuplestore_puttuple`.
    ///
    /// # Safety
    /// The row is live.
    ///
    /// # Errors
    /// Out of memory.
    pub(crate) unsafe fn put(&mut self, row: HeapTuple) -> Result<()> {
        // SAFETY: the caller's promise.
        self.keep(|| unsafe { heap::to_minimal(row) })
    }

    /// `tuplestore_putvalues`.
    ///
    /// # Safety
    /// The description is live; there is a value of its type, or NULL, for each column.
    ///
    /// # Errors
    /// As `heap_form_tuple`.
    pub(crate) unsafe fn put_values(
        &mut self,
        tupdesc: TupleDesc,
        values: *const Datum,
        nulls: *const bool,
    ) -> Result<()> {
        // SAFETY: the caller's promise.
        self.keep(|| unsafe { heap::form_minimal(tupdesc, values, nulls) })
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The texts of a row's values; None is NULL.
    ///
    /// # Safety
    /// The rows have this description, which is live.
    ///
    /// # Errors
    /// A value of a type that has no form here; out of memory.
    pub(crate) unsafe fn texts(
        &self,
        row: usize,
        tupdesc: TupleDesc,
    ) -> Result<Vec<Option<Vec<u8>>>> {
        let Some(row) = self.rows.get(row) else { return Ok(Vec::new()) };
        // SAFETY: kept until the store ends.
        let tuple = unsafe { heap::from_minimal(*row) }?;
        // SAFETY: the caller's promise.
        let row = unsafe { Row::new(tuple, tupdesc) };
        let texts = (0..row.attributes().len()).map(|column| row.text(column)).collect();
        // SAFETY: just made, and not used any more.
        unsafe { heap::free(tuple) };
        texts
    }

    /// `tuplestore_clear`.
    ///
    /// # Errors
    /// What a callback of the rows' memory raised.
    pub(crate) fn clear(&mut self) -> Result<()> {
        self.rows.clear();
        self.readers.fill(0);
        // SAFETY: the store's own, in which nothing is used any more.
        unsafe { memory::reset(self.context) }
    }

    /// `tuplestore_end`. The rest goes with its memory context.
    ///
    /// # Errors
    /// As [`Self::clear`].
    pub(crate) fn end(&mut self) -> Result<()> {
        self.is_over = true;
        self.clear()
    }

    /// The place of the active reader.
    fn place(&mut self) -> Result<&mut usize> {
        let active = self.active;
        self.readers.get_mut(active).ok_or_else(|| wrong("there is no such read pointer").into())
    }

    /// `tuplestore_advance`, `tuplestore_skiptuples`: the active reader moves by so many rows, or to
    /// the end, which is false.
    ///
    /// # Errors
    /// There is no such reader.
    pub(crate) fn skip(&mut self, rows: i64, forward: bool) -> Result<bool> {
        let count = self.rows.len();
        let by = usize::try_from(rows).unwrap_or(0);
        let at = self.place()?;
        let to = if forward { at.checked_add(by) } else { at.checked_sub(by) };
        let to = to.filter(|to| *to <= count);
        *at = to.unwrap_or(if forward { count } else { 0 });
        Ok(to.is_some())
    }

    /// `tuplestore_ateof`: the active reader is behind the last row.
    ///
    /// # Errors
    /// There is no such reader.
    pub(crate) fn is_at_end(&mut self) -> Result<bool> {
        let count = self.rows.len();
        Ok(*self.place()? >= count)
    }

    /// `tuplestore_rescan`: the active reader begins anew.
    ///
    /// # Errors
    /// There is no such reader.
    pub(crate) fn rewind(&mut self) -> Result<()> {
        *self.place()? = 0;
        Ok(())
    }

    /// `tuplestore_alloc_read_pointer`: another reader, where the first one is.
    pub(crate) fn add_reader(&mut self) -> c_int {
        self.readers.push(self.readers.first().copied().unwrap_or(0));
        c_int::try_from(self.readers.len() - 1).unwrap_or(c_int::MAX)
    }

    /// `tuplestore_select_read_pointer`.
    ///
    /// # Errors
    /// There is no such reader.
    pub(crate) fn select(&mut self, reader: c_int) -> Result<()> {
        self.active = usize::try_from(reader).unwrap_or(usize::MAX);
        self.place().map(|_| ())
    }

    /// `tuplestore_copy_read_pointer`.
    ///
    /// # Errors
    /// There is no such reader.
    pub(crate) fn copy_reader(&mut self, from: c_int, to: c_int) -> Result<()> {
        let missing = || wrong("there is no such read pointer");
        let find = |reader: c_int| usize::try_from(reader).map_err(|_| missing());
        let place = *self.readers.get(find(from)?).ok_or_else(missing)?;
        *self.readers.get_mut(find(to)?).ok_or_else(missing)? = place;
        Ok(())
    }
}

/// A store that a function has given to its caller.
///
/// # Safety
/// It is null, or was made by [`begin`] and its context is there.
pub(crate) unsafe fn given<'a>(store: *mut c_void) -> Option<&'a Store> {
    let store = NonNull::new(store.cast::<Store>())?;
    // SAFETY: the caller's promise.
    Some(unsafe { store.as_ref() }).filter(|store| !store.is_over)
}
