/* Names and the schemas they are looked up in. */
#ifndef NAMESPACE_H
#define NAMESPACE_H

#include "postgres.h"
#include "nodes/primnodes.h"
#include "storage/lock.h"
#include "storage/lockdefs.h"
#include "storage/procnumber.h"

PGBGW_BEGIN_DECLS

typedef enum TempNamespaceStatus
{
	TEMP_NAMESPACE_NOT_TEMP,
	TEMP_NAMESPACE_IDLE,
	TEMP_NAMESPACE_IN_USE,
} TempNamespaceStatus;

typedef enum RVROption
{
	RVR_MISSING_OK = 1 << 0,
	RVR_NOWAIT = 1 << 1,
	RVR_SKIP_LOCKED = 1 << 2,
}			RVROption;

typedef void (*RangeVarGetRelidCallback) (const RangeVar *relation, Oid relId, Oid oldRelId,
			  void *callback_arg);

extern Oid	RangeVarGetRelidExtended(const RangeVar *relation, LOCKMODE lockmode, uint32 flags,
									 RangeVarGetRelidCallback callback, void *callback_arg);
extern Oid	RangeVarGetCreationNamespace(const RangeVar *newRelation);
extern Oid	RelnameGetRelid(const char *relname);
extern bool RelationIsVisible(Oid relid);
extern Oid	TypenameGetTypid(const char *typname);
extern bool TypeIsVisible(Oid typid);
extern bool FunctionIsVisible(Oid funcid);
extern void DeconstructQualifiedName(const List *names, char **nspname_p, char **objname_p);
extern Oid	LookupNamespaceNoError(const char *nspname);
extern Oid	LookupExplicitNamespace(const char *nspname, bool missing_ok);
extern Oid	get_namespace_oid(const char *nspname, bool missing_ok);
extern Oid	LookupCreationNamespace(const char *nspname);
extern void CheckSetNamespace(Oid oldNspOid, Oid nspOid);
extern Oid	QualifiedNameGetCreationNamespace(const List *names, char **objname_p);
extern RangeVar *makeRangeVarFromNameList(const List *names);
extern char *NameListToString(const List *names);
extern char *NameListToQuotedString(const List *names);
extern bool isTempNamespace(Oid namespaceId);
extern bool isTempToastNamespace(Oid namespaceId);
extern bool isTempOrTempToastNamespace(Oid namespaceId);
extern bool isAnyTempNamespace(Oid namespaceId);
extern bool isOtherTempNamespace(Oid namespaceId);
extern TempNamespaceStatus checkTempNamespaceStatus(Oid namespaceId);
extern ProcNumber GetTempNamespaceProcNumber(Oid namespaceId);
extern Oid	GetTempToastNamespace(void);
extern Oid	get_collation_oid(List *collname, bool missing_ok);
extern Oid	get_conversion_oid(List *conname, bool missing_ok);
extern PGDLLIMPORT char *namespace_search_path;
extern List *fetch_search_path(bool includeImplicit);
extern int	fetch_search_path_array(Oid *sarray, int sarray_len);

#define RangeVarGetRelid(relation, lockmode, missing_ok) \
	RangeVarGetRelidExtended(relation, lockmode, (missing_ok) ? RVR_MISSING_OK : 0, NULL, NULL)

PGBGW_END_DECLS

#endif							/* NAMESPACE_H */
