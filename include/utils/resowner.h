/* Owners of what is given back together, at the end of a query, a transaction or a process. */
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

/* Lower ones are given back first; the server's own. */
typedef uint32 ResourceReleasePriority;
#define RELEASE_PRIO_FIRST 1
#define RELEASE_PRIO_LAST UINT32_MAX
#define RELEASE_PRIO_BUFFER_IOS 100
#define RELEASE_PRIO_BUFFER_PINS 200
#define RELEASE_PRIO_RELCACHE_REFS 300
#define RELEASE_PRIO_DSMS 400
#define RELEASE_PRIO_JIT_CONTEXTS 500
#define RELEASE_PRIO_CRYPTOHASH_CONTEXTS 600
#define RELEASE_PRIO_HMAC_CONTEXTS 700
#define RELEASE_PRIO_CATCACHE_REFS 100
#define RELEASE_PRIO_CATCACHE_LIST_REFS 200
#define RELEASE_PRIO_PLANCACHE_REFS 300
#define RELEASE_PRIO_TUPDESC_REFS 400
#define RELEASE_PRIO_SNAPSHOT_REFS 500
#define RELEASE_PRIO_FILES 600
#define RELEASE_PRIO_WAITEVENTSETS 700

/* A kind of things: a constant. DebugPrint may be NULL. */
typedef struct ResourceOwnerDesc
{
	const char *name;
	ResourceReleasePhase release_phase;
	ResourceReleasePriority release_priority;
	void		(*ReleaseResource) (Datum res);
	char	   *(*DebugPrint) (Datum res);
} ResourceOwnerDesc;

extern PGDLLIMPORT ResourceOwner CurrentResourceOwner;
extern PGDLLIMPORT ResourceOwner CurTransactionResourceOwner;
extern PGDLLIMPORT ResourceOwner TopTransactionResourceOwner;
extern PGDLLIMPORT ResourceOwner AuxProcessResourceOwner;

extern ResourceOwner ResourceOwnerCreate(ResourceOwner parent, const char *name);
extern void ResourceOwnerRelease(ResourceOwner owner, ResourceReleasePhase phase,
								 bool isCommit, bool isTopLevel);
extern void ResourceOwnerDelete(ResourceOwner owner);
extern ResourceOwner ResourceOwnerGetParent(ResourceOwner owner);
extern void ResourceOwnerNewParent(ResourceOwner owner, ResourceOwner newparent);

/* To be called before the thing is had; then Remember cannot fail. */
extern void ResourceOwnerEnlarge(ResourceOwner owner);
extern void ResourceOwnerRemember(ResourceOwner owner, Datum value, const ResourceOwnerDesc *kind);
extern void ResourceOwnerForget(ResourceOwner owner, Datum value, const ResourceOwnerDesc *kind);
extern void ResourceOwnerReleaseAllOfKind(ResourceOwner owner, const ResourceOwnerDesc *kind);

typedef void (*ResourceReleaseCallback) (ResourceReleasePhase phase, bool isCommit,
										 bool isTopLevel, void *arg);
extern void RegisterResourceReleaseCallback(ResourceReleaseCallback callback, void *arg);
extern void UnregisterResourceReleaseCallback(ResourceReleaseCallback callback, void *arg);

/* An owner of the process itself, which gives back all at its end. */
extern void CreateAuxProcessResourceOwner(void);
extern void ReleaseAuxProcessResources(bool isCommit);

PGBGW_END_DECLS

#endif							/* RESOWNER_H */
