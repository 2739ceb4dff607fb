/* Columns of pg_am, and constants of them. */
#ifndef PG_AM_D_H
#define PG_AM_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define AccessMethodRelationId 2601
#define AmNameIndexId 2651
#define AmOidIndexId 2652
#define Anum_pg_am_oid 1
#define Anum_pg_am_amname 2
#define Anum_pg_am_amhandler 3
#define Anum_pg_am_amtype 4
#define Natts_pg_am 4
#define AMTYPE_INDEX 'i'
#define AMTYPE_TABLE 't'
#define HEAP_TABLE_AM_OID 2
#define BTREE_AM_OID 403
#define HASH_AM_OID 405
#define GIST_AM_OID 783
#define GIN_AM_OID 2742
#define SPGIST_AM_OID 4000
#define BRIN_AM_OID 3580

PGBGW_END_DECLS

#endif							/* PG_AM_D_H */
