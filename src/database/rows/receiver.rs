//! Rows for a receiver of the extension's own, which gets them one by one.
//! Runs in: worker.

use core::ffi::c_int;
use core::ptr::NonNull;

use crate::abi::c::{Datum, InvalidOid};
use crate::abi::dest::{DestNone, DestReceiver};
use crate::abi::htup::{HeapTuple, INVALID_ITEM, MinimalTuple};
use crate::abi::spi::SPITupleTable;
use crate::abi::tuptable::{T_TupleTableSlot, TTS_FLAG_EMPTY, TupleTableSlot, TupleTableSlotOps};
use crate::abi::variables::{CurrentMemoryContext, SPI_tuptable};
use crate::datum::heap;
use crate::error::{self, Report, Result, SqlState};

use super::tuples::{self, Row};

unsafe extern "C" {
    /// The receiver that throws rows away (tcop/dest.h); what it points to is never called.
    static None_Receiver: *mut DestReceiver;
}

/// Slots whose values are all there from the start.
static OPS: TupleTableSlotOps = TupleTableSlotOps {
    base_slot_size: size_of::<TupleTableSlot>(),
    init: Some(nothing),
    release: Some(nothing),
    clear: Some(clear),
    getsomeattrs: Some(some_values),
    getsysattr: Some(system_column),
    is_current_xact_tuple: Some(made_now),
    // The values stay as long as the receiver has the row.
    materialize: Some(nothing),
    copyslot: Some(copy_into),
    get_heap_tuple: None,
    get_minimal_tuple: None,
    copy_heap_tuple: Some(copy_row),
    copy_minimal_tuple: Some(copy_short_row),
};

/// Raises an ERROR.
fn refuse<T: Copy>(state: SqlState, message: &str) -> T {
    error::throwing(|| Err(Report::error(state, message).into()))
}

/// # Safety
/// The slot is live.
unsafe extern "C" fn nothing(_slot: *mut TupleTableSlot) {}

/// # Safety
/// The slot is live.
unsafe extern "C" fn clear(slot: *mut TupleTableSlot) {
    // SAFETY: a live slot.
    let slot = unsafe { &mut *slot };
    slot.tts_nvalid = 0;
    slot.tts_flags |= TTS_FLAG_EMPTY;
    slot.tts_tid = INVALID_ITEM;
}

/// # Safety
/// The slot is live.
unsafe extern "C" fn some_values(_slot: *mut TupleTableSlot, _count: c_int) {
    let message = "getsomeattrs is not required to be called on a virtual tuple table slot";
    refuse::<()>(SqlState::INTERNAL_ERROR, message);
}

const NO_SYSTEM_COLUMNS: &str = "virtual tuple table slot does not have system attributes";

/// # Safety
/// The slot is live.
unsafe extern "C" fn system_column(
    _slot: *mut TupleTableSlot,
    _number: c_int,
    _is_null: *mut bool,
) -> Datum {
    refuse(SqlState::INTERNAL_ERROR, NO_SYSTEM_COLUMNS)
}

/// # Safety
/// The slot is live.
unsafe extern "C" fn made_now(_slot: *mut TupleTableSlot) -> bool {
    let message = "don't have transaction information for this type of tuple";
    refuse(SqlState::FEATURE_NOT_SUPPORTED, message)
}

/// # Safety
/// The slot is live.
unsafe extern "C" fn copy_into(_to: *mut TupleTableSlot, _from: *mut TupleTableSlot) {
    let message = "rows cannot be copied into this slot outside PostgreSQL";
    refuse::<()>(SqlState::FEATURE_NOT_SUPPORTED, message);
}

/// # Safety
/// The slot is live.
unsafe extern "C" fn copy_row(slot: *mut TupleTableSlot) -> HeapTuple {
    // SAFETY: a live slot.
    let slot = unsafe { &*slot };
    // SAFETY: the slot has a value for each column.
    error::throwing(|| unsafe {
        heap::form(slot.tts_tupleDescriptor, slot.tts_values, slot.tts_isnull)
    })
}

