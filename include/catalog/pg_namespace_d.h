/* Columns of pg_namespace, and constants of its schemas. */
#ifndef PG_NAMESPACE_D_H
#define PG_NAMESPACE_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define NamespaceRelationId 2615
#define NamespaceNameIndexId 2684
#define NamespaceOidIndexId 2685
#define Anum_pg_namespace_oid 1
#define Anum_pg_namespace_nspname 2
#define Anum_pg_namespace_nspowner 3
#define Anum_pg_namespace_nspacl 4
#define Natts_pg_namespace 4
#define PG_CATALOG_NAMESPACE 11
#define PG_TOAST_NAMESPACE 99
#define PG_PUBLIC_NAMESPACE 2200

PGBGW_END_DECLS

#endif							/* PG_NAMESPACE_D_H */
