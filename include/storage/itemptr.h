/* Where a row is: block and item. */
#ifndef ITEMPTR_H
#define ITEMPTR_H

#include "postgres.h"
#include "storage/block.h"
#include "storage/off.h"

PGBGW_BEGIN_DECLS

typedef struct ItemPointerData
{
	BlockIdData ip_blkid;
	OffsetNumber ip_posid;
} pg_attribute_packed() pg_attribute_aligned(2) ItemPointerData;

typedef ItemPointerData *ItemPointer;

#define SpecTokenOffsetNumber 0xfffe
#define MovedPartitionsOffsetNumber 0xfffd
#define MovedPartitionsBlockNumber InvalidBlockNumber
#define VersionedDatumOffsetNumber 0xfffc

extern bool ItemPointerEquals(ItemPointer pointer1, ItemPointer pointer2);
extern int32 ItemPointerCompare(ItemPointer arg1, ItemPointer arg2);
extern void ItemPointerInc(ItemPointer pointer);
extern void ItemPointerDec(ItemPointer pointer);

static inline bool
ItemPointerIsValid(const ItemPointerData *pointer)
{
	return pointer != NULL && pointer->ip_posid != InvalidOffsetNumber;
}

/* The variants look alike here: nothing is asserted. */
static inline BlockNumber
ItemPointerGetBlockNumberNoCheck(const ItemPointerData *pointer)
{
	return BlockIdGetBlockNumber(&pointer->ip_blkid);
}

static inline BlockNumber
ItemPointerGetBlockNumber(const ItemPointerData *pointer)
{
	return ItemPointerGetBlockNumberNoCheck(pointer);
}

static inline OffsetNumber
ItemPointerGetOffsetNumberNoCheck(const ItemPointerData *pointer)
{
	return pointer->ip_posid;
}

static inline OffsetNumber
ItemPointerGetOffsetNumber(const ItemPointerData *pointer)
{
	return ItemPointerGetOffsetNumberNoCheck(pointer);
}

static inline void
ItemPointerSetBlockNumber(ItemPointerData *pointer, BlockNumber blockNumber)
{
	BlockIdSet(&pointer->ip_blkid, blockNumber);
}

static inline void
ItemPointerSetOffsetNumber(ItemPointerData *pointer, OffsetNumber offsetNumber)
{
	pointer->ip_posid = offsetNumber;
}

static inline void
ItemPointerSet(ItemPointerData *pointer, BlockNumber blockNumber, OffsetNumber offNum)
{
	ItemPointerSetBlockNumber(pointer, blockNumber);
	ItemPointerSetOffsetNumber(pointer, offNum);
}

static inline void
ItemPointerSetInvalid(ItemPointerData *pointer)
{
	ItemPointerSet(pointer, InvalidBlockNumber, InvalidOffsetNumber);
}

static inline void
ItemPointerCopy(const ItemPointerData *fromPointer, ItemPointerData *toPointer)
{
	*toPointer = *fromPointer;
}

/* A row that went to another partition has no new place. */
static inline bool
ItemPointerIndicatesMovedPartitions(const ItemPointerData *pointer)
{
	return pointer->ip_posid == MovedPartitionsOffsetNumber &&
		ItemPointerGetBlockNumberNoCheck(pointer) == MovedPartitionsBlockNumber;
}

static inline void
ItemPointerSetMovedPartitions(ItemPointerData *pointer)
{
	ItemPointerSet(pointer, MovedPartitionsBlockNumber, MovedPartitionsOffsetNumber);
}

static inline ItemPointer
DatumGetItemPointer(Datum X)
{
	return (ItemPointer) DatumGetPointer(X);
}

static inline Datum
ItemPointerGetDatum(const ItemPointerData *X)
{
	return PointerGetDatum(X);
}

#define PG_GETARG_ITEMPOINTER(n) DatumGetItemPointer(PG_GETARG_DATUM(n))
#define PG_RETURN_ITEMPOINTER(x) return ItemPointerGetDatum(x)

PGBGW_END_DECLS

#endif							/* ITEMPTR_H */