/// # Safety
/// The slot is live.
unsafe extern "C" fn copy_short_row(slot: *mut TupleTableSlot) -> MinimalTuple {
    // SAFETY: a live slot.
    let slot = unsafe { &*slot };
    // SAFETY: the slot has a value for each column.
    error::throwing(|| unsafe {
        heap::form_minimal(slot.tts_tupleDescriptor, slot.tts_values, slot.tts_isnull)
    })
}

/// A receiver of the extension's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receiver(NonNull<DestReceiver>);

impl Receiver {
    /// None: it is null.
    ///
    /// # Safety
    /// It is null, or live as long as this is used.
    pub(crate) unsafe fn new(receiver: *mut DestReceiver) -> Option<Self> {
        NonNull::new(receiver).map(Self)
    }

    /// It says of itself that it is none: a query's result then has no code of its own.
    pub(in crate::database) fn is_none(self) -> bool {
        // SAFETY: the promise of `new`.
        unsafe { self.0.as_ref() }.mydest == DestNone
    }
}

/// Gives the rows of SPI_tuptable, which was just made, to a receiver until it wants no more; how
/// many it took, none if there is no table. `operation` is the `CMD_*` of the statement.
///
/// # Errors
/// What the receiver raised; out of memory; a value of a type that has no form here (0A000).
pub(in crate::database) fn deliver(to: Receiver, operation: c_int) -> Result<Option<u64>> {
    let receiver = to.0.as_ptr();
    // SAFETY: null, or a table that was just made.
    let Some(table) = (unsafe { SPI_tuptable.get().as_ref() }) else { return Ok(None) };
    // SAFETY: a variable of the library's.
    if receiver == unsafe { None_Receiver } {
        return Ok(Some(table.numvals));
    }
    // SAFETY: the promise of `new`.
    let calls = unsafe { *receiver };
    if let Some(start) = calls.rStartup {
        // SAFETY: whoever made the receiver promised that it takes this.
        error::guarded(|| unsafe { start(receiver, operation, table.tupdesc) })?;
    }
    let mut taken = 0;
    for row in 0..usize::try_from(table.numvals).unwrap_or(0) {
        // SAFETY: below the number of rows.
        let place = unsafe { table.vals.add(row) };
        // SAFETY: the same.
        let tuple = unsafe { place.read() };
        // SAFETY: a row with this description.
        let slot = slot(unsafe { Row::new(tuple, table.tupdesc) }, table)?;
        let Some(receive) = calls.receiveSlot else { break };
        // SAFETY: as above.
        if !error::guarded(|| unsafe { receive(slot.as_ptr(), receiver) })? {
            break;
        }
        taken += 1;
    }
    if let Some(shut_down) = calls.rShutdown {
        // SAFETY: as above.
        error::guarded(|| unsafe { shut_down(receiver) })?;
    }
    Ok(Some(taken))
}

/// A slot with a row's values, in the current memory context.
fn slot(row: Row, table: &SPITupleTable) -> Result<NonNull<TupleTableSlot>> {
    let found = row.values()?;
    let values = tuples::allocate::<Datum>(found.len().max(1))?;
    let nulls = tuples::allocate::<bool>(found.len().max(1))?;
    for (i, value) in found.iter().enumerate() {
        // SAFETY: there is room for so many.
        let value_at = unsafe { values.add(i) };
        // SAFETY: the same.
        let null_at = unsafe { nulls.add(i) };
        // SAFETY: the same.
        unsafe { value_at.write(value.unwrap_or(0)) };
        // SAFETY: the same.
        unsafe { null_at.write(value.is_none()) };
    }
    let slot = tuples::allocate::<TupleTableSlot>(1)?;
    let filled = TupleTableSlot {
        r#type: T_TupleTableSlot,
        tts_flags: 0,
        tts_nvalid: i16::try_from(found.len()).unwrap_or(i16::MAX),
        tts_ops: &raw const OPS,
        tts_tupleDescriptor: table.tupdesc,
        tts_values: values.as_ptr(),
        tts_isnull: nulls.as_ptr(),
        tts_mcxt: CurrentMemoryContext.get(),
        tts_tid: INVALID_ITEM,
        tts_tableOid: InvalidOid,
    };
    // SAFETY: room for it.
    unsafe { slot.write(filled) };
    Ok(slot)
}
