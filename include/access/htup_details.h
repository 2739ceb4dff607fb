/* Rows: what is inside of them. */
#ifndef HTUP_DETAILS_H
#define HTUP_DETAILS_H

#include "postgres.h"
#include "access/htup.h"
#include "access/transam.h"
#include "access/tupdesc.h"
#include "access/tupmacs.h"
#include "storage/bufpage.h"
#include "varatt.h"

PGBGW_BEGIN_DECLS

#define MaxTupleAttributeNumber 1664
#define MaxHeapAttributeNumber 1600

typedef struct HeapTupleFields
{
	TransactionId t_xmin;
	TransactionId t_xmax;
	union
	{
		CommandId	t_cid;
		TransactionId t_xvac;
	}			t_field3;
} HeapTupleFields;

typedef struct DatumTupleFields
{
	int32		datum_len_;
	int32		datum_typmod;
	Oid			datum_typeid;
} DatumTupleFields;

struct HeapTupleHeaderData
{
	union
	{
		HeapTupleFields t_heap;
		DatumTupleFields t_datum;
	}			t_choice;
	ItemPointerData t_ctid;
	uint16		t_infomask2;
	uint16		t_infomask;
	uint8		t_hoff;
	bits8		t_bits[FLEXIBLE_ARRAY_MEMBER];
};

#define SizeofHeapTupleHeader offsetof(HeapTupleHeaderData, t_bits)
#define HEAP_HASNULL 0x0001
#define HEAP_HASVARWIDTH 0x0002
#define HEAP_HASEXTERNAL 0x0004
#define HEAP_HASOID_OLD 0x0008
#define HEAP_XMAX_KEYSHR_LOCK 0x0010
#define HEAP_COMBOCID 0x0020
#define HEAP_XMAX_EXCL_LOCK 0x0040
#define HEAP_XMAX_LOCK_ONLY 0x0080
#define HEAP_XMAX_SHR_LOCK (HEAP_XMAX_EXCL_LOCK | HEAP_XMAX_KEYSHR_LOCK)
#define HEAP_LOCK_MASK (HEAP_XMAX_SHR_LOCK | HEAP_XMAX_EXCL_LOCK | HEAP_XMAX_KEYSHR_LOCK)
#define HEAP_XMIN_COMMITTED 0x0100
#define HEAP_XMIN_INVALID 0x0200
#define HEAP_XMIN_FROZEN (HEAP_XMIN_COMMITTED|HEAP_XMIN_INVALID)
#define HEAP_XMAX_COMMITTED 0x0400
#define HEAP_XMAX_INVALID 0x0800
#define HEAP_XMAX_IS_MULTI 0x1000
#define HEAP_UPDATED 0x2000
#define HEAP_MOVED_OFF 0x4000
#define HEAP_MOVED_IN 0x8000
#define HEAP_MOVED (HEAP_MOVED_OFF | HEAP_MOVED_IN)
#define HEAP_XACT_MASK 0xFFF0
#define HEAP_IS_DATUM (HEAP_XMAX_COMMITTED | HEAP_XMAX_INVALID)
#define HEAP_XMAX_BITS (HEAP_XMAX_COMMITTED | HEAP_XMAX_INVALID | HEAP_XMAX_IS_MULTI | \
	HEAP_LOCK_MASK | HEAP_XMAX_LOCK_ONLY)
#define HEAP_NATTS_MASK 0x07FF
#define HEAP_KEYS_UPDATED 0x2000
#define HEAP_HOT_UPDATED 0x4000
#define HEAP_ONLY_TUPLE 0x8000
#define MaxHeapTupleSize (BLCKSZ - MAXALIGN(SizeOfPageHeaderData + sizeof(ItemIdData)))
#define MinHeapTupleSize MAXALIGN(SizeofHeapTupleHeader)
#define MaxHeapTuplesPerPage ((int) ((BLCKSZ - SizeOfPageHeaderData) / \
	(MAXALIGN(SizeofHeapTupleHeader) + sizeof(ItemIdData))))
#define MaxAttrSize (10 * 1024 * 1024)
#define MINIMAL_TUPLE_OFFSET ((offsetof(HeapTupleHeaderData, t_infomask2) - sizeof(uint32)) / \
	MAXIMUM_ALIGNOF * MAXIMUM_ALIGNOF)
#define MINIMAL_TUPLE_PADDING ((offsetof(HeapTupleHeaderData, t_infomask2) - sizeof(uint32)) \
	% MAXIMUM_ALIGNOF)
#define MINIMAL_TUPLE_DATA_OFFSET offsetof(MinimalTupleData, t_infomask2)

struct MinimalTupleData
{
	uint32		t_len;
	char		mt_padding[MINIMAL_TUPLE_PADDING];
	uint16		t_infomask2;
	uint16		t_infomask;
	uint8		t_hoff;
	bits8		t_bits[FLEXIBLE_ARRAY_MEMBER];
};

#define SizeofMinimalTupleHeader offsetof(MinimalTupleData, t_bits)

