//! `utils/tuplestore.h`: rows kept for later.
//! Runs in: worker, backend.

use core::ffi::c_int;

use crate::abi::c::Datum;
use crate::abi::htup::HeapTuple;
use crate::abi::tupdesc::TupleDesc;
use crate::abi::tuptable::TupleTableSlot;
use crate::database::stores::{self, Store};
use crate::error::{Report, SqlState};

throwing! {
    /// An empty store, in the current memory context.
    fn tuplestore_begin_heap(
        _randomAccess: bool,
        _interXact: bool,
        _maxKBytes: c_int,
    ) -> *mut Store {
        stores::begin()
    }

    /// How it will be read, said before there are rows.
    fn tuplestore_set_eflags(state: *mut Store, _eflags: c_int) {
        // SAFETY: the header's prototype.
        let store = unsafe { Store::of(state) }?;
        if store.count() > 0 {
            let message = "too late to call tuplestore_set_eflags";
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        }
        Ok(())
    }

    /// Adds a copy of a row.
    fn tuplestore_puttuple(state: *mut Store, tuple: HeapTuple) {
        // SAFETY: the header's prototype.
        let store = unsafe { Store::of(state) }?;
        // SAFETY: the same.
        unsafe { store.put(tuple) }
    }

    /// Adds a row of these values.
    fn tuplestore_putvalues(
        state: *mut Store,
        tdesc: TupleDesc,
        values: *const Datum,
        isnull: *const bool,
    ) {
        // SAFETY: the header's prototype.
        let store = unsafe { Store::of(state) }?;
        // SAFETY: the same.
        unsafe { store.put_values(tdesc, values, isnull) }
    }

    /// Adds the row of a slot.
    fn tuplestore_puttupleslot(state: *mut Store, slot: *mut TupleTableSlot) {
        // SAFETY: the header's prototype.
        let store = unsafe { Store::of(state) }?;
        // SAFETY: the same; the slots that there are have all their values.
        let slot = unsafe { &*slot };
        // SAFETY: the same.
        unsafe { store.put_values(slot.tts_tupleDescriptor, slot.tts_values, slot.tts_isnull) }
    }

    /// How many rows there are.
    fn tuplestore_tuple_count(state: *mut Store) -> i64 {
        // SAFETY: the header's prototype.
        let store = unsafe { Store::of(state) }?;
        Ok(i64::try_from(store.count()).unwrap_or(i64::MAX))
    }

    /// Whether the reader has seen all of them.
    fn tuplestore_ateof(state: *mut Store) -> bool {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }?.is_at_end()
    }

    /// The reader goes a row on, or back; false: there is none.
    fn tuplestore_advance(state: *mut Store, forward: bool) -> bool {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }?.skip(1, forward)
    }

    /// The reader goes so many rows on, or back.
    fn tuplestore_skiptuples(state: *mut Store, ntuples: i64, forward: bool) -> bool {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }?.skip(ntuples, forward)
    }

    /// The reader begins anew.
    fn tuplestore_rescan(state: *mut Store) {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }?.rewind()
    }

    /// Another reader.
    fn tuplestore_alloc_read_pointer(state: *mut Store, _eflags: c_int) -> c_int {
        // SAFETY: the header's prototype.
        Ok(unsafe { Store::of(state) }?.add_reader())
    }

    /// Which reader is meant from now on.
    fn tuplestore_select_read_pointer(state: *mut Store, ptr: c_int) {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }?.select(ptr)
    }

    /// A reader goes where another one is.
    fn tuplestore_copy_read_pointer(state: *mut Store, srcptr: c_int, destptr: c_int) {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }?.copy_reader(srcptr, destptr)
    }

    /// Rows that no reader needs may go: none do.
    fn tuplestore_trim(state: *mut Store) {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }.map(|_| ())
    }

    /// Whether all of them are in memory.
    fn tuplestore_in_memory(state: *mut Store) -> bool {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }.map(|_| true)
    }

    /// Forgets all rows.
    fn tuplestore_clear(state: *mut Store) {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }?.clear()
    }

    /// Nobody uses it any more.
    fn tuplestore_end(state: *mut Store) {
        // SAFETY: the header's prototype.
        unsafe { Store::of(state) }?.end()
    }
}
