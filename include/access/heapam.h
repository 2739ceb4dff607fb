/* Scans and changes of ordinary tables. */
#ifndef HEAPAM_H
#define HEAPAM_H

#include "postgres.h"
#include "access/htup.h"
#include "access/relation.h"
#include "access/relscan.h"
#include "access/sdir.h"
#include "access/skey.h"
#include "access/table.h"
#include "access/tableam.h"
#include "nodes/lockoptions.h"
#include "nodes/primnodes.h"
#include "storage/bufpage.h"
#include "storage/dsm.h"
#include "storage/lockdefs.h"
#include "storage/shm_toc.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

PGBGW_BEGIN_DECLS

extern TableScanDesc heap_beginscan(Relation relation, Snapshot snapshot, int nkeys, ScanKey key,
									ParallelTableScanDesc parallel_scan, uint32 flags);
extern void heap_rescan(TableScanDesc sscan, ScanKey key, bool set_params, bool allow_strat,
						bool allow_sync, bool allow_pagemode);
extern void heap_endscan(TableScanDesc sscan);
extern HeapTuple heap_getnext(TableScanDesc sscan, ScanDirection direction);
extern void simple_heap_insert(Relation relation, HeapTuple tup);
extern void simple_heap_delete(Relation relation, ItemPointer tid);
extern void simple_heap_update(Relation relation, ItemPointer otid, HeapTuple tup,
							   TU_UpdateIndexes *update_indexes);

PGBGW_END_DECLS

#endif							/* HEAPAM_H */