extern Size heap_compute_data_size(TupleDesc tupleDesc, const Datum *values, const bool *isnull);
extern Size heap_compute_data_size_ext(TupleDesc tupleDesc, const Datum *values,
									   const bool *isnull, bool allow_huge);
extern void heap_fill_tuple(TupleDesc tupleDesc, const Datum *values, const bool *isnull,
							char *data, Size data_size, uint16 *infomask, bits8 *bit);
extern void heap_tuple_set_datum(HeapTupleHeader tup, TupleDesc tupleDesc, uint32 len);
extern void heap_datum_update_type(HeapTupleHeader tup, TupleDesc tupleDesc);
extern bool heap_attisnull(HeapTuple tup, int attnum, TupleDesc tupleDesc);
extern Datum nocachegetattr(HeapTuple tup, int attnum, TupleDesc tupleDesc);
extern Datum heap_getsysattr(HeapTuple tup, int attnum, TupleDesc tupleDesc, bool *isnull);
extern Datum getmissingattr(TupleDesc tupleDesc, int attnum, bool *isnull);
extern HeapTuple heap_copytuple(HeapTuple tuple);
extern void heap_copytuple_with_tuple(HeapTuple src, HeapTuple dest);
extern Datum heap_copy_tuple_as_datum(HeapTuple tuple, TupleDesc tupleDesc);
extern HeapTuple heap_form_tuple(TupleDesc tupleDescriptor, const Datum *values,
								 const bool *isnull);
extern HeapTuple heap_modify_tuple(HeapTuple tuple, TupleDesc tupleDesc, const Datum *replValues,
								   const bool *replIsnull, const bool *doReplace);
extern HeapTuple heap_modify_tuple_by_cols(HeapTuple tuple, TupleDesc tupleDesc, int nCols,
										   const int *replCols, const Datum *replValues,
										   const bool *replIsnull);
extern void heap_datum_check(HeapTupleHeader tup, TupleDesc tupleDesc);
extern void heap_deform_tuple(HeapTuple tuple, TupleDesc tupleDesc, Datum *values, bool *isnull);
extern void heap_freetuple(HeapTuple htup);
extern MinimalTuple heap_form_minimal_tuple(TupleDesc tupleDescriptor, const Datum *values,
											const bool *isnull);
extern void heap_free_minimal_tuple(MinimalTuple mtup);
extern MinimalTuple heap_copy_minimal_tuple(MinimalTuple mtup);
extern HeapTuple heap_tuple_from_minimal_tuple(MinimalTuple mtup);
extern MinimalTuple minimal_tuple_from_heap_tuple(HeapTuple htup);
extern size_t varsize_any(void *p);

#define HEAP_XMAX_IS_LOCKED_ONLY(infomask) \
	(((infomask) & HEAP_XMAX_LOCK_ONLY) != 0 || \
	 ((infomask) & (HEAP_XMAX_IS_MULTI | HEAP_LOCK_MASK)) == HEAP_XMAX_EXCL_LOCK)
#define HEAP_XMAX_IS_SHR_LOCKED(infomask) (((infomask) & HEAP_LOCK_MASK) == HEAP_XMAX_SHR_LOCK)
#define HEAP_XMAX_IS_EXCL_LOCKED(infomask) \
	(((infomask) & HEAP_LOCK_MASK) == HEAP_XMAX_EXCL_LOCK)
#define HEAP_XMAX_IS_KEYSHR_LOCKED(infomask) \
	(((infomask) & HEAP_LOCK_MASK) == HEAP_XMAX_KEYSHR_LOCK)

/* Headers: who made the row, and who removed it. */
#define HeapTupleHeaderGetRawXmin(tup) ((tup)->t_choice.t_heap.t_xmin)
#define HeapTupleHeaderXminFrozen(tup) \
	(((tup)->t_infomask & HEAP_XMIN_FROZEN) == HEAP_XMIN_FROZEN)
#define HeapTupleHeaderXminCommitted(tup) (((tup)->t_infomask & HEAP_XMIN_COMMITTED) != 0)
#define HeapTupleHeaderXminInvalid(tup) \
	(((tup)->t_infomask & HEAP_XMIN_FROZEN) == HEAP_XMIN_INVALID)
#define HeapTupleHeaderGetXmin(tup) \
	(HeapTupleHeaderXminFrozen(tup) ? FrozenTransactionId : HeapTupleHeaderGetRawXmin(tup))
#define HeapTupleHeaderSetXmin(tup, xid) (HeapTupleHeaderGetRawXmin(tup) = (xid))
#define HeapTupleHeaderGetRawXmax(tup) ((tup)->t_choice.t_heap.t_xmax)
#define HeapTupleHeaderSetXmax(tup, xid) (HeapTupleHeaderGetRawXmax(tup) = (xid))
#define HeapTupleHeaderGetRawCommandId(tup) ((tup)->t_choice.t_heap.t_field3.t_cid)

