/* Scans of tables, of any storage. */
#ifndef TABLEAM_H
#define TABLEAM_H

#include "postgres.h"
#include "access/relscan.h"
#include "access/sdir.h"
#include "access/xact.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

PGBGW_BEGIN_DECLS

#define DEFAULT_TABLE_ACCESS_METHOD "heap"

extern PGDLLIMPORT char *default_table_access_method;

typedef enum ScanOptions
{
	SO_TYPE_SEQSCAN = 1 << 0,
	SO_TYPE_BITMAPSCAN = 1 << 1,
	SO_TYPE_SAMPLESCAN = 1 << 2,
	SO_TYPE_TIDSCAN = 1 << 3,
	SO_TYPE_TIDRANGESCAN = 1 << 4,
	SO_TYPE_ANALYZE = 1 << 5,
	SO_ALLOW_STRAT = 1 << 6,
	SO_ALLOW_SYNC = 1 << 7,
	SO_ALLOW_PAGEMODE = 1 << 8,
	SO_TEMP_SNAPSHOT = 1 << 9,
	SO_NEED_TUPLES = 1 << 10,
}			ScanOptions;

typedef enum TM_Result
{
	TM_Ok,
	TM_Invisible,
	TM_SelfModified,
	TM_Updated,
	TM_Deleted,
	TM_BeingModified,
	TM_WouldBlock,
} TM_Result;

typedef enum TU_UpdateIndexes
{
	TU_None,
	TU_All,
	TU_Summarizing,
} TU_UpdateIndexes;

extern const TupleTableSlotOps *table_slot_callbacks(Relation relation);
extern TupleTableSlot *table_slot_create(Relation relation, List **reglist);
extern TableScanDesc table_beginscan_catalog(Relation relation, int nkeys,
											 struct ScanKeyData *key);

PGBGW_END_DECLS

#endif							/* TABLEAM_H */
