/* Numbers of blocks. */
#ifndef BLOCK_H
#define BLOCK_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef uint32 BlockNumber;

#define InvalidBlockNumber ((BlockNumber) 0xFFFFFFFF)
#define MaxBlockNumber ((BlockNumber) 0xFFFFFFFE)

typedef struct BlockIdData
{
	uint16		bi_hi;
	uint16		bi_lo;
} BlockIdData;

typedef BlockIdData *BlockId;

static inline bool
BlockNumberIsValid(BlockNumber blockNumber)
{
	return blockNumber != InvalidBlockNumber;
}

/* In a tuple a number is kept as two halves, so that it needs no alignment to 4. */
static inline void
BlockIdSet(BlockIdData *blockId, BlockNumber blockNumber)
{
	blockId->bi_hi = (uint16) (blockNumber >> 16);
	blockId->bi_lo = (uint16) blockNumber;
}

static inline BlockNumber
BlockIdGetBlockNumber(const BlockIdData *blockId)
{
	return (BlockNumber) blockId->bi_hi << 16 | blockId->bi_lo;
}

static inline bool
BlockIdEquals(const BlockIdData *blockId1, const BlockIdData *blockId2)
{
	return BlockIdGetBlockNumber(blockId1) == BlockIdGetBlockNumber(blockId2);
}

PGBGW_END_DECLS

#endif							/* BLOCK_H */
