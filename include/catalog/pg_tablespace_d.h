/* Columns of pg_tablespace, and constants of them. */
#ifndef PG_TABLESPACE_D_H
#define PG_TABLESPACE_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define TableSpaceRelationId 1213
#define TablespaceOidIndexId 2697
#define TablespaceNameIndexId 2698
#define Anum_pg_tablespace_oid 1
#define Anum_pg_tablespace_spcname 2
#define Anum_pg_tablespace_spcowner 3
#define Anum_pg_tablespace_spcacl 4
#define Anum_pg_tablespace_spcoptions 5
#define Natts_pg_tablespace 5
#define DEFAULTTABLESPACE_OID 1663
#define GLOBALTABLESPACE_OID 1664

PGBGW_END_DECLS

#endif							/* PG_TABLESPACE_D_H */
