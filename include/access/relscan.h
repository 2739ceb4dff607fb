/* State of scans. */
#ifndef RELSCAN_H
#define RELSCAN_H

#include "postgres.h"
#include "access/htup_details.h"
#include "port/atomics.h"
#include "storage/buf.h"
#include "storage/spin.h"
#include "utils/relcache.h"

PGBGW_BEGIN_DECLS

struct ScanKeyData;
struct IndexScanDescData;
struct TupleTableSlot;

struct ParallelTableScanDescData;

typedef struct TableScanDescData
{
	Relation	rs_rd;
	struct SnapshotData *rs_snapshot;
	int			rs_nkeys;
	struct ScanKeyData *rs_key;
	ItemPointerData rs_mintid;
	ItemPointerData rs_maxtid;
	uint32		rs_flags;
	struct ParallelTableScanDescData *rs_parallel;
} TableScanDescData;

typedef struct TableScanDescData *TableScanDesc;

typedef struct ParallelTableScanDescData
{
	Oid			phs_relid;
	bool		phs_syncscan;
	bool		phs_snapshot_any;
	Size		phs_snapshot_off;
} ParallelTableScanDescData;

typedef struct ParallelTableScanDescData *ParallelTableScanDesc;

typedef struct SysScanDescData
{
	Relation	heap_rel;
	Relation	irel;
	struct TableScanDescData *scan;
	struct IndexScanDescData *iscan;
	struct SnapshotData *snapshot;
	struct TupleTableSlot *slot;
}			SysScanDescData;

PGBGW_END_DECLS

#endif							/* RELSCAN_H */
