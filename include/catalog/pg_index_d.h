/* Columns of pg_index, and constants of its indexes. */
#ifndef PG_INDEX_D_H
#define PG_INDEX_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define IndexRelationId 2610
#define IndexIndrelidIndexId 2678
#define IndexRelidIndexId 2679
#define Anum_pg_index_indexrelid 1
#define Anum_pg_index_indrelid 2
#define Anum_pg_index_indnatts 3
#define Anum_pg_index_indnkeyatts 4
#define Anum_pg_index_indisunique 5
#define Anum_pg_index_indnullsnotdistinct 6
#define Anum_pg_index_indisprimary 7
#define Anum_pg_index_indisexclusion 8
#define Anum_pg_index_indimmediate 9
#define Anum_pg_index_indisclustered 10
#define Anum_pg_index_indisvalid 11
#define Anum_pg_index_indcheckxmin 12
#define Anum_pg_index_indisready 13
#define Anum_pg_index_indislive 14
#define Anum_pg_index_indisreplident 15
#define Anum_pg_index_indkey 16
#define Anum_pg_index_indcollation 17
#define Anum_pg_index_indclass 18
#define Anum_pg_index_indoption 19
#define Anum_pg_index_indexprs 20
#define Anum_pg_index_indpred 21
#define Natts_pg_index 21
#define INDOPTION_DESC 0x0001
#define INDOPTION_NULLS_FIRST 0x0002

PGBGW_END_DECLS

#endif							/* PG_INDEX_D_H */
