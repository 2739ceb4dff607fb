/* Columns of pg_depend, and constants of them. */
#ifndef PG_DEPEND_D_H
#define PG_DEPEND_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define DependRelationId 2608
#define DependDependerIndexId 2673
#define DependReferenceIndexId 2674
#define Anum_pg_depend_classid 1
#define Anum_pg_depend_objid 2
#define Anum_pg_depend_objsubid 3
#define Anum_pg_depend_refclassid 4
#define Anum_pg_depend_refobjid 5
#define Anum_pg_depend_refobjsubid 6
#define Anum_pg_depend_deptype 7
#define Natts_pg_depend 7

PGBGW_END_DECLS

#endif							/* PG_DEPEND_D_H */