/* Headers of rows that are values: the length takes the place of xmin. */
#define HeapTupleHeaderGetDatumLength(tup) VARSIZE(tup)
#define HeapTupleHeaderSetDatumLength(tup, len) SET_VARSIZE(tup, len)
#define HeapTupleHeaderGetTypeId(tup) ((tup)->t_choice.t_datum.datum_typeid)
#define HeapTupleHeaderSetTypeId(tup, typeid) (HeapTupleHeaderGetTypeId(tup) = (typeid))
#define HeapTupleHeaderSetTypMod(tup, typmod) \
	((tup)->t_choice.t_datum.datum_typmod = (typmod))

static inline bool
HeapTupleHeaderIsDatum(const HeapTupleHeaderData *tup)
{
	return (tup->t_infomask & HEAP_IS_DATUM) == HEAP_IS_DATUM;
}

static inline bool
HeapTupleHeaderIsVersionedDatum(const HeapTupleHeaderData *tup)
{
	return HeapTupleHeaderIsDatum(tup) &&
		ItemPointerGetOffsetNumberNoCheck(&tup->t_ctid) == VersionedDatumOffsetNumber;
}

/* The modifier is a row type's only; a table's type has none. */
static inline int32
HeapTupleHeaderGetTypMod(const HeapTupleHeaderData *tup)
{
	return HeapTupleHeaderGetTypeId(tup) == RECORDOID ? tup->t_choice.t_datum.datum_typmod : -1;
}

#define HeapTupleHeaderGetNatts(tup) ((tup)->t_infomask2 & HEAP_NATTS_MASK)
#define HeapTupleHeaderSetNatts(tup, natts) \
	((tup)->t_infomask2 = ((tup)->t_infomask2 & ~HEAP_NATTS_MASK) | (natts))
#define HeapTupleHeaderHasExternal(tup) (((tup)->t_infomask & HEAP_HASEXTERNAL) != 0)
#define HeapTupleHeaderIsHeapOnly(tup) (((tup)->t_infomask2 & HEAP_ONLY_TUPLE) != 0)
#define HeapTupleHeaderIsHotUpdated(tup) \
	(((tup)->t_infomask2 & HEAP_HOT_UPDATED) != 0 && \
	 ((tup)->t_infomask & HEAP_XMAX_INVALID) == 0 && !HeapTupleHeaderXminInvalid(tup))

/* The bytes of a bitmap of so many columns. */
#define BITMAPLEN(NATTS) (((int) (NATTS) + 7) / 8)

/* Rows: GETSTRUCT is the first fixed column. */
#define GETSTRUCT(TUP) ((char *) (TUP)->t_data + (TUP)->t_data->t_hoff)
#define HeapTupleHasNulls(tuple) (((tuple)->t_data->t_infomask & HEAP_HASNULL) != 0)
#define HeapTupleNoNulls(tuple) (!HeapTupleHasNulls(tuple))
#define HeapTupleHasVarWidth(tuple) (((tuple)->t_data->t_infomask & HEAP_HASVARWIDTH) != 0)
#define HeapTupleAllFixed(tuple) (!HeapTupleHasVarWidth(tuple))
#define HeapTupleHasExternal(tuple) HeapTupleHeaderHasExternal((tuple)->t_data)
#define HeapTupleIsHotUpdated(tuple) HeapTupleHeaderIsHotUpdated((tuple)->t_data)
#define HeapTupleIsHeapOnly(tuple) HeapTupleHeaderIsHeapOnly((tuple)->t_data)

/* A column that the row has; NULL is told by *isnull. */
static inline Datum
fastgetattr(HeapTuple tup, int attnum, TupleDesc tupleDesc, bool *isnull)
{
	HeapTupleHeader header = tup->t_data;
	Form_pg_attribute att = TupleDescAttr(tupleDesc, attnum - 1);

	*isnull = HeapTupleHasNulls(tup) && att_isnull(attnum - 1, header->t_bits);
	if (*isnull)
		return (Datum) 0;

	/* Nothing is skipped before it only if nothing can be NULL. */
	if (HeapTupleNoNulls(tup) && att->attcacheoff >= 0)
		return fetchatt(att, (char *) header + header->t_hoff + att->attcacheoff);
	return nocachegetattr(tup, attnum, tupleDesc);
}

/* Any column: the system's are negative; those added since the row was stored are not in it. */
static inline Datum
heap_getattr(HeapTuple tup, int attnum, TupleDesc tupleDesc, bool *isnull)
{
	if (HeapTupleHeaderIsVersionedDatum(tup->t_data))
		heap_datum_check(tup->t_data, tupleDesc);
	if (attnum <= 0)
		return heap_getsysattr(tup, attnum, tupleDesc, isnull);
	if (attnum > (int) HeapTupleHeaderGetNatts(tup->t_data))
		return getmissingattr(tupleDesc, attnum, isnull);
	return fastgetattr(tup, attnum, tupleDesc, isnull);
}

PGBGW_END_DECLS

#endif							/* HTUP_DETAILS_H */
