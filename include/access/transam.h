/* Transaction ids: order and kinds. */
#ifndef TRANSAM_H
#define TRANSAM_H

#include "postgres.h"
#include "access/xlogdefs.h"

PGBGW_BEGIN_DECLS

#define TransactionIdIsValid(xid) ((xid) != InvalidTransactionId)
#define TransactionIdEquals(id1, id2) ((id1) == (id2))
#define TransactionIdStore(xid, dest) (*(dest) = (xid))
#define StoreInvalidTransactionId(dest) (*(dest) = InvalidTransactionId)

#define BootstrapTransactionId ((TransactionId) 1)
#define FrozenTransactionId ((TransactionId) 2)
#define FirstNormalTransactionId ((TransactionId) 3)
#define MaxTransactionId ((TransactionId) 0xFFFFFFFF)

typedef struct FullTransactionId
{
	uint64		value;
} FullTransactionId;

#define FirstGenbkiObjectId 10000
#define FirstUnpinnedObjectId 12000
#define FirstNormalObjectId 16384

extern bool TransactionStartedDuringRecovery(void);
extern bool TransactionIdDidCommit(TransactionId transactionId);
extern bool TransactionIdDidAbort(TransactionId transactionId);
extern bool TransactionIdPrecedes(TransactionId id1, TransactionId id2);
extern bool TransactionIdPrecedesOrEquals(TransactionId id1, TransactionId id2);
extern bool TransactionIdFollows(TransactionId id1, TransactionId id2);
extern bool TransactionIdFollowsOrEquals(TransactionId id1, TransactionId id2);
extern TransactionId TransactionIdLatest(TransactionId mainxid, int nxids,
										 const TransactionId *xids);
extern XLogRecPtr TransactionIdGetCommitLSN(TransactionId xid);
extern void AdvanceNextFullTransactionIdPastXid(TransactionId xid);
extern FullTransactionId ReadNextFullTransactionId(void);
extern bool ForceTransactionIdLimitUpdate(void);
extern Oid	GetNewObjectId(void);

#define TransactionIdIsNormal(xid) ((xid) >= FirstNormalTransactionId)

/* The next and the last id; those below FirstNormalTransactionId are left out. */
#define TransactionIdAdvance(dest) \
	do { \
		if (++(dest) < FirstNormalTransactionId) \
			(dest) = FirstNormalTransactionId; \
	} while (0)
#define TransactionIdRetreat(dest) \
	do { \
		(dest)--; \
	} while ((dest) < FirstNormalTransactionId)

/* Order on the circle, of normal ids only. */
#define NormalTransactionIdPrecedes(id1, id2) ((int32) ((id1) - (id2)) < 0)
#define NormalTransactionIdFollows(id1, id2) ((int32) ((id1) - (id2)) > 0)

/* Ids with their epoch, which never wrap. */
#define U64FromFullTransactionId(x) ((x).value)
#define EpochFromFullTransactionId(x) ((uint32) ((x).value >> 32))
#define XidFromFullTransactionId(x) ((uint32) (x).value)
#define FullTransactionIdEquals(a, b) ((a).value == (b).value)
#define FullTransactionIdPrecedes(a, b) ((a).value < (b).value)
#define FullTransactionIdPrecedesOrEquals(a, b) ((a).value <= (b).value)
#define FullTransactionIdFollows(a, b) ((a).value > (b).value)
#define FullTransactionIdFollowsOrEquals(a, b) ((a).value >= (b).value)
#define FullTransactionIdIsValid(x) TransactionIdIsValid(XidFromFullTransactionId(x))
#define FullTransactionIdIsNormal(x) \
	FullTransactionIdFollowsOrEquals(x, FirstNormalFullTransactionId)
#define InvalidFullTransactionId FullTransactionIdFromEpochAndXid(0, InvalidTransactionId)
#define FirstNormalFullTransactionId \
	FullTransactionIdFromEpochAndXid(0, FirstNormalTransactionId)

static inline FullTransactionId
FullTransactionIdFromU64(uint64 value)
{
	FullTransactionId result;

	result.value = value;
	return result;
}

static inline FullTransactionId
FullTransactionIdFromEpochAndXid(uint32 epoch, TransactionId xid)
{
	return FullTransactionIdFromU64((uint64) epoch << 32 | xid);
}

static inline void
FullTransactionIdAdvance(FullTransactionId *dest)
{
	do
		dest->value++;
	while (FullTransactionIdIsNormal(*dest) &&
		   XidFromFullTransactionId(*dest) < FirstNormalTransactionId);
}

static inline FullTransactionId
FullTransactionIdNewer(FullTransactionId a, FullTransactionId b)
{
	if (!FullTransactionIdIsValid(a))
		return b;
	return FullTransactionIdIsValid(b) && FullTransactionIdPrecedes(a, b) ? b : a;
}

static inline TransactionId
ReadNextTransactionId(void)
{
	return XidFromFullTransactionId(ReadNextFullTransactionId());
}

static inline TransactionId
TransactionIdRetreatedBy(TransactionId xid, uint32 amount)
{
	xid -= amount;
	return TransactionIdIsNormal(xid) ? xid : MaxTransactionId;
}

static inline TransactionId
TransactionIdOlder(TransactionId a, TransactionId b)
{
	if (!TransactionIdIsValid(a))
		return b;
	return !TransactionIdIsValid(b) || TransactionIdPrecedes(a, b) ? a : b;
}

static inline TransactionId
NormalTransactionIdOlder(TransactionId a, TransactionId b)
{
	return NormalTransactionIdPrecedes(a, b) ? a : b;
}

PGBGW_END_DECLS

#endif							/* TRANSAM_H */
