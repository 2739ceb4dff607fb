/* What must be given back at the end of a query or transaction: opaque. */
#ifndef RESOWNER_H
#define RESOWNER_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef struct ResourceOwnerData *ResourceOwner;

typedef enum
{
	RESOURCE_RELEASE_BEFORE_LOCKS = 1,
	RESOURCE_RELEASE_LOCKS,
	RESOURCE_RELEASE_AFTER_LOCKS,
} ResourceReleasePhase;

extern PGDLLIMPORT ResourceOwner CurrentResourceOwner;

extern ResourceOwner ResourceOwnerCreate(ResourceOwner parent, const char *name);
extern void ResourceOwnerRelease(ResourceOwner owner, ResourceReleasePhase phase,
								 bool isCommit, bool isTopLevel);
extern void ResourceOwnerDelete(ResourceOwner owner);

PGBGW_END_DECLS

#endif							/* RESOWNER_H */
