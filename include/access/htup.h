/* Rows: what is known without looking into them. */
#ifndef HTUP_H
#define HTUP_H

#include "postgres.h"
#include "storage/itemptr.h"

PGBGW_BEGIN_DECLS

typedef struct HeapTupleHeaderData HeapTupleHeaderData;
typedef HeapTupleHeaderData *HeapTupleHeader;
typedef struct MinimalTupleData MinimalTupleData;
typedef MinimalTupleData *MinimalTuple;

typedef struct HeapTupleData
{
	uint32		t_len;
	ItemPointerData t_self;
	Oid			t_tableOid;
	HeapTupleHeader t_data;
} HeapTupleData;

typedef HeapTupleData *HeapTuple;

#define HEAPTUPLESIZE MAXALIGN(sizeof(HeapTupleData))

#define HeapTupleIsValid(tuple) PointerIsValid(tuple)

PGBGW_END_DECLS

#endif							/* HTUP_H */
