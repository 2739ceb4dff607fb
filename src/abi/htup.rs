//! `access/htup.h`, `access/htup_details.h`, `storage/itemptr.h`: rows in memory.
//! Runs in: any process.

use super::c::Oid;

/// Where a row lies in a table; that of no table has a block of ones and the position 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ItemPointerData {
    /// The block's number, its upper half first.
    pub ip_blkid: [u16; 2],
    /// The position in the block, from 1.
    pub ip_posid: u16,
}

/// Nowhere.
pub const INVALID_ITEM: ItemPointerData = ItemPointerData { ip_blkid: [0xFFFF; 2], ip_posid: 0 };

/// A row: where it is, and how long.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HeapTupleData {
    /// Bytes at `t_data`.
    pub t_len: u32,
    /// Where it lies in its table.
    pub t_self: ItemPointerData,
    /// Its table, 0 if it is of none.
    pub t_tableOid: Oid,
    /// Its head, which the values follow.
    pub t_data: *mut HeapTupleHeaderData,
}

/// A row, or NULL.
pub type HeapTuple = *mut HeapTupleData;

/// The head of a row.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HeapTupleHeaderData {
    /// Length word, modifier and number of the row's type; transactions in a row of a table.
    pub t_choice: [u32; 3],
    /// The place of the row's newer version.
    pub t_ctid: ItemPointerData,
    /// The number of columns, and flags.
    pub t_infomask2: u16,
    /// Flags.
    pub t_infomask: u16,
    /// Bytes of the head, with the bitmap and what aligns the values.
    pub t_hoff: u8,
    /// A bit for each column, 0 for NULL, if there are any.
    pub t_bits: [u8; 0],
}

/// A row without the first words of its head.
#[repr(C)]
pub struct MinimalTupleData([u8; 0]);

/// Such a row, or NULL.
pub type MinimalTuple = *mut MinimalTupleData;

/// The row has NULLs.
pub const HEAP_HASNULL: u16 = 0x0001;
/// The row has values of variable length.
pub const HEAP_HASVARWIDTH: u16 = 0x0002;
/// The bits of the number of columns.
pub const HEAP_NATTS_MASK: u16 = 0x07FF;
