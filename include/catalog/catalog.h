/* Which tables are the system's own. */
#ifndef CATALOG_H
#define CATALOG_H

#include "postgres.h"
#include "catalog/pg_class.h"
#include "utils/relcache.h"

PGBGW_BEGIN_DECLS

extern bool IsSystemRelation(Relation relation);
extern bool IsToastRelation(Relation relation);
extern bool IsCatalogRelation(Relation relation);
extern bool IsInplaceUpdateRelation(Relation relation);
extern bool IsSystemClass(Oid relid, Form_pg_class reltuple);
extern bool IsToastClass(Form_pg_class reltuple);
extern bool IsCatalogRelationOid(Oid relid);
extern bool IsInplaceUpdateOid(Oid relid);
extern bool IsCatalogNamespace(Oid namespaceId);
extern bool IsToastNamespace(Oid namespaceId);
extern bool IsReservedName(const char *name);
extern bool IsSharedRelation(Oid relationId);
extern bool IsPinnedObject(Oid classId, Oid objectId);
extern Oid	GetNewOidWithIndex(Relation relation, Oid indexId, AttrNumber oidcolumn);
extern RelFileNumber GetNewRelFileNumber(Oid reltablespace, Relation pg_class,
										 char relpersistence);

PGBGW_END_DECLS

#endif							/* CATALOG_H */
