/* Scans of indexes and of catalogs. */
#ifndef GENAM_H
#define GENAM_H

#include "postgres.h"
#include "access/htup.h"
#include "access/sdir.h"
#include "access/skey.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

PGBGW_BEGIN_DECLS

struct TupleTableSlot;

typedef struct IndexScanDescData *IndexScanDesc;
typedef struct SysScanDescData *SysScanDesc;
typedef struct ParallelIndexScanDescData *ParallelIndexScanDesc;

typedef enum IndexUniqueCheck
{
	UNIQUE_CHECK_NO,
	UNIQUE_CHECK_YES,
	UNIQUE_CHECK_PARTIAL,
	UNIQUE_CHECK_EXISTING,
} IndexUniqueCheck;

extern Relation index_open(Oid relationId, LOCKMODE lockmode);
extern void index_close(Relation relation, LOCKMODE lockmode);
extern IndexScanDesc index_beginscan(Relation heapRelation, Relation indexRelation,
									 Snapshot snapshot, int nkeys, int norderbys);
extern void index_rescan(IndexScanDesc scan, ScanKey keys, int nkeys, ScanKey orderbys,
						 int norderbys);
extern void index_endscan(IndexScanDesc scan);
extern ItemPointer index_getnext_tid(IndexScanDesc scan, ScanDirection direction);
extern bool index_getnext_slot(IndexScanDesc scan, ScanDirection direction,
							   struct TupleTableSlot *slot);
extern SysScanDesc systable_beginscan(Relation heapRelation, Oid indexId, bool indexOK,
									  Snapshot snapshot, int nkeys, ScanKey key);
extern HeapTuple systable_getnext(SysScanDesc sysscan);
extern bool systable_recheck_tuple(SysScanDesc sysscan, HeapTuple tup);
extern void systable_endscan(SysScanDesc sysscan);
extern SysScanDesc systable_beginscan_ordered(Relation heapRelation, Relation indexRelation,
											  Snapshot snapshot, int nkeys, ScanKey key);
extern HeapTuple systable_getnext_ordered(SysScanDesc sysscan, ScanDirection direction);
extern void systable_endscan_ordered(SysScanDesc sysscan);
extern void systable_inplace_update_begin(Relation relation, Oid indexId, bool indexOK,
										  Snapshot snapshot, int nkeys, const ScanKeyData *key,
										  HeapTuple *oldtupcopy, void **state);
extern void systable_inplace_update_finish(void *state, HeapTuple tuple);
extern void systable_inplace_update_cancel(void *state);

#define IndexScanIsValid(scan) PointerIsValid(scan)

PGBGW_END_DECLS

#endif							/* GENAM_H */
