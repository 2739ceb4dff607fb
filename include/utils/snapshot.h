/* Snapshots: which transactions are seen. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "postgres.h"
#include "access/htup.h"
#include "access/xlogdefs.h"
#include "datatype/timestamp.h"
#include "lib/pairingheap.h"
#include "storage/buf.h"

PGBGW_BEGIN_DECLS

struct GlobalVisState;

typedef enum SnapshotType
{
	SNAPSHOT_MVCC = 0,
	SNAPSHOT_SELF,
	SNAPSHOT_ANY,
	SNAPSHOT_TOAST,
	SNAPSHOT_DIRTY,
	SNAPSHOT_HISTORIC_MVCC,
	SNAPSHOT_NON_VACUUMABLE,
} SnapshotType;

typedef struct SnapshotData *Snapshot;

#define InvalidSnapshot ((Snapshot) NULL)

typedef struct SnapshotData
{
	SnapshotType snapshot_type;
	TransactionId xmin;
	TransactionId xmax;
	TransactionId *xip;
	uint32		xcnt;
	TransactionId *subxip;
	int32		subxcnt;
	bool		suboverflowed;
	bool		takenDuringRecovery;
	bool		copied;
	CommandId	curcid;
	uint32		speculativeToken;
	struct GlobalVisState *vistest;
	uint32		active_count;
	uint32		regd_count;
	pairingheap_node ph_node;
	TimestampTz whenTaken;
	XLogRecPtr	lsn;
	uint64		snapXactCompletionCount;
} SnapshotData;

PGBGW_END_DECLS

#endif							/* SNAPSHOT_H */
