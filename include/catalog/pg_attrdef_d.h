/* Columns of pg_attrdef, and constants of them. */
#ifndef PG_ATTRDEF_D_H
#define PG_ATTRDEF_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define AttrDefaultRelationId 2604
#define AttrDefaultIndexId 2656
#define AttrDefaultOidIndexId 2657
#define Anum_pg_attrdef_oid 1
#define Anum_pg_attrdef_adrelid 2
#define Anum_pg_attrdef_adnum 3
#define Anum_pg_attrdef_adbin 4
#define Natts_pg_attrdef 4

PGBGW_END_DECLS

#endif							/* PG_ATTRDEF_D_H */
