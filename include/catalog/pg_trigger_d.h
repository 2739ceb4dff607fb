/* Columns of pg_trigger, and constants of them. */
#ifndef PG_TRIGGER_D_H
#define PG_TRIGGER_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define TriggerRelationId 2620
#define TriggerConstraintIndexId 2699
#define TriggerRelidNameIndexId 2701
#define TriggerOidIndexId 2702
#define Anum_pg_trigger_oid 1
#define Anum_pg_trigger_tgrelid 2
#define Anum_pg_trigger_tgparentid 3
#define Anum_pg_trigger_tgname 4
#define Anum_pg_trigger_tgfoid 5
#define Anum_pg_trigger_tgtype 6
#define Anum_pg_trigger_tgenabled 7
#define Anum_pg_trigger_tgisinternal 8
#define Anum_pg_trigger_tgconstrrelid 9
#define Anum_pg_trigger_tgconstrindid 10
#define Anum_pg_trigger_tgconstraint 11
#define Anum_pg_trigger_tgdeferrable 12
#define Anum_pg_trigger_tginitdeferred 13
#define Anum_pg_trigger_tgnargs 14
#define Anum_pg_trigger_tgattr 15
#define Anum_pg_trigger_tgargs 16
#define Anum_pg_trigger_tgqual 17
#define Anum_pg_trigger_tgoldtable 18
#define Anum_pg_trigger_tgnewtable 19
#define Natts_pg_trigger 19
#define TRIGGER_TYPE_ROW (1 << 0)
#define TRIGGER_TYPE_BEFORE (1 << 1)
#define TRIGGER_TYPE_INSERT (1 << 2)
#define TRIGGER_TYPE_DELETE (1 << 3)
#define TRIGGER_TYPE_UPDATE (1 << 4)
#define TRIGGER_TYPE_TRUNCATE (1 << 5)
#define TRIGGER_TYPE_INSTEAD (1 << 6)
#define TRIGGER_TYPE_LEVEL_MASK (TRIGGER_TYPE_ROW)
#define TRIGGER_TYPE_STATEMENT 0
#define TRIGGER_TYPE_TIMING_MASK (TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_INSTEAD)
#define TRIGGER_TYPE_AFTER 0
#define TRIGGER_TYPE_EVENT_MASK (TRIGGER_TYPE_INSERT | TRIGGER_TYPE_DELETE | \
	TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_TRUNCATE)

PGBGW_END_DECLS

#endif							/* PG_TRIGGER_D_H */
