/* Columns of pg_inherits, and constants of them. */
#ifndef PG_INHERITS_D_H
#define PG_INHERITS_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define InheritsRelationId 2611
#define InheritsRelidSeqnoIndexId 2680
#define InheritsParentIndexId 2187
#define Anum_pg_inherits_inhrelid 1
#define Anum_pg_inherits_inhparent 2
#define Anum_pg_inherits_inhseqno 3
#define Anum_pg_inherits_inhdetachpending 4
#define Natts_pg_inherits 4

PGBGW_END_DECLS

#endif							/* PG_INHERITS_D_H */
