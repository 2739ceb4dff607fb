/* Hooks at accesses to objects. */
#ifndef OBJECTACCESS_H
#define OBJECTACCESS_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef enum ObjectAccessType
{
	OAT_POST_CREATE,
	OAT_DROP,
	OAT_POST_ALTER,
	OAT_NAMESPACE_SEARCH,
	OAT_FUNCTION_EXECUTE,
	OAT_TRUNCATE,
} ObjectAccessType;

typedef struct
{
	bool		is_internal;
} ObjectAccessPostCreate;

typedef struct
{
	int			dropflags;
} ObjectAccessDrop;

typedef struct
{
	Oid			auxiliary_id;
	bool		is_internal;
} ObjectAccessPostAlter;

typedef struct
{
	bool		ereport_on_violation;
	bool		result;
} ObjectAccessNamespaceSearch;

typedef void (*object_access_hook_type) (ObjectAccessType access, Oid classId, Oid objectId,
			  int subId, void *arg);

extern PGDLLIMPORT object_access_hook_type object_access_hook;

PGBGW_END_DECLS

#endif							/* OBJECTACCESS_H */
