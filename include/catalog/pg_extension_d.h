/* Columns of pg_extension, and constants of its extensions. */
#ifndef PG_EXTENSION_D_H
#define PG_EXTENSION_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define ExtensionRelationId 3079
#define ExtensionOidIndexId 3080
#define ExtensionNameIndexId 3081
#define Anum_pg_extension_oid 1
#define Anum_pg_extension_extname 2
#define Anum_pg_extension_extowner 3
#define Anum_pg_extension_extnamespace 4
#define Anum_pg_extension_extrelocatable 5
#define Anum_pg_extension_extversion 6
#define Anum_pg_extension_extconfig 7
#define Anum_pg_extension_extcondition 8
#define Natts_pg_extension 8

PGBGW_END_DECLS

#endif							/* PG_EXTENSION_D_H */
