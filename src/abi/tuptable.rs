//! `executor/tuptable.h`: a row on its way.
//! Runs in: worker.

use core::ffi::c_int;

use super::c::{Datum, Oid};
use super::htup::{HeapTuple, ItemPointerData, MinimalTuple};
use super::memnodes::MemoryContext;
use super::nodes::NodeTag;
use super::tupdesc::TupleDesc;

/// `T_TupleTableSlot` (nodes/nodetags.h).
pub const T_TupleTableSlot: NodeTag = 439;
/// There is no row in the slot.
pub const TTS_FLAG_EMPTY: u16 = 1 << 1;

/// A place for a row: its values, and what it can do.
#[repr(C)]
#[derive(Debug)]
pub struct TupleTableSlot {
    /// `T_TupleTableSlot`.
    pub r#type: NodeTag,
    /// `TTS_FLAG_*`.
    pub tts_flags: u16,
    /// Columns whose values are there.
    pub tts_nvalid: i16,
    /// What it can do.
    pub tts_ops: *const TupleTableSlotOps,
    /// The row's columns.
    pub tts_tupleDescriptor: TupleDesc,
    /// Their values.
    pub tts_values: *mut Datum,
    /// Which of them are NULL.
    pub tts_isnull: *mut bool,
    /// Where the slot is.
    pub tts_mcxt: MemoryContext,
    /// The row's place in its table.
    pub tts_tid: ItemPointerData,
    /// Its table.
    pub tts_tableOid: Oid,
}

type Act = Option<unsafe extern "C" fn(*mut TupleTableSlot)>;

/// What a kind of slots can do.
#[repr(C)]
#[derive(Debug)]
pub struct TupleTableSlotOps {
    /// Bytes of a slot.
    pub base_slot_size: usize,
    /// Makes one ready.
    pub init: Act,
    /// Ends one.
    pub release: Act,
    /// Takes the row out.
    pub clear: Act,
    /// Finds the values of so many columns.
    pub getsomeattrs: Option<unsafe extern "C" fn(*mut TupleTableSlot, c_int)>,
    /// A column that each table has.
    pub getsysattr: Option<unsafe extern "C" fn(*mut TupleTableSlot, c_int, *mut bool) -> Datum>,
    /// Whether this transaction made the row.
    pub is_current_xact_tuple: Option<unsafe extern "C" fn(*mut TupleTableSlot) -> bool>,
    /// Makes the slot depend on nothing else.
    pub materialize: Act,
    /// Copies a row from one slot into another.
    pub copyslot: Option<unsafe extern "C" fn(*mut TupleTableSlot, *mut TupleTableSlot)>,
    /// The row that the slot is made of.
    pub get_heap_tuple: Option<unsafe extern "C" fn(*mut TupleTableSlot) -> HeapTuple>,
    /// The same in the short form.
    pub get_minimal_tuple: Option<unsafe extern "C" fn(*mut TupleTableSlot) -> MinimalTuple>,
    /// A copy of the row.
    pub copy_heap_tuple: Option<unsafe extern "C" fn(*mut TupleTableSlot) -> HeapTuple>,
    /// The same in the short form.
    pub copy_minimal_tuple: Option<unsafe extern "C" fn(*mut TupleTableSlot) -> MinimalTuple>,
}
